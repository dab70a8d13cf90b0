package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"mixmodel/mmm/internal/kernel/poly"
)

const perLn2 = 1.4426950408889634

// vectors turns a number of rows into one of vectors, for loops that treat all
// elements alike.
func (e *emitter) vectors(rows Register) {
	if !e.wide() {
		ADDQ(rows, rows)
	}
}

func exp(e *emitter) {
	x, n := load("x"), load("rows")
	e.vectors(n)
	loop("row", n, func() {
		t := e.load(plain(x, 0))
		e.mul(t, k(perLn2), t)
		e.max(t, k(-1021), t)
		e.min(t, k(1023), t)
		e.store(e.exp2(t), plain(x, 0))
		ADDQ(U8(e.width), x)
	})
	done()
}

func logarithm(e *emitter) {
	x, n := load("x"), load("rows")
	e.vectors(n)
	loop("row", n, func() {
		e.store(e.log(e.load(plain(x, 0))), plain(x, 0))
		ADDQ(U8(e.width), x)
	})
	done()
}

func logTanh(e *emitter) {
	out, slope, q, x, n := load("out"), load("slope"), load("q"), load("x"), load("rows")
	e.vectors(n)
	loop("row", n, func() {
		t := e.load(plain(q, 0))
		e.mul(t, k(perLn2), t)
		e.max(t, k(-1021), t)
		e.min(t, k(1023), t)
		y := e.exp2(t)
		e.mul(y, plain(x, 0), y)
		t = e.reg()
		e.mul(y, k(-perLn2), t)
		e.notBelow(t)
		whole := e.split(t)
		a, b, p := e.halves2(t)
		near := e.isNear(whole) // before shift spoils it
		e.shift(b, whole)
		less, more := e.reg(), e.reg()
		e.sub(a, b, less)
		e.add(a, b, more)
		// Where b is not shifted, a - b cancels and is -2p.
		e.add(p, p, p)
		e.sub(e.zero(), p, p)
		e.where(near, p, less, less)
		e.add(y, y, y)
		e.mul(y, a, y)
		e.mul(y, b, y)
		e.mul(less, more, a)
		e.div(y, a, y)
		e.store(y, plain(slope, 0))
		e.div(less, more, less)
		e.store(e.log(less), plain(out, 0))
		for _, p := range []Register{out, slope, q, x} {
			ADDQ(U8(e.width), p)
		}
	})
	done()
}

// isNear is the mask where split found the integer 0.
func (e *emitter) isNear(whole VecVirtual) any {
	const equal = 0
	if e.wide() {
		m := K()
		zero := e.zero()
		e.emit(func() { VCMPPD(U8(equal), zero, whole, m) })
		return m
	}
	m := e.reg()
	e.emit(func() { VCMPPD(U8(equal), k(0x1.8p52).mem, whole, m) })
	return m
}

func channels(e *emitter) {
	curve, mu, x := load("columns"), load("mu"), load("x")
	lags, count, par := load("lags"), load("count"), load("curves")
	ahead, stride := GP64(), load("rows") // in bytes: from x[t-L] to x[t], from column to column
	MOVQ(lags, ahead)
	SHLQ(U8(6), ahead)
	SHLQ(U8(6), stride)
	loop("channel", count, func() {
		stock, decay := GP64(), GP64()
		LEAQ(Mem{Base: curve, Index: stride, Scale: 1}, stock)
		LEAQ(Mem{Base: curve, Index: stride, Scale: 2}, decay)
		moving := []Register{curve, stock, decay, mu, x}
		e.eachHalf(moving, func(int) { e.channel(curve, stock, decay, mu, x, ahead, par) })
		for range e.halves() - 1 {
			SUBQ(U8(e.width), mu)
			SUBQ(U8(e.width), x)
			SUBQ(U8(e.width), decay)
		}
		LEAQ(Mem{Base: decay, Index: stride, Scale: 1}, curve)
		ADDQ(ahead, x)
		ADDQ(stride, x)
		ADDQ(U8(curveBytes), par)
	})
	done()
}

// The fields of kernel.Curve.
const (
	_ = iota
	drop
	drop1
	rate
	height
	fields
	curveBytes = 8 * fields
)

