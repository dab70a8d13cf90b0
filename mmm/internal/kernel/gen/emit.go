package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"mixmodel/mmm/internal/kernel/poly"
)

// isa is an instruction set; width is that of a vector in bytes: a whole row,
// or half of one.
type isa struct {
	name  string
	width int
}

// emitter writes instructions for one instruction set.
type emitter struct {
	isa
	queue *[]func() // nil: write at once
}

// emit writes instructions, or keeps them for together.
func (e *emitter) emit(instructions func()) {
	if e.queue == nil {
		instructions()
		return
	}
	*e.queue = append(*e.queue, instructions)
}

// together writes what the bodies write, in turns and each at its own pace
// from begin to end. One body alone is a long chain of waiting, and the
// processor looks ahead only so far. A body must not read what a later one
// writes.
func (e *emitter) together(bodies ...func()) {
	queues := make([][]func(), len(bodies))
	total := 0
	for i, body := range bodies {
		e.queue = &queues[i]
		body()
		total += len(queues[i])
	}
	e.queue = nil
	written := make([]int, len(bodies))
	for range total {
		next, least := 0, math.Inf(1)
		for i, q := range queues {
			if share := (float64(written[i]) + 0.5) / float64(len(q)); written[i] < len(q) && share < least {
				next, least = i, share
			}
		}
		queues[next][written[next]]()
		written[next]++
	}
}

func (e *emitter) wide() bool { return e.width == row }

// halves is how many vectors make a row.
func (e *emitter) halves() int { return row / e.width }

func (e *emitter) reg() VecVirtual {
	if e.wide() {
		return ZMM()
	}
	return YMM()
}

func (e *emitter) regs(n int) []VecVirtual {
	var out []VecVirtual
	for range n {
		out = append(out, e.reg())
	}
	return out
}

// Constants lie in memory four times over: an AVX2 instruction reads all
// four, an AVX-512 one reads the first and spreads it.
var (
	constants     Mem
	constantIndex = map[uint64]int{}
	constantBits  []uint64
)

type constant struct{ mem Mem }

func bits(b uint64) constant {
	i, ok := constantIndex[b]
	if !ok {
		i = len(constantBits)
		constantIndex[b] = i
		constantBits = append(constantBits, b)
	}
	if constants.Symbol.Name == "" {
		constants = NewStaticMem()
	}
	return constant{constants.Offset(32 * i)}
}

// NewStaticMem refers to the constants before they are written.
func NewStaticMem() Mem { return NewDataAddr(Symbol{Name: constantsName, Static: true}, 0) }

const constantsName = "constants"

func k(v float64) constant { return bits(math.Float64bits(v)) }

func writeConstants() {
	GLOBL(constantsName, RODATA|NOPTR)
	for i, b := range constantBits {
		for j := range 4 {
			DATA(32*i+8*j, U64(b))
		}
	}
}

// spread fills a register with a constant, scalar with a number in memory.
func (e *emitter) spread(c constant) VecVirtual { return e.scalar(c.mem) }

func (e *emitter) scalar(m Mem) VecVirtual {
	r := e.reg()
	e.emit(func() { VBROADCASTSD(m, r) })
	return r
}

// param fills a register with a float64 parameter.
func (e *emitter) param(name string) VecVirtual {
	b, err := Param(name).Resolve()
	must(err)
	return e.scalar(b.Addr)
}

func (e *emitter) zero() VecVirtual {
	r := e.reg()
	e.clear(r)
	return r
}

func (e *emitter) clear(r VecVirtual) {
	e.emit(func() {
		if e.wide() {
			VPXORQ(r, r, r)
			return
		}
		VXORPD(r, r, r)
	})
}

func (e *emitter) move(from, to VecVirtual) { e.emit(func() { VMOVAPD(from, to) }) }

func (e *emitter) load(m Mem) VecVirtual {
	r := e.reg()
	e.emit(func() { VMOVUPD(m, r) })
	return r
}

func (e *emitter) store(r VecVirtual, m Mem) { e.emit(func() { VMOVUPD(r, m) }) }

// Operands b may be a register, memory or a constant; results go to dst.

