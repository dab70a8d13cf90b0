package dist

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The standardised means of a truncated likelihood: most near 2, some below 0.
func benchPoints() []float64 {
	rng := rand.New(rand.NewPCG(1, 1))
	z := make([]float64, 183)
	for i := range z {
		z[i] = 2 + 1.5*rng.NormFloat64()
	}
	return z
}

var sink float64

func BenchmarkTails(b *testing.B) {
	z := benchPoints()
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"LogPhi", func() {
			for _, z := range z {
				sink += LogPhi(z)
			}
		}},
		{"LogPhiHazard", func() {
			for _, z := range z {
				l, h := LogPhiHazard(z)
				sink += l + h
			}
		}},
		{"library", func() { // what the package replaces, wrong in the tails
			for _, z := range z {
				p := 0.5 * math.Erfc(-z/math.Sqrt2)
				sink += math.Log(p) + math.Exp(-0.5*z*z)/p
			}
		}},
	} {
		b.Run(c.name+"/periods=183", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.f()
			}
		})
	}
}

func BenchmarkRandNormalAbove(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for b.Loop() {
		sink += RandNormalAbove(rng, 0.2, 0.1, 0)
	}
}