// channel is one channel, or half of its lanes.
func (e *emitter) channel(curve, stock, decay, mu, x, ahead, par Register) {
	alpha := e.scalar(plain(par, 0))
	s, d := e.load(plain(x, 0)), e.zero()
	offset := GP64()
	MOVQ(U32(row), offset)
	first, begin := label("first"), label("begin")
	Label(first)
	CMPQ(offset, ahead)
	JGE(LabelRef(begin))
	e.mul(d, alpha, d)
	e.add(d, s, d)
	e.mul(s, alpha, s)
	e.add(s, at(x, offset, 0), s)
	ADDQ(U8(row), offset)
	JMP(LabelRef(first))
	Label(begin)
	now, rows := GP64(), load("rows")
	MOVQ(x, now)
	ADDQ(ahead, now)
	XORQ(offset, offset)
	// AVX2 has half the registers: it reads parameters where they are wanted.
	params := map[int]VecVirtual{}
	param := func(i int) VecVirtual {
		if !e.wide() {
			return e.scalar(plain(par, 8*i))
		}
		return params[i]
	}
	if e.wide() {
		for i := drop; i < fields; i++ {
			params[i] = e.scalar(plain(par, 8*i))
		}
	}
	stocks := stage{1, func(here int, _, out []VecVirtual) func() {
		old, t := e.load(at(x, offset, here)), e.reg()
		e.mul(old, param(drop1), t)
		e.add(t, s, t)
		e.mul(d, alpha, d)
		e.add(d, t, d)
		e.mul(old, param(drop), old)
		e.add(old, at(now, offset, here), old)
		e.mul(s, alpha, s)
		e.add(s, old, s)
		e.mul(s, param(rate), out[0])
		e.store(s, at(stock, offset, here))
		e.store(d, at(decay, offset, here))
		return func() {}
	}}
	powers := stage{2, func(here int, in, out []VecVirtual) func() {
		return func() {
			split := e.halfExp2
			if e.wide() { // b then vanishes beside a, as it would at -1021
				split = e.halfExp2Within
			}
			a, b := split(in[0])
			e.sub(a, b, out[0])
			e.add(a, b, out[1])
		}
	}}
	effect := stage{0, func(here int, in, _ []VecVirtual) func() {
		return func() {
			g := e.reg()
			e.div(in[0], in[1], g)
			e.store(g, at(curve, offset, here))
			e.mul(g, param(height), g)
			e.add(g, at(mu, offset, here), g)
			e.store(g, at(mu, offset, here))
		}
	}}
	atOnce := 1
	if e.wide() {
		atOnce = 2
	}
	e.pipeline(rows, offset, atOnce, stocks, powers, effect)
}

func slopes(e *emitter) {
	out, dmu, columns, count := load("out"), load("dmu"), load("columns"), load("count")
	stride, rows := GP64(), load("rows")
	MOVQ(rows, stride)
	SHLQ(U8(6), stride)
	// From the last channel to the first: the last ones were written last and
	// are still in the nearest cache.
	step := GP64()
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, step)
	skip := GP64()
	MOVQ(step, skip)
	IMULQ(count, skip)
	ADDQ(skip, columns)
	LEAQ(Mem{Base: count, Index: count, Scale: 2}, skip)
	LEAQ(Mem{Base: out, Index: skip, Scale: 8}, out)
	loop("channel", count, func() {
		SUBQ(step, columns)
		SUBQ(U8(3*8), out)
		sums := make([][]VecVirtual, 3)
		for i := range sums {
			for range e.halves() {
				sums[i] = append(sums[i], e.zero())
			}
		}
		p, d, left := GP64(), GP64(), GP64()
		MOVQ(columns, p)
		MOVQ(dmu, d)
		MOVQ(rows, left)
		loop("row", left, func() {
			for half := range e.halves() {
				here := half * e.width
				r, g, w := e.load(plain(d, here)), e.load(plain(p, here)), e.reg()
				e.mul(r, g, w)
				e.add(sums[0][half], w, sums[0][half])
				e.mul(w, g, w)
				e.sub(r, w, w)
				e.addProduct(w, Mem{Base: p, Index: stride, Scale: 1, Disp: here}, sums[1][half])
				e.addProduct(w, Mem{Base: p, Index: stride, Scale: 2, Disp: here}, sums[2][half])
			}
			ADDQ(U8(row), p)
			ADDQ(U8(row), d)
		})
		for i, s := range sums {
			VMOVSD(e.horizontal(s), plain(out, 8*i))
		}
	})
	done()
}

func weights(e *emitter) {
	last, norm, dNorm, alpha, n := load("last"), load("norm"), load("dNorm"), load("alpha"), load("rows")
	e.vectors(n)
	one := e.spread(k(1))
	loop("row", n, func() {
		a, power, sum, dSum, inv := e.load(plain(alpha, 0)), e.reg(), e.reg(), e.zero(), e.reg()
		e.move(one, power)
		e.move(one, sum)
		more, begin, end := load("lags"), label("lag"), label("end")
		Label(begin)
		DECQ(more)
		JEQ(LabelRef(end))
		e.mul(dSum, a, dSum)
		e.add(dSum, sum, dSum)
		e.mul(sum, a, sum)
		e.add(sum, one, sum)
		e.mul(power, a, power)
		JMP(LabelRef(begin))
		Label(end)
		e.div(one, sum, inv)
		e.store(power, plain(last, 0))
		e.store(inv, plain(norm, 0))
		e.mul(dSum, inv, dSum)
		e.mul(dSum, inv, dSum)
		e.sub(e.zero(), dSum, dSum)
		e.store(dSum, plain(dNorm, 0))
		for _, p := range []Register{last, norm, dNorm, alpha} {
			ADDQ(U8(e.width), p)
		}
	})
	done()
}

