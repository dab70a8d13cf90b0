package dist

import "math/rand/v2"

// Dist is a univariate continuous distribution.
//
// Implementations in this package are comparable structs with exported
// fields. Their methods assume valid parameters: call Check once where the
// parameters enter, not in the loop.
type Dist interface {
	// LogProb returns the log density at x, normalised. It is -Inf outside
	// the support, the limit from inside at a finite bound (which may be
	// ±Inf), and never NaN for finite x.
	LogProb(x float64) float64

	// Score returns d LogProb(x)/dx for x inside the support; elsewhere its
	// value means nothing. Where the density has a kink it is 0.
	Score(x float64) float64

	// Rand draws one value strictly inside the support. The number of values
	// taken from rng may differ from draw to draw.
	Rand(rng *rand.Rand) float64

	// Quantile returns the x with CDF(x) = p, and the bounds of the support
	// for p = 0 and 1. It panics unless 0 <= p <= 1.
	Quantile(p float64) float64

	// CDF returns the probability of a value <= x.
	CDF(x float64) float64

	// Mean returns the expectation: ±Inf if it diverges, NaN if it does not
	// exist.
	Mean() float64

	// Variance returns the variance: +Inf if it diverges, NaN if the mean
	// does not exist.
	Variance() float64

	// Support returns the open interval where the density is positive.
	Support() Support

	// String prints name and parameters in full precision, in the form
	// HalfNormal(sigma=0.45).
	String() string

	// Check returns all faults of the parameters, joined, or nil.
	Check() error

	Prior
}

// Support is the open interval (Lower, Upper) on which a density is positive.
type Support struct{ Lower, Upper float64 }

// Contains reports whether x lies strictly between the bounds.
func (s Support) Contains(x float64) bool { return s.Lower < x && x < s.Upper }
