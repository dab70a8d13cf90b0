package dist

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Uniform is the uniform distribution on (Lower, Upper), both finite:
//
//	log p(x) = -log(upper - lower)
type Uniform struct{ Lower, Upper float64 }

// LogProb returns the log density at x, -Inf outside [Lower, Upper].
func (d Uniform) LogProb(x float64) float64 {
	if x < d.Lower || x > d.Upper {
		return math.Inf(-1)
	}
	return -math.Log(d.Upper - d.Lower)
}

// Score returns 0.
func (d Uniform) Score(float64) float64 { return 0 }

// Rand draws one value.
func (d Uniform) Rand(rng *rand.Rand) float64 {
	return inside(d.Support(), d.Quantile(openUnit(rng)))
}

// Quantile returns (1-p)·lower + p·upper.
func (d Uniform) Quantile(p float64) float64 {
	mustProb("Uniform", p)
	return (1-p)*d.Lower + p*d.Upper
}

// CDF returns (x-lower)/(upper-lower), within [0,1].
func (d Uniform) CDF(x float64) float64 {
	return min(1, max(0, (x-d.Lower)/(d.Upper-d.Lower)))
}

// Mean returns the midpoint.
func (d Uniform) Mean() float64 { return d.Lower + 0.5*(d.Upper-d.Lower) }

// Variance returns (upper-lower)²/12.
func (d Uniform) Variance() float64 {
	w := d.Upper - d.Lower
	return w * w / 12
}

// Support returns the interval (Lower, Upper).
func (d Uniform) Support() Support { return Support(d) }

// String returns "Uniform(lower=…, upper=…)".
func (d Uniform) String() string {
	return fmt.Sprintf("Uniform(lower=%g, upper=%g)", d.Lower, d.Upper)
}

// Check wants finite bounds, Lower < Upper.
func (d Uniform) Check() error {
	return check("Uniform", finite("Lower", d.Lower), finite("Upper", d.Upper),
		ordered("Lower", d.Lower, "Upper", d.Upper))
}

// Elem returns d: the same prior for every element.
func (d Uniform) Elem(int) Dist { return d }

// Len returns 0: any number of elements.
func (d Uniform) Len() int { return 0 }
