package adstock_test

import (
	"math/rand/v2"
	"testing"

	"mixmodel/mmm/adstock"
)

func BenchmarkGeometricWeights(b *testing.B) {
	b.Run("lags=6/channels=7", func(b *testing.B) {
		g := adstock.Geometric{MaxLag: 5}
		w, dw := make([]float64, 6), [][]float64{make([]float64, 6)}
		theta := []float64{0.3}
		b.ReportAllocs()
		for b.Loop() {
			for range 7 {
				g.Weights(w, dw, theta)
			}
		}
	})
}

func BenchmarkConvolve(b *testing.B) {
	b.Run("periods=183/lags=6/channels=7", func(b *testing.B) {
		rng := rand.New(rand.NewPCG(1, 0))
		x, w, dst := random(rng, 183), random(rng, 6), make([]float64, 183)
		b.ReportAllocs()
		for b.Loop() {
			for range 7 {
				adstock.Convolve(dst, x, w)
			}
		}
	})
}
