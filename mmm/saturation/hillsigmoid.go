package saturation

import (
	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/fastmath"
)

// HillSigmoid is an S-shaped curve with the threshold as a parameter, shifted
// down to start at 0:
//
//	f(x) = sigma·(s(beta·(x-lam)) - s(-beta·lam)),   s(u) = 1/(1+e^-u)
//
// sigma is the height, in units of y (the ceiling is sigma·s(beta·lam), a
// little less); beta > 0 the steepness, per unit of x; lam >= 0 the x of the
// steepest point. The curve is convex up to lam and concave behind it.
//
// Source: PyMC-Marketing's Hill sigmoid saturation. It is computed as
// sigma·s(beta·(x-lam))·s(beta·lam)·(1 - e^(-beta·x)), the same thing without
// the difference of two nearly equal numbers.
type HillSigmoid struct {
	Sigma  dist.Prior // prior of sigma; nil means HalfNormal(1.5)
	Beta   dist.Prior // prior of beta; nil means HalfNormal(1.5)
	Lambda dist.Prior // prior of lam; nil means HalfNormal(1.5)
}

// Params returns "sigma", "beta" and "lam" with their priors.
func (s HillSigmoid) Params() []dist.Param {
	half := dist.HalfNormal{Sigma: 1.5}
	return []dist.Param{
		{Name: "sigma", Prior: or(s.Sigma, half)},
		{Name: "beta", Prior: or(s.Beta, half)},
		{Name: "lam", Prior: or(s.Lambda, half)},
	}
}

// Curve sets y[i] = f(x[i]) at theta = [sigma, beta, lam] and, unless they are
// nil, dx[i] = f'(x[i]) and dtheta[p][i] = df/dtheta[p]. It panics if the
// slices differ in length, which must not overlap, and does not allocate.
func (s HillSigmoid) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("HillSigmoid", 3, y, dx, dtheta, x, theta)
	sigma, beta, lam := theta[0], theta[1], theta[2]
	_, h0 := sigmoid(-beta * lam)
	top, _ := sigmoid(beta * lam)
	fastmath.Expm1s(y, nil, x, -beta)
	for i, xi := range x {
		g, h := sigmoid(beta * (xi - lam))
		v := g * top * (0 - y[i]) // not -y[i]: at x = 0 that would be -0
		y[i] = sigma * v
		if dx != nil {
			dx[i] = sigma * beta * h
		}
		if dtheta != nil {
			dtheta[0][i] = v
			dtheta[1][i] = sigma * (float64((xi-lam)*h) + float64(lam*h0))
			dtheta[2][i] = sigma * beta * (h0 - h)
		}
	}
}

// Scale returns 0: f is proportional to sigma.
func (s HillSigmoid) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: only if lam = 0.
func (s HillSigmoid) Concave(theta []float64) bool { return theta[0] >= 0 && theta[2] <= 0 }

// Check returns all faults of the priors; beta and lam must be positive.
func (s HillSigmoid) Check() error {
	return check("HillSigmoid", s.Params(), dist.Real, dist.Positive, dist.Positive)
}
