package twin

import (
	"math"
	"math/rand/v2"
)

// The functions here use only operations that IEEE 754 defines to the last
// bit. float64(a*b) forbids the compiler to fuse the product into a sum, which
// some processors would round differently; the functions of package math are
// only used where they are exact.

// exp returns e^x for |x| < 700, within a few units in the last place.
func exp(x float64) float64 {
	const ln2Hi, ln2Lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10 // Hi has 21 trailing zero bits
	k := math.Floor(x/math.Ln2 + 0.5)
	r := x - float64(k*ln2Hi) - float64(k*ln2Lo)
	sum := 1.0
	for i := 18; i >= 1; i-- {
		sum = 1 + float64(float64(sum*r)/float64(i))
	}
	return math.Ldexp(sum, int(k))
}

// log returns the natural logarithm of x > 0.
func log(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	s := (m - 1) / (m + 1)
	s2 := s * s
	sum := 0.0
	for k := 29; k >= 1; k -= 2 { // log m = 2 (s + s³/3 + s⁵/5 + ...), |s| < 0.172
		sum = 1/float64(k) + float64(sum*s2)
	}
	return float64(2*s*sum) + float64(float64(e)*math.Ln2)
}

// sinTurns returns sin(2πu), u in turns.
func sinTurns(u float64) float64 {
	u -= math.Floor(u + 0.5)
	switch {
	case u > 0.25:
		u = 0.5 - u
	case u < -0.25:
		u = -0.5 - u
	}
	x := 2 * math.Pi * u
	x2 := x * x
	sum := 1.0
	for k := 20; k >= 2; k -= 2 {
		sum = 1 - float64(float64(sum*x2)/float64(k*(k+1)))
	}
	return float64(x * sum)
}

// cosTurns returns cos(2πu), u in turns.
func cosTurns(u float64) float64 { return sinTurns(u + 0.25) }

// tanhHalf returns tanh(x/2) = (1-e^-x)/(1+e^-x) for x >= 0.
func tanhHalf(x float64) float64 {
	e := exp(-min(x, 700))
	return (1 - e) / (1 + e)
}

// normal draws from the standard normal by Box and Muller.
func normal(rng *rand.Rand) float64 {
	u := 1 - float64(rng.Float64()) // in (0, 1]
	v := rng.Float64()
	return float64(math.Sqrt(-2*log(u)) * cosTurns(v))
}

// cents rounds an amount to two decimals, as the CSV shows it.
func cents(x float64) float64 { return math.Floor(float64(x*100)+0.5) / 100 }

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}
