package adstock_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mixmodel/mmm/adstock/adstocktest"
)

// gradientPoints has interior points for each list of parameters, away from
// the ties of WeibullPDF.
var gradientPoints = map[string][][]float64{
	"alpha":       {{1e-3}, {0.05}, {0.25}, {0.5}, {0.8}, {0.99}},
	"alpha,theta": {{0.01, 0.2}, {0.25, 0.7}, {0.5, 2}, {0.5, 2.5}, {0.9, 4.2}, {0.3, 9}},
	"lam,k":       {{0.3, 0.8}, {1, 1.3}, {2, 2}, {2.2, 3}, {3.7, 4.1}, {6, 2.5}, {40, 1.4}},
}

func TestEveryDerivativeMatchesCentralDifferences(t *testing.T) {
	checked := 0
	for _, c := range all {
		for _, theta := range gradientPoints[strings.Join(c.params, ",")] {
			checked += compareGradient(t, c.name, c.a, theta)
		}
	}
	// Per transform, points times parameters: alpha 6·1, alpha,theta 6·2,
	// lam,k 7·2; Geometric and Binomial, Delayed, two Weibulls, each twice.
	if want := 2 * (2*6 + 12 + 2*14); checked != want {
		t.Errorf("checked %d derivatives, want %d", checked, want)
	}
}

// compareGradient returns how many rows of dw it compared.
func compareGradient(t *testing.T, name string, a adstocktest.Adstock, theta []float64) int {
	t.Helper()
	_, dw := weights(a, theta)
	for p := range theta {
		h := 1e-3 * min(theta[p], 1-math.Mod(theta[p], 1), 1)
		at := func(steps float64) []float64 {
			moved := slices.Clone(theta)
			moved[p] += steps * h
			w, _ := weights(a, moved)
			return w
		}
		a1, b1, a2, b2 := at(1), at(-1), at(2), at(-2)
		for l, got := range dw[p] {
			want := (8*(a1[l]-b1[l]) - (a2[l] - b2[l])) / (12 * h)
			if math.Abs(got-want) > 2e-9*max(1, math.Abs(want)) {
				t.Errorf("%s at %v: dw[%d][%d] = %.12g, central differences give %.12g", name, theta, p, l, got, want)
			}
		}
	}
	return len(theta)
}

// weights returns a kernel and its derivatives.
func weights(a adstocktest.Adstock, theta []float64) (w []float64, dw [][]float64) {
	w = make([]float64, a.Len())
	dw = make([][]float64, len(theta))
	for p := range dw {
		dw[p] = make([]float64, a.Len())
	}
	a.Weights(w, dw, theta)
	return w, dw
}
