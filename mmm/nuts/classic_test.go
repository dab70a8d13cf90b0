package nuts

import (
	"maps"
	"math"
	"slices"
	"testing"
)

func TestClassicWindowsAreStans(t *testing.T) {
	// Stan's windows for 1,000 iterations: 75 | 25, 50, 100, 200, 500 | 50.
	from, closes := windows(1000)
	got := slices.Sorted(maps.Keys(closes))
	if want := []int{99, 149, 249, 449, 949}; from != 75 || !slices.Equal(got, want) {
		t.Errorf("windows from %d close after %v, want from 75 after %v", from, got, want)
	}
	for _, n := range []int{MinWarmup, 60, 100, 149, 150, 151, 333} {
		from, closes := windows(n)
		if from <= 0 || len(closes) == 0 || slices.Max(slices.Collect(maps.Keys(closes))) >= n {
			t.Errorf("warmup %d: from %d, closes %v", n, from, closes)
		}
	}
}

func TestClassicAndPooledAgree(t *testing.T) {
	g := stretched(0.01, 1, 100)
	for _, a := range []Adaptation{Pooled, Classic} {
		tr := sampleOrFail(t, g, Options{Warmup: 500, Draws: 2000, Seed: 3, Adaptation: a})
		for i, want := range []float64{0.1, 1, 10} {
			m, v := meanVar(column(tr, i))
			if math.Abs(m) > 0.1*want || math.Abs(math.Sqrt(v)/want-1) > 0.06 {
				t.Errorf("%v, coordinate %d: mean %.3g, sd %.3g; want 0 and %g", a, i, m, math.Sqrt(v), want)
			}
		}
	}
}
