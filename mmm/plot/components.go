package plot

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// partColors are those of the groups of components, from the bottom of the
// stack upwards.
var partColors = []color.RGBA{
	{0x9a, 0xa5, 0xb1, 0xff}, // grey: intercept
	{0x5b, 0x8d, 0x87, 0xff}, // teal: season
	{0xb8, 0x8a, 0x3e, 0xff}, // gold: controls
	{0x3f, 0x55, 0x9e, 0xff}, // indigo: media
	{0x8b, 0x5e, 0x83, 0xff},
	{0x6d, 0x4c, 0x41, 0xff},
}

// Components draws what sales are made of over time: on top the means of all
// parts stacked, negative ones below zero, with the observed line; below each
// part by itself with its bands, all on one scale.
// parts are stacked from the last, at the bottom, to the first.
func Components(parts []mmm.Band, observed []float64, o Options) *Figure {
	some("Components", "parts", len(parts))
	for _, b := range parts {
		whole("Components", "part "+b.Name, b)
		same("Components", "part "+b.Name, b.Len(), parts[0].Len())
	}
	same("Components", "observed", len(observed), parts[0].Len())
	money, period := format{currency: o.Currency}, periodName(parts[0].Dates)
	keys := []key{{"observed", keyLine, ink}}
	var words []string
	data := []typed.Column{dayColumn(parts[0].Dates), numberColumn("observed", o.sales(), observed)}
	for i, b := range parts {
		data = append(data, bandColumn(b.Name, o.sales(), b))
		keys = append(keys, key{b.Name, keyBar, over(partColor(i, len(parts)), 0.7)})
		words = append(words, b.Name+" "+money.value(average(b.Mean)))
	}
	s := newSheet(or(o.Title, "What adds up to "+o.target()+", over time"),
		fmt.Sprintf("%s per %s: means, stacked; parts that take away lie below zero", sentence(o.target()), period), keys...)
	s.grid(1, 0, stackPanel(parts, observed, money))
	s.y += 6
	s.prose("Each part with its 50 % and 94 % intervals, on one scale")
	s.y += 4
	s.grid(2, 20, partPanels(parts, money)...)
	return s.figure("Components", o,
		fmt.Sprintf("Stacked areas per %s, %s, with the observed line, and one panel per part with its bands. Means: %s; observed %s.",
			period, between(parts[0].Dates), strings.Join(words, ", "), money.value(average(observed))),
		fmt.Sprintf("Mean %s per %s: %s.", o.target(), period, strings.Join(words, ", ")), data...)
}

// partColor is the colour of part i of n; the last one is at the bottom.
func partColor(i, n int) color.RGBA { return partColors[(n-1-i)%len(partColors)] }

// stackPanel stacks the means of the parts below the observed line.
func stackPanel(parts []mmm.Band, observed []float64, money format) *panel {
	x := seconds(parts[0].Dates)
	p := newPanel(230)
	p.datesOf(parts[0].Dates)
	p.Y.Tick.Marker = numbers{format: money}
	above, below := make([]float64, len(x)), make([]float64, len(x))
	for i, b := range slices.Backward(parts) {
		p.add(stackArea(x, b.Mean, above, below, partColor(i, len(parts)))...)
	}
	p.add(line{x: x, y: observed, color: ink, width: 1.3})
	p.fromZero()
	return p
}

// partPanels draws each part with its bands, all on one scale.
func partPanels(parts []mmm.Band, money format) []*panel {
	panels := make([]*panel, len(parts))
	lo, hi := 0.0, 0.0
	for i, b := range parts {
		c := partColor(i, len(parts))
		p := newPanel(96)
		p.datesOf(b.Dates)
		p.Y.Tick.Marker = numbers{format: money, n: 4}
		p.head, p.headIn, p.note = b.Name, headText.in(inkOf(c)), "mean "+money.value(average(b.Mean))
		p.bands(b, darker(c, 0.85), 1.4)
		p.fromZero()
		lo, hi = min(lo, p.Y.Min), max(hi, p.Y.Max)
		panels[i] = p
	}
	for i, p := range panels {
		p.Y.Min, p.Y.Max = lo, hi
		p.hideY, p.hideX = i%2 == 1, i < len(panels)-2
	}
	return panels
}

