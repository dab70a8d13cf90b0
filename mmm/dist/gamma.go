package dist

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// Gamma is the gamma distribution with shape Alpha > 0 and rate Beta > 0
// (rate, not scale: the mean is α/β). For x > 0:
//
//	log p(x) = α log β - log Γ(α) + (α-1) log x - β x
type Gamma struct{ Alpha, Beta float64 }

// GammaMeanSD returns the Gamma with this mean and standard deviation, both
// > 0 and in the same unit: α = (mean/sd)², β = mean/sd².
func GammaMeanSD(mean, sd float64) Gamma {
	r := mean / sd
	return Gamma{Alpha: r * r, Beta: r / sd}
}

// LogProb returns the log density at x, -Inf for x < 0.
func (d Gamma) LogProb(x float64) float64 {
	if x < 0 {
		return math.Inf(-1)
	}
	return d.Alpha*math.Log(d.Beta) - lgamma(d.Alpha) + xlogy(d.Alpha-1, x) - d.Beta*x
}

// Score returns (α-1)/x - β.
func (d Gamma) Score(x float64) float64 { return xdivy(d.Alpha-1, x) - d.Beta }

// Rand draws one value.
func (d Gamma) Rand(rng *rand.Rand) float64 {
	return inside(Positive, math.Exp(logGammaVariate(rng, d.Alpha))/d.Beta)
}

// Quantile returns the x with P(α, βx) = p, P the regularised lower
// incomplete gamma function, to about 12 digits.
func (d Gamma) Quantile(p float64) float64 {
	mustProb("Gamma", p)
	return gammaQuantile(d.Alpha, p) / d.Beta
}

// CDF returns P(α, βx).
func (d Gamma) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return mathext.GammaIncReg(d.Alpha, d.Beta*x)
}

// Mean returns α/β.
func (d Gamma) Mean() float64 { return d.Alpha / d.Beta }

// Variance returns α/β².
func (d Gamma) Variance() float64 { return d.Alpha / (d.Beta * d.Beta) }

// Support returns Positive.
func (d Gamma) Support() Support { return Positive }

// String returns "Gamma(alpha=…, beta=…)".
func (d Gamma) String() string { return fmt.Sprintf("Gamma(alpha=%g, beta=%g)", d.Alpha, d.Beta) }

// Check wants Alpha and Beta > 0.
func (d Gamma) Check() error {
	return check("Gamma", positive("Alpha", d.Alpha), positive("Beta", d.Beta))
}

// Elem returns d: the same prior for every element.
func (d Gamma) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d Gamma) Len() int { return 0 }
