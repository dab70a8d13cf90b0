package plot

import "testing"

// The case study's trace: 55 parameters, 4 chains of 4,000 draws.
func BenchmarkTrace(b *testing.B) {
	rng := noise(1)
	block := TraceBlock{Name: "parameters"}
	for range 55 {
		x := make([][]float64, 4)
		for m := range x {
			x[m] = make([]float64, 4000)
			for i := range x[m] {
				x[m][i] = rng.bell()
			}
		}
		block.Draws = append(block.Draws, x)
		block.Params = append(block.Params, "a parameter")
	}
	for b.Loop() {
		fig := Trace([]TraceBlock{block}, Options{})
		b.ReportMetric(float64(len(fig.SVG())), "bytes")
	}
}
