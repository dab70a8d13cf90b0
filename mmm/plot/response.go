package plot

import (
	"fmt"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

func wholeCurve(function string, c mmm.Curve) {
	some(function, "curve of "+c.Channel, len(c.Spend))
	same(function, "Mean of "+c.Channel, len(c.Mean), len(c.Spend))
	same(function, "HDI50 of "+c.Channel, len(c.HDI50), len(c.Spend))
	same(function, "HDI94 of "+c.Channel, len(c.HDI94), len(c.Spend))
}

// DirectContribution draws the response of each channel: the curve is what a
// constant spend brings per period, with its bands; the points are the
// periods of the data, contribution against spend, which lie off the curve
// because earlier spend still works. The bands are highest density intervals:
// where the draws are skewed, the mean can lie above the narrow one. spend [channel][period] and
// contributions may be nil: then only the curves are drawn.
func DirectContribution(curves []mmm.Curve, spend [][]float64, contributions []mmm.Band, o Options) *Figure {
	some("DirectContribution", "curves", len(curves))
	points := spend != nil
	if points {
		same("DirectContribution", "spend", len(spend), len(curves))
		same("DirectContribution", "contributions", len(contributions), len(curves))
	}
	money, period := format{currency: o.Currency}, "period"
	keys := bandKeys(soft, "response to constant spend")
	if points {
		period = periodName(contributions[0].Dates)
		keys = append(keys, key{"one " + period + " of the data", keyDot, soft})
	}
	s := newSheet(or(o.Title, "Response of each channel to its spend"),
		fmt.Sprintf("Contribution to %s per %s (up) against spend per %s (right); each channel on its own scales", o.target(), period, period), keys...)
	var panels []*panel
	var words []string
	for c, cu := range curves {
		wholeCurve("DirectContribution", cu)
		p := newPanel(130)
		p.head, p.headIn = cu.Channel, headText.in(inkOf(ChannelColor(c)))
		p.X.Tick.Marker, p.Y.Tick.Marker = numbers{format: money, n: 4}, numbers{format: money, n: 4}
		p.curve(cu.Spend, cu.Mean, cu.HDI50, cu.HDI94, c)
		if points {
			same("DirectContribution", "spend of "+cu.Channel, len(spend[c]), contributions[c].Len())
			p.add(dots{x: spend[c], y: contributions[c].Mean, color: fade(ChannelColor(c), 0.55), radius: 2})
		}
		p.fromZero()
		p.xFromZero()
		panels = append(panels, p)
		last := len(cu.Spend) - 1
		words = append(words, fmt.Sprintf("%s: %s brings %s (94 %% interval %s to %s)", cu.Channel, money.value(cu.Spend[last]),
			money.value(cu.Mean[last]), money.value(cu.HDI94[last][0]), money.value(cu.HDI94[last][1])))
	}
	s.grid(2, 26, panels...)
	return s.figure("DirectContribution", o, fmt.Sprintf("One panel per channel. At the end of each curve, per %s: %s.", period, strings.Join(words, "; ")),
		fmt.Sprintf("What each channel brings per %s at each level of spend; curves that flatten are saturated.", period),
		directData(curves, o)...)
}

// directData has the curves channel by channel. The points are the spend and
// the mean contribution of each period, which have figures of their own.
func directData(curves []mmm.Curve, o Options) []typed.Column {
	var names []string
	var parts [][]typed.Column
	for _, cu := range curves {
		names = append(names, cu.Channel)
		parts = append(parts, []typed.Column{numberColumn("spend", o.money(), cu.Spend), intervalColumn("contribution", o.sales(), cu.Mean, cu.HDI94)})
	}
	return stacked("channel", names, parts)
}

// gridData has the curves channel by channel.
func gridData(g mmm.Grid, o Options) []typed.Column {
	var parts [][]typed.Column
	for c := range g.Channels {
		var spend []float64
		var es []mmm.Estimate
		for i := range g.Factors {
			spend, es = append(spend, g.Spend[i][c]), append(es, g.Estimates[i][c])
		}
		parts = append(parts, []typed.Column{numberColumn("multiple of actual spend", typed.Unit{}, g.Factors), numberColumn("spend", o.money(), spend), estimateColumn("contribution", o.sales(), es)})
	}
	return stacked("channel", g.Channels, parts)
}

// curve adds a mean with its bands in the colour of channel c.
func (p *panel) curve(x, mean []float64, hdi50, hdi94 [][2]float64, c int) {
	lo, hi := ends(hdi94)
	p.add(band{x: x, lo: lo, hi: hi, color: fade(ChannelColor(c), opacity94)})
	lo, hi = ends(hdi50)
	p.add(band{x: x, lo: lo, hi: hi, color: fade(ChannelColor(c), opacity50)})
	p.add(line{x: x, y: mean, color: ChannelColor(c), width: 2, dash: channelDash(c)})
}

// gridCurves turns a grid into one curve per channel over x.
type gridCurve struct {
	x, mean      []float64
	hdi50, hdi94 [][2]float64
}

func gridCurves(function string, g mmm.Grid, relative bool) []gridCurve {
	some(function, "g.Factors", len(g.Factors))
	some(function, "g.Channels", len(g.Channels))
	same(function, "g.Spend", len(g.Spend), len(g.Factors))
	same(function, "g.Estimates", len(g.Estimates), len(g.Factors))
	out := make([]gridCurve, len(g.Channels))
	for i, f := range g.Factors {
		same(function, "a row of g.Spend", len(g.Spend[i]), len(g.Channels))
		same(function, "a row of g.Estimates", len(g.Estimates[i]), len(g.Channels))
		for c, e := range g.Estimates[i] {
			x := g.Spend[i][c]
			if relative {
				x = f
			}
			out[c].x = append(out[c].x, x)
			out[c].mean = append(out[c].mean, e.Mean)
			out[c].hdi50 = append(out[c].hdi50, e.HDI50)
			out[c].hdi94 = append(out[c].hdi94, e.HDI94)
		}
	}
	return out
}

// at interpolates the mean at x.
func (g gridCurve) at(x float64) float64 {
	for i := 1; i < len(g.x); i++ {
		if x <= g.x[i] {
			w := fraction(x-g.x[i-1], g.x[i]-g.x[i-1])
			return g.mean[i-1]*(1-w) + g.mean[i]*w
		}
	}
	return g.mean[len(g.mean)-1]
}

// current returns what the channel spent at factor 1.
func (g gridCurve) current(factors []float64) float64 {
	last := len(factors) - 1
	return fraction(g.x[last], factors[last])
}

// GridRelative draws what the training window would have brought if every
// channel had spent a multiple of what it did: one panel per channel on one
// scale, the other channels in grey for comparison.
func GridRelative(g mmm.Grid, o Options) *Figure {
	curves := gridCurves("GridRelative", g, true)
	money := format{currency: o.Currency}
	s := newSheet(or(o.Title, "What more or less spend would have brought"),
		fmt.Sprintf("Contribution to %s in the training data (up) at multiples of actual spend (right); beside names: change at %s", o.target(), factorName(highestOf(g.Factors))),
		append(bandKeys(soft, "mean"), key{"other channels", keyLine, over(pale, 0.6)})...)
	var panels []*panel
	var words []string
	top := 0.0
	for c, name := range g.Channels {
		p := newPanel(132)
		p.head, p.headIn = name, headText.in(inkOf(ChannelColor(c)))
		p.X.Tick.Marker, p.Y.Tick.Marker = numbers{n: 4}, numbers{format: money, n: 4}
		for d, other := range curves {
			if d != c {
				p.add(line{x: other.x, y: other.mean, color: over(pale, 0.6), width: 1})
			}
		}
		cu := curves[c]
		p.curve(cu.x, cu.mean, cu.hdi50, cu.hdi94, c)
		p.add(rule{at: 1, vertical: true, color: soft, dash: []vg.Length{3, 3}})
		last := len(cu.x) - 1
		more := cu.mean[last] - cu.at(1)
		p.fromZero()
		p.xFromZero()
		p.note = change(cu.at(1), cu.mean[last])
		top = max(top, p.Y.Max)
		p.hideY = c%4 != 0
		panels = append(panels, p)
		words = append(words, fmt.Sprintf("%s brings %s at actual spend and %s more at %s", name, money.value(cu.at(1)), money.value(more), factorName(cu.x[last])))
	}
	for _, p := range panels {
		p.Y.Max = top
	}
	s.grid(4, 22, panels...)
	return s.figure("GridRelative", o, strings.Join(words, "; ")+".",
		"Contribution of each channel when its spend is multiplied; curves that bend are saturated.", gridData(g, o)...)
}

// factorName prints a multiple: "1.5×".
func factorName(f float64) string { return strconv.FormatFloat(f, 'g', 3, 64) + "×" }

// GridAbsolute draws the same as GridRelative over money: on top the means of
// all channels on common axes, where steeper is more efficient, below each
// channel with its bands and its own money axis. Points mark actual spend.
func GridAbsolute(g mmm.Grid, o Options) *Figure {
	curves := gridCurves("GridAbsolute", g, false)
	money := format{currency: o.Currency}
	s := newSheet(or(o.Title, "What each amount of spend would have brought"),
		fmt.Sprintf("Contribution to %s over the training data (up) against the channel's total spend (right). Points mark actual spend.", o.target()))
	all := newPanel(230)
	all.X.Tick.Marker, all.Y.Tick.Marker = numbers{format: money, n: 7}, numbers{format: money}
	all.note = "means of all channels on common axes: the steeper, the more efficient"
	var panels []*panel
	var words []string
	var at labels
	for c, name := range g.Channels {
		cu := curves[c]
		spent := cu.current(g.Factors)
		here, last := cu.at(spent), len(cu.x)-1
		all.add(line{x: cu.x, y: cu.mean, color: ChannelColor(c), width: 2, dash: channelDash(c)},
			dots{x: []float64{spent}, y: []float64{here}, color: ChannelColor(c), radius: 4, ring: true})
		at.add(label{x: cu.x[last], y: cu.mean[last], text: name, color: ChannelColor(c)})
		at.lines = append(at.lines, line{x: cu.x, y: cu.mean})
		p := newPanel(112)
		p.head, p.headIn = name, headText.in(inkOf(ChannelColor(c)))
		p.X.Tick.Marker, p.Y.Tick.Marker = numbers{format: money, n: 3}, numbers{format: money, n: 3}
		p.curve(cu.x, cu.mean, cu.hdi50, cu.hdi94, c)
		p.add(dots{x: []float64{spent}, y: []float64{here}, color: ChannelColor(c), radius: 4.5, ring: true})
		p.fromZero()
		p.xFromZero()
		panels = append(panels, p)
		words = append(words, fmt.Sprintf("%s spends %s for %s and would bring %s for %s", name, money.value(spent), money.value(here),
			money.value(cu.mean[last]), money.value(cu.x[last])))
	}
	all.fromZero()
	all.xFromZero()
	all.Y.Max *= 1.06
	all.X.Max *= 1.03
	all.add(at)
	s.grid(1, 0, all)
	s.y += 4
	s.legend(bandKeys(soft, "mean"))
	s.grid(3, 18, panels...)
	return s.figure("GridAbsolute", o, strings.Join(words, "; ")+".",
		"Contribution against total spend: the slope at the point is what the next unit of money brings.", gridData(g, o)...)
}

func carryoverData(channels []string, weights [][]mmm.Estimate) []typed.Column {
	var parts [][]typed.Column
	for c := range channels {
		var lag []float64
		for l := range weights[c] {
			lag = append(lag, float64(l))
		}
		parts = append(parts, []typed.Column{numberColumn("periods later", typed.Unit{Of: typed.Count}, lag), estimateColumn("part of the effect", typed.Unit{Of: typed.Fraction}, weights[c])})
	}
	return stacked("channel", channels, parts)
}

// Carryover draws how long spend works: the part of its effect that falls on
// each period after it. weights is [channel][lag].
func Carryover(channels []string, weights [][]mmm.Estimate, o Options) *Figure {
	some("Carryover", "the list of channels", len(channels))
	same("Carryover", "weights", len(weights), len(channels))
	share := format{percent: true}
	s := newSheet(or(o.Title, "How long spend works"),
		"Part of the effect of spend that falls on the period of spending (0) and on later ones: mean and 94 % interval")
	var panels []*panel
	var words []string
	for c, name := range channels {
		some("Carryover", "weights of "+name, len(weights[c]))
		p := newPanel(112)
		p.head, p.headIn = name, headText.in(inkOf(ChannelColor(c)))
		p.Y.Tick.Marker = numbers{format: share, n: 3}
		p.X.Tick.Marker = numbers{n: len(weights[c])}
		var x, y []float64
		for l, e := range weights[c] {
			at := float64(l)
			p.add(segment{x0: at, x1: at, y0: 0, y1: e.Mean, color: fade(ChannelColor(c), 0.35), width: 11},
				segment{x0: at, x1: at, y0: e.HDI94[0], y1: e.HDI94[1], color: ChannelColor(c), width: 1.5})
			x, y = append(x, at), append(y, e.Mean)
		}
		p.add(dots{x: x, y: y, color: ChannelColor(c), radius: 3.2})
		p.X.Min, p.X.Max = -0.5, float64(len(weights[c]))-0.5
		p.Y.Min, p.Y.Max = 0, 1.04
		p.hideY = c%4 != 0
		panels = append(panels, p)
		words = append(words, fmt.Sprintf("%s %s at once", name, share.value(weights[c][0].Mean)))
	}
	s.grid(4, 16, panels...)
	return s.figure("Carryover", o, "Mean weights: "+strings.Join(words, ", ")+".", "Carry-over of each channel; weights add up to 1.",
		carryoverData(channels, weights)...)
}
