package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// HalfCauchy is the distribution of |X|, X Cauchy with location 0 and scale
// Sigma > 0, which is its median. For x >= 0:
//
//	log p(x) = log 2 - log πσ - log(1 + (x/σ)²)
//
// Its mean and variance are infinite.
type HalfCauchy struct{ Sigma float64 }

// LogProb returns the log density at x, -Inf for x < 0.
func (d HalfCauchy) LogProb(x float64) float64 {
	if x < 0 {
		return math.Inf(-1)
	}
	return math.Ln2 - math.Log(math.Pi*d.Sigma) - log1pSquare(x/d.Sigma)
}

// Score returns -2x/(σ² + x²).
func (d HalfCauchy) Score(x float64) float64 {
	z := x / d.Sigma
	return -2 * z / (d.Sigma * (1 + z*z))
}

// Rand draws one value.
func (d HalfCauchy) Rand(rng *rand.Rand) float64 {
	return inside(Positive, d.Quantile(openUnit(rng)))
}

// Quantile returns σ tan(πp/2).
func (d HalfCauchy) Quantile(p float64) float64 {
	mustProb("HalfCauchy", p)
	if p > 0.5 { // the pole of tan at π/2 would cost the digits of 1-p
		return d.Sigma / math.Tan(0.5*math.Pi*(1-p))
	}
	return d.Sigma * math.Tan(0.5*math.Pi*p)
}

// CDF returns (2/π) arctan(x/σ) for x > 0.
func (d HalfCauchy) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return 2 / math.Pi * math.Atan(x/d.Sigma)
}

// Mean returns +Inf.
func (d HalfCauchy) Mean() float64 { return math.Inf(1) }

// Variance returns +Inf.
func (d HalfCauchy) Variance() float64 { return math.Inf(1) }

// Support returns Positive.
func (d HalfCauchy) Support() Support { return Positive }

// String returns "HalfCauchy(sigma=…)".
func (d HalfCauchy) String() string { return fmt.Sprintf("HalfCauchy(sigma=%g)", d.Sigma) }

// Check wants Sigma > 0.
func (d HalfCauchy) Check() error { return check("HalfCauchy", positive("Sigma", d.Sigma)) }

// Elem returns d: the same prior for every element.
func (d HalfCauchy) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d HalfCauchy) Len() int { return 0 }