// A stage is part of what is done with a row. It returns what sets out,
// registers for the next stage, from in, those of the stage before; what must
// be in order of rows it writes at once. The row is here bytes behind the
// offset.
type stage struct {
	carried int // registers in out
	body    func(here int, in, out []VecVirtual) func()
}

// pipeline takes count rows at a time through the stages: while the last stage
// of some is under way, so are the earlier ones of those that follow. Little
// waits for what is still far, and the processor cannot see far. offset, which
// goes from row to row, starts at 0.
func (e *emitter) pipeline(rows, offset Register, count int, stages ...stage) {
	now, next := make([][][]VecVirtual, len(stages)), make([][][]VecVirtual, len(stages))
	for s, st := range stages {
		for range count {
			now[s], next[s] = append(now[s], e.regs(st.carried)), append(next[s], e.regs(st.carried))
		}
	}
	// step runs the stages from first to last, each on the rows that are behind
	// those of the stage after it; the last stage of all is at offset.
	step := func(first, last, ahead int) {
		var bodies []func()
		for s := first; s <= last; s++ {
			for i := range count {
				var in []VecVirtual
				if s > 0 {
					in = now[s-1][i]
				}
				bodies = append(bodies, stages[s].body(row*((ahead+last-s)*count+i), in, next[s][i]))
			}
		}
		e.together(bodies...)
		for s := first; s <= last; s++ {
			for i := range count {
				for j := range next[s][i] {
					e.move(next[s][i][j], now[s][i][j])
				}
			}
		}
	}
	deep := len(stages) - 1
	single, full, body, drain, end := label("single"), label("full"), label("body"), label("drain"), label("end")
	Label(single)
	CMPQ(rows, U8(count*deep))
	if count > 1 {
		alone := label("alone")
		JLT(LabelRef(alone))
		TESTQ(U32(1), rows)
		JEQ(LabelRef(full))
		Label(alone)
	} else {
		JGE(LabelRef(full))
	}
	TESTQ(rows, rows)
	JEQ(LabelRef(end))
	for s := range stages {
		var in []VecVirtual
		if s > 0 {
			in = now[s-1][0]
		}
		stages[s].body(0, in, now[s][0])()
	}
	ADDQ(U8(row), offset)
	DECQ(rows)
	JMP(LabelRef(single))
	Label(full)
	for s := range deep {
		step(0, s, 0)
	}
	SUBQ(U8(count*deep), rows)
	JEQ(LabelRef(drain))
	Label(body)
	step(0, deep, 0)
	ADDQ(U8(row*count), offset)
	SUBQ(U8(count), rows)
	JNE(LabelRef(body))
	Label(drain)
	for s := 1; s <= deep; s++ {
		step(s, deep, s-1)
	}
	Label(end)
}

func normal(e *emitter) {
	dmu, mu, y, out := load("dmu"), load("mu"), load("y"), load("out")
	e.eachHalf([]Register{dmu, mu, y, out}, func(int) {
		inv, squares := e.param("inv"), e.zero()
		offset, rows := GP64(), load("rows")
		XORQ(offset, offset)
		loop("row", rows, func() {
			r := e.load(at(y, offset, 0))
			e.sub(r, at(mu, offset, 0), r)
			e.mul(r, inv, r)
			e.addProduct(r, r, squares)
			e.mul(r, inv, r)
			e.store(r, at(dmu, offset, 0))
			ADDQ(U8(row), offset)
		})
		e.store(squares, plain(out, 0))
	})
	done()
}

