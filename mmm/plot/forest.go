package plot

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mixmodel/mmm"
)

type byChannel = mmm.ByChannel

// interval draws an estimate in a row: thin line for 94 %, thick line for the
// quartiles, point for the median.
type interval struct {
	e     mmm.Estimate
	y     float64
	up    vg.Length
	color color.Color
	small bool
}

func (m interval) DataRange() (x0, x1, y0, y1 float64) {
	e := noExtent()
	e.include(m.e.HDI94[0], m.y)
	e.include(m.e.HDI94[1], m.y)
	e.include(m.e.Median, m.y)
	return e.all()
}

func (m interval) Plot(c draw.Canvas, p *plot.Plot) {
	e := m.e
	if !finite(e.HDI94[0], e.HDI94[1], e.Q25, e.Q75, e.Median) {
		return
	}
	fx, fy := p.Transforms(&c)
	y := fy(m.y) + m.up
	thin, thick, dot := vg.Length(1.6), vg.Length(6), vg.Length(5)
	if m.small {
		thin, thick, dot = 1.2, 3.5, 3.2
	}
	c.StrokeLine2(draw.LineStyle{Color: m.color, Width: thin}, fx(e.HDI94[0]), y, fx(e.HDI94[1]), y)
	c.StrokeLine2(draw.LineStyle{Color: m.color, Width: thick}, fx(e.Q25), y, fx(e.Q75), y)
	cv, at := c.Canvas.(*canvas), []vg.Point{{X: fx(e.Median), Y: y}}
	cv.dots(at, dot, m.color)
	cv.dots(at, dot*0.55, paper)
}

// whisker is a line with end marks in a row.
type whisker struct {
	lo, hi, y float64
	up        vg.Length
	color     color.Color
}

func (w whisker) DataRange() (x0, x1, y0, y1 float64) {
	e := noExtent()
	e.include(w.lo, w.y)
	e.include(w.hi, w.y)
	return e.all()
}

func (w whisker) Plot(c draw.Canvas, p *plot.Plot) {
	if !finite(w.lo, w.hi, w.y) {
		return
	}
	fx, fy := p.Transforms(&c)
	y := fy(w.y) + w.up
	style := draw.LineStyle{Color: w.color, Width: 1.3}
	c.StrokeLine2(style, fx(w.lo), y, fx(w.hi), y)
	for _, x := range []vg.Length{fx(w.lo), fx(w.hi)} {
		c.StrokeLine2(style, x, y-4, x, y+4)
	}
}

// ForestOptions add to Options what a forest plot can show besides.
type ForestOptions struct {
	Options
	Percent       bool          // the numbers are fractions, print percent
	Prior         mmm.ByChannel // drawn in grey below each row, unless empty
	Marks         []float64     // one known value per channel, drawn as a diamond: a truth, a spend share; nil draws none
	MarksName     string        // "" is "truth"
	Reference     float64       // a line to compare with, drawn if it has a name
	ReferenceName string
}

// Forest draws one estimate per channel: the point is the median, the thick
// line holds the middle half of the draws (the quartiles), the thin line is
// the 94 % highest density interval.
func Forest(q mmm.ByChannel, o ForestOptions) *Figure {
	some("Forest", "q.Channels", len(q.Channels))
	same("Forest", "q.Draws", len(q.Draws), len(q.Channels))
	prior := len(o.Prior.Draws) > 0
	if prior {
		same("Forest", "o.Prior.Draws", len(o.Prior.Draws), len(q.Channels))
	}
	if o.Marks != nil {
		same("Forest", "o.Marks", len(o.Marks), len(q.Channels))
	}
	es := estimates(q)
	f := o.number(es)
	s := newSheet(or(o.Title, sentence(q.Name)+" per channel"), forestSubtitle(es, q), o.keys(prior)...)
	p := newPanel(0)
	p.X.Tick.Marker = numbers{format: f, n: 6}
	if !o.Percent {
		p.xLabel = q.Unit
	}
	height, up := vg.Length(32), vg.Length(0)
	if prior {
		height, up = 42, 7
		for c, e := range estimates(o.Prior) {
			p.add(interval{e: e, y: -float64(c), up: -8, color: pale, small: true})
		}
	}
	median := tableColumn{head: "median", style: labelText.strong()}
	wide := tableColumn{head: "94" + nbsp + "% interval", style: labelText}
	var words []string
	for c, e := range es {
		y := -float64(c)
		p.add(interval{e: e, y: y, up: up, color: ChannelColor(c)})
		if o.Marks != nil {
			p.add(markAt{diamond{x: o.Marks[c : c+1], y: []float64{y}, color: ink}, up})
		}
		median.cells = append(median.cells, f.value(e.Median))
		wide.cells = append(wide.cells, f.value(e.HDI94[0])+" to "+f.value(e.HDI94[1]))
		word := fmt.Sprintf("%s %s (%s)", q.Channels[c], median.cells[c], wide.cells[c])
		if o.Marks != nil {
			word += fmt.Sprintf(", %s %s", or(o.MarksName, "truth"), f.value(o.Marks[c]))
		}
		words = append(words, word)
	}
	if o.ReferenceName != "" {
		p.X.Min, p.X.Max = min(p.X.Min, o.Reference), max(p.X.Max, o.Reference)
	}
	if p.X.Min < 0.3*p.X.Max {
		p.xFromZero()
	} else {
		room(&p.X, 0.05)
	}
	p.categories(q.Channels, height)
	if o.ReferenceName != "" {
		p.add(rule{at: o.Reference, vertical: true, color: ink, dash: []vg.Length{4, 3}})
	}
	p.table = []tableColumn{median, wide}
	s.grid(1, 0, p)
	best := highestMedian(es)
	return s.figure(o.Options, fmt.Sprintf("Median and 94 %% interval of %s: %s.", q.Name, strings.Join(words, "; ")),
		fmt.Sprintf("%s has the highest median, %s, with 94 %% of the draws from %s.",
			q.Channels[best], median.cells[best], wide.cells[best]))
}

