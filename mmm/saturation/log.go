package saturation

import (
	"math"

	"mixmodel/mmm/dist"
)

// Log saturates like the logarithm, without a ceiling:
//
//	f(x) = beta·log(1 + x)
//
// beta, in units of y, is the slope at 0; far out, beta is what each e-fold
// of x adds. The unit of x is the scale of the curve: on spend scaled to a
// maximum of 1 it is nearly a straight line.
type Log struct {
	Beta dist.Prior // prior of beta; nil means HalfNormal(1)
}

// Params returns "beta" with its prior.
func (s Log) Params() []dist.Param {
	return []dist.Param{{Name: "beta", Prior: or(s.Beta, dist.HalfNormal{Sigma: 1})}}
}

// Curve sets y[i] = f(x[i]) at theta = [beta] and, unless they are nil, dx[i] =
// f'(x[i]) and dtheta[0][i] = df/dbeta. It panics if the slices differ in
// length, which must not overlap, and does not allocate.
func (s Log) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("Log", 1, y, dx, dtheta, x, theta)
	beta := theta[0]
	for i, xi := range x {
		g := math.Log1p(xi)
		y[i] = beta * g
		if dx != nil {
			dx[i] = beta / (1 + xi)
		}
		if dtheta != nil {
			dtheta[0][i] = g
		}
	}
}

// Scale returns 0: f is proportional to beta.
func (s Log) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: for every beta >= 0.
func (s Log) Concave(theta []float64) bool { return theta[0] >= 0 }

// Check returns all faults of the prior.
func (s Log) Check() error { return check("Log", s.Params(), dist.Real) }
