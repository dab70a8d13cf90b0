package budget

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// solveExact solves the dual: at price ν, each channel spends until its slope
// has fallen to ν, within its bounds,
//
//	b_c(ν) = clip(R_c'⁻¹(ν), Lower[c], Upper[c])
//
// and the spend in total falls as ν rises, so one ν meets the budget.
func (p *problem) solveExact() []float64 {
	d := p.newDual()
	low, high := d.prices()
	cheap, _ := d.plans(low)
	_, dear := d.plans(high)
	gap := func(plan []float64) float64 { return floats.Sum(plan) - p.total }
	f := func(nu float64) float64 {
		most, least := d.plans(nu)
		above, below := gap(most), gap(least)
		if above >= 0 {
			low, cheap = nu, most
		}
		if below <= 0 {
			high, dear = nu, least
		}
		if above >= 0 && below <= 0 {
			return 0
		}
		return above
	}
	if low < high && gap(cheap) > 0 && gap(dear) < 0 {
		findRoot(f, low, high, gap(cheap), gap(dear))
	}
	return meet(cheap, dear, p.total)
}

// meet mixes the plans on both sides of the price so that the budget is spent
// exactly. They are equal to rounding, except where a slope is constant over a
// range of spend and every mixture is as good.
func meet(cheap, dear []float64, total float64) []float64 {
	a, b := floats.Sum(cheap), floats.Sum(dear)
	if a == b {
		return cheap
	}
	w := math.Max(0, math.Min(1, (a-total)/(a-b)))
	out := make([]float64, len(cheap))
	for c := range out {
		out[c] = cheap[c] + w*(dear[c]-cheap[c])
	}
	return out
}

// dual evaluates plans by price.
type dual struct {
	p             *problem
	atLow, atHigh []float64 // slopes at the bounds
}

func (p *problem) newDual() *dual {
	return &dual{p: p, atLow: p.slopes(p.lower), atHigh: p.slopes(p.upper)}
}

// prices brackets ν: below the lower price all channels are at their upper
// bounds, above the higher at their lower ones.
func (d *dual) prices() (low, high float64) {
	return floats.Min(d.atHigh), floats.Max(d.atLow)
}

// plans spends until slopes fall to nu; where a slope equals nu over a range of
// spend, most goes to the end of the range and least to its beginning.
func (d *dual) plans(nu float64) (most, least []float64) {
	for c := range d.p.current {
		b := d.spend(c, nu)
		most = append(most, b)
		if nu == d.atLow[c] {
			b = d.p.lower[c]
		}
		least = append(least, b)
	}
	return most, least
}

// spend inverts the slope of channel c.
func (d *dual) spend(c int, nu float64) float64 {
	low, high := d.p.lower[c], d.p.upper[c]
	switch {
	case nu > d.atLow[c]:
		return low
	case nu <= d.atHigh[c]:
		return high
	}
	return findRoot(func(b float64) float64 {
		_, slope := d.p.at(c, b)
		return slope - nu
	}, low, high, d.atLow[c]-nu, d.atHigh[c]-nu)
}

// findRoot finds the zero of a decreasing function between a and b, to the
// last bits of either the argument or the value, by Chandrupatla's (1997)
// mixture of bisection and inverse quadratic interpolation. fa ≥ 0 ≥ fb are
// the values at a and b.
func findRoot(f func(float64) float64, a, b, fa, fb float64) float64 {
	if fa <= 0 {
		return a
	}
	if fb >= 0 {
		return b
	}
	c, fc := a, fa
	t := 0.5
	for range 200 {
		x := a + t*(b-a)
		fx := f(x)
		if (fx > 0) == (fa > 0) {
			c, fc = a, fa
		} else {
			c, b, fc, fb = b, a, fb, fa
		}
		a, fa = x, fx
		best, fBest := a, fa
		if math.Abs(fb) < math.Abs(fa) {
			best, fBest = b, fb
		}
		tol := 2e-16*math.Abs(best) + 1e-300
		limit := tol / math.Abs(b-c)
		if fBest == 0 || limit > 0.5 || math.Abs(b-a) <= tol {
			return best
		}
		t = step(a, b, c, fa, fb, fc)
		t = math.Max(limit, math.Min(1-limit, t))
	}
	return a
}

// step is the fraction of the way from a to b to try next.
func step(a, b, c, fa, fb, fc float64) float64 {
	xi, phi := (a-b)/(c-b), (fa-fb)/(fc-fb)
	if phi*phi < xi && (1-phi)*(1-phi) < 1-xi {
		return fa/(fb-fa)*fc/(fb-fc) + (c-a)/(b-a)*fa/(fc-fa)*fb/(fc-fb)
	}
	return 0.5
}
