package kernel_test

import (
	"math"
	"slices"
	"testing"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
)

func TestTruncatedNormalIsAccurateInBothTails(t *testing.T) {
	for l := kernel.Portable; l <= kernel.Best(); l++ {
		func() {
			defer kernel.Use(l)()
			checked, worst := 0, 0.0
			g := kernel.Grid{Periods: kernel.Lanes}
			n := g.Len()
			mu, y, dmu := kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n)
			for z := -300.0; z < 60; z += 0.0173 {
				for i := range mu {
					mu[i] = z / 2 // inv = 2
				}
				r := kernel.TruncatedNormal(dmu, mu, y, g, 2)
				logPhi, hazard := dist.LogPhiHazard(z)
				gotPhi, got := r.LogPhi/float64(n), -z-dmu[3]/2 // dmu = (r - h)·inv, r = -z
				e := math.Abs(gotPhi-logPhi)/max(1, math.Abs(logPhi)) + math.Abs(got-hazard)/max(1, math.Abs(z))
				if !(e < 1e-12) {
					t.Fatalf("%v, z = %v: log Φ %v, want %v; hazard %v, want %v", l, z, gotPhi, logPhi, got, hazard)
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
	mu, y, dmu := kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n)
	want := 0.0
	for p := range g.Periods {
		s := g.Slot(p)
		mu[s] = -1e3 - float64(p)
		want += dist.LogPhi(mu[s])
	}
	if r := kernel.TruncatedNormal(dmu, mu, y, g, 1); math.Abs(r.LogPhi/want-1) > 1e-12 {
		t.Errorf("Σ log Φ = %v, want %v", r.LogPhi, want)
	}
}

func TestPeriodsThatAreNotThereDoNotCount(t *testing.T) {
	for l := kernel.Portable; l <= kernel.Best(); l++ {
		restore := kernel.Use(l)
		for periods := 1; periods < 40; periods++ {
			g := kernel.Grid{Periods: periods}
			n := g.Len()
			mu, y, dmu := kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n)
			for i := range mu {
				mu[i] = 7 // without a period, too
			}
			want := 0.0
			for p := range periods {
				z := 3*math.Sin(float64(p)) - 0.5
				mu[g.Slot(p)] = z
				want += dist.LogPhi(z)
			}
			r := kernel.TruncatedNormal(dmu, mu, y, g, 1)
			if math.Abs(r.LogPhi-want) > 1e-11 {
				t.Errorf("%v, %d periods: Σ log Φ = %v, want %v", l, periods, r.LogPhi, want)
			}
			sum := 0.0
			for p := range periods {
				sum += dmu[g.Slot(p)]
				dmu[g.Slot(p)] = 0
			}
			if sum == 0 || slices.Max(dmu) != 0 || slices.Min(dmu) != 0 {
				t.Errorf("%v, %d periods: slots without one have a derivative: %v", l, periods, dmu)
			}
		}
		restore()
	}
}

func TestAFarPositiveMeanIsNotCutOff(t *testing.T) {
	g := kernel.Grid{Periods: 800}
	n := g.Len()
	mu, y, dmu := kernel.Aligned(n), kernel.Aligned(n), kernel.Aligned(n)
	for l := kernel.Portable; l <= kernel.Best(); l++ {
		restore := kernel.Use(l)
		for _, z := range []float64{40, 1e4, 1e8, 1e150} {
			for i := range mu {
				mu[i], y[i] = z, z
			}
			if r := kernel.TruncatedNormal(dmu, mu, y, g, 1); !(math.Abs(r.LogPhi) < 1e-300) || r.Squares != 0 || !(math.Abs(r.Hazard) < 1e-100) {
				t.Errorf("%v, z = %v: %+v, want no effect", l, z, r)
			}
		}
		restore()
	}
}
