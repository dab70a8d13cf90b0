package adstock

import (
	"math"

	"mixmodel/mmm/dist"
)

// Delayed is carryover that peaks theta periods after the spend:
//
//	w[l] = alpha^((l-theta)²),   l = 0 … MaxLag,   0^0 = 1
//
// alpha in [0, 1] is the width of the peak, theta >= 0 its delay in periods.
// At alpha = 0 the normalised kernel is its limit: all weight on the lag
// nearest to theta (on both, if theta lies half-way).
//
// The derivative with respect to alpha may be infinite at alpha = 0, where
// its limit times alpha is 0; there it is given as 0, which is what a sampler
// on the logit scale needs.
//
// Source: Jin et al. (2017), delayed adstock.
type Delayed struct {
	// MaxLag is the largest lag, in periods; the kernel has MaxLag+1 weights.
	MaxLag int

	Alpha dist.Prior // prior of alpha; nil means Beta(1, 3)
	Theta dist.Prior // prior of theta, in periods; nil means HalfNormal(1)

	// Raw leaves the weights unnormalised: w = 1 at a lag of exactly theta.
	Raw bool
}

// Params returns "alpha" and "theta" with their priors.
func (d Delayed) Params() []dist.Param {
	return []dist.Param{
		{Name: "alpha", Prior: or(d.Alpha, defaultAlpha)},
		{Name: "theta", Prior: or(d.Theta, dist.HalfNormal{Sigma: 1})},
	}
}

// Len returns the number of weights, MaxLag+1.
func (d Delayed) Len() int { return d.MaxLag + 1 }

// Weights writes the kernel at theta = [alpha, theta] into w (len Len()) and,
// unless dw is nil, the derivatives with respect to alpha into dw[0] and to
// theta into dw[1]. It panics on any other shape and does not allocate.
func (d Delayed) Weights(w []float64, dw [][]float64, theta []float64) {
	checkShapes("Delayed", d.Len(), 2, w, dw, theta)
	alpha, delay := theta[0], theta[1]

	// The normalised kernel is computed relative to its largest weight, at
	// the lag nearest to the delay: else a delay far behind MaxLag would
	// underflow all weights and divide 0 by 0.
	peak, smallest := delay, 0.0
	if !d.Raw {
		peak = min(max(math.Round(delay), 0), float64(d.MaxLag))
		smallest = (peak - delay) * (peak - delay)
	}
	logAlpha := math.Log(alpha)
	for l := range w {
		lag := float64(l)
		power := (lag-delay)*(lag-delay) - smallest
		w[l] = math.Pow(alpha, power)
		if dw == nil {
			continue
		}
		dw[0][l], dw[1][l] = 0, 0
		if power != 0 && !(alpha == 0 && power < 1) {
			dw[0][l] = power * math.Pow(alpha, power-1)
		}
		if w[l] > 0 && alpha > 0 {
			dw[1][l] = -2 * (lag - peak) * logAlpha * w[l]
		}
	}
	if !d.Raw {
		normalize(w, dw)
	}
}

// Check returns all faults: MaxLag < 1, or a prior that is invalid or reaches
// out of its parameter's domain.
func (d Delayed) Check() error {
	return check("Delayed", d.MaxLag, d.Params(), dist.Unit, dist.Positive)
}
