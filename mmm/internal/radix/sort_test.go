package radix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// samples are shapes that draws have, and shapes to trip over.
func samples(n int) map[string][]float64 {
	rng := rand.New(rand.NewPCG(1, 0))
	out := map[string][]float64{}
	for i := range n {
		z := rng.NormFloat64()
		for name, v := range map[string]float64{
			"normal": z, "far from zero": 1e8 + z, "log-normal": math.Exp(3 * z), "cauchy": z / rng.NormFloat64(),
			"ties": math.Round(2 * z), "constant": 3, "rising": float64(i), "falling": float64(-i),
			"zeros of both signs": math.Copysign(0, z), "subnormal": z * 1e-310,
			"all the range": math.Float64frombits(rng.Uint64() &^ (1 << 62)),
			"outlier":       1 + z*1e-9 + map[bool]float64{true: 1e300}[i == n/2],
			"infinite":      map[int]float64{0: math.Inf(1), 1: math.Inf(-1), 2: z}[i%3],
			"missing":       map[bool]float64{true: math.NaN(), false: z}[i%7 == 0],
		} {
			out[name] = append(out[name], v)
		}
	}
	return out
}

func TestSortAgreesWithComparingPairs(t *testing.T) {
	checked := 0
	for _, n := range []int{0, 1, 2, few - 1, few, 1000, 16000} {
		for name, x := range samples(n) {
			want := slices.Clone(x)
			slices.Sort(want)
			got := Sorted(x)
			if !slices.EqualFunc(got, want, func(a, b float64) bool { return a == b || a != a && b != b }) {
				t.Errorf("%d numbers, %s: not sorted, or not the same numbers", n, name)
			}
			checked++
		}
	}
	if checked < 5*14 {
		t.Errorf("checked %d samples", checked)
	}
}

func FuzzSortAgreesWithComparingPairs(f *testing.F) {
	f.Add(uint64(1), uint64(0), uint16(300))
	f.Fuzz(func(t *testing.T, seed, keep uint64, n uint16) {
		rng := rand.New(rand.NewPCG(seed, 0))
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Float64frombits(rng.Uint64() &^ keep)
		}
		got := Sorted(x)
		slices.Sort(x)
		if !slices.EqualFunc(got, x, func(a, b float64) bool { return a == b || a != a && b != b }) {
			t.Errorf("not sorted, or not the same numbers")
		}
	})
}

func BenchmarkSort(b *testing.B) {
	all := samples(16000)
	for _, name := range []string{"normal", "far from zero", "log-normal", "cauchy"} {
		y := make([]float64, 16000)
		for how, sort := range map[string]func([]float64){"radix": Sort, "slices": slices.Sort[[]float64]} {
			b.Run(fmt.Sprintf("%s/%s", name, how), func(b *testing.B) {
				for b.Loop() {
					copy(y, all[name])
					sort(y)
				}
			})
		}
	}
}