// stackArea returns the areas that y adds to the stack, and moves the tops of
// the stack, above and below zero.
func stackArea(x, y, above, below []float64, c color.RGBA) []plotter {
	up := band{x: x, lo: slices.Clone(above), hi: slices.Clone(above), color: over(c, 0.7)}
	down := band{x: x, lo: slices.Clone(below), hi: slices.Clone(below), color: over(c, 0.7)}
	negative, positive := false, false
	for t, v := range y {
		switch {
		case v > 0:
			above[t] += v
			up.hi[t] = above[t]
			positive = true
		case v < 0:
			below[t] += v
			down.lo[t] = below[t]
			negative = true
		}
	}
	var out []plotter
	if positive {
		out = append(out, up)
	}
	if negative {
		out = append(out, down)
	}
	return out
}

// Waterfall draws how the total is made up, from the largest part downwards;
// parts that take away have a colour of their own and go back. The channels keep
// their colours. steps are the result of mmm's Waterfall or WaterfallByGroup,
// in any order.
func Waterfall(steps []mmm.WaterfallBar, channels []string, o Options) *Figure {
	some("Waterfall", "steps", len(steps))
	money, share := format{currency: o.Currency}, format{percent: true}
	steps = slices.Clone(steps)
	slices.SortStableFunc(steps, func(a, b mmm.WaterfallBar) int { return compare(b.Value, a.Value) })
	sum := 0.0
	for _, st := range steps {
		sum += st.Value
	}
	s := newSheet(or(o.Title, "What adds up to "+o.target()),
		fmt.Sprintf("Sum over the training data of each part's mean. In all: %s", money.value(sum)),
		key{"channel, in its colour", keyChannels, nil}, key{"other parts", keyBar, partColors[0]}, key{"takes away", keyBar, lossColor})
	p := newPanel(0)
	p.X.Tick.Marker = numbers{format: money}
	values := tableColumn{head: "sum", style: labelText.strong()}
	shares := tableColumn{head: "of total", style: labelText}
	var rows, words []string
	var sums, parts []float64
	for i, b := range waterfallBars(steps, channels) {
		p.add(b)
		if i < len(steps) {
			p.add(connector{x: b.x1, y: b.y})
		}
	}
	for i, st := range steps {
		rows = append(rows, st.Name)
		sums, parts = append(sums, st.Value), append(parts, fraction(st.Value, sum))
		values.cells = append(values.cells, money.value(st.Value))
		shares.cells = append(shares.cells, share.value(fraction(st.Value, sum)))
		words = append(words, fmt.Sprintf("%s %s (%s)", st.Name, values.cells[i], shares.cells[i]))
	}
	rows = append(rows, "total")
	sums, parts = append(sums, sum), append(parts, fraction(sum, sum))
	values.cells = append(values.cells, money.value(sum))
	shares.cells = append(shares.cells, share.value(fraction(sum, sum)))
	p.xFromZero()
	p.categories(rows, 27)
	p.table = []tableColumn{values, shares}
	s.grid(1, 0, p)
	return s.figure("Waterfall", o, "Waterfall from the largest part down: "+strings.Join(words, ", ")+".",
		fmt.Sprintf("%s is the largest part with %s; %s.", sentence(steps[0].Name), shares.cells[0], mediaWords(steps, channels, sum)),
		textColumn("part", rows), numberColumn("sum", o.sales(), sums), numberColumn("of total", typed.Unit{Of: typed.Fraction}, parts))
}

// waterfallBars returns one bar per step, each starting where the one before
// ended, and a last one from zero to the total.
func waterfallBars(steps []mmm.WaterfallBar, channels []string) []bar {
	var bars []bar
	at := 0.0
	for i, st := range steps {
		c := partColors[0]
		if k := slices.Index(channels, st.Name); k >= 0 {
			c = ChannelColor(k)
		}
		if st.Value < 0 {
			c = lossColor
		}
		bars = append(bars, bar{x0: at, x1: at + st.Value, y: -float64(i), thickness: 17, color: c})
		at += st.Value
	}
	return append(bars, bar{x1: at, y: -float64(len(steps)), thickness: 17, color: ink})
}

// mediaWords says what the channels make together.
func mediaWords(steps []mmm.WaterfallBar, channels []string, sum float64) string {
	media := 0.0
	for _, st := range steps {
		if slices.Contains(channels, st.Name) {
			media += st.Value
		}
	}
	return "all channels together make " + format{percent: true}.value(fraction(media, sum))
}

// connector leads from the end of a waterfall's bar to the next one.
type connector struct{ x, y float64 }

func (k connector) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: pale, Width: 1}, fx(k.x), fy(k.y)-vg.Length(8.5), fx(k.x), fy(k.y-1)+8.5)
}