func (e *emitter) add(a VecVirtual, b any, dst VecVirtual) {
	e.binary(VADDPD, VADDPD_BCST, a, b, dst)
}

func (e *emitter) sub(a VecVirtual, b any, dst VecVirtual) { // a - b
	e.binary(VSUBPD, VSUBPD_BCST, a, b, dst)
}

func (e *emitter) mul(a VecVirtual, b any, dst VecVirtual) {
	e.binary(VMULPD, VMULPD_BCST, a, b, dst)
}

func (e *emitter) div(a VecVirtual, b any, dst VecVirtual) { // a / b
	e.binary(VDIVPD, VDIVPD_BCST, a, b, dst)
}

// max and min return b if a is NaN.
func (e *emitter) max(a VecVirtual, b any, dst VecVirtual) {
	e.binary(VMAXPD, VMAXPD_BCST, a, b, dst)
}

func (e *emitter) min(a VecVirtual, b any, dst VecVirtual) {
	e.binary(VMINPD, VMINPD_BCST, a, b, dst)
}

func (e *emitter) binary(full, spread func(...Op), a VecVirtual, b any, dst VecVirtual) {
	if c, ok := b.(constant); ok {
		if e.wide() {
			e.emit(func() { spread(c.mem, a, dst) })
			return
		}
		b = c.mem
	}
	e.emit(func() { full(b.(Op), a, dst) })
}

// fromProduct sets b = c - a·b.
func (e *emitter) fromProduct(c any, a, b VecVirtual) {
	e.binary(VFNMADD213PD, VFNMADD213PD_BCST, a, c, b)
}

// horner sets dst = dst·x + c.
func (e *emitter) horner(c any, x, dst VecVirtual) {
	e.binary(VFMADD213PD, VFMADD213PD_BCST, x, c, dst)
}

// accumulate sets dst = a·b + dst.
func (e *emitter) accumulate(a VecVirtual, b any, dst VecVirtual) {
	e.binary(VFMADD231PD, VFMADD231PD_BCST, a, b, dst)
}

// addProduct sets dst = dst + a·b, rounding the product.
func (e *emitter) addProduct(a VecVirtual, b any, dst VecVirtual) {
	t := e.reg()
	e.mul(a, b, t)
	e.add(dst, t, dst)
}

// polynomial returns c[0] + c[1]·x + …, even and odd powers apart; xx is x².
func (e *emitter) polynomial(c []float64, x, xx VecVirtual) VecVirtual {
	last := len(c) - 1 // even
	p, q := e.spread(k(c[last])), e.spread(k(c[last-1]))
	for i := last - 2; i >= 0; i -= 2 {
		e.horner(k(c[i]), xx, p)
		if i > 0 {
			e.horner(k(c[i-1]), xx, q)
		}
	}
	e.accumulate(q, x, p)
	return p
}

// exp2 returns 2^t for t at most 1023, and spoils t. Below -1021, t counts as
// that.
func (e *emitter) exp2(t VecVirtual) VecVirtual {
	e.notBelow(t)
	whole := e.split(t)
	ff := e.reg()
	e.mul(t, t, ff)
	p := e.polynomial(poly.Exp2[:], t, ff)
	e.shift(p, whole)
	return p
}

// halfExp2 returns a and b with 2^t = b/a, see poly.Half; t is as in exp2.
func (e *emitter) halfExp2(t VecVirtual) (a, b VecVirtual) {
	e.notBelow(t)
	return e.halfExp2Within(t)
}

// halfExp2Within is halfExp2 for t of at least -1021; where shift scales, below
// that as well, as long as b hardly matters beside a.
func (e *emitter) halfExp2Within(t VecVirtual) (a, b VecVirtual) {
	whole := e.split(t)
	a, b, _ = e.halves2(t)
	e.shift(b, whole)
	return a, b
}

// notBelow raises t to -1021.
func (e *emitter) notBelow(t VecVirtual) { e.max(t, k(-1021), t) }

