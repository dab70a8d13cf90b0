package saturation

import (
	"math"

	"mixmodel/mmm/dist"
)

// TanhBaselined is a tanh curve in terms of a reference point x0, such as the
// median spend:
//
//	f(x) = beta·gain·x0·tanh(x·artanh(r)/x0)/r
//
// so that f(x0) = beta·gain·x0. x0 > 0 is the reference, in units of x; gain
// is the return per unit of x there; r in (0, 1) is the share of the ceiling
// reached there; beta is a further factor on gain. The curve is concave.
//
// beta and gain enter only as their product: fix one with a narrow prior, or
// read their product.
//
// Source: PyMC-Marketing's baselined tanh saturation.
// Differs: their default prior of r is HalfNormal(1), which puts a third of
// its mass on r > 1, where the curve does not exist; ours is cut off at 1.
type TanhBaselined struct {
	X0   dist.Prior // prior of x0; nil means HalfNormal(1)
	Gain dist.Prior // prior of gain; nil means HalfNormal(1)
	R    dist.Prior // prior of r; nil means HalfNormal(1) cut off at 1
	Beta dist.Prior // prior of beta; nil means HalfNormal(1)
}

// Params returns "beta", "x0", "gain" and "r" with their priors.
func (s TanhBaselined) Params() []dist.Param {
	half := dist.HalfNormal{Sigma: 1}
	return []dist.Param{
		{Name: "beta", Prior: or(s.Beta, half)},
		{Name: "x0", Prior: or(s.X0, half)},
		{Name: "gain", Prior: or(s.Gain, half)},
		{Name: "r", Prior: or(s.R, dist.TruncatedNormal{Mu: 0, Sigma: 1, Lower: 0, Upper: 1})},
	}
}

// Curve sets y[i] = f(x[i]) at theta = [beta, x0, gain, r] and, unless they
// are nil, dx[i] = f'(x[i]) and dtheta[p][i] = df/dtheta[p]. It panics if the
// slices differ in length, which must not overlap, and does not allocate.
func (s TanhBaselined) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("TanhBaselined", 4, y, dx, dtheta, x, theta)
	beta, x0, gain, r := theta[0], theta[1], theta[2], theta[3]
	const flat = 1e-9 // below, f is a straight line
	rounded := max(r, flat)
	height := beta * gain * x0 / rounded
	steepness := min(2*math.Atanh(rounded)/x0, steepest)
	if dtheta == nil {
		logistic(y, dx, nil, nil, x, height, steepness)
		return
	}
	logistic(y, dx, dtheta[0], dtheta[1], x, height, steepness)
	for i, g := range dtheta[0] { // so far f/height, and dtheta[1] is df/dsteepness
		d := dtheta[1][i]
		dtheta[0][i] = gain * x0 / rounded * g
		dtheta[1][i] = (y[i] - float64(d*steepness)) / x0
		dtheta[2][i] = beta * x0 / rounded * g
		dtheta[3][i] = 0
		if r > flat {
			dtheta[3][i] = float64(2*d/(x0*(1-r)*(1+r))) - y[i]/r
		}
	}
}

// Scale returns 0: f is proportional to beta.
func (s TanhBaselined) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: if beta·gain >= 0.
func (s TanhBaselined) Concave(theta []float64) bool { return theta[0]*theta[2] >= 0 }

// Check returns all faults of the priors; x0 must be positive and r within
// (0, 1).
func (s TanhBaselined) Check() error {
	return check("TanhBaselined", s.Params(), dist.Real, dist.Positive, dist.Real, dist.Unit)
}
