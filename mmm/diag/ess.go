package diag

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/internal/radix"
)

// minHalf is the least length of a half chain for which the estimator of the
// effective sample size looks at any autocorrelation.
const minHalf = 5

// ESSBulk returns the effective sample size of x, [chain][draw], for its
// location: that of the split chains' normal scores, which exists for heavy
// tails too. Want at least 100 per chain.
//
// NaN if x is constant, holds a value that is not finite, or has fewer than
// 10 draws per chain. It panics if the chains differ in length. Cost
// O(N·lags), up to the lag where the autocorrelation is lost in noise.
//
// Source: Vehtari et al. (2021), section 4; estimator: see [ESSMean].
func ESSBulk(x [][]float64) float64 {
	c := flatten(x)
	r := rank(c.v)
	return c.essBulk(r, r.normalScores())
}

// ESSTail returns the lesser of [ESSQuantile] at 5 % and 95 %: how well the
// sample knows the ends of an interval. Where ties make one of them
// undefined, the other; NaN as for [ESSBulk].
func ESSTail(x [][]float64) float64 {
	c := flatten(x)
	s := radix.Sorted(c.v)
	return lesser(c.essQuantile(s, 0.05), c.essQuantile(s, 0.95))
}

// ESSQuantile returns the effective sample size of x, [chain][draw], for its
// p-quantile q: that of the split chains of the indicator x <= q. NaN as for
// [ESSBulk], and where ties make the indicator constant.
func ESSQuantile(x [][]float64, p float64) float64 {
	c := flatten(x)
	return c.essQuantile(radix.Sorted(c.v), p)
}

// ESSMean returns the effective sample size of x, [chain][draw], for its
// mean: the number of independent draws that would know it as well. NaN as
// for [ESSBulk].
//
// Of the m split chains of n draws, let mean_var = mean variance and var_plus
// = mean_var (n-1)/n + variance of the chain means; then
//
//	ρ_t = 1 - (mean_var - mean autocovariance at lag t)/var_plus
//	τ   = -1 + 2 Σ ρ_t, at least 1/log₁₀(mn)
//	ESS = mn/τ
//
// The sum takes pairs (ρ_2k, ρ_2k+1) while they are positive and 2k < n-2,
// each pair cut to its predecessor, without the last pair looked at but with
// its first half if that is positive.
//
// Source: Geyer (1992), initial monotone sequence; Stan, as read by ArviZ.
// Differs: for odd n, Stan and R's posterior stop at 2k < n-3. ArviZ returns
// N for constants and a value for 4 to 9 draws.
func ESSMean(x [][]float64) float64 {
	c := flatten(x)
	return c.essMean(radix.Sorted(c.v))
}

func lesser(a, b float64) float64 {
	if math.IsNaN(a) || b < a {
		return b
	}
	return a
}

func (c chains) essBulk(r ranked, z []float64) float64 {
	if !usable(r.sorted) {
		return math.NaN()
	}
	return c.with(z).split().ess()
}

func (c chains) essMean(sorted []float64) float64 {
	if !usable(sorted) {
		return math.NaN()
	}
	return c.split().ess()
}

func (c chains) essQuantile(sorted []float64, p float64) float64 {
	q := Quantile(sorted, p)
	if !usable(sorted) || !(q < sorted[len(sorted)-1]) {
		return math.NaN()
	}
	below := make([]float64, len(c.v))
	for i, x := range c.v {
		if x <= q {
			below[i] = 1
		}
	}
	return c.with(below).split().ess()
}

// ess returns the effective sample size of the mean of c, whose chains are
// split already and not all constant.
func (c chains) ess() float64 {
	if c.n < minHalf {
		return math.NaN()
	}
	n, total := float64(c.n), float64(c.m*c.n)
	means, variances := c.meansAndVariances()
	meanVar := Mean(variances)
	varPlus := meanVar*(n-1)/n + sumSquares(means, Mean(means))/float64(c.m-1)
	centered := c.minus(means)
	rho := func(t int) float64 {
		return 1 - (meanVar-centered.autocovariance(t))/varPlus
	}
	tau := max(geyer(rho, c.n), 1/math.Log10(total))
	return total / tau
}

// geyer returns -1 + 2Σρ_t over the initial monotone sequence of n lags. It
// asks for lags in order and only as far as the sequence goes.
func geyer(rho func(t int) float64, n int) float64 {
	tau, previous := -1.0, math.Inf(1)
	even, odd := 1.0, rho(1)
	for t := 0; ; t += 2 {
		pair := even + odd
		if !(pair > 0) || t+2 >= n-2 { // the last pair
			if even > 0 || pair >= 0 {
				tau += even
			}
			return tau
		}
		previous = min(previous, pair)
		tau += 2 * previous
		even, odd = rho(t+2), rho(t+3)
	}
}

// minus returns a copy of c with center[i] subtracted from chain i.
func (c chains) minus(center []float64) chains {
	out := c.with(make([]float64, len(c.v)))
	for i := range c.m {
		to := out.chain(i)
		for d, x := range c.chain(i) {
			to[d] = x - center[i]
		}
	}
	return out
}

// autocovariance returns the mean over chains of Σ_d x[d]·x[d+t]/n, for
// chains of mean 0.
func (c chains) autocovariance(t int) float64 {
	sum := 0.0
	for i := range c.m {
		x := c.chain(i)
		sum += floats.Dot(x[:c.n-t], x[t:])
	}
	return sum / float64(c.m*c.n)
}

// Autocorrelation returns the autocorrelation of one chain at the lags
// 0..maxLag: autocovariance with divisor n and the mean removed, over its
// value at lag 0. NaN if x is constant, 0 at lags beyond its length.
func Autocorrelation(x []float64, maxLag int) []float64 {
	c := chains{1, len(x), x}.minus([]float64{Mean(x)})
	rho := make([]float64, maxLag+1)
	variance := 0.0
	if !constant(x) {
		variance = c.autocovariance(0)
	}
	for t := range rho {
		covariance := 0.0
		if t < len(x) && variance > 0 {
			covariance = c.autocovariance(t)
		}
		rho[t] = covariance / variance
	}
	return rho
}

// constant reports whether all values are equal; rounding of their mean would
// hide it from a variance.
func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}
