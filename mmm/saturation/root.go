package saturation

import (
	"math"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
)

// Root is a power of x, without a ceiling:
//
//	f(x) = beta·x^alpha
//
// alpha > 0 is the elasticity: one percent more x gives alpha percent more y.
// beta is f(1), in units of y. For alpha <= 1 the curve is concave; for
// alpha < 1 the slope at x = 0 is infinite; see the package comment.
type Root struct {
	Alpha dist.Prior // prior of alpha; nil means Beta(1, 2)
	Beta  dist.Prior // prior of beta; nil means Gamma with mean 1, sd 1
}

// Params returns "beta" and "alpha" with their priors.
func (s Root) Params() []dist.Param {
	return []dist.Param{
		{Name: "beta", Prior: or(s.Beta, dist.GammaMeanSD(1, 1))},
		{Name: "alpha", Prior: or(s.Alpha, dist.Beta{Alpha: 1, Beta: 2})},
	}
}

// Curve sets y[i] = f(x[i]) at theta = [beta, alpha] and, unless they are nil,
// dx[i] = f'(x[i]) and dtheta[p][i] = df/dtheta[p]. It panics if the slices
// differ in length, which must not overlap, and does not allocate. f(0) = 0
// also for alpha = 0.
func (s Root) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("Root", 2, y, dx, dtheta, x, theta)
	beta, alpha := theta[0], theta[1]
	if math.IsNaN(alpha) { // which the exponential does not pass on
		beta = alpha
	}
	var l, powers [block]float64
	for from := 0; from < len(x); from += block {
		part := x[from:min(from+block, len(x))]
		logs(&l, part)
		for i, v := range l {
			powers[i] = alpha * v
		}
		kernel.Exp(powers[:])
		for i, xi := range part {
			var g, logX float64
			slope := powerSlopeAtZero(beta, alpha, 1)
			if xi > 0 {
				g, logX = powers[i], l[i]
				slope = clamp(beta * alpha * (g / xi))
			}
			i += from
			y[i] = beta * g
			if dx != nil {
				dx[i] = slope
			}
			if dtheta != nil {
				dtheta[0][i] = g
				dtheta[1][i] = beta * g * logX
			}
		}
	}
}

// Scale returns 0: f is proportional to beta.
func (s Root) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: if alpha <= 1 and beta >= 0.
func (s Root) Concave(theta []float64) bool { return theta[0] >= 0 && theta[1] <= 1 }

// Check returns all faults of the priors; alpha must be positive.
func (s Root) Check() error {
	return check("Root", s.Params(), dist.Real, dist.Positive)
}
