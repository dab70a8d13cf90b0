package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// TruncatedNormal is the normal distribution with parameters Mu and Sigma > 0
// conditioned on Lower < x < Upper; a bound may be infinite. With
// a = (lower-μ)/σ and b = (upper-μ)/σ, inside the bounds:
//
//	log p(x) = -(x-μ)²/(2σ²) - log σ - log √(2π) - log(Φ(b)-Φ(a))
//
// Mu and Sigma are not the mean and standard deviation. All methods keep
// their digits when the interval lies far out in a tail, on either side.
type TruncatedNormal struct{ Mu, Sigma, Lower, Upper float64 }

// bounds returns a, b and b-a, the width.
func (d TruncatedNormal) bounds() (a, b, width float64) {
	return (d.Lower - d.Mu) / d.Sigma, (d.Upper - d.Mu) / d.Sigma, (d.Upper - d.Lower) / d.Sigma
}

// LogProb returns the log density at x, -Inf outside [Lower, Upper].
func (d TruncatedNormal) LogProb(x float64) float64 {
	if x < d.Lower || x > d.Upper {
		return math.Inf(-1)
	}
	switch a, b, width := d.bounds(); {
	case a >= 0:
		return tailLogProb(a, (x-d.Lower)/d.Sigma, width) - math.Log(d.Sigma)
	case b <= 0:
		return tailLogProb(-b, (d.Upper-x)/d.Sigma, width) - math.Log(d.Sigma)
	default:
		return Normal{d.Mu, d.Sigma}.LogProb(x) - centralLogMass(a, b)
	}
}

// Score returns (μ-x)/σ².
func (d TruncatedNormal) Score(x float64) float64 { return (d.Mu - x) / (d.Sigma * d.Sigma) }

// Rand draws one value, from one uniform number through the quantile.
func (d TruncatedNormal) Rand(rng *rand.Rand) float64 {
	return inside(d.Support(), d.Quantile(openUnit(rng)))
}

// Quantile returns the x with CDF(x) = p.
func (d TruncatedNormal) Quantile(p float64) float64 {
	mustProb("TruncatedNormal", p)
	var x float64
	switch a, b, width := d.bounds(); {
	case p == 0:
		return d.Lower
	case p == 1:
		return d.Upper
	case a >= 0:
		x = d.Lower + d.Sigma*tailExcess(a, logTailShare(a, width, p, 1-p))
	case b <= 0:
		x = d.Upper - d.Sigma*tailExcess(-b, logTailShare(-b, width, 1-p, p))
	default:
		x = d.Mu + d.Sigma*centralQuantile(a, b, p)
	}
	return min(max(x, d.Lower), d.Upper)
}

// CDF returns (Φ(z)-Φ(a))/(Φ(b)-Φ(a)), z = (x-μ)/σ.
func (d TruncatedNormal) CDF(x float64) float64 {
	if x <= d.Lower {
		return 0
	}
	if x >= d.Upper {
		return 1
	}
	switch a, b, width := d.bounds(); {
	case a >= 0:
		return tailCDF(a, (x-d.Lower)/d.Sigma, width)
	case b <= 0:
		return tailUpperCDF(-b, (d.Upper-x)/d.Sigma, width)
	default:
		return centralCDF(a, (x-d.Mu)/d.Sigma, b)
	}
}

// Mean returns the expectation. It costs about a microsecond; with one bound
// [MeanNormalAbove] is faster.
func (d TruncatedNormal) Mean() float64 {
	mode := min(max(d.Mu, d.Lower), d.Upper)
	a, b, _ := d.bounds()
	excess, _ := truncatedMoments(a, b)
	return mode + d.Sigma*excess
}

// Variance returns the variance, see Mean.
func (d TruncatedNormal) Variance() float64 {
	a, b, _ := d.bounds()
	_, variance := truncatedMoments(a, b)
	return d.Sigma * d.Sigma * variance
}

// Support returns the interval (Lower, Upper).
func (d TruncatedNormal) Support() Support { return Support{d.Lower, d.Upper} }

// String returns "TruncatedNormal(mu=…, sigma=…, lower=…, upper=…)".
func (d TruncatedNormal) String() string {
	return fmt.Sprintf("TruncatedNormal(mu=%g, sigma=%g, lower=%g, upper=%g)", d.Mu, d.Sigma, d.Lower, d.Upper)
}

// Check wants Mu finite, Sigma > 0 and Lower < Upper.
func (d TruncatedNormal) Check() error {
	return check("TruncatedNormal", finite("Mu", d.Mu), positive("Sigma", d.Sigma),
		ordered("Lower", d.Lower, "Upper", d.Upper))
}

// Elem returns d: the same prior for every element.
func (d TruncatedNormal) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d TruncatedNormal) Len() int { return 0 }
