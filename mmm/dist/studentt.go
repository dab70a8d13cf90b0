package dist

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// StudentT is Student's t distribution with Nu > 0 degrees of freedom,
// location Mu and scale Sigma > 0. With z = (x-μ)/σ:
//
//	log p(x) = log Γ((ν+1)/2) - log Γ(ν/2) - ½ log νπ - log σ - (ν+1)/2 log(1 + z²/ν)
//
// Sigma is not the standard deviation, which is σ √(ν/(ν-2)).
type StudentT struct{ Nu, Mu, Sigma float64 }

// LogProb returns the log density at x.
func (d StudentT) LogProb(x float64) float64 {
	z := (x - d.Mu) / d.Sigma
	norm := lgammaHalfStep(d.Nu/2) - 0.5*math.Log(d.Nu*math.Pi) - math.Log(d.Sigma)
	return norm - 0.5*(d.Nu+1)*log1pSquare(z/math.Sqrt(d.Nu))
}

// Score returns -(ν+1) z / (σ (ν + z²)).
func (d StudentT) Score(x float64) float64 {
	z := (x - d.Mu) / d.Sigma
	return -(d.Nu + 1) * z / (d.Sigma * (d.Nu + z*z))
}

// Rand draws one value: Z/√(X/ν) with Z normal and X ~ chi-squared(ν).
func (d StudentT) Rand(rng *rand.Rand) float64 {
	logX := math.Ln2 + logGammaVariate(rng, d.Nu/2)
	return d.Mu + d.Sigma*rng.NormFloat64()*math.Exp(0.5*(math.Log(d.Nu)-logX))
}

// Quantile returns the x with CDF(x) = p, to about 12 digits.
func (d StudentT) Quantile(p float64) float64 {
	mustProb("StudentT", p)
	if p > 0.5 {
		return d.Mu + d.Sigma*studentTail(d.Nu, 1-p)
	}
	return d.Mu - d.Sigma*studentTail(d.Nu, p)
}

// studentTail returns the z >= 0 which the standard t exceeds with
// probability p <= 1/2.
func studentTail(nu, p float64) float64 {
	// z²/(ν+z²) has the digits near the median, its complement in the tail.
	if w := betaQuantile(0.5, nu/2, 1-2*p); w < 0.5 {
		return math.Sqrt(nu * w / (1 - w))
	}
	w := betaQuantile(nu/2, 0.5, 2*p)
	return math.Sqrt(nu * (1 - w) / w)
}

// CDF returns ½ I(ν/(ν+z²); ν/2, ½) for z < 0 and its complement for z > 0, I
// the regularised incomplete beta function.
func (d StudentT) CDF(x float64) float64 {
	z := (x - d.Mu) / d.Sigma
	if z*z < d.Nu {
		half := 0.5 * mathext.RegIncBeta(0.5, d.Nu/2, z*z/(d.Nu+z*z))
		return 0.5 + math.Copysign(half, z)
	}
	tail := 0.5 * mathext.RegIncBeta(d.Nu/2, 0.5, d.Nu/(d.Nu+z*z))
	if z > 0 {
		return 1 - tail
	}
	return tail
}

// Mean returns μ, NaN for ν <= 1.
func (d StudentT) Mean() float64 {
	if d.Nu <= 1 {
		return math.NaN()
	}
	return d.Mu
}

// Variance returns σ² ν/(ν-2); +Inf for 1 < ν <= 2, NaN below.
func (d StudentT) Variance() float64 {
	switch {
	case d.Nu <= 1:
		return math.NaN()
	case d.Nu <= 2:
		return math.Inf(1)
	}
	return d.Sigma * d.Sigma * d.Nu / (d.Nu - 2)
}

// Support returns Real.
func (d StudentT) Support() Support { return Real }

// String returns "StudentT(nu=…, mu=…, sigma=…)".
func (d StudentT) String() string {
	return fmt.Sprintf("StudentT(nu=%g, mu=%g, sigma=%g)", d.Nu, d.Mu, d.Sigma)
}

// Check wants Nu > 0, Mu finite and Sigma > 0.
func (d StudentT) Check() error {
	return check("StudentT", positive("Nu", d.Nu), finite("Mu", d.Mu), positive("Sigma", d.Sigma))
}

// Elem returns d: the same prior for every element.
func (d StudentT) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d StudentT) Len() int { return 0 }
