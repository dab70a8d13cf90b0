package adstock

import (
	"math"

	"mixmodel/mmm/dist"
)

// WeibullCDF is carryover whose decay changes with age: a share 1-F(l) of the
// effect survives from lag l-1 to lag l,
//
//	w[0] = 1,   w[l] = Π_{i=1..l} (1 - F(i)),   F(x) = 1 - exp(-(x/lam)^k)
//
// lam > 0 is the scale in periods, k > 0 the shape.
//
// The kernel has MaxLag+2 weights, lags 0 … MaxLag+1: the leading 1 comes on
// top of MaxLag+1 values of F, as in PyMC-Marketing with l_max = MaxLag+1.
type WeibullCDF struct {
	// MaxLag+1 is the largest lag, in periods; the kernel has MaxLag+2 weights.
	MaxLag int

	Lambda dist.Prior // prior of lam, in periods; nil means Gamma with mean 2, sd 2.5
	K      dist.Prior // prior of k; nil means Gamma with mean 2, sd 2.5

	// Raw leaves the weights unnormalised: w[0] = 1.
	Raw bool
}

// Params returns "lam" and "k" with their priors.
func (c WeibullCDF) Params() []dist.Param {
	return []dist.Param{
		{Name: "lam", Prior: or(c.Lambda, dist.GammaMeanSD(2, 2.5))},
		{Name: "k", Prior: or(c.K, dist.GammaMeanSD(2, 2.5))},
	}
}

// Len returns the number of weights, MaxLag+2.
func (c WeibullCDF) Len() int { return c.MaxLag + 2 }

// Weights writes the kernel at theta = [lam, k] into w (len Len()) and, unless
// dw is nil, the derivatives with respect to lam into dw[0] and to k into
// dw[1]. It panics on any other shape and does not allocate.
func (c WeibullCDF) Weights(w []float64, dw [][]float64, theta []float64) {
	checkShapes("WeibullCDF", c.Len(), 2, w, dw, theta)
	lam, k := theta[0], theta[1]

	// -log w[l] is the cumulative hazard Σ_{i<=l} (i/lam)^k.
	hazard, hazardLog := 0.0, 0.0
	for l := range w {
		if l > 0 {
			z := float64(l) / lam
			h := math.Pow(z, k)
			hazard += h
			hazardLog += float64(h * math.Log(z))
		}
		w[l] = math.Exp(-hazard)
		if dw == nil {
			continue
		}
		dw[0][l], dw[1][l] = 0, 0
		if w[l] > 0 { // else the hazard may be infinite, and 0·Inf is not 0
			dw[0][l] = w[l] * hazard * k / lam
			dw[1][l] = -w[l] * hazardLog
		}
	}
	if !c.Raw {
		normalize(w, dw)
	}
}

// Check returns all faults: MaxLag < 1, or a prior that is invalid or reaches
// below 0.
func (c WeibullCDF) Check() error {
	return check("WeibullCDF", c.MaxLag, c.Params(), dist.Positive, dist.Positive)
}
