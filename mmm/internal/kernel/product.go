package kernel

import "math"

// product is a product of positive numbers that neither over- nor underflows:
// mantissa·2^exponent, and one logarithm for any number of factors.
type product struct {
	mantissa float64 // 0 stands for 1
	exponent int
}

const (
	mantissaBits = 1<<52 - 1
	exponentOf1  = 1023 << 52
)

// times multiplies by v > 0, a normal number; anything else makes the
// logarithm NaN.
func (p *product) times(v float64) {
	if !(v >= 0x1p-1022 && v <= math.MaxFloat64) {
		v = math.NaN()
	}
	if p.mantissa != 0 {
		v *= p.mantissa // below 2^1024·2 only for v beyond 2^1023, as NaN above
	}
	b := math.Float64bits(v)
	p.exponent += int(b>>52) - 1023
	p.mantissa = math.Float64frombits(b&mantissaBits | exponentOf1)
	if v != v || v > math.MaxFloat64 {
		p.mantissa = math.NaN()
	}
}

func (p *product) log() float64 {
	if p.mantissa == 0 {
		return 0
	}
	return float64(float64(p.exponent)*math.Ln2) + math.Log(p.mantissa)
}

// SumLog returns Σ log v[i] for positive v, with one logarithm.
func SumLog(v []float64) float64 {
	var p product
	for _, x := range v {
		p.times(x)
	}
	return p.log()
}
