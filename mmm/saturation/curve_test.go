package saturation_test

import (
	"fmt"
	"math"
	"strings"

	"mixmodel/mmm/saturation/saturationtest"
)

// name returns the name of the type of s.
func name(s saturationtest.Saturation) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", s), "saturation.")
}

// curve returns f, f' and df/dtheta at x.
func curve(s saturationtest.Saturation, theta, x []float64) (y, dx []float64, dtheta [][]float64) {
	y, dx = make([]float64, len(x)), make([]float64, len(x))
	dtheta = make([][]float64, len(theta))
	for p := range dtheta {
		dtheta[p] = make([]float64, len(x))
	}
	s.Curve(y, dx, dtheta, x, theta)
	return y, dx, dtheta
}

// value returns f at a single x.
func value(s saturationtest.Saturation, theta []float64, x float64) float64 {
	y := make([]float64, 1)
	s.Curve(y, nil, nil, []float64{x}, theta)
	return y[0]
}

// slope returns the derivative of f at 0 by differences of fourth order.
func slope(f func(h float64) float64, h float64) float64 {
	return (8*(f(h)-f(-h)) - (f(2*h) - f(-2*h))) / (12 * h)
}

// levels returns n rising x from 0 to top.
func levels(n int, top float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = top * float64(i) / float64(n-1)
	}
	return x
}

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }
