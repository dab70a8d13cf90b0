package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// logSqrt2Pi is log √(2π).
const logSqrt2Pi = 0.91893853320467274178032973640561763986139747363778

// Normal is the normal distribution with mean Mu and standard deviation
// Sigma > 0:
//
//	log p(x) = -(x-μ)²/(2σ²) - log σ - log √(2π)
type Normal struct{ Mu, Sigma float64 }

// LogProb returns the log density at x.
func (d Normal) LogProb(x float64) float64 {
	z := (x - d.Mu) / d.Sigma
	return -0.5*z*z - math.Log(d.Sigma) - logSqrt2Pi
}

// Score returns (μ-x)/σ².
func (d Normal) Score(x float64) float64 { return (d.Mu - x) / (d.Sigma * d.Sigma) }

// Rand draws one value.
func (d Normal) Rand(rng *rand.Rand) float64 { return d.Mu + d.Sigma*rng.NormFloat64() }

// Quantile returns μ + σ Φ⁻¹(p).
func (d Normal) Quantile(p float64) float64 {
	mustProb("Normal", p)
	return d.Mu + d.Sigma*NormQuantile(p)
}

// CDF returns Φ((x-μ)/σ).
func (d Normal) CDF(x float64) float64 { return NormCDF((x - d.Mu) / d.Sigma) }

// Mean returns μ.
func (d Normal) Mean() float64 { return d.Mu }

// Variance returns σ².
func (d Normal) Variance() float64 { return d.Sigma * d.Sigma }

// Support returns Real.
func (d Normal) Support() Support { return Real }

// String returns "Normal(mu=…, sigma=…)".
func (d Normal) String() string { return fmt.Sprintf("Normal(mu=%g, sigma=%g)", d.Mu, d.Sigma) }

// Check wants Mu finite and Sigma > 0.
func (d Normal) Check() error {
	return check("Normal", finite("Mu", d.Mu), positive("Sigma", d.Sigma))
}

// Elem returns d: the same prior for every element.
func (d Normal) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d Normal) Len() int { return 0 }
