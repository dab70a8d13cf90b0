package plot

import (
	"math"
	"testing"
)

func TestDensityIntegratesToOne(t *testing.T) {
	rng := noise(9)
	half, normal, share := make([]float64, 4000), make([]float64, 4000), make([]float64, 4000)
	for i := range half {
		normal[i] = 5 + 2*rng.bell()
		half[i] = math.Abs(rng.bell())
		share[i] = rng.uniform()
	}
	for name, draws := range map[string][]float64{"normal": normal, "half normal": half, "uniform": share} {
		x, y := density(draws, 200)
		area := 0.0
		for i := 1; i < len(x); i++ {
			area += (x[i] - x[i-1]) * (y[i] + y[i-1]) / 2
		}
		if math.Abs(area-1) > 0.01 {
			t.Errorf("%s: area %v", name, area)
		}
	}
}

func TestDensityDoesNotFallAtABound(t *testing.T) {
	draws := make([]float64, 4000)
	for i := range draws {
		draws[i] = (float64(i) + 0.5) / 4000
	}
	x, y := density(draws, 100)
	if x[0] != 0 || x[99] != 1 {
		t.Errorf("points from %v to %v (want 0 to 1)", x[0], x[99])
	}
	for i := range y {
		if math.Abs(y[i]-1) > 0.02 {
			t.Errorf("density of uniform draws at %v is %v (want 1)", x[i], y[i])
		}
	}
}

func TestDensityOfEqualDrawsIsNone(t *testing.T) {
	for _, draws := range [][]float64{{3, 3, 3}, {1}, nil, {math.NaN()}, {math.Inf(1), 2}} {
		if x, _ := density(draws, 50); x != nil {
			t.Errorf("density(%v) has points", draws)
		}
	}
}
