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

// Log replaces every x, a positive normal number, by its logarithm. The error
// is below 6e-16·max(1, |log x|). len(x) is a multiple of Lanes.
func Log(x []float64) {
	wantRows("Log", len(x))
	switch level {
	case AVX512:
		logAVX512(&x[0], len(x)/Lanes)
	case AVX2:
		logAVX2(&x[0], len(x)/Lanes)
	default:
		for i, v := range x {
			x[i] = logOf(v)
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
	return shift(p, shifted)
}

// halves returns q, p and e with 2^t = 2^e·(q+p)/(q-p), see [poly.Half], for t
// up to roof; e is for shift.
func halves(t float64) (q, p, e float64) {
	c := &halfConstants // read from memory, they leave the registers free
	if !(t > c.floor) {
		t = c.floor
	}
	e = t + c.round
	t -= e - c.round
	tt := float64(t * t)
	q = float64((tt+c.q1)*tt) + c.q0
	p = float64(t * (float64(c.p1*tt) + c.p0))
	return q, p, e
}

// shift returns v·2^e, e from halves.
func shift(v, e float64) float64 {
	return math.Float64frombits(math.Float64bits(v) + math.Float64bits(e)<<52)
}

var halfConstants = struct{ floor, round, p0, p1, q0, q1 float64 }{
	floor, round, poly.Half.P0, poly.Half.P1, poly.Half.Q0, poly.Half.Q1}
