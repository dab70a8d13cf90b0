package diag

import "math"

// Quantile returns the p-quantile of an ascending slice by linear
// interpolation between its neighbours: with h = p(n-1),
//
//	s[⌊h⌋] + (h-⌊h⌋)(s[⌊h⌋+1] - s[⌊h⌋])
//
// which is NumPy's default (Hyndman and Fan's type 7). NaN if the slice is
// empty, holds a NaN, or p lies outside [0,1].
func Quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	// slices.Sort puts NaN first, so one look finds any.
	if n == 0 || math.IsNaN(sorted[0]) || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	h := p * float64(n-1)
	i := int(h)
	frac := h - float64(i)
	if frac == 0 { // also keeps Inf - Inf out
		return sorted[i]
	}
	return sorted[i] + frac*(sorted[i+1]-sorted[i])
}
