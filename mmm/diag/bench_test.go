package diag

import (
	"fmt"
	"testing"

	"mixmodel/mmm/internal/radix"
)

var sink float64

func BenchmarkDescribe(b *testing.B) {
	for _, phi := range []float64{0, 0.9, 0.99} {
		x := noise(1, 4, 4000, phi)
		b.Run(fmt.Sprintf("chains=4/draws=4000/phi=%g", phi), func(b *testing.B) {
			for b.Loop() {
				sink += Describe(x).RHat
			}
		})
	}
}

func BenchmarkRank(b *testing.B) {
	v := flatten(noise(1, 4, 4000, 0)).v
	for b.Loop() {
		sink += rank(v).sorted[0]
	}
}

func BenchmarkCRPS(b *testing.B) {
	v := radix.Sorted(noise(1, 1, 4000, 0)[0])
	for b.Loop() {
		sink += CRPSSorted(v, 0.3)
	}
}
