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

// SumLog returns Σ log v[i] for positive v below 2^40, with one logarithm.
func SumLog(v []float64) float64 {
	var p product
	for len(v) > 0 {
		n := min(len(v), 32)
		p.timesAll(v[:n])
		v = v[n:]
	}
	return p.log()
}

// timesAll multiplies by few factors, four products at a time, and starts over
// one by one if a product leaves the range.
func (p *product) timesAll(v []float64) {
	p0, p1, p2, p3 := 1.0, 1.0, 1.0, 1.0
	rest := v
	for ; len(rest) >= 4; rest = rest[4:] {
		p0, p1, p2, p3 = p0*rest[0], p1*rest[1], p2*rest[2], p3*rest[3]
	}
	for _, x := range rest {
		p0 *= x
	}
	if all := (p0 * p1) * (p2 * p3); all > 0x1p-200 && all < 0x1p200 {
		p.times(all)
		return
	}
	for _, x := range v {
		p.times(x)
	}
}
