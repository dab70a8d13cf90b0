package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// LogNormal is the distribution of exp(Z), Z normal with mean Mu and standard
// deviation Sigma > 0. For x > 0:
//
//	log p(x) = -(log x - μ)²/(2σ²) - log x - log σ - log √(2π)
type LogNormal struct{ Mu, Sigma float64 }

// LogProb returns the log density at x, -Inf for x <= 0.
func (d LogNormal) LogProb(x float64) float64 {
	if x <= 0 {
		return math.Inf(-1)
	}
	u := math.Log(x)
	z := (u - d.Mu) / d.Sigma
	return -0.5*z*z - u - math.Log(d.Sigma) - logSqrt2Pi
}

// Score returns -(1 + (log x - μ)/σ²)/x.
func (d LogNormal) Score(x float64) float64 {
	return -(1 + (math.Log(x)-d.Mu)/(d.Sigma*d.Sigma)) / x
}

// Rand draws one value.
func (d LogNormal) Rand(rng *rand.Rand) float64 {
	return inside(Positive, math.Exp(d.Mu+d.Sigma*rng.NormFloat64()))
}

// Quantile returns exp(μ + σ Φ⁻¹(p)).
func (d LogNormal) Quantile(p float64) float64 {
	mustProb("LogNormal", p)
	return math.Exp(d.Mu + d.Sigma*NormQuantile(p))
}

// CDF returns Φ((log x - μ)/σ) for x > 0.
func (d LogNormal) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return NormCDF((math.Log(x) - d.Mu) / d.Sigma)
}

// Mean returns exp(μ + σ²/2).
func (d LogNormal) Mean() float64 { return math.Exp(d.Mu + 0.5*d.Sigma*d.Sigma) }

// Variance returns (exp(σ²) - 1) exp(2μ + σ²).
func (d LogNormal) Variance() float64 {
	v := d.Sigma * d.Sigma
	return math.Expm1(v) * math.Exp(2*d.Mu+v)
}

// Support returns Positive.
func (d LogNormal) Support() Support { return Positive }

// String returns "LogNormal(mu=…, sigma=…)".
func (d LogNormal) String() string {
	return fmt.Sprintf("LogNormal(mu=%g, sigma=%g)", d.Mu, d.Sigma)
}

// Check wants Mu finite and Sigma > 0.
func (d LogNormal) Check() error {
	return check("LogNormal", finite("Mu", d.Mu), positive("Sigma", d.Sigma))
}

// Elem returns d: the same prior for every element.
func (d LogNormal) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d LogNormal) Len() int { return 0 }
