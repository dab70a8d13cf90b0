package diag

import (
	"math"

	"mixmodel/mmm/internal/radix"
)

// Mean returns Σx/n, in the unit of x; NaN if x is empty.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// SD returns the standard deviation with divisor n-1, in the unit of x; NaN
// if x has fewer than two values.
func SD(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	return math.Sqrt(sumSquares(x, Mean(x)) / float64(len(x)-1))
}

// sumSquares returns Σ(x-center)².
func sumSquares(x []float64, center float64) float64 {
	ss := 0.0
	for _, v := range x {
		ss += (v - center) * (v - center)
	}
	return ss
}

// Median returns the middle value of x, or the mean of the two middle ones.
// It does not modify x; NaN if x is empty or holds a NaN. To take several
// quantiles, sort once and call [Quantile].
func Median(x []float64) float64 {
	return Quantile(radix.Sorted(x), 0.5)
}
