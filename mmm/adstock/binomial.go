package adstock

import (
	"math"

	"mixmodel/mmm/dist"
)

// Binomial is carryover that reaches 0 just behind the window:
//
//	w[l] = (1 - l/(MaxLag+2))^(1/alpha - 1),   l = 0 … MaxLag
//
// alpha in [0, 1]: at 0 there is no carryover, at 1/2 the effect falls along
// a straight line, at 1 it is a moving average.
//
// This is PyMC-Marketing's kernel with l_max = MaxLag+1. Meridian's, with the
// same largest lag, divides by MaxLag+1 and so ends a little lower.
type Binomial struct {
	// MaxLag is the largest lag, in periods; the kernel has MaxLag+1 weights.
	MaxLag int

	// Alpha is the prior of alpha; nil means Beta(1, 3).
	Alpha dist.Prior

	// Raw leaves the weights unnormalised: w[0] = 1.
	Raw bool
}

// Params returns "alpha" with its prior.
func (b Binomial) Params() []dist.Param {
	return []dist.Param{{Name: "alpha", Prior: or(b.Alpha, defaultAlpha)}}
}

// Len returns the number of weights, MaxLag+1.
func (b Binomial) Len() int { return b.MaxLag + 1 }

// Weights writes the kernel at theta = [alpha] into w (len Len()) and, unless
// dw is nil, dw[0][l] = dw[l]/dalpha. It panics on any other shape and does
// not allocate.
func (b Binomial) Weights(w []float64, dw [][]float64, theta []float64) {
	checkShapes("Binomial", b.Len(), 1, w, dw, theta)
	alpha := theta[0]
	power := 1/alpha - 1
	for l := range w {
		base := 1 - float64(l)/float64(b.MaxLag+2)
		w[l] = math.Pow(base, power)
		if dw == nil {
			continue
		}
		dw[0][l] = 0
		if l > 0 && w[l] > 0 {
			dw[0][l] = -w[l] * math.Log(base) / alpha / alpha
		}
	}
	if !b.Raw {
		normalize(w, dw)
	}
}

// Check returns all faults: MaxLag < 1, or a prior that is invalid or reaches
// out of (0, 1).
func (b Binomial) Check() error {
	return check("Binomial", b.MaxLag, b.Params(), dist.Unit)
}