func truncated(e *emitter) {
	dmu, mu, y, out := load("dmu"), load("mu"), load("y"), load("out")
	// AVX2 has half the registers: its sums stay in memory, and what a stage
	// leaves for the next lies in cells that rows take in turns.
	var cells Mem
	if !e.wide() {
		cells = AllocLocal(4 * row)
	}
	e.eachHalf([]Register{dmu, mu, y, out}, func(int) {
		var inverse VecVirtual
		if e.wide() {
			inverse = e.param("inv")
		}
		inv := func() VecVirtual {
			if e.wide() {
				return inverse
			}
			return e.param("inv")
		}
		squares, hazard, product := e.sum(plain(out, 0), 0), e.sum(plain(out, row), 0), e.sum(plain(out, 2*row), 1)
		below, over := e.sum(plain(out, 3*row), 0), e.sum(plain(out, 4*row), 1)
		offset, rows := GP64(), load("rows")
		XORQ(offset, offset)
		// The position is wanted twice, and cheaper than a register.
		position := func(here int) (z VecVirtual, negative any) {
			z = e.load(at(mu, offset, here))
			e.mul(z, inv(), z)
			return z, e.negative(z)
		}
		// density returns v of poly.Mills, and a and t with φ(z) = t/a.
		density := func(here int) (v, a, t VecVirtual) {
			z, negative := position(here)
			far, zz := e.abs(z), e.reg()
			e.add(far, k(poly.MillsShift), far)
			v = e.spread(k(poly.MillsTop))
			e.div(v, far, v)
			e.mul(z, z, zz)
			e.add(zz, k(poly.LogTwoPi), far)
			e.addWhere(negative, far, below)
			e.mul(zz, k(-perLn2/2), zz)
			e.add(zz, k(poly.Log2Phi0), zz)
			if e.wide() { // the larger of two negative numbers, by their bits
				e.binary(VPMINSQ, VPMINSQ_BCST, zz, k(-1021), zz)
				a, t = e.halfExp2Within(zz)
			} else {
				a, t = e.halfExp2(zz)
			}
			return v, a, t
		}
		// rest: above 0, h = t/(a-t·M) and Φ = (a-t·M)/a; below, h = 1/M and
		// Φ/φ = M.
		rest := func(here int, m VecVirtual, a, t func() VecVirtual) {
			z, negative := position(here)
			x, cut := e.reg(), e.reg()
			e.mul(t(), m, x)
			e.sub(a(), x, cut)
			e.where(negative, m, cut, cut)
			e.change(product, func(p VecVirtual) { e.mul(p, cut, p) })
			e.where(negative, k(1), a(), x)
			e.change(over, func(p VecVirtual) { e.mul(p, x, p) })
			h := e.reg()
			e.where(negative, k(1), t(), h)
			e.div(h, cut, h)
			e.change(hazard, func(s VecVirtual) { e.addProduct(h, z, s) })
			r := e.load(at(y, offset, here))
			e.sub(r, at(mu, offset, here), r)
			e.mul(r, inv(), r)
			e.change(squares, func(s VecVirtual) { e.addProduct(r, r, s) })
			e.sub(r, h, r)
			e.mul(r, inv(), r)
			e.store(r, at(dmu, offset, here))
		}
		if e.wide() {
			e.pipeline(rows, offset, 1,
				stage{3, func(here int, _, out []VecVirtual) func() {
					return func() {
						v, a, t := density(here)
						e.move(v, out[0])
						e.move(a, out[1])
						e.move(t, out[2])
					}
				}},
				stage{3, func(here int, in, out []VecVirtual) func() {
					return func() {
						e.move(e.mills(in[0]), out[0])
						e.move(in[1], out[1])
						e.move(in[2], out[2])
					}
				}},
				stage{0, func(here int, in, _ []VecVirtual) func() {
					kept := func(i int) func() VecVirtual { return func() VecVirtual { return in[i] } }
					return func() { rest(here, in[0], kept(1), kept(2)) }
				}})
		} else {
			cell := func(here int) (v, a, t Mem) {
				turn := GP64()
				e.emit(func() { LEAQ(plain(offset, here), turn) })
				e.emit(func() { ANDQ(U8(row), turn) })
				c := cells.Idx(turn, 2)
				return c, c.Offset(e.width), c.Offset(2 * e.width)
			}
			e.pipeline(rows, offset, 1,
				stage{0, func(here int, _, _ []VecVirtual) func() {
					return func() {
						inV, inA, inT := cell(here)
						v, a, t := density(here)
						e.store(v, inV)
						e.store(a, inA)
						e.store(t, inT)
					}
				}},
				stage{0, func(here int, _, _ []VecVirtual) func() {
					return func() {
						v, a, t := cell(here)
						rest(here, e.mills(e.load(v)), func() VecVirtual { return e.load(a) }, func() VecVirtual { return e.load(t) })
					}
				}})
		}
		e.change(over, func(o VecVirtual) { e.change(product, func(p VecVirtual) { e.div(p, o, p) }) })
		e.keep(squares, hazard, product, below)
	})
	done()
}

// sum is a running sum or product: in a register, or in memory for AVX2.
type sum struct {
	reg VecVirtual
	mem Mem
}

func (e *emitter) sum(m Mem, initial float64) *sum {
	s := &sum{mem: m}
	v := e.zero()
	if initial != 0 {
		v = e.spread(k(initial))
	}
	if e.wide() {
		s.reg = v
	} else {
		e.store(v, m)
	}
	return s
}

func (e *emitter) change(s *sum, by func(VecVirtual)) {
	if e.wide() {
		by(s.reg)
		return
	}
	v := e.load(s.mem)
	by(v)
	e.store(v, s.mem)
}

// keep leaves the sums in memory.
func (e *emitter) keep(sums ...*sum) {
	for _, s := range sums {
		if e.wide() {
			e.store(s.reg, s.mem)
		}
	}
}

