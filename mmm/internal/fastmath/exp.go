// Package fastmath holds the exponential of the inner loops.
//
// Every curve and likelihood term of a model costs one exponential per period
// and channel, so this one function decides how long a fit takes. The method
// is the table look-up of Tang:
//
//	x = (k + j/128)·ln 2 + r,   0 <= j < 128,  |r| <= ln 2/256
//	e^x = 2^k · 2^(j/128) · (1 + p(r)),   p(r) = r + r²/2 + r³/6 + r⁴/24 + r⁵/120
//
// where the first neglected term of p is below 6e-19. The result is the same
// on every machine, bit by bit: products that feed a sum are rounded
// explicitly (float64(a*b) + c), so that no compiler fuses them. A fused
// multiply-add was measured and is not used: without GOAMD64=v3 each one asks
// for the CPU feature first, which costs more than it saves.
//
// Source: P. T. P. Tang (1989), Table-driven implementation of the
// exponential function in IEEE floating-point arithmetic.
package fastmath

import "math"

const (
	tableBits = 7
	tableSize = 1 << tableBits

	perLn2 = 0x1.71547652b82fep+07 // 128/ln 2
	ln2Hi  = 0x1.62e42fef8p-08     // ln 2/128 in 34 bits: k·ln2Hi is exact
	ln2Lo  = 0x1.1cf79abc9e3b4p-43 // the rest of ln 2/128

	// Adding and subtracting 1.5·2⁵² rounds to the nearest integer and leaves
	// that integer, in two's complement, in the low bits of the sum.
	round = 0x1.8p52

	// For |x| < 708 neither 2^k nor e^x leaves the range of normal numbers.
	// As bits, because numbers of one sign sort like their bits: one
	// comparison refuses both ends and NaN.
	signBit = 1 << 63
	farBits = 0x4086200000000000 // math.Float64bits(708)

	c3 = 1.0 / 6
	c4 = 1.0 / 24
	c5 = 1.0 / 120
)

// Exp returns e^x with an error below 0.52 units in the last place, or 1 where
// the result is subnormal.
//
// Special cases: Exp(-Inf) = 0, Exp(+Inf) = +Inf, Exp(NaN) = NaN; x > 709.79
// overflows to +Inf, x < -745.14 underflows to 0, through subnormal numbers.
func Exp(x float64) float64 {
	if math.Float64bits(x)&^signBit >= farBits {
		return expFar(x)
	}
	kd := float64(x*perLn2) + round
	k := math.Float64bits(kd)
	kd -= round
	r := x - float64(kd*ln2Hi) - float64(kd*ln2Lo)
	e := &exp2[k%tableSize]
	s := math.Float64frombits(e.bits + k>>tableBits<<52)
	rr := r * r
	p := e.tail + (r + float64(rr*(0.5+float64(r*c3))) + float64(float64(rr*rr)*(c4+float64(r*c5))))
	return s + float64(s*p)
}

// expFar is Exp where 2^k or the result may not be a normal number.
func expFar(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	k := int(math.RoundToEven(x * perLn2))
	r := x - float64(float64(k)*ln2Hi) - float64(float64(k)*ln2Lo)
	return math.Ldexp(expNear(k&(tableSize-1), r), k>>tableBits)
}

// expNear returns 2^(j/128)·e^r.
func expNear(j int, r float64) float64 {
	e := &exp2[j]
	s := math.Float64frombits(e.bits)
	rr := r * r
	p := e.tail + (r + float64(rr*(0.5+float64(r*c3))) + float64(float64(rr*rr)*(c4+float64(r*c5))))
	return s + float64(s*p)
}

// Expm1s sets m[i] = e^(a·x[i]) - 1, with full relative accuracy also where
// a·x[i] is tiny, and, unless e is nil, e[i] = e^(a·x[i]).
//
// All slices have the length of x; Expm1s panics otherwise. They must not
// overlap. It does not allocate. Special cases are those of [Exp].
//
// The subtraction costs no digits because 2^(j/128) - 1 is exact where it
// matters, and p(r) holds the rest.
func Expm1s(m, e, x []float64, a float64) {
	n := len(x)
	if len(m) != n || (e != nil && len(e) != n) {
		panic("fastmath: Expm1s: slices differ in length")
	}
	m = m[:n]
	for i, xi := range x {
		u := float64(a * xi)
		if math.Float64bits(u)&^signBit >= farBits {
			v := expFar(u)
			m[i] = v - 1
			if e != nil {
				e[i] = v
			}
			continue
		}
		kd := float64(u*perLn2) + round
		k := math.Float64bits(kd)
		kd -= round
		r := u - float64(kd*ln2Hi) - float64(kd*ln2Lo)
		t := &exp2[k%tableSize]
		s := math.Float64frombits(t.bits + k>>tableBits<<52)
		rr := r * r
		p := t.tail + (r + float64(rr*(0.5+float64(r*c3))) + float64(float64(rr*rr)*(c4+float64(r*c5))))
		p = float64(s * p)
		m[i] = (s - 1) + p
		if e != nil {
			e[i] = s + p
		}
	}
}
