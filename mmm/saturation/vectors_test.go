package saturation_test

import (
	"testing"

	"mixmodel/mmm/saturation"
	"mixmodel/mmm/saturation/saturationtest"
)

// Known values, computed with NumPy from the formulas; ten digits.
func TestCurvesHaveTheirKnownValues(t *testing.T) {
	x := []float64{0, .1, .25, .5, 1, 2}
	cases := []struct {
		s     saturationtest.Saturation
		theta []float64
		want  []float64
		slope []float64 // nil: not given
	}{
		{saturation.Logistic{}, []float64{1, 3},
			[]float64{0, .1488850336, .3583573984, .6351489524, .9051482536, .9950547537},
			[]float64{1.5, 1.4667498701, 1.3073699626, .8948787124, .2710599584, .0147990557}},
		{saturation.InverseScaledLogistic{}, []float64{1, .5},
			[]float64{0, .1094213627, .2679491924, .5, .8, .9756097561}, nil},
		{saturation.Tanh{}, []float64{.8, .5},
			[]float64{0, .1959349299, .4436797779, .6786269120, .7892914385, .7999273634}, nil},
		{saturation.TanhBaselined{}, []float64{1, .5, .6, .7},
			[]float64{0, .0736033195, .1750145860, .3, .4026845638, .4277409631}, nil},
		{saturation.MichaelisMenten{}, []float64{2, .5},
			[]float64{0, .3333333333, .6666666667, 1, 1.3333333333, 1.6},
			// By hand: 2·0.5/(0.5+x)².
			[]float64{4, 2.7777777778, 1.7777777778, 1, .4444444444, .16}},
		{saturation.Hill{}, []float64{1, 1.5, .5},
			[]float64{0, .0820995152, .2612038750, .5, .7387961250, .8888888889}, nil},
		{saturation.HillSigmoid{}, []float64{1, 5, .5},
			[]float64{0, .0433447420, .1468419588, .4241418200, .8482836400, .9235890413}, nil},
		// By hand.
		{saturation.Root{}, []float64{3, .5},
			[]float64{0, .9486832981, 1.5, 2.1213203436, 3, 4.2426406871}, nil},
		{saturation.Log{}, []float64{2},
			[]float64{0, .1906203596, .4462871026, .8109302162, 1.3862943611, 2.1972245773},
			[]float64{2, 1.8181818182, 1.6, 1.3333333333, 1, .6666666667}},
		{saturation.None{}, []float64{2}, []float64{0, .2, .5, 1, 2, 4}, []float64{2, 2, 2, 2, 2, 2}},
	}
	if len(cases) != len(all) {
		t.Errorf("known values for %d curves, want %d", len(cases), len(all))
	}
	for _, c := range cases {
		y, dx, _ := curve(c.s, c.theta, x)
		for i := range x {
			if !near(y[i], c.want[i], 1e-10) {
				t.Errorf("%s: f(%v) = %.10f, want %.10f", name(c.s), x[i], y[i], c.want[i])
			}
			if c.slope != nil && !near(dx[i], c.slope[i], 1e-10) {
				t.Errorf("%s: f'(%v) = %.10f, want %.10f", name(c.s), x[i], dx[i], c.slope[i])
			}
		}
	}
}
