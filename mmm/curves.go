package mmm

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// Curve is a channel's response to spend, with its uncertainty. Slices have
// one entry per spend level.
type Curve struct {
	Channel      string
	Unit         string
	Spend        []float64
	Mean         []float64
	HDI50, HDI94 [][2]float64
}

// ResponseCurves returns what each channel contributes per period, in sales
// units, when it spends the same in every period: points levels from 0 to
// upTo times the channel's largest training spend.
func (d *Draws) ResponseCurves(points int, upTo float64) []Curve {
	if points < 2 {
		panic(fmt.Sprintf("mmm: ResponseCurves: points is %d (want at least 2)", points))
	}
	levels := floats.Span(make([]float64, points), 0, upTo)
	var out []Curve
	for c, name := range d.Channels() {
		values := matrix(points, d.Len())
		d.eachDraw(func() func(int) {
			p := d.c.newForward(scene{x: [][]float64{nil}, rows: points})
			return func(i int) {
				for j, v := range p.steadyState(d.theta(i), c, levels) {
					values[j][i] = v * d.c.yScale
				}
			}
		})
		curve := Curve{Channel: name, Unit: "sales per period"}
		for j, e := range summarizeAll(values) {
			curve.Spend = append(curve.Spend, levels[j]*d.c.xScale[c])
			curve.Mean = append(curve.Mean, e.Mean)
			curve.HDI50 = append(curve.HDI50, e.HDI50)
			curve.HDI94 = append(curve.HDI94, e.HDI94)
		}
		out = append(out, curve)
	}
	return out
}

// steadyState returns the contribution per period after long constant spend
// at each scaled level.
func (f *forwardPass) steadyState(theta []float64, ch int, levels []float64) []float64 {
	f.state.load(f.c, theta, ch)
	f.c.model.Adstock.Weights(f.state.weights, nil, f.state.adstockTheta)
	floats.ScaleTo(f.state.stock, floats.Sum(f.state.weights), levels)
	f.c.model.Saturation.Curve(f.state.effect, nil, nil, f.state.stock, f.state.saturationTheta)
	return f.state.effect
}

// Grid answers what the training window would have brought if every channel
// had spent a multiple of what it did.
type Grid struct {
	Factors   []float64    // multiples of actual spend
	Channels  []string     //
	Spend     [][]float64  // money in the window, [factor][channel]
	Estimates [][]Estimate // contribution in the window, sales units, [factor][channel]
}

// SpendGrid evaluates the contribution totals at each factor on actual spend.
func (d *Draws) SpendGrid(factors []float64) Grid {
	g := Grid{Factors: append([]float64(nil), factors...), Channels: d.Channels()}
	total := d.c.train.TotalSpend()
	for k, draws := range d.totalsAt(factors) {
		g.Spend = append(g.Spend, floats.ScaleTo(make([]float64, len(total)), factors[k], total))
		g.Estimates = append(g.Estimates, summarizeAll(draws))
	}
	return g
}

// Impulse says how new spend is scheduled; see [Draws.NewSpend].
type Impulse struct {
	Lead      []float64 // money per period before it, per channel; nil means none
	Continued bool      // spend goes on in the periods after the first
}

// NewSpend returns the draws of what each channel contributes around new
// spend, in sales units, as [channel][row][draw]. There are 2·L+1 rows, L the
// number of adstock weights: L of lead spend, one of the new spend (money per
// channel), L after it.
func (d *Draws) NewSpend(spend []float64, im Impulse) [][][]float64 {
	if len(spend) != len(d.c.x) || im.Lead != nil && len(im.Lead) != len(spend) {
		panic(fmt.Sprintf("mmm: NewSpend: %d amounts and %d leads for %d channels", len(spend), len(im.Lead), len(d.c.x)))
	}
	rows := im.rows(spend, d.c.model.Adstock.Len())
	s := scene{rows: len(rows[0]), exact: true}
	for c, x := range rows {
		s.x = append(s.x, scaled(x, d.c.xScale[c]))
	}
	out := make([][][]float64, len(d.c.x))
	for c := range out {
		out[c] = d.perPeriodDraw(nil, s, func(p *forwardPass, _ int, theta, row []float64) {
			floats.ScaleTo(row, d.c.yScale, p.contribution(theta, c))
		})
	}
	return out
}

// rows schedules the money, [channel][row].
func (im Impulse) rows(spend []float64, lags int) [][]float64 {
	out := matrix(len(spend), 2*lags+1)
	for c, x := range out {
		for t := range x {
			switch {
			case t < lags && im.Lead != nil:
				x[t] = im.Lead[c]
			case t == lags || t > lags && im.Continued:
				x[t] = spend[c]
			}
		}
	}
	return out
}