// mills returns Mills' ratio from its v, see poly.Mills.
func (e *emitter) mills(v VecVirtual) VecVirtual {
	x := e.spread(k(poly.MillsStart))
	e.sub(x, v, x)
	var q []VecVirtual
	for _, c := range poly.Mills {
		y, t := e.reg(), e.reg()
		e.add(x, k(c[0]), y)
		e.mul(y, x, y)
		e.add(x, k(c[2]), t)
		e.add(y, k(c[1]), y)
		e.add(y, t, t)
		e.mul(t, y, t)
		e.add(t, k(c[3]), t)
		q = append(q, t)
	}
	e.mul(q[0], q[1], q[0])
	e.mul(q[2], q[3], q[2])
	e.mul(q[0], q[2], q[0])
	e.mul(v, q[0], q[0])
	return q[0]
}

// negative is the mask of the numbers with a sign.
func (e *emitter) negative(z VecVirtual) any {
	if !e.wide() {
		return z // the instructions look at the sign alone
	}
	m, zero := K(), e.zero()
	e.emit(func() { VPCMPGTQ(z, zero, m) })
	return m
}

// where sets dst to a, a register or a constant, where the mask holds and to b
// elsewhere.
func (e *emitter) where(mask, a any, b, dst VecVirtual) {
	c, isConstant := a.(constant)
	switch {
	case e.wide() && isConstant:
		e.emit(func() { VPBLENDMQ_BCST(c.mem, b, mask.(Register), dst) })
	case e.wide():
		e.emit(func() { VPBLENDMQ(a.(Op), b, mask.(Register), dst) })
	case isConstant:
		e.emit(func() { VBLENDVPD(mask.(VecVirtual), c.mem, b, dst) })
	default:
		e.emit(func() { VBLENDVPD(mask.(VecVirtual), a.(Op), b, dst) })
	}
}

// addWhere adds a where the mask holds, and +0 elsewhere; it spoils a.
func (e *emitter) addWhere(mask any, a VecVirtual, to *sum) {
	if e.wide() {
		e.emit(func() { VADDPD(a, to.reg, mask.(Register), to.reg) })
		return
	}
	e.where(mask, a, e.zero(), a)
	e.change(to, func(s VecVirtual) { e.add(s, a, s) })
}

func (e *emitter) abs(z VecVirtual) VecVirtual {
	r, noSign := e.reg(), bits(1<<63-1)
	if e.wide() {
		e.emit(func() { VPANDQ_BCST(noSign.mem, z, r) })
	} else {
		e.emit(func() { VANDPD(noSign.mem, z, r) })
	}
	return r
}

func combine(e *emitter) {
	mu, columns, coef, rows, stride := load("mu"), load("columns"), load("coef"), load("rows"), load("stride")
	SHLQ(U8(3), stride)
	e.vectors(rows)
	some := func(vectors int) {
		column, c, n := GP64(), GP64(), load("n")
		MOVQ(columns, column)
		MOVQ(coef, c)
		sums := e.regs(vectors)
		f := e.scalar(plain(c, 0))
		for i, s := range sums {
			e.mul(f, plain(column, i*e.width), s)
		}
		end := label("end")
		DECQ(n)
		JEQ(LabelRef(end))
		loop("column", n, func() {
			ADDQ(stride, column)
			ADDQ(U8(8), c)
			f := e.scalar(plain(c, 0))
			for i, s := range sums {
				e.addProduct(f, plain(column, i*e.width), s)
			}
		})
		Label(end)
		for i, s := range sums {
			e.store(s, plain(mu, i*e.width))
		}
		ADDQ(U32(vectors*e.width), mu)
		ADDQ(U32(vectors*e.width), columns)
		SUBQ(U8(vectors), rows)
	}
	// So many sums that none waits for its own last addition.
	for _, atOnce := range []int{8, 4, 2, 1} {
		if e.wide() && atOnce > 4 {
			continue
		}
		again, fewer := label("again"), label("fewer")
		Label(again)
		CMPQ(rows, U8(atOnce))
		JLT(LabelRef(fewer))
		some(atOnce)
		JMP(LabelRef(again))
		Label(fewer)
	}
	done()
}

