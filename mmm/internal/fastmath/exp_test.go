package fastmath

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

const precision = 200 // bits of the reference

// bigExp returns e^x to some 190 bits: Taylor's series of x/2^20, squared 20
// times.
func bigExp(x float64) *big.Float {
	const halvings = 20
	z := big.NewFloat(x).SetPrec(precision)
	z.SetMantExp(z, -halvings)
	sum := big.NewFloat(1).SetPrec(precision)
	term := big.NewFloat(1).SetPrec(precision)
	for n := 1; n < 40; n++ {
		term.Mul(term, z)
		term.Quo(term, big.NewFloat(float64(n)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// ulps returns |got - want| in units in the last place of want.
func ulps(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	w = math.Abs(w)
	unit := math.Nextafter(w, math.Inf(1)) - w
	d := new(big.Float).SetPrec(precision).SetFloat64(got)
	d.Sub(d, want)
	f, _ := d.Float64()
	return math.Abs(f) / unit
}

func TestExpIsWithinHalfAnUlp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	worst, at := 0.0, 0.0
	subnormal := 0.0
	for i := range 6000 {
		x := -745 + 1454*rng.Float64()
		switch i % 3 {
		case 1:
			x = 4 * rng.NormFloat64()
		case 2:
			x = rng.NormFloat64() * math.Pow(2, -40*rng.Float64())
		}
		u := ulps(Exp(x), bigExp(x))
		if x < -708.39 {
			subnormal = max(subnormal, u)
		} else if u > worst {
			worst, at = u, x
		}
	}
	if worst > 0.52 {
		t.Errorf("Exp(%v) = %v is %.3f ulp off (want <= 0.52)", at, Exp(at), worst)
	}
	if subnormal > 1.02 {
		t.Errorf("a subnormal result is %.3f ulp off (want <= 1.02)", subnormal)
	}
	t.Logf("worst error %.3f ulp at %v", worst, at)
}

func TestExpSpecialCases(t *testing.T) {
	inf := math.Inf(1)
	cases := []struct{ x, want float64 }{
		{0, 1}, {math.Copysign(0, -1), 1}, {-inf, 0}, {inf, inf}, {-1e300, 0}, {1e300, inf},
		{-746, 0}, {-745.2, 0}, {709.79, inf}, {1, math.E},
		{-745.13, 5e-324}, {709.782712893384, 1.797693134862273e308},
		{5e-324, 1}, {-5e-324, 1},
	}
	for _, c := range cases {
		if got := Exp(c.x); got != c.want && math.Abs(got/c.want-1) > 1e-12 {
			t.Errorf("Exp(%v) = %v, want %v", c.x, got, c.want)
		}
	}
	if got := Exp(math.NaN()); got == got {
		t.Errorf("Exp(NaN) = %v, want NaN", got)
	}
}

func TestExpDoesNotDecrease(t *testing.T) {
	// At the seams of the table (odd multiples of ln 2/256) and of the range.
	seams := []float64{-708, 708, -745.1, 709.7}
	for k := -300; k < 300; k++ {
		seams = append(seams, (float64(k)+0.5)*math.Ln2/tableSize)
	}
	for _, x := range seams {
		for range 20 {
			x = math.Nextafter(x, -1000)
		}
		for range 40 {
			next := math.Nextafter(x, 1000)
			if a, b := Exp(x), Exp(next); a > b*(1+0x1p-52) {
				t.Fatalf("Exp(%v) = %v > Exp(%v) = %v", x, a, next, b)
			}
			x = next
		}
	}
}

func TestExpm1sKeepsRelativeAccuracyNearZero(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	x := []float64{0, 1e-300, -1e-300, 1e-17, 1e3, -1e3, math.Inf(-1), 708.5, -708.5}
	for range 5000 {
		x = append(x, rng.NormFloat64()*math.Pow(2, 6-50*rng.Float64()))
	}
	m, e, alone := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	const a = -1.5
	Expm1s(m, e, x, a)
	Expm1s(alone, nil, x, a)
	one := big.NewFloat(1)
	checked := 0
	for i, xi := range x {
		u := a * xi
		if m[i] != alone[i] {
			t.Fatalf("expm1(%v) = %v with e, %v without", u, m[i], alone[i])
		}
		if e[i] != Exp(u) {
			t.Fatalf("e = %v at %v, Exp gives %v", e[i], u, Exp(u))
		}
		if math.Abs(u) > 700 || u == 0 {
			if want := math.Expm1(u); m[i] != want && math.Abs(m[i]/want-1) > 1e-14 {
				t.Errorf("expm1(%v) = %v, want %v", u, m[i], want)
			}
			continue
		}
		want := bigExp(u)
		want.Sub(want, one)
		if math.Abs(u) < 1e-30 {
			want = big.NewFloat(u) // the reference has no digits left
		}
		checked++
		if d := ulps(m[i], want); d > 2.5 {
			t.Errorf("expm1(%v) = %v is %.1f ulp off (want <= 2.5)", u, m[i], d)
		}
	}
	if checked < 5000 {
		t.Fatalf("checked %d arguments, want 5000", checked)
	}
}

func TestExpm1sPanicsOnShape(t *testing.T) {
	for _, f := range []func(){
		func() { Expm1s(make([]float64, 2), nil, make([]float64, 3), 1) },
		func() { Expm1s(make([]float64, 3), make([]float64, 2), make([]float64, 3), 1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic for slices of different length")
				}
			}()
			f()
		}()
	}
}

func TestTableIsTwoToTheJOver128(t *testing.T) {
	root := new(big.Float).SetPrec(precision).SetInt64(2)
	for range tableBits {
		root.Sqrt(root)
	}
	v := new(big.Float).SetPrec(precision).SetInt64(1)
	for j, e := range exp2 {
		s, _ := v.Float64()
		if math.Float64frombits(e.bits) != s {
			t.Errorf("exp2[%d].bits = %#x, want %#x", j, e.bits, math.Float64bits(s))
		}
		d := new(big.Float).SetPrec(precision).Sub(v, big.NewFloat(s))
		tail, _ := d.Quo(d, v).Float64()
		if e.tail != tail {
			t.Errorf("exp2[%d].tail = %x, want %x", j, e.tail, tail)
		}
		v.Mul(v, root)
	}
}

func BenchmarkExp(b *testing.B) {
	x := make([]float64, 183)
	y := make([]float64, 183)
	for i := range x {
		x[i] = -5 * float64(i*37%183) / 183
	}
	b.Run("fastmath", func(b *testing.B) {
		for b.Loop() {
			for i, v := range x {
				y[i] = Exp(v)
			}
		}
	})
	b.Run("math", func(b *testing.B) {
		for b.Loop() {
			for i, v := range x {
				y[i] = math.Exp(v)
			}
		}
	})
	b.Run("expm1s", func(b *testing.B) {
		for b.Loop() {
			Expm1s(y, nil, x, 1)
		}
	})
}
