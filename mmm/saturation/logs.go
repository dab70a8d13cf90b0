package saturation

import (
	"math"

	"mixmodel/mmm/internal/kernel"
)

// block is how many logarithms are taken at once.
const block = 8 * kernel.Lanes

// logs sets l[i] to the logarithm of x[i], for at most block elements, and to
// some number where that is 0.
func logs(l *[block]float64, x []float64) {
	const tiny = 0x1p-1022
	odd := false
	for i, v := range x {
		if !(v >= tiny && v <= math.MaxFloat64) {
			odd = odd || v != 0
			v = 1
		}
		l[i] = v
	}
	n := kernel.Pad(len(x))
	for i := len(x); i < n; i++ {
		l[i] = 1
	}
	kernel.Log(l[:n])
	if !odd {
		return
	}
	for i, v := range x { // subnormal, infinite, negative or not a number
		if !(v >= tiny && v <= math.MaxFloat64) {
			l[i] = math.Log(v)
		}
	}
}
