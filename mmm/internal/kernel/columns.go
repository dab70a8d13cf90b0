package kernel

import "math"

// DotsAtOnce is what the number of columns of [Dots] is a multiple of.
const DotsAtOnce = 4

// Combine sets mu = Σ_j coef[j]·column j, in order of j. columns holds one
// column of len(mu) after the other; those behind len(coef) are not read.
func Combine(mu, columns, coef []float64) {
	n := len(mu)
	wantRows("Combine", n)
	if len(coef) == 0 || len(columns) < n*len(coef) {
		panic("kernel: Combine: fewer columns than coefficients")
	}
	switch level {
	case AVX512:
		combineAVX512(&mu[0], &columns[0], &coef[0], n/Lanes, len(coef))
	case AVX2:
		combineAVX2(&mu[0], &columns[0], &coef[0], n/Lanes, len(coef))
	default:
		for i := range mu {
			mu[i] = coef[0] * columns[i]
		}
		for j, c := range coef[1:] {
			for i, x := range columns[(j+1)*n:][:n] {
				mu[i] = math.FMA(c, x, mu[i])
			}
		}
	}
}

// Dots sets out[j] = Σ_i d[i]·column j, for the columns in order; len(out) is a
// multiple of DotsAtOnce.
func Dots(out, d, columns []float64) {
	n := len(d)
	wantRows("Dots", n)
	if len(out) == 0 || len(out)%DotsAtOnce != 0 || len(columns) != n*len(out) {
		panic("kernel: Dots: the columns are not one per result, in whole groups")
	}
	switch level {
	case AVX512:
		dotsAVX512(&out[0], &d[0], &columns[0], n/Lanes, len(out))
	case AVX2:
		dotsAVX2(&out[0], &d[0], &columns[0], n/Lanes, len(out))
	default:
		for j := range out {
			out[j] = dotGo(d, columns[j*n:][:n])
		}
	}
}

// dotGo returns Σ a[i]·b[i].
func dotGo(a, b []float64) float64 {
	b = b[:len(a)]
	var s [Lanes]float64
	for half := 0; half < Lanes; half += 4 {
		var s0, s1, s2, s3 float64
		for i := half; i+3 < len(a); i += Lanes {
			s0 = math.FMA(a[i], b[i], s0)
			s1 = math.FMA(a[i+1], b[i+1], s1)
			s2 = math.FMA(a[i+2], b[i+2], s2)
			s3 = math.FMA(a[i+3], b[i+3], s3)
		}
		s[half], s[half+1], s[half+2], s[half+3] = s0, s1, s2, s3
	}
	return sumLanes(s[:])
}
