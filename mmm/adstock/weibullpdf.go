package adstock

import (
	"math"

	"mixmodel/mmm/dist"
)

// WeibullPDF is carryover shaped like a Weibull density p, stretched so that
// the largest weight is 1 and the smallest 0:
//
//	w[l] = (p(l+1) - min p)/(max p - min p),   l = 0 … MaxLag
//	p(x) = (k/lam)·(x/lam)^(k-1)·exp(-(x/lam)^k)
//
// (and then normalised to Σ w = 1, unless Raw). lam > 0 is the scale in
// periods, k > 0 the shape: for k <= 1 the effect falls from the start, for
// k > 1 it peaks near lam·(1-1/k)^(1/k).
//
// One weight is always exactly 0, by construction. Where two lags tie for the
// smallest or the largest p the derivative has a jump; it is given as that of
// the earlier lag.
//
// Source: the stretching is Robyn's, kept by PyMC-Marketing. It is computed
// here from log p, so extreme parameters give the limit instead of 0/0.
type WeibullPDF struct {
	// MaxLag is the largest lag, in periods; the kernel has MaxLag+1 weights.
	MaxLag int

	Lambda dist.Prior // prior of lam, in periods; nil means Gamma with mean 2, sd 1
	K      dist.Prior // prior of k; nil means Gamma with mean 3, sd 1

	// Raw leaves the weights unnormalised: max w = 1.
	Raw bool
}

// Params returns "lam" and "k" with their priors.
func (p WeibullPDF) Params() []dist.Param {
	return []dist.Param{
		{Name: "lam", Prior: or(p.Lambda, dist.GammaMeanSD(2, 1))},
		{Name: "k", Prior: or(p.K, dist.GammaMeanSD(3, 1))},
	}
}

// Len returns the number of weights, MaxLag+1.
func (p WeibullPDF) Len() int { return p.MaxLag + 1 }

// Weights writes the kernel at theta = [lam, k] into w (len Len()) and, unless
// dw is nil, the derivatives with respect to lam into dw[0] and to k into
// dw[1]. It panics on any other shape and does not allocate.
func (p WeibullPDF) Weights(w []float64, dw [][]float64, theta []float64) {
	checkShapes("WeibullPDF", p.Len(), 2, w, dw, theta)
	lam, k := theta[0], theta[1]

	lo, hi := 0, 0
	for l := range w {
		w[l] = weibullLogRatio(l, lam, k)
		if w[l] < w[lo] {
			lo = l
		}
		if w[l] > w[hi] {
			hi = l
		}
	}
	for i := range dw {
		for l := range w {
			dw[i][l] = weibullLogRatioSlope(i, l, lam, k)
		}
	}
	stretch(w, dw, lo, hi)
	if !p.Raw {
		normalize(w, dw)
	}
}

// Check returns all faults: MaxLag < 1, or a prior that is invalid or reaches
// below 0.
func (p WeibullPDF) Check() error {
	return check("WeibullPDF", p.MaxLag, p.Params(), dist.Positive, dist.Positive)
}

// weibullLogRatio returns log(p(l+1)/p(1)) = (k-1)·log x - (x^k - 1)/lam^k
// for x = l+1. It is finite or -Inf.
func weibullLogRatio(l int, lam, k float64) float64 {
	if l == 0 {
		return 0
	}
	logX := math.Log(float64(l + 1))
	return (k-1)*logX - weibullRise(logX, lam, k)
}

// weibullRise returns (x^k - 1)/lam^k from log x > 0, in a form that neither
// cancels nor becomes Inf·0.
func weibullRise(logX, lam, k float64) float64 {
	return math.Exp(k*(logX-math.Log(lam))) * -math.Expm1(-k*logX)
}

// weibullLogRatioSlope returns the derivative of weibullLogRatio with respect
// to lam (i = 0) or k (i = 1); where the ratio is 0 it may be infinite.
func weibullLogRatioSlope(i, l int, lam, k float64) float64 {
	if l == 0 {
		return 0
	}
	logX := math.Log(float64(l + 1))
	rise := weibullRise(logX, lam, k)
	if i == 0 {
		return k / lam * rise
	}
	return logX - math.Exp(k*(logX-math.Log(lam)))*logX + math.Log(lam)*rise
}

// stretch turns w from log p (up to a constant) into the weights
// (p - p[lo])/(p[hi] - p[lo]), and the rows of dw from the derivatives of
// log p into those of the weights. If all p are equal, so are the weights: 1.
func stretch(w []float64, dw [][]float64, lo, hi int) {
	logLo, logHi := w[lo], w[hi]
	span := -math.Expm1(logLo - logHi) // 1 - p[lo]/p[hi]
	if span == 0 {
		for l := range w {
			w[l] = 1
		}
		for _, row := range dw {
			clear(row)
		}
		return
	}
	pLo := math.Exp(logLo - logHi)
	for _, row := range dw {
		slopeLo, slopeHi := product(pLo, row[lo]), row[hi]
		for l, logP := range w {
			p := math.Exp(logP - logHi)
			weight := above(logP, logLo, logHi) / span
			row[l] = (product(p, row[l]) - slopeLo - weight*(slopeHi-slopeLo)) / span
		}
	}
	for l, logP := range w {
		w[l] = above(logP, logLo, logHi) / span
	}
}

// above returns (p - pLo)/pHi from the logarithms.
func above(logP, logLo, logHi float64) float64 {
	if logP == logLo {
		return 0
	}
	return -math.Exp(logP-logHi) * math.Expm1(logLo-logP)
}

// product returns p·slope, and 0 if p is 0 and the slope infinite.
func product(p, slope float64) float64 {
	if p == 0 {
		return 0
	}
	return p * slope
}
