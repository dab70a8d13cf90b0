package kernel

import "math"

// product is a product of positive numbers that neither over- nor underflows:
// value·2^exponent, value between 2^-400 and 2^400, 0 standing for 1.
type product struct {
	value    float64
	exponent int
}

const (
	mantissaBits = 1<<52 - 1
	exponentOf1  = 1023 << 52
)

// times multiplies by v > 0, a normal number; anything else makes the
// logarithm NaN.
func (p *product) times(v float64) {
	next := v
	if p.value != 0 {
		next = p.value * v
	}
	if next > 0x1p-400 && next < 0x1p400 && v < 0x1p600 && v > 0x1p-600 {
		p.value = next
		return
	}
	p.shift()
	if !(v >= 0x1p-1022 && v <= math.MaxFloat64) {
		v = math.NaN()
	}
	before := p.value
	p.value = v
	p.shift()
	p.value *= before
}

// shift moves the exponent of the value, unless that is NaN.
func (p *product) shift() {
	if p.value == 0 {
		p.value = 1
	}
	if b := math.Float64bits(p.value); p.value == p.value {
		p.exponent += int(b>>52) - 1023
		p.value = math.Float64frombits(b&mantissaBits | exponentOf1)
	}
}

func (p *product) log() float64 {
	p.shift()
	return float64(float64(p.exponent)*math.Ln2) + math.Log(p.value)
}

// SumLog returns Σ log v[i] for positive v, with one logarithm.
func SumLog(v []float64) float64 {
	var p product
	for _, x := range v {
		p.times(x)
	}
	return p.log()
}
