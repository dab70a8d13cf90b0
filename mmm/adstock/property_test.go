package adstock_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mixmodel/mmm/adstock"
)

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

func random(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.Float64()
	}
	return x
}

func convolve(x, w []float64) []float64 {
	dst := make([]float64, len(x))
	adstock.Convolve(dst, x, w)
	return dst
}

func TestNormalisedWeightsSumToOneAndTheirDerivativesToZero(t *testing.T) {
	checked := 0
	for _, c := range all {
		if strings.HasSuffix(c.name, " raw") {
			continue
		}
		points := gradientPoints[strings.Join(c.params, ",")]
		if c.params == nil {
			points = [][]float64{nil}
		}
		for _, theta := range points {
			w, dw := weights(c.a, theta)
			if s := sum(w); math.Abs(s-1) > 1e-15*float64(len(w)) {
				t.Errorf("%s at %v: Σ w = %v, want 1", c.name, theta, s)
			}
			for p, row := range dw {
				if s := sum(row); math.Abs(s) > 1e-13 {
					t.Errorf("%s at %v: Σ dw[%d] = %v, want 0", c.name, theta, p, s)
				}
			}
			checked++
		}
	}
	if checked != 2*6+6+2*7+1 {
		t.Errorf("checked %d kernels, want 33", checked)
	}
}

func TestConvolveConservesSpendInsideTheWindow(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	w, _ := weights(adstock.Geometric{MaxLag: 7}, []float64{0.6})
	x := append(random(rng, 40), make([]float64, 7)...) // room for the tail
	if got, want := sum(convolve(x, w)), sum(x); math.Abs(got/want-1) > 1e-14 {
		t.Errorf("adstocked spend is %v, want %v", got, want)
	}
}

func TestConvolveCommutesWithShifts(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	x, w := random(rng, 30), random(rng, 6)
	late := append(make([]float64, 9), x...)
	if got, want := convolve(late, w)[9:], convolve(x, w); !slices.Equal(got, want) {
		t.Errorf("shifted spend gives %v, want %v", got, want)
	}
}

func TestConvolveIsLinear(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	x, y, w := random(rng, 30), random(rng, 30), random(rng, 6)
	both := make([]float64, len(x))
	for t := range both {
		both[t] = 2*x[t] - 3*y[t]
	}
	got, ax, ay := convolve(both, w), convolve(x, w), convolve(y, w)
	for i := range got {
		if want := 2*ax[i] - 3*ay[i]; math.Abs(got[i]-want) > 1e-14 {
			t.Errorf("period %d: got %v, want %v", i, got[i], want)
		}
	}
}

func TestConvolveMatchesTheDefinitionForAllLengths(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	checked := 0
	for periods := range 12 {
		for lags := range 8 {
			x, w := random(rng, periods), random(rng, lags)
			for _, mode := range []adstock.Mode{adstock.After, adstock.Before, adstock.Overlap} {
				dst := slices.Repeat([]float64{math.NaN()}, periods)
				adstock.ConvolveMode(dst, x, w, mode)
				for i, want := range definition(x, w, mode) {
					if math.Abs(dst[i]-want) > 1e-14 {
						t.Errorf("%v, %d periods, %d lags: dst[%d] = %v, want %v", mode, periods, lags, i, dst[i], want)
					}
					checked++
				}
			}
		}
	}
	if checked != 66*8*3 {
		t.Errorf("checked %d values, want %d", checked, 66*8*3)
	}
}

// definition slices the full convolution, of length T+K-1, as the modes are
// defined in PyMC-Marketing.
func definition(x, w []float64, mode adstock.Mode) []float64 {
	if len(x) == 0 || len(w) == 0 {
		return make([]float64, len(x))
	}
	n := len(w)
	full := make([]float64, len(x)+n-1)
	for t := range x {
		for l := range w {
			full[t+l] += x[t] * w[l]
		}
	}
	switch {
	case mode == adstock.Before:
		return full[n-1:]
	case mode == adstock.Overlap && n%2 == 0:
		return full[n/2-1 : len(full)-n/2]
	case mode == adstock.Overlap:
		return full[n/2 : len(full)-n/2]
	}
	return full[:len(x)]
}

func TestRawAndNormalisedKernelsAreProportional(t *testing.T) {
	checked := 0
	for i := 0; i+1 < len(all); i += 2 {
		normal, raw := all[i], all[i+1]
		for _, theta := range gradientPoints[strings.Join(normal.params, ",")] {
			w, _ := weights(normal.a, theta)
			u, _ := weights(raw.a, theta)
			total := sum(u)
			for l := range w {
				if math.Abs(w[l]-u[l]/total) > 1e-14 {
					t.Errorf("%s at %v: w[%d] = %v, raw %v of %v", normal.name, theta, l, w[l], u[l], total)
				}
			}
			checked++
		}
	}
	if checked != 2*6+6+2*7 {
		t.Errorf("checked %d kernels, want 32", checked)
	}
}
