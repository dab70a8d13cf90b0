package kernel_test

import (
	"math"
	"testing"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
)

func TestTruncatedNormalIsAccurateInBothTails(t *testing.T) {
	for l := kernel.Portable; l <= kernel.Best(); l++ {
		func() {
			defer kernel.Use(l)()
			checked, worst := 0, 0.0
			n := kernel.Lanes
			mu, y, mask, dmu := kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n)
			mask[3] = 1
			for z := -300.0; z < 60; z += 0.0173 {
				mu[3] = z / 2 // inv = 2
				r := kernel.TruncatedNormal(dmu, mu, y, mask, 2)
				logPhi, hazard := dist.LogPhiHazard(z)
				got := -z - dmu[3]/2 // dmu = (r - h)·inv, r = -z
				e := math.Abs(r.LogPhi-logPhi)/max(1, math.Abs(logPhi)) + math.Abs(got-hazard)/max(1, math.Abs(z))
				if !(e < 1e-12) {
					t.Fatalf("%v, z = %v: log Φ %v, want %v; hazard %v, want %v", l, z, r.LogPhi, logPhi, got, hazard)
				}
				worst = max(worst, e)
				checked++
			}
			if checked < 20_000 {
				t.Errorf("checked %d points", checked)
			}
			t.Logf("%v: worst error %.1e", l, worst)
		}()
	}
}

func TestManyFactorsOfTheTruncationDoNotUnderflow(t *testing.T) {
	g := kernel.Grid{Periods: 2000}
	n := g.Len()
	mu, y, mask, dmu := kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n)
	want := 0.0
	for p := range g.Periods {
		s := g.Slot(p)
		mu[s], mask[s] = -1e3-float64(p), 1
		want += dist.LogPhi(mu[s])
	}
	if r := kernel.TruncatedNormal(dmu, mu, y, mask, 1); math.Abs(r.LogPhi/want-1) > 1e-12 {
		t.Errorf("Σ log Φ = %v, want %v", r.LogPhi, want)
	}
}
