package adstock_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/adstock/adstocktest"
	"mixmodel/mmm/dist"
)

// At and near the edges of the domain the kernel is its limit, and neither it
// nor its derivatives are NaN or infinite.
func TestKernelsAtTheEdgesOfTheDomain(t *testing.T) {
	sixth := slices.Repeat([]float64{1. / 6}, 6)
	first := []float64{1, 0, 0, 0, 0, 0}
	cases := []struct {
		name  string
		a     adstocktest.Adstock
		theta []float64
		want  []float64 // nil: only finite
	}{
		{"geometric, 0^0 = 1", adstock.Geometric{MaxLag: 5}, []float64{0}, first},
		{"geometric at 1", adstock.Geometric{MaxLag: 5}, []float64{1}, sixth},
		{"binomial at 0", adstock.Binomial{MaxLag: 5}, []float64{0}, first},
		{"binomial at the smallest number", adstock.Binomial{MaxLag: 5}, []float64{5e-324}, first},
		{"binomial at 1", adstock.Binomial{MaxLag: 5}, []float64{1}, sixth},
		{"delayed, 0^0 = 1", adstock.Delayed{MaxLag: 5}, []float64{0, 3}, []float64{0, 0, 0, 1, 0, 0}},
		{"delayed at 0, nearest lag", adstock.Delayed{MaxLag: 5}, []float64{0, 1.7}, []float64{0, 0, 1, 0, 0, 0}},
		{"delayed at 0, half-way", adstock.Delayed{MaxLag: 5}, []float64{0, 1.5}, []float64{0, .5, .5, 0, 0, 0}},
		{"delayed at 0, behind the window", adstock.Delayed{MaxLag: 5}, []float64{0, 99}, []float64{0, 0, 0, 0, 0, 1}},
		{"delayed far behind the window", adstock.Delayed{MaxLag: 5}, []float64{0.1, 60}, []float64{0, 0, 0, 0, 0, 1}},
		{"delayed at 1", adstock.Delayed{MaxLag: 5}, []float64{1, 2}, sixth},
		{"delayed raw at 0", adstock.Delayed{MaxLag: 5, Raw: true}, []float64{0, 0.5}, []float64{0, 0, 0, 0, 0, 0}},
		{"Weibull PDF, tiny scale", adstock.WeibullPDF{MaxLag: 5}, []float64{1e-3, 3}, first},
		{"Weibull PDF, overflowing power", adstock.WeibullPDF{MaxLag: 5}, []float64{1e-3, 300}, first},
		{"Weibull PDF, huge scale", adstock.WeibullPDF{MaxLag: 3, Raw: true}, []float64{1e200, 2}, []float64{0, 1. / 3, 2. / 3, 1}},
		{"Weibull PDF, flat", adstock.WeibullPDF{MaxLag: 3, Raw: true}, []float64{1e12, 1}, []float64{1, 2. / 3, 1. / 3, 0}},
		{"Weibull PDF, one lag", adstock.WeibullPDF{MaxLag: 0}, []float64{2, 3}, []float64{1}},
		{"Weibull PDF, far peak", adstock.WeibullPDF{MaxLag: 5}, []float64{200, 300}, []float64{0, 0, 0, 0, 0, 1}},
		{"Weibull CDF, tiny scale", adstock.WeibullCDF{MaxLag: 4}, []float64{1e-3, 300}, first},
		{"Weibull CDF, huge scale", adstock.WeibullCDF{MaxLag: 4}, []float64{1e200, 2}, sixth},
	}
	for _, c := range cases {
		w, dw := weights(c.a, c.theta)
		compare(t, c.name, w, c.want)
		for p := range dw {
			for l, d := range dw[p] {
				if math.IsNaN(d) || math.IsInf(d, 0) {
					t.Errorf("%s: dw[%d][%d] = %v, want finite", c.name, p, l, d)
				}
			}
		}
	}
}

func TestCheckNamesEveryFault(t *testing.T) {
	bad := adstock.Delayed{
		MaxLag: 0,
		Alpha:  dist.Normal{Mu: 0, Sigma: 1},
		Theta:  dist.Each{dist.HalfNormal{Sigma: 1}, dist.HalfNormal{Sigma: -1}, nil},
	}
	err := bad.Check()
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{
		"adstock: Delayed: MaxLag is 0 (want >= 1; for no carryover use None)",
		"adstock: Delayed: prior of alpha: Normal(mu=0, sigma=1) has support (-Inf, +Inf), want within (0, 1)",
		"adstock: Delayed: prior of theta[1]: ",
		"adstock: Delayed: prior of theta[2]: nil distribution",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant it to contain %q", err, want)
		}
	}
}

func TestPriorsGivenReplaceTheDefaults(t *testing.T) {
	p, q := dist.Beta{Alpha: 2, Beta: 5}, dist.Gamma{Alpha: 4, Beta: 2}
	checked := 0
	for _, a := range []adstocktest.Adstock{
		adstock.Geometric{MaxLag: 1, Alpha: p},
		adstock.Delayed{MaxLag: 1, Alpha: p, Theta: q},
		adstock.WeibullPDF{MaxLag: 1, Lambda: p, K: q},
		adstock.WeibullCDF{MaxLag: 1, Lambda: p, K: q},
		adstock.Binomial{MaxLag: 1, Alpha: p},
	} {
		for i, param := range a.Params() {
			if want := []dist.Prior{p, q}[i]; param.Prior != want {
				t.Errorf("%T: prior of %s is %v, want %v", a, param.Name, param.Prior, want)
			}
			checked++
		}
	}
	if checked != 8 {
		t.Errorf("checked %d priors, want 8", checked)
	}
}

func TestWrongShapesPanic(t *testing.T) {
	g := adstock.Geometric{MaxLag: 2}
	three, two := make([]float64, 3), make([]float64, 2)
	cases := map[string]func(){
		"w":               func() { g.Weights(two, nil, []float64{0.5}) },
		"theta":           func() { g.Weights(three, nil, nil) },
		"dw":              func() { g.Weights(three, [][]float64{}, []float64{0.5}) },
		"row of dw":       func() { g.Weights(three, [][]float64{two}, []float64{0.5}) },
		"dst":             func() { adstock.Convolve(two, three, two) },
		"dst with a mode": func() { adstock.ConvolveMode(two, three, two, adstock.Before) },
		"an unknown mode": func() { adstock.ConvolveMode(three, three, two, 7) },
	}
	for name, f := range cases {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(r.(string), "adstock: ") {
					t.Errorf("%s: recovered %v, want a panic that names the package", name, r)
				}
			}()
			f()
		}()
	}
}
