package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// InverseGamma is the distribution of 1/X, X gamma with shape Alpha > 0 and
// rate Beta > 0. For x > 0:
//
//	log p(x) = α log β - log Γ(α) - (α+1) log x - β/x
type InverseGamma struct{ Alpha, Beta float64 }

// LogProb returns the log density at x, -Inf for x <= 0.
func (d InverseGamma) LogProb(x float64) float64 {
	if x <= 0 {
		return math.Inf(-1)
	}
	// One logarithm of β/x, so that x near 0 gives -Inf and not Inf - Inf.
	r := d.Beta / x
	if math.IsInf(r, 1) {
		return math.Inf(-1)
	}
	return (d.Alpha+1)*math.Log(r) - r - lgamma(d.Alpha) - math.Log(d.Beta)
}

// Score returns (β/x - α - 1)/x.
func (d InverseGamma) Score(x float64) float64 { return (d.Beta/x - d.Alpha - 1) / x }

// Rand draws one value.
func (d InverseGamma) Rand(rng *rand.Rand) float64 {
	return inside(Positive, d.Beta*math.Exp(-logGammaVariate(rng, d.Alpha)))
}

// Quantile returns the x with Q(α, β/x) = p, Q the regularised upper
// incomplete gamma function.
func (d InverseGamma) Quantile(p float64) float64 {
	mustProb("InverseGamma", p)
	return d.Beta / gammaUpperQuantile(d.Alpha, p)
}

// CDF returns Q(α, β/x) for x > 0.
func (d InverseGamma) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return gammaUpper(d.Alpha, d.Beta/x)
}

// Mean returns β/(α-1), +Inf for α <= 1.
func (d InverseGamma) Mean() float64 {
	if d.Alpha <= 1 {
		return math.Inf(1)
	}
	return d.Beta / (d.Alpha - 1)
}

// Variance returns β²/((α-1)²(α-2)), +Inf for α <= 2.
func (d InverseGamma) Variance() float64 {
	if d.Alpha <= 2 {
		return math.Inf(1)
	}
	m := d.Mean()
	return m * m / (d.Alpha - 2)
}

// Support returns Positive.
func (d InverseGamma) Support() Support { return Positive }

// String returns "InverseGamma(alpha=…, beta=…)".
func (d InverseGamma) String() string {
	return fmt.Sprintf("InverseGamma(alpha=%g, beta=%g)", d.Alpha, d.Beta)
}

// Check wants Alpha and Beta > 0.
func (d InverseGamma) Check() error {
	return check("InverseGamma", positive("Alpha", d.Alpha), positive("Beta", d.Beta))
}

// Elem returns d: the same prior for every element.
func (d InverseGamma) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d InverseGamma) Len() int { return 0 }
