package diag

import (
	"math"

	"mixmodel/mmm/internal/radix"
)

// HDI returns the highest density interval of x: the narrowest interval that
// holds the share prob of the values. It does not modify x. See [HDISorted].
func HDI(x []float64, prob float64) (lo, hi float64) {
	return HDISorted(radix.Sorted(x), prob)
}

// HDISorted is [HDI] of an ascending slice. With k = ⌊prob·n⌋ it looks at the
// n-k windows [s[i], s[i+k]] and returns the first of minimal width, so a
// 94 % interval of 1,000 draws spans 941 of them. prob = 1 gives the range.
//
// The interval is one piece even where the density has two peaks. NaN, NaN if
// the slice is empty, holds a NaN, or prob lies outside [0,1]. Cost O(n).
//
// Source: Chen and Shao (1999); window and ties as in ArviZ.
func HDISorted(sorted []float64, prob float64) (lo, hi float64) {
	n := len(sorted)
	if n == 0 || math.IsNaN(sorted[0]) || !(prob >= 0 && prob <= 1) {
		return math.NaN(), math.NaN()
	}
	k := min(int(prob*float64(n)), n-1)
	best, width := 0, math.Inf(1)
	for i := range n - k {
		if w := sorted[i+k] - sorted[i]; w < width {
			best, width = i, w
		}
	}
	return sorted[best], sorted[best+k]
}