// number is the format of the estimates: percent, or as many decimals for all
// as give the smallest median two digits.
func (o ForestOptions) number(estimates []mmm.Estimate) format {
	if o.Percent {
		return format{percent: true}
	}
	least := math.Inf(1)
	for _, e := range estimates {
		if m := math.Abs(e.Median); m > 0 && finite(m) {
			least = min(least, m)
		}
	}
	if math.IsInf(least, 1) || least >= 1e4 {
		return format{}
	}
	return format{fixed: true, decimals: min(max(0, 1-int(math.Floor(math.Log10(least)))), 4)}
}

func (o ForestOptions) keys(prior bool) []key {
	keys := []key{{"median, middle half, 94 % interval", keyInterval, soft}}
	if prior {
		keys = append(keys, key{"prior", keyInterval, pale})
	}
	if o.Marks != nil {
		keys = append(keys, key{or(o.MarksName, "truth"), keyDiamond, ink})
	}
	if o.ReferenceName != "" {
		keys = append(keys, key{o.ReferenceName, keyDash, ink})
	}
	return keys
}

// forestSubtitle says how many intervals reach down to zero, which a reader
// would otherwise take for precision.
func forestSubtitle(estimates []mmm.Estimate, q mmm.ByChannel) string {
	touching := 0
	for _, e := range estimates {
		if e.HDI94[0] >= 0 && e.HDI94[0] < 0.02*e.HDI94[1] {
			touching++
		}
	}
	text := sentence(q.Name)
	if q.Unit != "" && q.Unit != "fraction" {
		text += ", " + q.Unit
	}
	switch {
	case touching == len(estimates) && touching > 1:
		text += ". All intervals reach down to about 0: any single channel may do next to nothing."
	case touching > 0:
		text += fmt.Sprintf(". %d of %d intervals reach down to about 0.", touching, len(estimates))
	}
	return text
}

func highestMedian(estimates []mmm.Estimate) int {
	best := 0
	for c, e := range estimates {
		if e.Median > estimates[best].Median {
			best = c
		}
	}
	return best
}

// markAt is a diamond moved up by some pixels.
type markAt struct {
	diamond
	up vg.Length
}

func (m markAt) Plot(c draw.Canvas, p *plot.Plot) {
	c.Rectangle = c.Rectangle.Add(vg.Point{Y: m.up})
	m.diamond.Plot(c, p)
}

// ShareVsROAS sets the share of each channel in the contribution of all media
// against its return on ad spend. The cross is the 94 % interval of either,
// its thick part the middle half, and the area of the point is the channel's
// share of spend.
func ShareVsROAS(share, roas mmm.ByChannel, spendShare []float64, o Options) *Figure {
	n := len(share.Channels)
	some("ShareVsROAS", "share.Channels", n)
	same("ShareVsROAS", "share.Draws", len(share.Draws), n)
	same("ShareVsROAS", "roas.Draws", len(roas.Draws), n)
	same("ShareVsROAS", "spendShare", len(spendShare), n)
	s := newSheet(or(o.Title, "Share of contribution and return on ad spend"),
		"Points at the means, with the area of the share of spend. Lines: 94 % intervals, the thick part the middle half")
	p := newPanel(400)
	p.X.Tick.Marker = numbers{format: format{percent: true}, n: 6}
	p.Y.Tick.Marker = numbers{n: 6}
	p.note = "ROAS, " + or(roas.Unit, "return per unit of spend")
	p.xLabel = "share of the contribution of all media"
	es, er := estimates(share), estimates(roas)
	var words []string
	var at labels
	for c := range n {
		a, b, col := es[c], er[c], ChannelColor(c)
		p.add(
			segment{x0: a.HDI94[0], x1: a.HDI94[1], y0: b.Mean, y1: b.Mean, color: fade(col, 0.55), width: 1.2},
			segment{x0: a.Mean, x1: a.Mean, y0: b.HDI94[0], y1: b.HDI94[1], color: fade(col, 0.55), width: 1.2},
			segment{x0: a.Q25, x1: a.Q75, y0: b.Mean, y1: b.Mean, color: fade(col, 0.8), width: 3},
			segment{x0: a.Mean, x1: a.Mean, y0: b.Q25, y1: b.Q75, color: fade(col, 0.8), width: 3},
		)
		at.add(label{x: a.Mean, y: b.Mean, radius: discRadius(spendShare[c]), text: share.Channels[c], color: col})
		words = append(words, fmt.Sprintf("%s: share %s, ROAS %s, share of spend %s", share.Channels[c],
			format{percent: true}.value(a.Mean), format{}.value(b.Mean), format{percent: true}.value(spendShare[c])))
	}
	p.add(at)
	p.xFromZero()
	p.fromZero()
	s.grid(1, 0, p)
	best := indexes(n)
	slices.SortStableFunc(best, func(i, j int) int { return compare(er[j].Mean, er[i].Mean) })
	return s.figure(o, strings.Join(words, "; ")+".",
		fmt.Sprintf("%s returns most per unit of spend on average, %s least.", share.Channels[best[0]], share.Channels[best[n-1]]))
}

// discRadius makes the area of a point proportional to share.
func discRadius(share float64) vg.Length {
	if !(share > 0) {
		return 2.5
	}
	return vg.Length(max(2.5, 18*math.Sqrt(min(share, 1))))
}
