package saturation

import (
	"math"

	"mixmodel/mmm/dist"
)

// MichaelisMenten saturates slowly, like 1/x:
//
//	f(x) = alpha·x/(lam + x)
//
// alpha is the ceiling, in units of y; lam > 0 the x at which half of it is
// reached. The slope at 0 is alpha/lam. The curve is concave; it is [Hill]
// with slope 1.
//
// Source: PyMC-Marketing's Michaelis-Menten saturation.
type MichaelisMenten struct {
	Alpha  dist.Prior // prior of alpha; nil means Gamma with mean 2, sd 1
	Lambda dist.Prior // prior of lam; nil means HalfNormal(1)
}

// Params returns "alpha" and "lam" with their priors.
func (s MichaelisMenten) Params() []dist.Param {
	return []dist.Param{
		{Name: "alpha", Prior: or(s.Alpha, dist.GammaMeanSD(2, 1))},
		{Name: "lam", Prior: or(s.Lambda, dist.HalfNormal{Sigma: 1})},
	}
}

// Curve sets y[i] = f(x[i]) at theta = [alpha, lam] and, unless they are nil,
// dx[i] = f'(x[i]) and dtheta[p][i] = df/dtheta[p]. It panics if the slices
// differ in length, which must not overlap, and does not allocate.
func (s MichaelisMenten) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("MichaelisMenten", 2, y, dx, dtheta, x, theta)
	alpha, lam := theta[0], theta[1]
	for i, xi := range x {
		q := 1 / (lam + xi)
		if q > math.MaxFloat64 { // so that 0·q is 0 at x = lam = 0
			q = math.MaxFloat64
		}
		g := xi * q
		y[i] = alpha * g
		if dx != nil {
			dx[i] = clamp(alpha * (lam * q) * q)
		}
		if dtheta != nil {
			dtheta[0][i] = g
			dtheta[1][i] = -alpha * g * q
		}
	}
}

// Scale returns 0: f is proportional to alpha.
func (s MichaelisMenten) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: for every alpha >= 0.
func (s MichaelisMenten) Concave(theta []float64) bool { return theta[0] >= 0 }

// Check returns all faults of the priors; lam must be positive.
func (s MichaelisMenten) Check() error {
	return check("MichaelisMenten", s.Params(), dist.Real, dist.Positive)
}
