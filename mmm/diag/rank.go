package diag

import (
	"math"
	"sync/atomic"

	"gonum.org/v1/gonum/mathext"
)

// ranked is a sample in ascending order that remembers where each value came
// from: sorted[i] = v[order[i]].
type ranked struct {
	sorted []float64
	order  []int32
}

// rank sorts a copy of v. It is a radix sort on the bits of the numbers, six
// digits of eleven bits: four times as fast as comparing pairs, and this is
// most of the time of a parameter table. NaN come first, as in slices.Sort.
func rank(v []float64) ranked {
	type entry struct {
		key uint64
		pos int32
	}
	const digit, digits = 11, 6
	var count [digits][1 << digit]int32
	from, to := make([]entry, len(v)), make([]entry, len(v))
	for i, x := range v {
		key := sortKey(x)
		from[i] = entry{key, int32(i)}
		for d := range digits {
			count[d][key>>(d*digit)&(1<<digit-1)]++
		}
	}
	for d := range digits {
		c := &count[d]
		if len(v) > 0 && c[from[0].key>>(d*digit)&(1<<digit-1)] == int32(len(v)) {
			continue // one digit for all
		}
		start := int32(0)
		for i, k := range c {
			c[i] = start
			start += k
		}
		for _, e := range from {
			at := &c[e.key>>(d*digit)&(1<<digit-1)]
			to[*at] = e
			*at++
		}
		from, to = to, from
	}
	r := ranked{make([]float64, len(v)), make([]int32, len(v))}
	for i, e := range from {
		r.sorted[i], r.order[i] = v[e.pos], e.pos
	}
	return r
}

// sortKey maps floats to integers of the same order.
func sortKey(x float64) uint64 {
	if math.IsNaN(x) {
		return 0
	}
	b := math.Float64bits(x + 0) // -0 becomes 0: they are a tie
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

// folded returns the sample of |x - median|, ranked without another sort: the
// values below the median, backwards, and those above are two ascending runs.
func (r ranked) folded() ranked {
	n := len(r.sorted)
	median := Quantile(r.sorted, 0.5)
	f := ranked{make([]float64, 0, n), make([]int32, 0, n)}
	take := func(i int) {
		f.sorted = append(f.sorted, math.Abs(r.sorted[i]-median))
		f.order = append(f.order, r.order[i])
	}
	below, above := n/2-1, n/2
	for below >= 0 || above < n {
		if above == n || below >= 0 && median-r.sorted[below] <= r.sorted[above]-median {
			take(below)
			below--
		} else {
			take(above)
			above++
		}
	}
	return f
}

// normalScores returns z = Φ⁻¹((r-3/8)/(N+1/4)) for each value of the sample,
// in its original order; r is its rank from 1, the average rank for ties.
//
// Source: Blom (1958), as in Vehtari et al. (2021), eq. 14.
func (r ranked) normalScores() []float64 {
	n := len(r.sorted)
	z, distinct := make([]float64, n), scoresOf(n)
	for i := 0; i < n; {
		j := i + 1
		for j < n && r.sorted[j] == r.sorted[i] {
			j++
		}
		score := distinct[i]
		if j-i > 1 {
			score = normalScore(0.5*float64(i+j+1), n)
		}
		for ; i < j; i++ {
			z[r.order[i]] = score
		}
	}
	return z
}

// lastScores are the normal scores of the ranks 1, 2, … of the last sample.
// All parameters of a fit have equally many draws, so they are mostly the
// next one's, too.
var lastScores atomic.Pointer[[]float64]

// scoresOf returns the normal scores of n distinct values, ascending.
func scoresOf(n int) []float64 {
	if z := lastScores.Load(); z != nil && len(*z) == n {
		return *z
	}
	z := make([]float64, n)
	for i := range z {
		z[i] = normalScore(float64(i+1), n)
	}
	lastScores.Store(&z)
	return z
}

func normalScore(rank float64, n int) float64 {
	if mirrored := float64(n+1) - rank; mirrored < rank {
		return -normalScore(mirrored, n)
	}
	return mathext.NormalQuantile((rank - 0.375) / (float64(n) + 0.25))
}
