package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// HalfNormal is the distribution of |Z|, Z normal with mean 0 and standard
// deviation Sigma > 0. For x >= 0:
//
//	log p(x) = log 2 - x²/(2σ²) - log σ - log √(2π)
type HalfNormal struct{ Sigma float64 }

// LogProb returns the log density at x, -Inf for x < 0.
func (d HalfNormal) LogProb(x float64) float64 {
	if x < 0 {
		return math.Inf(-1)
	}
	z := x / d.Sigma
	return math.Ln2 - 0.5*z*z - math.Log(d.Sigma) - logSqrt2Pi
}

// Score returns -x/σ².
func (d HalfNormal) Score(x float64) float64 { return -x / (d.Sigma * d.Sigma) }

// Rand draws one value.
func (d HalfNormal) Rand(rng *rand.Rand) float64 {
	return inside(d.Support(), d.Sigma*math.Abs(rng.NormFloat64()))
}

// Quantile returns √2 σ erf⁻¹(p).
func (d HalfNormal) Quantile(p float64) float64 {
	mustProb("HalfNormal", p)
	if p > 0.5 { // erf⁻¹ loses digits towards 1; 1-p is exact there
		return -d.Sigma * NormQuantile((1-p)/2)
	}
	return math.Sqrt2 * d.Sigma * math.Erfinv(p)
}

// CDF returns erf(x/(√2 σ)) for x > 0.
func (d HalfNormal) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return math.Erf(x / (math.Sqrt2 * d.Sigma))
}

// Mean returns σ √(2/π).
func (d HalfNormal) Mean() float64 { return d.Sigma * math.Sqrt(2/math.Pi) }

// Variance returns σ² (1-2/π).
func (d HalfNormal) Variance() float64 { return d.Sigma * d.Sigma * (1 - 2/math.Pi) }

// Support returns Positive.
func (d HalfNormal) Support() Support { return Positive }

// String returns "HalfNormal(sigma=…)".
func (d HalfNormal) String() string { return fmt.Sprintf("HalfNormal(sigma=%g)", d.Sigma) }

// Check wants Sigma > 0.
func (d HalfNormal) Check() error { return check("HalfNormal", positive("Sigma", d.Sigma)) }

// Elem returns d: the same prior for every element.
func (d HalfNormal) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d HalfNormal) Len() int { return 0 }
