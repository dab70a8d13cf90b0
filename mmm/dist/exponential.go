package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Exponential is the exponential distribution with rate Rate > 0, so the mean
// is 1/Rate. For x >= 0:
//
//	log p(x) = log λ - λ x
type Exponential struct{ Rate float64 }

// LogProb returns the log density at x, -Inf for x < 0.
func (d Exponential) LogProb(x float64) float64 {
	if x < 0 {
		return math.Inf(-1)
	}
	return math.Log(d.Rate) - d.Rate*x
}

// Score returns -λ.
func (d Exponential) Score(float64) float64 { return -d.Rate }

// Rand draws one value.
func (d Exponential) Rand(rng *rand.Rand) float64 {
	return inside(Positive, rng.ExpFloat64()/d.Rate)
}

// Quantile returns -log(1-p)/λ.
func (d Exponential) Quantile(p float64) float64 {
	mustProb("Exponential", p)
	return -math.Log1p(-p) / d.Rate
}

// CDF returns 1 - exp(-λx) for x > 0.
func (d Exponential) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return -math.Expm1(-d.Rate * x)
}

// Mean returns 1/λ.
func (d Exponential) Mean() float64 { return 1 / d.Rate }

// Variance returns 1/λ².
func (d Exponential) Variance() float64 { return 1 / (d.Rate * d.Rate) }

// Support returns Positive.
func (d Exponential) Support() Support { return Positive }

// String returns "Exponential(rate=…)".
func (d Exponential) String() string { return fmt.Sprintf("Exponential(rate=%g)", d.Rate) }

// Check wants Rate > 0.
func (d Exponential) Check() error { return check("Exponential", positive("Rate", d.Rate)) }

// Elem returns d: the same prior for every element.
func (d Exponential) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d Exponential) Len() int { return 0 }
