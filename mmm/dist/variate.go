package dist

import (
	"math"
	"math/rand/v2"
)

// openUnit draws from the uniform distribution on (0,1), never 0 or 1: the
// midpoints of 2⁵² equal intervals.
func openUnit(rng *rand.Rand) float64 {
	return (float64(rng.Uint64()>>12) + 0.5) * 0x1p-52
}

// inside moves a value that rounding put on a bound of the support to the
// nearest float inside.
func inside(s Support, x float64) float64 {
	if x <= s.Lower {
		return math.Nextafter(s.Lower, math.Inf(1))
	}
	if x >= s.Upper {
		return math.Nextafter(s.Upper, math.Inf(-1))
	}
	return x
}

// logGammaVariate draws log X with X ~ Gamma(alpha, 1). The log keeps small
// shapes from underflow: for alpha = 0.001 half of all X are below 1e-300.
//
// Source: Marsaglia and Tsang (2000); for alpha < 1 their X(alpha+1)·U^(1/alpha).
func logGammaVariate(rng *rand.Rand, alpha float64) float64 {
	boost := 0.0
	if alpha < 1 {
		boost = math.Log(openUnit(rng)) / alpha
		alpha++
	}
	d := alpha - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		z := rng.NormFloat64()
		v := 1 + c*z
		if v <= 0 {
			continue
		}
		v = v * v * v
		logV := math.Log(v)
		if math.Log(openUnit(rng)) < 0.5*z*z+d-d*v+d*logV {
			return math.Log(d) + logV + boost
		}
	}
}
