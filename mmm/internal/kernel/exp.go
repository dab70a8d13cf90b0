package kernel

import (
	"math"

	"mixmodel/mmm/internal/kernel/poly"
)

// Exponentials are 2^t = 2^n·2^f with n the nearest integer and f in
// [-1/2, 1/2]. t is cut to a range where 2^t and everything on the way are
// normal numbers, so n goes straight into the exponent; NaN counts as the
// lower end.
const (
	perLn2 = 1.4426950408889634 // 1/ln 2
	floor  = -1021
	roof   = 1023

	// Adding 1.5·2⁵² rounds to the nearest integer and leaves it, in two's
	// complement, in the low bits.
	round = 0x1.8p52
)

// Exp replaces every x by e^x, kept between 2^-1021 and 2^1023. The relative
// error is below 5e-16 + 1.2e-16·|x|. len(x) is a multiple of Lanes.
func Exp(x []float64) {
	wantRows("Exp", len(x))
	switch level {
	case AVX512:
		expAVX512(&x[0], len(x)/Lanes)
	case AVX2:
		expAVX2(&x[0], len(x)/Lanes)
	default:
		for i, v := range x {
			t := notBelow(float64(v * perLn2))
			if !(t < roof) {
				t = roof
			}
			x[i] = exp2(t)
		}
	}
}

// notBelow returns t, or floor if t lies below it or is NaN.
func notBelow(t float64) float64 {
	if !(t > floor) {
		return floor
	}
	return t
}

// exp2 returns 2^t for t from floor to roof. The two halves of the
// polynomial, of even and odd powers, do not wait for each other.
func exp2(t float64) float64 {
	c := &poly.Exp2
	shifted := t + round
	f := t - (shifted - round)
	ff := float64(f * f)
	p, q := c[10], c[9]
	p = math.FMA(p, ff, c[8])
	q = math.FMA(q, ff, c[7])
	p = math.FMA(p, ff, c[6])
	q = math.FMA(q, ff, c[5])
	p = math.FMA(p, ff, c[4])
	q = math.FMA(q, ff, c[3])
	p = math.FMA(p, ff, c[2])
	q = math.FMA(q, ff, c[1])
	p = math.FMA(p, ff, c[0])
	p = math.FMA(q, f, p)
	return math.Float64frombits(math.Float64bits(p) + math.Float64bits(shifted)<<52)
}
