package saturation

import "mixmodel/mmm/dist"

// None is no saturation: every unit of x brings the same.
//
//	f(x) = beta·x
type None struct {
	Beta dist.Prior // prior of beta; nil means HalfNormal(1)
}

// Params returns "beta" with its prior.
func (s None) Params() []dist.Param {
	return []dist.Param{{Name: "beta", Prior: or(s.Beta, dist.HalfNormal{Sigma: 1})}}
}

// Curve sets y[i] = f(x[i]) at theta = [beta] and, unless they are nil, dx[i] =
// beta and dtheta[0][i] = x[i]. It panics if the slices differ in length,
// which must not overlap, and does not allocate.
func (s None) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("None", 1, y, dx, dtheta, x, theta)
	beta := theta[0]
	for i, xi := range x {
		y[i] = beta * xi
		if dx != nil {
			dx[i] = beta
		}
	}
	if dtheta != nil {
		copy(dtheta[0], x)
	}
}

// Scale returns 0: f is proportional to beta.
func (s None) Scale() int { return 0 }

// Concave returns true: a straight line is.
func (s None) Concave(theta []float64) bool { return true }

// Check returns all faults of the prior.
func (s None) Check() error { return check("None", s.Params(), dist.Real) }
