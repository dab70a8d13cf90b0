package diag

import (
	"fmt"
	"math"

	"mixmodel/mmm/internal/radix"
)

// CRPS returns the continuous ranked probability score of the draws against
// the observation y, in their unit: the mean absolute error of a point
// forecast, extended to a sample. 0 is perfect. It does not modify draws. See
// [CRPSSorted].
func CRPS(draws []float64, y float64) float64 {
	return CRPSSorted(radix.Sorted(draws), y)
}

// CRPSSorted is [CRPS] of ascending draws p, S of them:
//
//	mean |p-y| - Σ_{i=1}^{S-1} i (S-i) (p[i+1]-p[i]) / S²
//
// which is mean |p-y| less half the mean distance of all S² pairs of draws.
// NaN if there are none or one is NaN. Cost O(S).
//
// Source: Gneiting and Raftery (2007), eq. 20. Not the "fair" version, which
// divides by S(S-1).
func CRPSSorted(sorted []float64, y float64) float64 {
	s := float64(len(sorted))
	distance, spread := 0.0, 0.0
	for i, p := range sorted {
		distance += math.Abs(p - y)
		if i > 0 {
			spread += float64(i) * (s - float64(i)) * (p - sorted[i-1])
		}
	}
	return distance/s - spread/(s*s)
}

// R2 returns 1 - Σ(y-ŷ)²/Σ(y-mean y)², the share of the variance of y that
// yhat explains: 1 is perfect, 0 no better than the mean, negative worse. NaN
// or -Inf if y is constant. It panics if the lengths differ, as do the scores
// below.
func R2(y, yhat []float64) float64 {
	sameLength("R2", y, yhat)
	return 1 - squaredError(y, yhat)/sumSquares(y, Mean(y))
}

// RMSE returns √mean (y-ŷ)², in the unit of y.
func RMSE(y, yhat []float64) float64 {
	sameLength("RMSE", y, yhat)
	return math.Sqrt(squaredError(y, yhat) / float64(len(y)))
}

// MAE returns mean |y-ŷ|, in the unit of y.
func MAE(y, yhat []float64) float64 {
	sameLength("MAE", y, yhat)
	sum := 0.0
	for i := range y {
		sum += math.Abs(y[i] - yhat[i])
	}
	return sum / float64(len(y))
}

// MAPE returns mean |y-ŷ|/|y| as a share: 0.05 is 5 %. It says nothing useful
// where y comes near 0, and is +Inf or NaN where y is 0.
func MAPE(y, yhat []float64) float64 {
	sameLength("MAPE", y, yhat)
	sum := 0.0
	for i := range y {
		sum += math.Abs((y[i] - yhat[i]) / y[i])
	}
	return sum / float64(len(y))
}

// Coverage returns the share of y inside [lo, hi], element by element. For
// 94 % intervals of an honest forecast it is near 0.94.
func Coverage(lo, hi, y []float64) float64 {
	sameLength("Coverage", lo, y)
	sameLength("Coverage", hi, y)
	in := 0
	for i, v := range y {
		if lo[i] <= v && v <= hi[i] {
			in++
		}
	}
	return float64(in) / float64(len(y))
}

func squaredError(y, yhat []float64) float64 {
	sum := 0.0
	for i := range y {
		sum += (y[i] - yhat[i]) * (y[i] - yhat[i])
	}
	return sum
}

func sameLength(name string, a, b []float64) {
	if len(a) != len(b) {
		panic(fmt.Sprintf("diag: %s: lengths %d and %d differ", name, len(a), len(b)))
	}
}