// halves2 returns a and b with 2^t = b/a, and p = (b-a)/2, for |t| <= 1/2.
func (e *emitter) halves2(t VecVirtual) (a, b, p VecVirtual) {
	c := poly.Half
	ff, q := e.reg(), e.reg()
	p = e.reg()
	e.mul(t, t, ff)
	e.add(ff, k(c.Q1), q)
	e.mul(ff, k(c.P1), p)
	e.mul(q, ff, q)
	e.add(p, k(c.P0), p)
	e.add(q, k(c.Q0), q)
	e.mul(p, t, p)
	a, b = e.reg(), q
	e.sub(q, p, a)
	e.add(q, p, b)
	return a, b, p
}

// log returns the logarithm of v, a normal positive number, and spoils v.
func (e *emitter) log(v VecVirtual) VecVirtual {
	const exponent = 1024
	power, m := e.reg(), e.reg()
	var less uint64 = 0x3fe6a09e667f3bcd // bits of √½
	less -= exponent << 52
	e.binary(VPSUBQ, VPSUBQ_BCST, v, bits(less), power)
	e.emit(func() {
		VPSRLQ(U8(52), power, power)
		VPSLLQ(U8(52), power, m)
	})
	e.binary(VPSUBQ, VPSUBQ_BCST, m, bits(exponent<<52), m)
	e.emit(func() { VPSUBQ(m, v, v) }) // between √½ and √2
	e.binary(VPADDQ, VPADDQ_BCST, power, bits(0x4330000000000000), power)
	e.sub(power, k(0x1p52+exponent), power)
	e.add(v, k(1), m)
	e.sub(v, k(1), v)
	e.div(v, m, v)
	z, zz := e.reg(), e.reg()
	e.mul(v, v, z)
	e.mul(z, z, zz)
	c := poly.Atanh
	p, q := e.spread(k(c[8])), e.spread(k(c[7]))
	for i := 6; i >= 0; i -= 2 {
		e.mul(p, zz, p)
		e.add(p, k(c[i]), p)
		if i > 0 {
			e.mul(q, zz, q)
			e.add(q, k(c[i-1]), q)
		}
	}
	e.mul(q, z, q)
	e.add(q, p, p)
	e.mul(v, p, v)
	e.mul(power, k(math.Ln2), power)
	e.add(power, v, power)
	return power
}

// split leaves in t what is beyond the nearest integer, and returns that
// integer in the form that shift wants.
func (e *emitter) split(t VecVirtual) (whole VecVirtual) {
	n := e.reg()
	if e.wide() {
		e.emit(func() { VRNDSCALEPD(U8(8), t, n) })
		e.sub(t, n, t)
		return n
	}
	whole = e.reg()
	e.add(t, k(0x1.8p52), whole)
	e.sub(whole, k(0x1.8p52), n)
	e.sub(t, n, t)
	return whole
}

// shift multiplies p by 2^whole.
func (e *emitter) shift(p, whole VecVirtual) {
	if e.wide() {
		e.emit(func() { VSCALEFPD(whole, p, p) })
		return
	}
	e.emit(func() { VPSLLQ(U8(52), whole, whole) })
	e.emit(func() { VPADDQ(whole, p, p) })
}

// horizontal leaves the sum of a row in the low element of an X register: of
// one register, or of two halves.
func (e *emitter) horizontal(v []VecVirtual) VecVirtual {
	low := YMM()
	if e.wide() {
		VEXTRACTF64X4(U8(1), v[0], low)
		VADDPD(low, v[0].AsY(), low)
	} else {
		VADDPD(v[1], v[0], low)
	}
	x := XMM()
	VEXTRACTF128(U8(1), low, x)
	VADDPD(x, low.AsX(), x)
	y := XMM()
	VPERMILPD(U8(1), x, y)
	VADDSD(y, x, x)
	return x
}

// loop repeats body count times; count is spoilt.
func loop(name string, count Register, body func()) {
	l := label(name)
	Label(l)
	body()
	DECQ(count)
	JNE(LabelRef(l))
}

// eachHalf runs body over the lanes: once for whole rows, or once per half
// with the pointers moved on by half a row in between.
func (e *emitter) eachHalf(pointers []Register, body func(half int)) {
	for half := range e.halves() {
		if half > 0 {
			for _, p := range pointers {
				ADDQ(U8(e.width), p)
			}
		}
		body(half)
	}
}

func done() {
	VZEROUPPER()
	RET()
}
