package saturation

import "mixmodel/mmm/dist"

// Tanh saturates exponentially, with the slope at 0 as a parameter:
//
//	f(x) = b·tanh(x/(b·c))
//
// b > 0 is the ceiling, in units of y; c > 0 is the cost of the first unit of
// y, in units of x: the slope at 0 is 1/c. The curve is concave. It is not
// proportional to either parameter.
//
// Source: PyMC-Marketing's tanh saturation.
type Tanh struct {
	B dist.Prior // prior of b; nil means HalfNormal(1)
	C dist.Prior // prior of c; nil means HalfNormal(1)
}

// Params returns "b" and "c" with their priors.
func (s Tanh) Params() []dist.Param {
	return []dist.Param{
		{Name: "b", Prior: or(s.B, dist.HalfNormal{Sigma: 1})},
		{Name: "c", Prior: or(s.C, dist.HalfNormal{Sigma: 1})},
	}
}

// Curve sets y[i] = f(x[i]) at theta = [b, c] and, unless they are nil, dx[i] =
// f'(x[i]) and dtheta[p][i] = df/dtheta[p]. It panics if the slices differ in
// length, which must not overlap, and does not allocate.
func (s Tanh) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("Tanh", 2, y, dx, dtheta, x, theta)
	b, c := theta[0], theta[1]
	steepness := min(2/b/c, steepest)
	var db, dc []float64
	if dtheta != nil {
		db, dc = dtheta[0], dtheta[1]
	}
	logistic(y, dx, db, dc, x, b, steepness)
	perB, perC := 1/b, -1/c
	for i, d := range dc { // so far df/dsteepness, and db is f/b
		d *= steepness // first: it may be as large as d is small
		db[i] -= float64(d * perB)
		dc[i] = d * perC
	}
}

// Scale returns -1: f is proportional to neither parameter.
func (s Tanh) Scale() int { return -1 }

// Concave returns true.
func (s Tanh) Concave(theta []float64) bool { return true }

// Check returns all faults of the priors; b and c must be positive.
func (s Tanh) Check() error {
	return check("Tanh", s.Params(), dist.Positive, dist.Positive)
}
