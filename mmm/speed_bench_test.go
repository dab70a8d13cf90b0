package mmm

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/internal/kernel"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/saturation"
)

// BenchmarkGradient shows how the cost grows: one gradient in the sampler's
// coordinates, at points drawn from the prior, for every level of the kernels.
func BenchmarkGradient(b *testing.B) {
	m := Model{Adstock: adstock.Geometric{MaxLag: 7}, Saturation: saturation.Logistic{}, Seasonality: Fourier{Order: 5}, Likelihood: TruncatedNormal{}}
	for _, periods := range []int{52, 104, 183, 260, 520} {
		for _, channels := range []int{7, 15, 50} {
			c := Must(compile(m, randomData(b, periods, channels, 1)))
			w := newWarped(newCoordinates(c))
			rng := rand.New(rand.NewPCG(1, 1))
			points, g := matrix(16, c.layout.dim), make([]float64, c.layout.dim)
			for _, u := range points {
				for j := range u {
					u[j] = rng.NormFloat64()
				}
			}
			for l := kernel.Portable; l <= kernel.Best(); l++ {
				b.Run(fmt.Sprintf("level=%v/periods=%d/channels=%d", l, periods, channels), func(b *testing.B) {
					defer kernel.Use(l)()
					i := 0
					for b.Loop() {
						w.LogDensity(points[i%16], g)
						i++
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*periods*channels), "ns/cell")
				})
			}
		}
	}
}

// BenchmarkGradientByModel shows what other adstocks and saturations cost: one
// gradient in the sampler's coordinates, of 183 periods and 7 channels.
func BenchmarkGradientByModel(b *testing.B) {
	d := randomData(b, 183, 7, 1)
	for _, a := range []Adstock{adstock.Geometric{MaxLag: 5}, adstock.Delayed{MaxLag: 5}, adstock.WeibullPDF{MaxLag: 5}} {
		for _, s := range []Saturation{saturation.Logistic{}, saturation.Hill{}, saturation.MichaelisMenten{}, saturation.Tanh{}, saturation.Root{}} {
			c := Must(compile(Model{Adstock: a, Saturation: s, Seasonality: Fourier{Order: 5}, Likelihood: TruncatedNormal{}}, d))
			w := newWarped(newCoordinates(c))
			u, g := make([]float64, c.layout.dim), make([]float64, c.layout.dim)
			b.Run(fmt.Sprintf("%T/%T", a, s), func(b *testing.B) {
				for b.Loop() {
					w.LogDensity(u, g)
				}
			})
		}
	}
}

// BenchmarkFromFileToSummary is the shortest run that deserves trust: the case
// study from its CSV file to a summary with R-hat < 1.01 and bulk and tail ESS
// of at least 400 for all 55 parameters. The settings reach that with each of
// the seeds 1 to 40.
func BenchmarkFromFileToSummary(b *testing.B) {
	path := sharedFile(b, "data", "mmm_stan_data.csv")
	for l := kernel.Portable; l <= kernel.Best(); l++ {
		b.Run("level="+l.String(), func(b *testing.B) {
			defer kernel.Use(l)()
			for b.Loop() {
				d := Must(ReadCSV(path, caseStudyColumns))
				train, _, err := d.SplitAt(splitDate)
				if err != nil {
					b.Fatal(err)
				}
				f := Must(caseStudyModel(train).Fit(train, nuts.Options{Chains: 4, Warmup: 150, Draws: 550, Seed: 1, TargetAccept: 0.8}))
				if s := f.Diagnostics(); !(s.MaxRHat < 1.01 && s.MinESSBulk >= 400 && s.MinESSTail >= 400) {
					b.Fatalf("R-hat %.4f, ESS %.0f and %.0f: not enough draws", s.MaxRHat, s.MinESSBulk, s.MinESSTail)
				}
			}
		})
	}
}
