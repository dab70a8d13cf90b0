package saturation

import (
	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/fastmath"
)

// Logistic saturates exponentially:
//
//	f(x) = beta·(1 - e^(-lam·x))/(1 + e^(-lam·x)) = beta·tanh(lam·x/2)
//
// beta is the ceiling, in units of y; lam > 0 the steepness, per unit of x.
// The slope at 0 is beta·lam/2, half of the ceiling is reached at
// x = ln 3/lam. The curve is concave.
//
// Source: PyMC-Marketing's logistic saturation.
type Logistic struct {
	Lambda dist.Prior // prior of lam; nil means Gamma(3, 1)
	Beta   dist.Prior // prior of beta; nil means HalfNormal(2)
}

// Params returns "beta" and "lam" with their priors.
func (s Logistic) Params() []dist.Param {
	return []dist.Param{
		{Name: "beta", Prior: or(s.Beta, dist.HalfNormal{Sigma: 2})},
		{Name: "lam", Prior: or(s.Lambda, dist.Gamma{Alpha: 3, Beta: 1})},
	}
}

// Curve sets y[i] = f(x[i]) at theta = [beta, lam] and, unless they are nil,
// dx[i] = f'(x[i]), dtheta[0][i] = df/dbeta and dtheta[1][i] = df/dlam. It
// panics if the slices differ in length, which must not overlap, and does not
// allocate. Cost: one exponential and one division per element.
func (s Logistic) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("Logistic", 2, y, dx, dtheta, x, theta)
	var dbeta, dlam []float64
	if dtheta != nil {
		dbeta, dlam = dtheta[0], dtheta[1]
	}
	logistic(y, dx, dbeta, dlam, x, theta[0], theta[1])
}

// logistic is Logistic.Curve with the rows of dtheta, which are both nil or
// both not, as arguments.
//
// With e = e^(-u), u = lam·x: tanh(u/2) = (1-e)/(1+e), and 1 - tanh²(u/2) =
// 4e/(1+e)². Taking 1-e from expm1 keeps all digits near x = 0; taking 4e/(1+e)²
// and not 1-g² keeps them far out, where returns are small but not 0.
//
// It also serves the other tanh curves, which are this one in other
// parameters.
func logistic(y, dx, dbeta, dlam, x []float64, beta, lam float64) {
	n := len(x)
	e := dx // scratch for e^(-u), overwritten with the result
	if e == nil {
		e = dlam
	}
	y = y[:n]
	fastmath.Expm1s(y, e, x, -lam)
	if e == nil {
		for i, m := range y {
			q := 1 / (2 + m)
			y[i] = beta * ((0 - m) * q)
		}
		return
	}
	e = e[:n]
	perX, perLam := 2*beta*lam, 2*beta
	if dbeta == nil {
		for i, m := range y {
			q := 1 / (2 + m)
			y[i] = beta * ((0 - m) * q)
			dx[i] = perX * (e[i] * q * q)
		}
		return
	}
	dbeta, dlam = dbeta[:n], dlam[:n]
	for i, m := range y {
		q := 1 / (2 + m)
		g := (0 - m) * q // not -m: at x = 0 that would be -0
		h := e[i] * q * q
		y[i] = beta * g
		dbeta[i] = g
		if dx != nil {
			dx[i] = perX * h
		}
		dlam[i] = perLam * (x[i] * h)
	}
}

// steepest caps lam where another parametrisation may divide by nearly 0: the
// curve is a step already, and 2·beta·lam must not overflow.
const steepest = 1e300

// Scale returns 0: f is proportional to beta.
func (s Logistic) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: for every beta >= 0.
func (s Logistic) Concave(theta []float64) bool { return theta[0] >= 0 }

// Check returns all faults of the priors; lam must be positive.
func (s Logistic) Check() error {
	return check("Logistic", s.Params(), dist.Real, dist.Positive)
}
