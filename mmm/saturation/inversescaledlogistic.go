package saturation

import (
	"mixmodel/mmm/dist"
)

// InverseScaledLogistic is [Logistic] in a parameter that one can read off a
// chart: lam is the x at which half of the ceiling is reached.
//
//	f(x) = beta·tanh(ln 3·x/(2·lam))
//
// beta is the ceiling, in units of y; lam > 0 is in units of x.
type InverseScaledLogistic struct {
	Lambda dist.Prior // prior of lam; nil means Gamma(0.5, 1)
	Beta   dist.Prior // prior of beta; nil means HalfNormal(2)
}

// Params returns "beta" and "lam" with their priors.
func (s InverseScaledLogistic) Params() []dist.Param {
	return []dist.Param{
		{Name: "beta", Prior: or(s.Beta, dist.HalfNormal{Sigma: 2})},
		{Name: "lam", Prior: or(s.Lambda, dist.Gamma{Alpha: 0.5, Beta: 1})},
	}
}

// Curve sets y, dx and dtheta at theta = [beta, lam]; see [Logistic.Curve].
func (s InverseScaledLogistic) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("InverseScaledLogistic", 2, y, dx, dtheta, x, theta)
	const ln3 = 1.0986122886681098
	steepness := min(ln3/theta[1], steepest)
	var dbeta, dlam []float64
	if dtheta != nil {
		dbeta, dlam = dtheta[0], dtheta[1]
	}
	logistic(y, dx, dbeta, dlam, x, theta[0], steepness)
	for i, d := range dlam { // so far df/dsteepness
		dlam[i] = -d * steepness / theta[1]
	}
}

// Scale returns 0: f is proportional to beta.
func (s InverseScaledLogistic) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: for every beta >= 0.
func (s InverseScaledLogistic) Concave(theta []float64) bool { return theta[0] >= 0 }

// Check returns all faults of the priors; lam must be positive.
func (s InverseScaledLogistic) Check() error {
	return check("InverseScaledLogistic", s.Params(), dist.Real, dist.Positive)
}
