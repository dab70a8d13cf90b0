package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Laplace is the double exponential distribution with mean Mu and scale
// B > 0:
//
//	log p(x) = -|x-μ|/b - log 2b
type Laplace struct{ Mu, B float64 }

// LogProb returns the log density at x.
func (d Laplace) LogProb(x float64) float64 {
	return -math.Abs(x-d.Mu)/d.B - math.Log(2*d.B)
}

// Score returns -sign(x-μ)/b, and 0 at the kink x = μ.
func (d Laplace) Score(x float64) float64 {
	switch {
	case x > d.Mu:
		return -1 / d.B
	case x < d.Mu:
		return 1 / d.B
	}
	return 0
}

// Rand draws one value.
func (d Laplace) Rand(rng *rand.Rand) float64 {
	return d.Mu + d.B*(rng.ExpFloat64()-rng.ExpFloat64())
}

// Quantile returns μ + b log 2p below the median and μ - b log 2(1-p) above.
func (d Laplace) Quantile(p float64) float64 {
	mustProb("Laplace", p)
	if p <= 0.5 {
		return d.Mu + d.B*math.Log(2*p)
	}
	return d.Mu - d.B*math.Log(2*(1-p))
}

// CDF returns the probability of a value <= x.
func (d Laplace) CDF(x float64) float64 {
	z := (x - d.Mu) / d.B
	if z <= 0 {
		return 0.5 * math.Exp(z)
	}
	return 1 - 0.5*math.Exp(-z)
}

// Mean returns μ.
func (d Laplace) Mean() float64 { return d.Mu }

// Variance returns 2b².
func (d Laplace) Variance() float64 { return 2 * d.B * d.B }

// Support returns Real.
func (d Laplace) Support() Support { return Real }

// String returns "Laplace(mu=…, b=…)".
func (d Laplace) String() string { return fmt.Sprintf("Laplace(mu=%g, b=%g)", d.Mu, d.B) }

// Check wants Mu finite and B > 0.
func (d Laplace) Check() error {
	return check("Laplace", finite("Mu", d.Mu), positive("B", d.B))
}

// Elem returns d: the same prior for every element.
func (d Laplace) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d Laplace) Len() int { return 0 }
