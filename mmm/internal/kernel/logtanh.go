package kernel

import (
	"math"

	"mixmodel/mmm/internal/kernel/poly"
)

// LogTanh sets out = log tanh(y/2), y = e^q·x, and slope to its derivative in
// q, which is y/sinh(y): the log of a logistic curve of ceiling 1 at spend x,
// and how it depends on the log of the steepness. x must be positive. The
// slices have the same length, a multiple of Lanes.
//
// The relative error of tanh is below 4e-13 also where y is tiny.
func LogTanh(out, slope, q, x []float64) {
	n := wantSame("LogTanh", len(out), len(slope), len(q))
	wantSame("LogTanh", n, n, len(x))
	switch level {
	case AVX512:
		logTanhAVX512(&out[0], &slope[0], &q[0], &x[0], n/Lanes)
	case AVX2:
		logTanhAVX2(&out[0], &slope[0], &q[0], &x[0], n/Lanes)
	default:
		for i := range out {
			out[i], slope[i] = logTanh(q[i], x[i])
		}
	}
}

func logTanh(q, x float64) (log, slope float64) {
	t := notBelow(float64(q * perLn2))
	if !(t < roof) {
		t = roof
	}
	y := float64(exp2(t) * x)
	even, odd, e := halves(float64(y * -perLn2))
	a, b := even-odd, shift(even+odd, e) // e^-y = b/a
	less := a - b
	if e == round { // b = even + odd: do not cancel
		less = 0 - (odd + odd)
	}
	more := a + b
	slope = float64(float64(float64(y+y)*a)*b) / float64(less*more)
	return logOf(less / more), slope
}

const (
	sqrtHalf   = 0x3fe6a09e667f3bcd // bits of √½
	exponent   = 1024               // added to exponents to keep them positive
	twoTo52    = 0x1p52
	bitsOf2p52 = 0x4330000000000000
)

// logOf returns log v for normal v > 0: v = m·2^k, m between √½ and √2, and
// log m = 2·atanh(s), s = (m-1)/(m+1), by its series; the first term left out
// is below 2e-17.
func logOf(v float64) float64 {
	bits := math.Float64bits(v)
	k := (bits - sqrtHalf + exponent<<52) >> 52
	m := math.Float64frombits(bits - k<<52 + exponent<<52)
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	zz := float64(z * z)
	c := &poly.Atanh
	p, q := c[8], c[7]
	p = float64(p*zz) + c[6]
	q = float64(q*zz) + c[5]
	p = float64(p*zz) + c[4]
	q = float64(q*zz) + c[3]
	p = float64(p*zz) + c[2]
	q = float64(q*zz) + c[1]
	p = float64(p*zz) + c[0]
	p = float64(q*z) + p
	power := math.Float64frombits(k|bitsOf2p52) - (twoTo52 + exponent)
	return float64(power*math.Ln2) + float64(s*p)
}
