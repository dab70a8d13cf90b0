package plot

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

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
	o.check(q)
	es := estimates(q)
	f := o.number(es)
	s := newSheet(or(o.Title, sentence(q.Name)+" per channel"), forestSubtitle(es, q), o.keys()...)
	p := o.panel(q, es)
	p.X.Tick.Marker = numbers{format: f, n: 6}
	median := tableColumn{head: "median", style: labelText.strong()}
	wide := tableColumn{head: "94" + nbsp + "% interval", style: labelText}
	var words []string
	for c, e := range es {
		median.cells = append(median.cells, f.value(e.Median))
		wide.cells = append(wide.cells, f.value(e.HDI94[0])+" to "+f.value(e.HDI94[1]))
		word := fmt.Sprintf("%s %s (%s)", q.Channels[c], median.cells[c], wide.cells[c])
		if o.Marks != nil {
			word += fmt.Sprintf(", %s %s", or(o.MarksName, "truth"), f.value(o.Marks[c]))
		}
		words = append(words, word)
	}
	p.table = []tableColumn{median, wide}
	s.grid(1, 0, p)
	best := highestMedian(es)
	return s.figure(q.Name, o.Options, fmt.Sprintf("Median and 94 %% interval of %s: %s.", q.Name, strings.Join(words, "; ")),
		fmt.Sprintf("%s has the highest median, %s, with 94 %% of the draws from %s.",
			q.Channels[best], median.cells[best], wide.cells[best]), o.data(q, es)...)
}

// data are the estimates and what stands beside them.
func (o ForestOptions) data(q mmm.ByChannel, es []mmm.Estimate) []typed.Column {
	u := o.Options.number(q.Unit)
	var median, q25, q75 []float64
	for _, e := range es {
		median, q25, q75 = append(median, e.Median), append(q25, e.Q25), append(q75, e.Q75)
	}
	out := []typed.Column{textColumn("channel", q.Channels), estimateColumn("mean", u, es),
		numberColumn("median", u, median), numberColumn("25 %", u, q25), numberColumn("75 %", u, q75)}
	if o.hasPrior() {
		out = append(out, estimateColumn("prior", u, estimates(o.Prior)))
	}
	if o.Marks != nil {
		out = append(out, numberColumn(or(o.MarksName, "truth"), u, o.Marks))
	}
	return out
}

func (o ForestOptions) check(q mmm.ByChannel) {
	some("Forest", "q.Channels", len(q.Channels))
	same("Forest", "q.Draws", len(q.Draws), len(q.Channels))
	if o.hasPrior() {
		same("Forest", "o.Prior.Draws", len(o.Prior.Draws), len(q.Channels))
	}
	if o.Marks != nil {
		same("Forest", "o.Marks", len(o.Marks), len(q.Channels))
	}
}

func (o ForestOptions) hasPrior() bool { return len(o.Prior.Draws) > 0 }

// panel draws the intervals, the prior below, the marks on them, and the
// reference line.
func (o ForestOptions) panel(q mmm.ByChannel, es []mmm.Estimate) *panel {
	p := newPanel(0)
	if !o.Percent {
		p.xLabel = q.Unit
	}
	height, up := vg.Length(32), vg.Length(0)
	if o.hasPrior() {
		height, up = 42, 7
		for c, e := range estimates(o.Prior) {
			p.add(interval{e: e, y: -float64(c), up: -8, color: pale, small: true})
		}
	}
	for c, e := range es {
		y := -float64(c)
		p.add(interval{e: e, y: y, up: up, color: ChannelColor(c)})
		if o.Marks != nil {
			p.add(markAt{diamond{x: o.Marks[c : c+1], y: []float64{y}, color: ink}, up})
		}
	}
	if o.ReferenceName != "" {
		p.X.Min, p.X.Max = min(p.X.Min, o.Reference), max(p.X.Max, o.Reference)
		p.add(rule{at: o.Reference, vertical: true, color: ink, dash: []vg.Length{4, 3}})
	}
	// Zero is shown unless it is far away.
	if p.X.Min < 0.3*p.X.Max {
		p.xFromZero()
	} else {
		room(&p.X, 0.05)
	}
	p.categories(q.Channels, height)
	return p
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

func (o ForestOptions) keys() []key {
	keys := []key{{"median, middle half, 94 % interval", keyInterval, soft}}
	if o.hasPrior() {
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
