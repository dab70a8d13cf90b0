package saturation

import (
	"math"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/fastmath"
	"mixmodel/mmm/internal/kernel"
)

// Hill saturates like a power of x, and may start slowly:
//
//	f(x) = beta·(1 - kappa^slope/(kappa^slope + x^slope))
//	     = beta·s(u),   u = slope·log(x/kappa),   s(u) = 1/(1+e^-u)
//
// beta is the ceiling, in units of y; kappa > 0 the x at which half of it is
// reached; slope > 0 the shape. For slope <= 1 the curve is concave, for
// slope > 1 it is S-shaped: the first spend does nearly nothing. For slope < 1
// the slope at x = 0 is infinite; see the package comment.
//
// Source: Jin et al. (2017), shape effect; PyMC-Marketing's Hill saturation.
type Hill struct {
	Slope dist.Prior // prior of slope; nil means HalfNormal(1.5)
	Kappa dist.Prior // prior of kappa; nil means HalfNormal(1.5)
	Beta  dist.Prior // prior of beta; nil means HalfNormal(1.5)
}

// Params returns "beta", "slope" and "kappa" with their priors.
func (s Hill) Params() []dist.Param {
	half := dist.HalfNormal{Sigma: 1.5}
	return []dist.Param{
		{Name: "beta", Prior: or(s.Beta, half)},
		{Name: "slope", Prior: or(s.Slope, half)},
		{Name: "kappa", Prior: or(s.Kappa, half)},
	}
}

// Curve sets y[i] = f(x[i]) at theta = [beta, slope, kappa] and, unless they
// are nil, dx[i] = f'(x[i]) and dtheta[p][i] = df/dtheta[p]. It panics if the
// slices differ in length, which must not overlap, and does not allocate.
func (s Hill) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	checkShapes("Hill", 3, y, dx, dtheta, x, theta)
	beta, slope, kappa := theta[0], theta[1], theta[2]
	logKappa := math.Log(kappa)
	if math.IsNaN(slope) || math.IsNaN(kappa) { // which the exponential does not pass on
		beta = math.NaN()
	}
	perKappa := 1 / kappa
	var ratios, e [block]float64 // log(x/kappa), e^-|u|
	for from := 0; from < len(x); from += block {
		part := x[from:min(from+block, len(x))]
		logs(&ratios, part)
		for i := range ratios {
			ratios[i] -= logKappa
			e[i] = -math.Abs(slope * ratios[i])
		}
		kernel.Exp(e[:])
		for i, xi := range part {
			var g, h float64       // s(u) and s(u)·s(-u); both 0 at x = 0
			if e[i] <= 0x1p-1021 { // the least that kernel.Exp returns
				e[i] = 0
			}
			if xi > 0 {
				g, h = sigmoidOf(e[i], ratios[i] < 0)
			}
			i += from
			y[i] = beta * g
			if dx != nil {
				if xi > 0 {
					dx[i] = clamp(beta * slope * (h / xi))
				} else {
					dx[i] = powerSlopeAtZero(beta, slope, kappa)
				}
			}
			if dtheta != nil {
				dtheta[0][i] = g
				dtheta[1][i], dtheta[2][i] = 0, 0
				if h > 0 {
					dtheta[1][i] = beta * h * ratios[i-from]
					dtheta[2][i] = -beta * h * slope * perKappa
				}
			}
		}
	}
}

// sigmoid returns s(u) = 1/(1+e^-u) and s(u)·s(-u), neither of which cancels
// or overflows for any u.
func sigmoid(u float64) (g, h float64) {
	return sigmoidOf(fastmath.Exp(-math.Abs(u)), u < 0)
}

// sigmoidOf is sigmoid by e^-|u| and the sign of u.
func sigmoidOf(e float64, negative bool) (g, h float64) {
	q := 1 / (1 + e)
	h = e * q * q
	if negative {
		return e * q, h
	}
	return q, h
}

// powerSlopeAtZero returns the slope of scale·(x/unit)^power at x = 0.
func powerSlopeAtZero(scale, power, unit float64) float64 {
	switch {
	case power > 1 || scale == 0:
		return 0
	case power == 1:
		return clamp(scale / unit)
	}
	return math.Copysign(infinite, scale)
}

// infinite stands for an infinite slope; see the package comment.
const infinite = 1e100

// clamp returns v, or the number nearest to it within ±infinite.
func clamp(v float64) float64 {
	switch {
	case v > infinite:
		return infinite
	case v < -infinite:
		return -infinite
	}
	return v
}

// Scale returns 0: f is proportional to beta.
func (s Hill) Scale() int { return 0 }

// Concave reports whether f is concave on x >= 0: if slope <= 1 and beta >= 0.
func (s Hill) Concave(theta []float64) bool { return theta[0] >= 0 && theta[1] <= 1 }

// Check returns all faults of the priors; slope and kappa must be positive.
func (s Hill) Check() error {
	return check("Hill", s.Params(), dist.Real, dist.Positive, dist.Positive)
}
