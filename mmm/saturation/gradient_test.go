package saturation_test

import (
	"math"
	"slices"
	"testing"
)

func TestEveryDerivativeMatchesCentralDifferences(t *testing.T) {
	x := []float64{0.01, 0.1, 0.25, 0.5, 1, 2, 5}
	checked := map[string]int{}
	for _, c := range all {
		for _, theta := range c.points {
			_, dx, dtheta := curve(c.s, theta, x)
			for i, xi := range x {
				want := slope(func(h float64) float64 { return value(c.s, theta, xi+h) }, 1e-3*xi)
				if !near(dx[i], want, 1e-9*max(1, math.Abs(want))) {
					t.Errorf("%s at %v: f'(%v) = %.12g, central differences give %.12g", name(c.s), theta, xi, dx[i], want)
				}
				checked[name(c.s)+" x"]++
				for p := range theta {
					h := 1e-3 * min(theta[p], 1)
					if c.params[p] == "r" {
						h = 1e-3 * min(theta[p], 1-theta[p])
					}
					want := slope(func(h float64) float64 {
						moved := slices.Clone(theta)
						moved[p] += h
						return value(c.s, moved, xi)
					}, h)
					if !near(dtheta[p][i], want, 1e-9*max(1, math.Abs(want))) {
						t.Errorf("%s at %v: df/d%s at %v = %.12g, central differences give %.12g",
							name(c.s), theta, c.params[p], xi, dtheta[p][i], want)
					}
					checked[name(c.s)+" "+c.params[p]]++
				}
			}
		}
	}
	// Every curve has its x and each parameter checked at every point and x.
	derivatives := 0
	for _, c := range all {
		for _, what := range append([]string{"x"}, c.params...) {
			key := name(c.s) + " " + what
			if got, want := checked[key], len(c.points)*len(x); got != want || want < 14 {
				t.Errorf("%s: checked %d derivatives, want %d", key, got, want)
			}
			derivatives++
		}
	}
	if want := 10 + 2 + 2 + 2 + 4 + 2 + 3 + 3 + 2 + 1 + 1; derivatives != want {
		t.Errorf("checked %d functions, want %d", derivatives, want)
	}
}
