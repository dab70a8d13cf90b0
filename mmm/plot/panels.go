package plot

import (
	"math"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// panel is one pair of axes: a plot.Plot for scales and tickers, and the
// marks to draw in it.
type panel struct {
	*plot.Plot
	head   string // above the box, bold
	headIn textStyle
	note   string // after head, grey: the unit of y
	xLabel string // below the axis
	height vg.Length
	rows   bool // y is categories: labels in ink, grid lines vertical
	hideX  bool // the panel below has the labels
	noGrid bool
	noBase bool // no line at zero
	hideY  bool // the panel on the left has the labels
	tags   []tag
	table  []tableColumn
	left   vg.Length // at least so much room left of the box
	right  vg.Length // room right of the box, besides that for tags and table
	marks  []plot.Plotter
}

// tableColumn is a column of text right of a panel of categories.
type tableColumn struct {
	head  string
	cells []string
	style textStyle
}

const columnGap vg.Length = 16

func (t tableColumn) width() vg.Length {
	w := tickText.width(t.head)
	for _, cell := range t.cells {
		w = max(w, t.style.width(cell))
	}
	return w
}

func newPanel(height vg.Length) *panel {
	p := &panel{Plot: plot.New(), height: height, headIn: headText}
	p.X.Tick.Marker = numbers{}
	p.Y.Tick.Marker = numbers{}
	return p
}

// add adds marks from back to front and widens the axes to hold them.
func (p *panel) add(marks ...plot.Plotter) {
	p.Plot.Add(marks...)
	p.marks = append(p.marks, marks...)
}

// dates makes x an axis of dates.
func (p *panel) dates() { p.X.Tick.Marker = calendar{} }

// datesOf makes x an axis of dates with a little air on either side, more
// around single points, so that the first of a month is seldom just outside.
func (p *panel) datesOf(dates []time.Time) {
	p.dates()
	const day = 24 * 3600
	p.X.Min = min(p.X.Min, float64(dates[0].Unix()))
	p.X.Max = max(p.X.Max, float64(dates[len(dates)-1].Unix()))
	part := 0.006
	if len(dates) <= 60 {
		part = 0.02
	}
	air := max((p.X.Max-p.X.Min)*part, 0.5*day)
	if p.X.Max == p.X.Min { // one period
		air = 10 * day
	}
	p.X.Min, p.X.Max = p.X.Min-air, p.X.Max+air
}

// fromZero makes y start (or end) at zero, with room above.
func (p *panel) fromZero() {
	p.Y.Min, p.Y.Max = min(p.Y.Min, 0), max(p.Y.Max, 0)
	room(&p.Y, 0.05)
}

// xFromZero makes x start (or end) at zero, with room beyond.
func (p *panel) xFromZero() {
	p.X.Min, p.X.Max = min(p.X.Min, 0), max(p.X.Max, 0)
	room(&p.X, 0.04)
}

// room widens an axis by a part of its length, but not across zero and not
// where it ends in zero.
func room(a *plot.Axis, part float64) {
	sane(a)
	pad := (a.Max - a.Min) * part
	if a.Min != 0 {
		lower := a.Min - pad
		if a.Min > 0 {
			lower = max(lower, 0)
		}
		a.Min = lower
	}
	if a.Max != 0 {
		a.Max += pad
	}
}

// sane gives an axis without data, or with a single value, a length.
func sane(a *plot.Axis) {
	if !finite(a.Min, a.Max) || a.Min > a.Max {
		a.Min, a.Max = 0, 1
	}
	if a.Max-a.Min <= 1e-6*max(math.Abs(a.Min), math.Abs(a.Max)) {
		d := math.Abs(a.Max) * 0.1
		if d == 0 {
			d = 1
		}
		a.Max += d
		if a.Min != 0 {
			a.Min -= d
		}
	}
}

// categories makes y the given labels, the first on top, with the given
// height for each.
func (p *panel) categories(labels []string, each vg.Length) {
	p.rows = true
	short := make([]string, len(labels))
	for i, l := range labels {
		first, second, two := strings.Cut(l, "\n")
		short[i] = fit(first, labelText, widestLabel)
		if two {
			short[i] += "\n" + fit(second, tickText, widestLabel)
		}
	}
	p.Y.Tick.Marker = names(short)
	p.Y.Min, p.Y.Max = -float64(len(labels))+0.5, 0.5
	p.height = each * vg.Length(len(labels))
}
