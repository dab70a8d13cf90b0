package dist

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// Beta is the beta distribution on (0,1) with shapes Alpha, Beta > 0:
//
//	log p(x) = (α-1) log x + (β-1) log(1-x) - log B(α, β)
type Beta struct{ Alpha, Beta float64 }

// LogProb returns the log density at x, -Inf outside [0,1].
func (d Beta) LogProb(x float64) float64 {
	if x < 0 || x > 1 {
		return math.Inf(-1)
	}
	return xlogy(d.Alpha-1, x) + xlog1py(d.Beta-1, -x) - mathext.Lbeta(d.Alpha, d.Beta)
}

// Score returns (α-1)/x - (β-1)/(1-x).
func (d Beta) Score(x float64) float64 { return xdivy(d.Alpha-1, x) - xdivy(d.Beta-1, 1-x) }

// Rand draws one value.
func (d Beta) Rand(rng *rand.Rand) float64 {
	// X/(X+Y) with X, Y gamma variates, through logs: both may underflow.
	a := logGammaVariate(rng, d.Alpha)
	b := logGammaVariate(rng, d.Beta)
	return inside(Unit, 1/(1+math.Exp(b-a)))
}

// Quantile returns the x with Iₓ(α, β) = p, I the regularised incomplete beta
// function, to about 12 digits.
func (d Beta) Quantile(p float64) float64 {
	mustProb("Beta", p)
	return betaQuantile(d.Alpha, d.Beta, p)
}

// CDF returns Iₓ(α, β).
func (d Beta) CDF(x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	return mathext.RegIncBeta(d.Alpha, d.Beta, x)
}

// Mean returns α/(α+β).
func (d Beta) Mean() float64 { return d.Alpha / (d.Alpha + d.Beta) }

// Variance returns αβ/((α+β)²(α+β+1)).
func (d Beta) Variance() float64 {
	n := d.Alpha + d.Beta
	return d.Alpha / n * d.Beta / n / (n + 1)
}

// Support returns Unit.
func (d Beta) Support() Support { return Unit }

// String returns "Beta(alpha=…, beta=…)".
func (d Beta) String() string { return fmt.Sprintf("Beta(alpha=%g, beta=%g)", d.Alpha, d.Beta) }

// Check wants Alpha and Beta > 0.
func (d Beta) Check() error {
	return check("Beta", positive("Alpha", d.Alpha), positive("Beta", d.Beta))
}

// Elem returns d: the same prior for every element.
func (d Beta) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d Beta) Len() int { return 0 }
