package diag

import "math"

// RHat returns the potential scale reduction factor of x, [chain][draw], in
// its split, rank-normalised, folded form: how much wider the chains are
// together than each by itself. It is close to 1 when they agree; above 1.01
// the sample should not be used.
//
// With B = n·var(chain means), W = mean chain variance, both of the split
// chains' normal scores z, it is √((B/W + n - 1)/n), the larger of the values
// for x (chains in different places) and for |x - median| (of different
// widths). Affine maps of x and the order of the chains do not change it.
//
// NaN if x is constant, holds a value that is not finite, or has fewer than
// 4 draws per chain. It panics if the chains differ in length. Cost O(N).
//
// Source: Vehtari et al. (2021), section 4.
func RHat(x [][]float64) float64 {
	c := flatten(x)
	r := rank(c.v)
	return c.rhat(r, r.normalScores())
}

// rhat is [RHat], given the ranked sample and its normal scores.
func (c chains) rhat(r ranked, z []float64) float64 {
	if c.n < 4 || !usable(r.sorted) {
		return math.NaN()
	}
	bulk := c.with(z).split().plainRHat()
	f := r.folded()
	if !usable(f.sorted) { // two values only: no width to compare
		return bulk
	}
	return max(bulk, c.with(f.normalScores()).split().plainRHat())
}

// plainRHat returns √((B/W + n - 1)/n).
func (c chains) plainRHat() float64 {
	n := float64(c.n)
	means, variances := c.meansAndVariances()
	b := n * sumSquares(means, Mean(means)) / float64(c.m-1)
	return math.Sqrt((b/Mean(variances) + n - 1) / n)
}
