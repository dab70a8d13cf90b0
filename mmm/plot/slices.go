package plot

import (
	"cmp"
	"fmt"

	"gonum.org/v1/plot"

	"mixmodel/mmm"
)

type plotter = plot.Plotter

// matrix panics unless m has the given number of rows, each of the given
// length, and neither is 0.
func matrix(function, what string, m [][]float64, rows, columns int) {
	some(function, "the list of channels", rows)
	some(function, "the list of dates", columns)
	same(function, what, len(m), rows)
	for i, r := range m {
		same(function, fmt.Sprintf("%s[%d]", what, i), len(r), columns)
	}
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// compare orders numbers; NaN comes first.
func compare(a, b float64) int { return cmp.Compare(a, b) }

// highest returns the index of the largest finite value, 0 if there is none.
func highest(y []float64) int {
	best := -1
	for i, v := range y {
		if finite(v) && (best < 0 || v > y[best]) {
			best = i
		}
	}
	return max(best, 0)
}

// highestOf returns the largest finite value.
func highestOf(y []float64) float64 { return y[highest(y)] }

// lowest returns the index of the smallest finite value, 0 if there is none.
func lowest(y []float64) int {
	best := -1
	for i, v := range y {
		if finite(v) && (best < 0 || v < y[best]) {
			best = i
		}
	}
	return max(best, 0)
}

// finiteOnly returns the finite values of y, or a single 0 if there are none.
func finiteOnly(y []float64) []float64 {
	out := make([]float64, 0, len(y))
	for _, v := range y {
		if finite(v) {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return []float64{0}
	}
	return out
}

// ends splits intervals into their lower and upper ends.
func ends(hdi [][2]float64) (lo, hi []float64) {
	lo, hi = make([]float64, len(hdi)), make([]float64, len(hdi))
	for i, v := range hdi {
		lo[i], hi[i] = v[0], v[1]
	}
	return lo, hi
}

// average is the mean of the finite values, 0 if there are none.
func average(y []float64) float64 {
	y = finiteOnly(y)
	return total(y) / float64(len(y))
}

// estimates summarises the finite draws of each channel.
func estimates(b mmm.ByChannel) []mmm.Estimate {
	out := make([]mmm.Estimate, len(b.Draws))
	for c, d := range b.Draws {
		out[c] = mmm.Summarize(finiteOnly(d))
	}
	return out
}

// total sums the finite values.
func total(y []float64) float64 {
	s := 0.0
	for _, v := range finiteOnly(y) {
		s += v
	}
	return s
}

// fraction returns a/b, or 0 where b is 0.
func fraction(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
