package diag

import (
	"fmt"
	"math"
)

// chains is m chains of n draws, chain after chain in one slice.
type chains struct {
	m, n int
	v    []float64
}

// flatten copies x, [chain][draw], into one slice. It panics if the chains
// differ in length.
func flatten(x [][]float64) chains {
	if len(x) == 0 {
		return chains{}
	}
	c := chains{m: len(x), n: len(x[0])}
	c.v = make([]float64, 0, c.m*c.n)
	for i, chain := range x {
		if len(chain) != c.n {
			panic(fmt.Sprintf("diag: chain %d has %d draws, chain 0 has %d", i, len(chain), c.n))
		}
		c.v = append(c.v, chain...)
	}
	return c
}

// chain returns the draws of chain i.
func (c chains) chain(i int) []float64 { return c.v[i*c.n : (i+1)*c.n] }

// with returns values v in the shape of c.
func (c chains) with(v []float64) chains { return chains{c.m, c.n, v} }

// split cuts each chain into its first and last ⌊n/2⌋ draws, so that a drift
// within a chain shows as a difference between chains. An odd chain loses its
// middle draw. An even sample is not copied.
func (c chains) split() chains {
	h := c.n / 2
	if c.n%2 == 0 {
		return chains{2 * c.m, h, c.v}
	}
	v := make([]float64, 0, 2*c.m*h)
	for i := range c.m {
		x := c.chain(i)
		v = append(v, x[:h]...)
		v = append(v, x[h+1:]...)
	}
	return chains{2 * c.m, h, v}
}

// meansAndVariances returns mean and variance (divisor n-1) of each chain.
func (c chains) meansAndVariances() (means, variances []float64) {
	means = make([]float64, c.m)
	variances = make([]float64, c.m)
	for i := range c.m {
		x := c.chain(i)
		means[i] = Mean(x)
		variances[i] = sumSquares(x, means[i]) / float64(c.n-1)
	}
	return means, variances
}

// usable reports whether a sorted sample can be judged: finite, not constant.
func usable(sorted []float64) bool {
	n := len(sorted)
	// NaN comes first and fails the comparison.
	return n > 0 && sorted[0] < sorted[n-1] && sorted[0] >= -math.MaxFloat64 && sorted[n-1] <= math.MaxFloat64
}