func dots(e *emitter) {
	out, d, columns, n, stride := load("out"), load("d"), load("columns"), load("n"), load("stride")
	SHLQ(U8(3), stride)
	// From the last column to the first: the last ones were written last and
	// are still in the nearest cache.
	skip := GP64()
	MOVQ(n, skip)
	IMULQ(stride, skip)
	ADDQ(skip, columns)
	LEAQ(Mem{Base: out, Index: n, Scale: 8}, out)
	some := func(count int) {
		SUBQ(U8(8*count), out)
		for range count / 4 {
			back := GP64()
			MOVQ(stride, back)
			SHLQ(U8(2), back)
			SUBQ(back, columns)
		}
		// Pairs of columns share a pointer.
		var pointers []Register
		for i := 0; i < count; i += 2 {
			p := GP64()
			if i == 0 {
				MOVQ(columns, p)
			} else {
				LEAQ(Mem{Base: pointers[i/2-1], Index: stride, Scale: 2}, p)
			}
			pointers = append(pointers, p)
		}
		sums := make([][]VecVirtual, count)
		for i := range sums {
			for range e.halves() {
				sums[i] = append(sums[i], e.zero())
			}
		}
		dp, rows := GP64(), load("rows")
		MOVQ(d, dp)
		loop("row", rows, func() {
			var v []VecVirtual
			for half := range e.halves() {
				v = append(v, e.load(plain(dp, half*e.width)))
			}
			for i := range sums {
				for half, s := range sums[i] {
					m := plain(pointers[i/2], half*e.width)
					if i%2 == 1 {
						m = Mem{Base: pointers[i/2], Index: stride, Scale: 1, Disp: half * e.width}
					}
					e.addProduct(v[half], m, s)
				}
			}
			ADDQ(U8(row), dp)
			for _, p := range pointers {
				ADDQ(U8(row), p)
			}
		})
		for i, s := range sums {
			VMOVSD(e.horizontal(s), plain(out, 8*i))
		}
		SUBQ(U8(count), n)
	}
	four, end := label("four"), label("end")
	if e.wide() {
		eight := label("eight")
		Label(eight)
		CMPQ(n, U8(8))
		JLT(LabelRef(four))
		some(8)
		JMP(LabelRef(eight))
	}
	Label(four)
	TESTQ(n, n)
	JEQ(LabelRef(end))
	some(4)
	JMP(LabelRef(four))
	Label(end)
	done()
}

func triangle(e *emitter) {
	out, shift, m, v := load("out"), load("shift"), load("m"), load("v")
	blocks, n, more, ahead := load("blocks"), load("n"), load("more"), load("ahead")
	SHLQ(U8(3), ahead)
	const chains = 4
	sums := func() [][]VecVirtual {
		s := make([][]VecVirtual, chains)
		for i := range s {
			for range e.halves() {
				s[i] = append(s[i], e.zero())
			}
		}
		return s
	}
	// columns takes four columns of some blocks and goes on to the next four.
	columns := func(vp Register, pointers []Register, sums ...[][]VecVirtual) {
		for i := range chains {
			x := e.scalar(plain(vp, 8*i))
			for b, m := range pointers {
				for half, s := range sums[b][i] {
					e.addProduct(x, plain(m, row*i+half*e.width), s)
				}
			}
		}
		ADDQ(U8(8*chains), vp)
		for _, m := range pointers {
			ADDQ(U32(row*chains), m)
		}
	}
	finish := func(sums [][]VecVirtual) {
		for half := range e.halves() {
			e.add(sums[0][half], sums[1][half], sums[0][half])
			e.add(sums[2][half], sums[3][half], sums[2][half])
			e.add(sums[0][half], sums[2][half], sums[0][half])
			e.add(sums[0][half], plain(shift, half*e.width), sums[0][half])
			e.store(sums[0][half], plain(out, half*e.width))
		}
		ADDQ(U8(row), out)
		ADDQ(U8(row), shift)
		ADDQ(ahead, v)
		ADDQ(more, n)
	}
	one := func() {
		s, vp, quarter := sums(), GP64(), GP64()
		MOVQ(v, vp)
		MOVQ(n, quarter)
		SHRQ(U8(2), quarter)
		loop("column", quarter, func() { columns(vp, []Register{m}, s) })
		finish(s)
	}
	if !e.wide() {
		loop("block", blocks, one)
		done()
		return
	}
	// AVX-512 has registers for two blocks at once, which share what is read of
	// v. The longer one has eight columns of its own, in front where blocks get
	// shorter and behind where they get longer.
	two := func() {
		first, second, vp, quarter, next := sums(), sums(), GP64(), GP64(), GP64()
		MOVQ(v, vp)
		MOVQ(n, quarter)
		MOVQ(n, next)
		SHLQ(U8(6), next)
		ADDQ(m, next)
		grows, both, end := label("grows"), label("both"), label("end")
		TESTQ(more, more)
		JGE(LabelRef(grows))
		columns(vp, []Register{m}, first)
		columns(vp, []Register{m}, first)
		SUBQ(U8(8), quarter)
		Label(grows)
		SHRQ(U8(2), quarter)
		Label(both)
		columns(vp, []Register{m, next}, first, second)
		DECQ(quarter)
		JNE(LabelRef(both))
		TESTQ(more, more)
		JLT(LabelRef(end))
		columns(vp, []Register{next}, second)
		columns(vp, []Register{next}, second)
		Label(end)
		MOVQ(next, m)
		finish(first)
		finish(second)
		SUBQ(U8(2), blocks)
	}
	again, single, check := label("again"), label("single"), label("check")
	Label(again)
	CMPQ(blocks, U8(1))
	JEQ(LabelRef(single))
	// An odd block out is taken alone where it is shortest.
	pair := label("pair")
	TESTQ(more, more)
	JLT(LabelRef(pair))
	TESTQ(U32(1), blocks)
	JNE(LabelRef(single))
	Label(pair)
	two()
	JMP(LabelRef(check))
	Label(single)
	one()
	DECQ(blocks)
	Label(check)
	TESTQ(blocks, blocks)
	JNE(LabelRef(again))
	done()
}

