package kernel

import (
	"math"
	"testing"
)

func TestWeightsAreTheGeometricSumsAtEveryLevel(t *testing.T) {
	compared := 0
	for _, n := range []int{8, 16, 24} {
		alpha := Aligned(n)
		for i := range alpha {
			alpha[i] = float64(i) / float64(n-1)
		}
		for _, lags := range []int{1, 2, 3, 8, 13} {
			for l := Portable; l <= Best(); l++ {
				restore := Use(l)
				last, norm, dNorm := Aligned(n), Aligned(n), Aligned(n)
				Weights(last, norm, dNorm, alpha, lags)
				restore()
				for i, a := range alpha {
					sum, dSum := 0.0, 0.0
					for lag := range lags {
						sum += math.Pow(a, float64(lag))
						dSum += float64(lag) * math.Pow(a, math.Max(0, float64(lag-1)))
					}
					for _, c := range [][2]float64{{last[i], math.Pow(a, float64(lags-1))}, {norm[i], 1 / sum}, {dNorm[i], -dSum / (sum * sum)}} {
						if math.Abs(c[0]-c[1]) > 1e-14*(1+math.Abs(c[1])) {
							t.Fatalf("%v, alpha %v, %d lags: got %v, want %v", l, a, lags, c[0], c[1])
						}
						compared++
					}
				}
			}
		}
	}
	if compared == 0 {
		t.Error("compared nothing")
	}
}
