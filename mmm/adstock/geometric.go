package adstock

import "mixmodel/mmm/dist"

// Geometric is carryover that decays by the same factor every period:
//
//	w[l] = alpha^l,   l = 0 … MaxLag,   0^0 = 1
//
// alpha in [0, 1] is the share of the effect that is left after one period:
// alpha = 0 means no carryover, alpha = 1 a moving average.
//
// Source: Jin et al. (2017), geometric decay.
type Geometric struct {
	// MaxLag is the largest lag, in periods; the kernel has MaxLag+1 weights.
	// (PyMC-Marketing's l_max is the number of weights: MaxLag = l_max-1.)
	MaxLag int

	// Alpha is the prior of alpha; nil means Beta(1, 3).
	Alpha dist.Prior

	// Raw leaves the weights unnormalised: w[0] = 1.
	Raw bool
}

// Params returns "alpha" with its prior.
func (g Geometric) Params() []dist.Param {
	return []dist.Param{{Name: "alpha", Prior: or(g.Alpha, defaultAlpha)}}
}

var defaultAlpha = dist.Beta{Alpha: 1, Beta: 3}

// Len returns the number of weights, MaxLag+1.
func (g Geometric) Len() int { return g.MaxLag + 1 }

// Weights writes the kernel at theta = [alpha] into w (len Len()) and, unless
// dw is nil, dw[0][l] = dw[l]/dalpha. It panics on any other shape and does
// not allocate.
func (g Geometric) Weights(w []float64, dw [][]float64, theta []float64) {
	checkShapes("Geometric", g.Len(), 1, w, dw, theta)
	alpha := theta[0]
	power := 1.0
	for l := range w {
		w[l] = power
		power *= alpha
	}
	if dw != nil {
		// d alpha^l = l·alpha^(l-1), by the product rule: no power of a
		// negative exponent at alpha = 0.
		slope := 0.0
		for l, power := range w {
			dw[0][l] = slope
			slope = float64(alpha*slope) + power
		}
	}
	if !g.Raw {
		normalize(w, dw)
	}
}

// Check returns all faults: MaxLag < 1, or a prior that is invalid or reaches
// out of (0, 1).
func (g Geometric) Check() error {
	return check("Geometric", g.MaxLag, g.Params(), dist.Unit)
}
