package adstock_test

import (
	"math"
	"testing"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/adstock/adstocktest"
)

// Known kernels, computed with NumPy and SciPy from the formulas; ten digits.
func TestKernelsHaveTheirKnownValues(t *testing.T) {
	cases := []struct {
		name  string
		a     adstocktest.Adstock
		theta []float64
		want  []float64
	}{
		{"geometric", adstock.Geometric{MaxLag: 5}, []float64{0.5},
			[]float64{.5079365079, .2539682540, .1269841270, .0634920635, .0317460317, .0158730159}},
		{"geometric raw", adstock.Geometric{MaxLag: 5, Raw: true}, []float64{0.5},
			[]float64{1, .5, .25, .125, .0625, .03125}},
		{"delayed", adstock.Delayed{MaxLag: 5}, []float64{0.5, 2},
			[]float64{.0293847567, .2350780533, .4701561065, .2350780533, .0293847567, .0009182736}},
		{"Weibull PDF raw", adstock.WeibullPDF{MaxLag: 5, Raw: true}, []float64{2, 3},
			[]float64{.5997188235, 1, .2092826007, .0036475278, .0000027817, 0}},
		{"Weibull PDF", adstock.WeibullPDF{MaxLag: 5}, []float64{2, 3},
			[]float64{.3308516536, .5516779541, .1154565970, .0020122607, .0000015346, 0}},
		{"Weibull CDF raw", adstock.WeibullCDF{MaxLag: 5, Raw: true}, []float64{2, 2},
			[]float64{1, .7788007831, .2865047969, .0301973834, .0005530844, .0000010677, .0000000001}},
		{"Weibull CDF", adstock.WeibullCDF{MaxLag: 5}, []float64{2, 2},
			[]float64{.4770862361, .3715551343, .1366874952, .0144067560, .0002638689, .0000005094, .0000000001}},
		// By hand: exponent 1, weights 6/6 … 1/6 are 1 - l/6 for l = 0 … 4.
		{"binomial raw at 1/2", adstock.Binomial{MaxLag: 4, Raw: true}, []float64{0.5},
			[]float64{1, 5. / 6, 4. / 6, 3. / 6, 2. / 6}},
		{"none", adstock.None{}, nil, []float64{1}},
	}
	for _, c := range cases {
		w, _ := weights(c.a, c.theta)
		compare(t, c.name, w, c.want)
	}
}

// An impulse answers with the kernel; the tail behind the kernel is 0.
func TestConvolveKnownAnswers(t *testing.T) {
	impulse := []float64{1, 0, 0, 0, 0, 0, 0, 0}
	ramp := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	cases := []struct {
		name  string
		alpha float64
		raw   bool
		x     []float64
		want  []float64
	}{
		{"impulse", 0.5, false, impulse,
			[]float64{.5079365079, .2539682540, .1269841270, .0634920635, .0317460317, .0158730159, 0, 0}},
		{"impulse raw", 0.5, true, impulse, []float64{1, .5, .25, .125, .0625, .03125, 0, 0}},
		{"ramp", 0.5, false, ramp,
			[]float64{.5079365079, 1.2698412698, 2.1587301587, 3.1111111111, 4.0952380952, 5.0952380952, 6.0952380952, 7.0952380952}},
		{"ramp, no carryover", 0, false, ramp, ramp},
		{"ramp, moving average", 1, false, ramp,
			[]float64{.1666666667, .5, 1, 1.6666666667, 2.5, 3.5, 4.5, 5.5}},
	}
	for _, c := range cases {
		w, _ := weights(adstock.Geometric{MaxLag: 5, Raw: c.raw}, []float64{c.alpha})
		got := make([]float64, len(c.x))
		adstock.Convolve(got, c.x, w)
		compare(t, c.name, got, c.want)
	}
}

func TestConvolutionModesKnownAnswers(t *testing.T) {
	x := []float64{0, 0, 0, 1, 0, 0, 0}
	w, _ := weights(adstock.Geometric{MaxLag: 3}, []float64{0.5})
	cases := []struct {
		mode adstock.Mode
		want []float64
	}{
		{adstock.After, []float64{0, 0, 0, .5333333333, .2666666667, .1333333333, .0666666667}},
		{adstock.Before, []float64{.5333333333, .2666666667, .1333333333, .0666666667, 0, 0, 0}},
		{adstock.Overlap, []float64{0, 0, .5333333333, .2666666667, .1333333333, .0666666667, 0}},
	}
	for _, c := range cases {
		got := make([]float64, len(x))
		adstock.ConvolveMode(got, x, w, c.mode)
		compare(t, c.mode.String(), got, c.want)
	}
}

func compare(t *testing.T, name string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d values, want %d", name, len(got), len(want))
		return
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-10) {
			t.Errorf("%s: got %.10f, want %.10f", name, got, want)
			return
		}
	}
}
