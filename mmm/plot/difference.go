package plot

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// DifferenceOptions add to Options what the draws are.
type DifferenceOptions struct {
	Options
	Percent   bool    // the draws are fractions, print percent
	Reference float64 // to compare with; 0 is "no difference"
}

// Difference draws the posterior density of a difference, with its mean, its
// 94 % highest density interval and the probability on either side of the
// reference.
func Difference(q mmm.Quantity, o DifferenceOptions) *Figure {
	some("Difference", "q.Draws", len(q.Draws))
	f := format{percent: o.Percent, sign: true, currency: o.Currency}
	if o.Percent {
		f.currency = ""
	}
	q.Draws = finiteOnly(q.Draws)
	e, above := q.Estimate(), q.ProbAbove(o.Reference)
	mean, lo, hi := f.value(e.Mean), f.value(e.HDI94[0]), f.value(e.HDI94[1])
	probability := format{percent: true}
	subtitle := fmt.Sprintf("Posterior density. Mean %s, 94 %% of the draws from %s to %s, the narrowest such interval.", mean, lo, hi)
	s := newSheet(or(o.Title, sentence(or(q.Name, "difference"))), subtitle)
	p := newPanel(220)
	p.X.Tick.Marker = numbers{format: f, n: 7}
	p.Y.Tick.Marker = numbers{n: 1}
	p.noGrid, p.hideY = true, true
	x, y := density(q.Draws, 120)
	if x == nil { // all draws equal
		x, y = []float64{e.Mean - 1e-9, e.Mean, e.Mean + 1e-9}, []float64{0, 1, 0}
	}
	top := y[highest(y)]
	p.halves(x, y, o.Reference)
	p.add(line{x: x, y: y, color: modelColor, width: 2})
	p.X.Min, p.X.Max = min(p.X.Min, o.Reference), max(p.X.Max, o.Reference)
	room(&p.X, 0.04)
	p.Y.Min, p.Y.Max = -0.09*top, 1.22*top // below the curve the interval, above it the words
	p.add(
		segment{x0: e.HDI94[0], x1: e.HDI94[1], y0: -0.045 * top, y1: -0.045 * top, color: ink, width: 4},
		segment{x0: e.Mean, x1: e.Mean, y0: -0.045 * top, y1: heightAt(x, y, e.Mean), color: fade(ink, 0.5), width: 1},
		dots{x: []float64{e.Mean}, y: []float64{-0.045 * top}, color: ink, radius: 5, ring: true},
		rule{at: o.Reference, vertical: true, color: ink, dash: []vg.Length{4, 3}},
	)
	p.X.Min, p.X.Max = min(p.X.Min, e.HDI94[0]), max(p.X.Max, e.HDI94[1])
	ref := f.value(o.Reference)
	if o.Reference == 0 {
		ref = "0"
	}
	p.sides(o.Reference, probability.value(1-above)+" below "+ref, probability.value(above)+" above "+ref, 1.22*top)
	p.xLabel = q.Unit
	if o.Percent {
		p.xLabel = ""
	}
	s.grid(1, 0, p)
	return s.figure(or(q.Name, "difference"), o.Options,
		fmt.Sprintf("Density of the difference: mean %s, 94 %% interval %s to %s; %s of the draws lie above %s.", mean, lo, hi, probability.value(above), ref),
		fmt.Sprintf("With probability %s the difference is above %s; its mean is %s.", probability.value(above), ref, mean),
		numberColumn(or(q.Name, "difference"), o.unit(q), x), numberColumn("density", typed.Unit{}, y))
}

func (o DifferenceOptions) unit(q mmm.Quantity) typed.Unit {
	if o.Percent {
		return typed.Unit{Of: typed.Fraction}
	}
	return o.number(q.Unit)
}

// heightAt interpolates y at the given x.
func heightAt(x, y []float64, at float64) float64 {
	for i := 1; i < len(x); i++ {
		if at <= x[i] {
			w := fraction(at-x[i-1], x[i]-x[i-1])
			return y[i-1]*(1-w) + y[i]*w
		}
	}
	return 0
}

// halves fills the area under a curve, left and right of ref in two colours.
func (p *panel) halves(x, y []float64, ref float64) {
	var l, r [2][]float64
	for i := range x {
		if x[i] <= ref {
			l[0], l[1] = append(l[0], x[i]), append(l[1], y[i])
		} else {
			r[0], r[1] = append(r[0], x[i]), append(r[1], y[i])
		}
	}
	if len(l[0]) > 0 && len(r[0]) > 0 {
		h := heightAt(x, y, ref)
		l[0], l[1] = append(l[0], ref), append(l[1], h)
		r[0], r[1] = append([]float64{ref}, r[0]...), append([]float64{h}, r[1]...)
	}
	for i, side := range [][2][]float64{l, r} {
		if len(side[0]) > 0 {
			p.add(band{x: side[0], lo: make([]float64, len(side[0])), hi: side[1], color: fade([]color.RGBA{lossColor, gainColor}[i], 0.28)})
		}
	}
}

// sides writes the probabilities on either side of the reference, above the
// curve.
func (p *panel) sides(ref float64, left, right string, top float64) {
	f := (ref - p.X.Min) / (p.X.Max - p.X.Min)
	leftStyle, rightStyle := headText.at(end).in(lossColor), headText.in(gainColor)
	room := float64(figureWidth - 2*margin)
	leftDx, rightDx := vg.Length(-8), vg.Length(8)
	// Near an edge the text would leave the sheet: both stand on the free side.
	if f*room < float64(leftStyle.width(left))+12 {
		rightDx += leftStyle.width(left) + 20
		leftStyle.anchor, leftDx = start, 8
	} else if (1-f)*room < float64(rightStyle.width(right))+12 {
		leftDx -= rightStyle.width(right) + 20
		rightStyle.anchor, rightDx = end, -8
	}
	p.add(note{x: ref, y: top, dx: leftDx, dy: -14, text: left, style: leftStyle},
		note{x: ref, y: top, dx: rightDx, dy: -14, text: right, style: rightStyle})
}
