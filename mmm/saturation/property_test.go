package saturation_test

import (
	"math"
	"testing"

	"mixmodel/mmm/saturation"
)

func TestCurvesRiseFromZeroAndStayBelowTheirCeiling(t *testing.T) {
	checked := 0
	for _, c := range all {
		for _, theta := range c.points {
			x := levels(400, 8)
			y, dx, _ := curve(c.s, theta, x)
			ceiling := c.ceiling(theta)
			for i := range x {
				if i > 0 && y[i] < y[i-1]*(1-1e-15) || dx[i] < 0 {
					t.Errorf("%s at %v falls at %v", name(c.s), theta, x[i])
				}
				if y[i] > ceiling*(1+1e-15) {
					t.Errorf("%s at %v: f(%v) = %v, above its ceiling %v", name(c.s), theta, x[i], y[i], ceiling)
				}
			}
			if y[0] != 0 || y[399] <= 0 {
				t.Errorf("%s at %v goes from %v to %v", name(c.s), theta, y[0], y[399])
			}
			if far := value(c.s, theta, 1e15); !math.IsInf(ceiling, 1) && !near(far/ceiling, 1, 1e-9) {
				t.Errorf("%s at %v: f(1e15) = %v, want the ceiling %v", name(c.s), theta, far, ceiling)
			}
			checked++
		}
	}
	if checked != 30 {
		t.Errorf("checked %d curves, want 30", checked)
	}
}

// Concave is exact: true where all second differences are <= 0, false where
// one is positive.
func TestConcaveAgreesWithSecondDifferences(t *testing.T) {
	concave, not := 0, 0
	for _, c := range all {
		for _, theta := range c.points {
			x := levels(2001, 4)
			y, _, _ := curve(c.s, theta, x)
			want := true
			for i := 1; i+1 < len(x); i++ {
				if y[i-1]-2*y[i]+y[i+1] > 1e-14*max(1, y[i]) {
					want = false
				}
			}
			if got := c.s.Concave(theta); got != want {
				t.Errorf("%s at %v: Concave is %v, second differences say %v", name(c.s), theta, got, want)
			}
			if want {
				concave++
			} else {
				not++
			}
		}
	}
	if concave != 24 || not != 6 {
		t.Errorf("%d curves are concave and %d not, want 24 and 6", concave, not)
	}
}

func TestNegativeScaleTurnsTheCurveOver(t *testing.T) {
	for _, c := range all {
		i := c.s.Scale()
		if i < 0 || name(c.s) == "None" {
			continue
		}
		theta := append([]float64(nil), c.points[0]...)
		theta[i] = -theta[i]
		if c.s.Concave(theta) {
			t.Errorf("%s at %v: Concave is true, want false", name(c.s), theta)
		}
	}
}

func TestHalfSaturationPoints(t *testing.T) {
	const x = 0.3
	for _, c := range []struct {
		what string
		got  float64
	}{
		{"logistic at ln 3/lam", value(saturation.Logistic{}, []float64{1, math.Log(3) / x}, x)},
		{"inverse-scaled logistic at lam", value(saturation.InverseScaledLogistic{}, []float64{1, x}, x)},
		{"Michaelis-Menten at lam", value(saturation.MichaelisMenten{}, []float64{1, x}, x)},
		{"Hill at kappa", value(saturation.Hill{}, []float64{1, 2.5, x}, x)},
	} {
		if !near(c.got, 0.5, 1e-15) {
			t.Errorf("%s is %v, want 1/2", c.what, c.got)
		}
	}
}

func TestRelatedCurvesAgree(t *testing.T) {
	x := levels(50, 3)
	a, _, _ := curve(saturation.Hill{}, []float64{2, 1, 0.5}, x)
	b, _, _ := curve(saturation.MichaelisMenten{}, []float64{2, 0.5}, x)
	c, _, _ := curve(saturation.Tanh{}, []float64{0.8, 0.5}, x)
	d, _, _ := curve(saturation.Logistic{}, []float64{0.8, 5}, x) // lam = 2/(b·c)
	e, _, _ := curve(saturation.Root{}, []float64{0.8, 1}, x)
	f, _, _ := curve(saturation.None{}, []float64{0.8}, x)
	g, _, _ := curve(saturation.TanhBaselined{}, []float64{1, 0.5, 0.8, 0}, x)
	for i := range x {
		for _, pair := range [][2]float64{{a[i], b[i]}, {c[i], d[i]}, {e[i], f[i]}, {g[i], f[i]}} {
			if !near(pair[0], pair[1], 1e-15*max(1, pair[1])) {
				t.Errorf("at x = %v: %v and %v, want equal", x[i], pair[0], pair[1])
			}
		}
	}
}