func warp(e *emitter) {
	q, slope, dLog, u, w, rows := load("q"), load("slope"), load("dLog"), load("u"), load("w"), load("rows")
	loop("row", rows, func() {
		for half := range e.halves() {
			here := half * e.width
			a, b, c, d, m, cd, cdd := here, row+here, 2*row+here, 3*row+here, 4*row+here, 5*row+here, 6*row+here
			x := e.load(plain(u, here))
			v := e.reg()
			e.sub(x, plain(w, m), v)
			e.mul(v, plain(w, d), v)
			r := e.reg()
			e.move(v, r)
			e.horner(e.spread(k(1)), v, r) // v² + 1
			VSQRTPD(r, r)
			inv := e.spread(k(1))
			e.div(inv, r, inv)
			e.mul(v, plain(w, cd), v)
			e.horner(plain(w, b), inv, v) // slope
			e.store(v, plain(slope, here))
			bb := e.load(plain(w, b))
			e.horner(plain(w, a), x, bb) // b·u + a
			e.accumulate(r, plain(w, c), bb)
			e.store(bb, plain(q, here))
			inv2 := e.reg()
			e.mul(inv, inv, inv2)
			e.mul(inv2, plain(w, cdd), inv2)
			e.mul(inv2, inv, inv2)
			e.div(inv2, v, inv2)
			e.store(inv2, plain(dLog, here))
		}
		for _, p := range []Register{q, slope, dLog, u} {
			ADDQ(U8(row), p)
		}
		ADDQ(U32(7*row), w)
	})
	done()
}

func quadratic(e *emitter) {
	grad, q, further, terms, rows := load("grad"), load("q"), load("further"), load("terms"), load("rows")
	var sums []VecVirtual
	for range e.halves() {
		sums = append(sums, e.zero())
	}
	loop("row", rows, func() {
		for half, s := range sums {
			here := half * e.width
			linear, precision, center, share := here, row+here, 2*row+here, 3*row+here
			x := e.load(plain(q, here))
			d, pull, g := e.reg(), e.reg(), e.load(plain(terms, linear))
			e.sub(x, plain(terms, center), d)
			e.mul(d, plain(terms, precision), pull)
			e.mul(x, g, x)
			e.add(s, x, s)
			e.sub(g, pull, g)
			e.mul(pull, k(0.5), pull)
			e.mul(pull, d, pull)
			e.sub(s, pull, s)
			f := e.load(plain(further, here))
			e.mul(f, plain(terms, share), f)
			e.add(g, f, g)
			e.store(g, plain(grad, here))
		}
		for _, p := range []Register{grad, q, further} {
			ADDQ(U8(row), p)
		}
		ADDQ(U32(4*row), terms)
	})
	Store(e.horizontal(sums), ReturnIndex(0))
	done()
}

const linkRow = 9 * row // see kernel.LinkRow

func link(e *emitter) {
	theta, slope, r, rest, q, w, rows, far := load("theta"), load("slope"), load("r"), load("rest"), load("q"), load("w"), load("rows"), load("far")
	var farthest []VecVirtual
	for range e.halves() {
		farthest = append(farthest, e.zero())
	}
	loop("row", rows, func() {
		for half := range e.halves() {
			here := half * e.width
			sign, identity, lo, log, width := here, row+here, 2*row+here, 3*row+here, 4*row+here
			x := e.load(plain(q, here))
			t := e.reg()
			e.mul(x, plain(w, sign), t)
			e.max(e.abs(t), farthest[half], farthest[half])
			e.mul(t, k(perLn2), t)
			e.max(t, k(-1021), t)
			e.min(t, k(1023), t)
			v := e.exp2(t)
			one, rr, rs := e.spread(k(1)), e.reg(), e.reg()
			e.add(v, one, rr)
			e.div(one, rr, rr)
			e.mul(v, rr, rs)
			e.store(rr, plain(r, here))
			e.store(rs, plain(rest, here))
			e.mul(v, plain(w, log), v)
			e.mul(x, plain(w, identity), x)
			e.add(x, plain(w, lo), x)
			e.add(x, v, x)
			e.mul(rr, rs, rs)
			e.mul(rr, plain(w, width), rr)
			e.add(x, rr, x)
			e.store(x, plain(theta, here))
			e.mul(rs, plain(w, width), rs)
			e.add(v, rs, v)
			e.store(v, plain(slope, here))
		}
		for _, p := range []Register{theta, slope, r, rest, q} {
			ADDQ(U8(row), p)
		}
		ADDQ(U32(linkRow), w)
	})
	for half, v := range farthest {
		e.store(v, plain(far, half*e.width))
	}
	done()
}

func linkTerms(e *emitter) {
	grad, theta, slope, rest, further, w, rows := load("grad"), load("theta"), load("slope"), load("rest"), load("further"), load("w"), load("rows")
	var sums []VecVirtual
	for range e.halves() {
		sums = append(sums, e.zero())
	}
	loop("row", rows, func() {
		for half, s := range sums {
			here := half * e.width
			at, rate, square, power := 5*row+here, 6*row+here, 7*row+here, 8*row+here
			d, pull, t, u := e.load(plain(theta, here)), e.reg(), e.load(plain(w, rate)), e.load(plain(w, rate))
			e.sub(d, plain(w, at), d)
			e.mul(d, plain(w, square), pull)
			e.sub(u, pull, u)
			e.mul(pull, k(0.5), pull)
			e.sub(t, pull, t)
			e.mul(d, t, t)
			e.add(s, t, s)
			e.add(u, plain(further, here), u)
			e.mul(u, plain(slope, here), u)
			t = e.load(plain(rest, here))
			e.mul(t, plain(w, power), t)
			e.add(u, t, u)
			e.add(u, plain(grad, here), u)
			e.store(u, plain(grad, here))
		}
		for _, p := range []Register{grad, theta, slope, rest, further} {
			ADDQ(U8(row), p)
		}
		ADDQ(U32(linkRow), w)
	})
	Store(e.horizontal(sums), ReturnIndex(0))
	done()
}

func scale(e *emitter) {
	out, slope, values, shift, n := load("out"), load("slope"), load("values"), load("shift"), load("rows")
	e.vectors(n)
	loop("row", n, func() {
		v := e.load(plain(slope, 0))
		e.mul(v, plain(values, 0), v)
		e.add(v, plain(shift, 0), v)
		e.store(v, plain(out, 0))
		for _, p := range []Register{out, slope, values, shift} {
			ADDQ(U8(e.width), p)
		}
	})
	done()
}

func add(e *emitter) {
	a, b, n := load("a"), load("b"), load("rows")
	e.vectors(n)
	loop("row", n, func() {
		v := e.load(plain(a, 0))
		e.add(v, plain(b, 0), v)
		e.store(v, plain(a, 0))
		ADDQ(U8(e.width), a)
		ADDQ(U8(e.width), b)
	})
	done()
}

func leap(e *emitter) {
	p, z, g, n := load("p"), load("z"), load("gradient"), load("rows")
	half, eps := e.param("half"), e.param("eps")
	e.vectors(n)
	loop("row", n, func() {
		momentum, position := e.load(plain(p, 0)), e.load(plain(z, 0))
		e.accumulate(half, plain(g, 0), momentum)
		e.store(momentum, plain(p, 0))
		e.accumulate(eps, momentum, position)
		e.store(position, plain(z, 0))
		for _, p := range []Register{p, z, g} {
			ADDQ(U8(e.width), p)
		}
	})
	done()
}

func kick(e *emitter) {
	p, g, rows := load("p"), load("gradient"), load("rows")
	half := e.param("half")
	var sums []VecVirtual
	for range e.halves() {
		sums = append(sums, e.zero())
	}
	loop("row", rows, func() {
		for i, s := range sums {
			momentum := e.load(plain(p, i*e.width))
			e.accumulate(half, plain(g, i*e.width), momentum)
			e.store(momentum, plain(p, i*e.width))
			e.addProduct(momentum, momentum, s)
		}
		ADDQ(U8(row), p)
		ADDQ(U8(row), g)
	})
	Store(e.horizontal(sums), ReturnIndex(0))
	done()
}

func dot(e *emitter) {
	a, b, rows := load("a"), load("b"), load("rows")
	var sums []VecVirtual
	for range e.halves() {
		sums = append(sums, e.zero())
	}
	loop("row", rows, func() {
		for i, s := range sums {
			e.addProduct(e.load(plain(a, i*e.width)), plain(b, i*e.width), s)
		}
		ADDQ(U8(row), a)
		ADDQ(U8(row), b)
	})
	Store(e.horizontal(sums), ReturnIndex(0))
	done()
}

func along(e *emitter) {
	a, b, x, y, rows := load("a"), load("b"), load("x"), load("y"), load("rows")
	var sumsA, sumsB []VecVirtual
	for range e.halves() {
		sumsA, sumsB = append(sumsA, e.zero()), append(sumsB, e.zero())
	}
	loop("row", rows, func() {
		for i := range sumsA {
			s := e.load(plain(x, i*e.width))
			e.add(s, plain(y, i*e.width), s)
			e.addProduct(s, plain(a, i*e.width), sumsA[i])
			e.addProduct(s, plain(b, i*e.width), sumsB[i])
		}
		for _, p := range []Register{a, b, x, y} {
			ADDQ(U8(row), p)
		}
	})
	Store(e.horizontal(sumsA), ReturnIndex(0))
	Store(e.horizontal(sumsB), ReturnIndex(1))
	done()
}
