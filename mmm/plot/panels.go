package plot

import (
	"math"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// margin is the white space around a figure.
const margin vg.Length = 14

// sheet is a figure while it is drawn, from top to bottom.
type sheet struct {
	canvas         *canvas
	y              vg.Length // how far down the sheet is used
	title          string
	boxes, legends []vg.Rectangle // see Figure
}

// newSheet writes the title, the subtitle, which says what is drawn in which
// unit, and the legend.
func newSheet(title, subtitle string, keys ...key) *sheet {
	s := &sheet{canvas: newCanvas(), y: margin, title: title}
	for _, l := range wrap(title, titleText, figureWidth-2*margin) {
		s.canvas.text(l, vg.Point{X: margin, Y: -(s.y + 14)}, titleText)
		s.y += 21
	}
	s.prose(subtitle)
	s.y += 4
	s.legend(keys)
	return s
}

// prose writes wrapped grey text.
func (s *sheet) prose(text string) {
	for _, l := range wrap(text, noteText, figureWidth-2*margin) {
		s.canvas.text(l, vg.Point{X: margin, Y: -(s.y + 12)}, noteText)
		s.y += 17
	}
}

// figure finishes the sheet.
func (s *sheet) figure(o Options, alt, caption string) *Figure {
	// Running text may break between a number and its unit.
	alt = strings.ReplaceAll(s.title+". "+alt, nbsp, " ")
	caption = strings.ReplaceAll(caption, nbsp, " ")
	return &Figure{
		title:   s.title,
		boxes:   s.boxes,
		legends: s.legends,
		svg:     s.canvas.document(figureWidth, s.y+margin-4, s.title, alt),
		alt:     alt,
		caption: or(o.Caption, caption),
	}
}

// wrap breaks text into lines of at most the given width.
func wrap(text string, style textStyle, width vg.Length) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 {
			if longer := lines[n-1] + " " + word; style.width(longer) <= width {
				lines[n-1] = longer
				continue
			}
		}
		lines = append(lines, word)
	}
	return lines
}

// fit shortens a text that is wider than width.
func fit(text string, style textStyle, width vg.Length) string {
	if style.width(text) <= width {
		return text
	}
	r := []rune(text)
	for len(r) > 1 && style.width(string(r)+"…") > width {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}

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

const (
	gutter      vg.Length = 8   // between tick labels and box
	widestLabel vg.Length = 190 // of a category
)

// leftRoom is what the labels of the y axis need.
func (p *panel) leftRoom() vg.Length {
	if p.hideY {
		return 0
	}
	style := tickText
	var w vg.Length
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		for _, l := range strings.Split(t.Label, "\n") {
			w = max(w, style.width(l))
		}
	}
	if w > 0 {
		w += gutter
	}
	return max(w, p.left)
}

// rightRoom is what the tags and the last label of the x axis need.
func (p *panel) rightRoom() vg.Length {
	var w vg.Length
	for _, t := range p.tags {
		w = max(w, labelText.strong().width(t.text)+14)
	}
	for _, t := range p.table {
		w += columnGap + t.width()
	}
	return w + p.right
}

// grid places panels in rows of the given number of columns. The boxes of
// all columns have the same width.
func (s *sheet) grid(columns int, gap vg.Length, panels ...*panel) {
	s.columns(slices.Repeat([]float64{1}, columns), gap, panels...)
}

// columns is grid with boxes of the given relative widths.
func (s *sheet) columns(widths []float64, gap vg.Length, panels ...*panel) {
	n := len(widths)
	left, right := make([]vg.Length, n), make([]vg.Length, n)
	for i, p := range panels {
		sane(&p.X)
		sane(&p.Y)
		left[i%n] = max(left[i%n], p.leftRoom())
		right[i%n] = max(right[i%n], p.rightRoom())
	}
	free, total := figureWidth-2*margin-gap*vg.Length(n-1), 0.0
	for j, w := range widths {
		free -= left[j] + right[j]
		total += w
	}
	x := make([]vg.Length, n+1)
	x[0] = margin
	for j, w := range widths {
		x[j+1] = x[j] + left[j] + free*vg.Length(w/total) + right[j] + gap
	}
	for i := 0; i < len(panels); i += n {
		row := panels[i:min(i+n, len(panels))]
		head, body, foot := s.rowHeights(row)
		top := s.y + head
		for j, p := range row {
			box := vg.Rectangle{
				Min: vg.Point{X: x[j] + left[j], Y: -(top + p.height)},
				Max: vg.Point{X: x[j+1] - gap - right[j], Y: -top},
			}
			s.draw(p, box, x[j])
		}
		s.y = top + body + foot
	}
}

// rowHeights returns the room above, in and below the boxes of a row.
func (s *sheet) rowHeights(row []*panel) (head, body, foot vg.Length) {
	for _, p := range row {
		if p.head != "" || p.note != "" || len(p.table) > 0 {
			head = 24
		}
		body = max(body, p.height)
		below := vg.Length(10)
		if !p.hideX {
			below = 22
			if _, ok := p.X.Tick.Marker.(calendar); ok {
				below = 38
			}
			if p.xLabel != "" {
				below += 18
			}
		}
		foot = max(foot, below)
	}
	return head, body, foot
}

// draw draws one panel; edge is the left end of its column.
func (s *sheet) draw(p *panel, box vg.Rectangle, edge vg.Length) {
	if _, ok := p.X.Tick.Marker.(calendar); ok {
		p.X.Tick.Marker = calendar{width: box.Size().X}
	}
	s.boxes = append(s.boxes, box)
	c := draw.Canvas{Canvas: s.canvas, Rectangle: box}
	s.header(p, box, edge)
	p.gridLines(c)
	for _, m := range p.marks {
		m.Plot(c, p.Plot)
	}
	p.xAxis(c)
	p.yAxis(c)
	p.drawTags(c)
	p.drawTable(c)
}

// drawTable writes the columns right of the box, aligned with the rows.
func (p *panel) drawTable(c draw.Canvas) {
	x := c.Max.X + p.right
	for _, t := range p.table {
		x += columnGap + t.width()
		cv := c.Canvas.(*canvas)
		cv.text(t.head, vg.Point{X: x, Y: c.Max.Y + 11}, tickText.at(end))
		for i, cell := range t.cells {
			cv.text(cell, vg.Point{X: x, Y: c.Y(p.Y.Norm(-float64(i))) - 4}, t.style.at(end))
		}
	}
}

func (s *sheet) header(p *panel, box vg.Rectangle, edge vg.Length) {
	at, room := vg.Point{X: edge, Y: box.Max.Y + 11}, box.Max.X-edge
	if p.head != "" {
		head := fit(p.head, p.headIn, room)
		s.canvas.text(head, at, p.headIn)
		used := p.headIn.width(head) + 9
		at.X, room = at.X+used, room-used
	}
	if tickText.width(p.note) <= room { // what a note says stands in the alt text too
		s.canvas.text(p.note, at, tickText)
	}
}

func (p *panel) gridLines(c draw.Canvas) {
	if p.noGrid {
		return
	}
	thin := draw.LineStyle{Color: gridCl, Width: 1}
	axis, norm := p.Y, c.Y
	if p.rows {
		axis, norm = p.X, c.X
	}
	for _, t := range axis.Tick.Marker.Ticks(axis.Min, axis.Max) {
		at := norm(axis.Norm(t.Value))
		if p.rows {
			c.StrokeLine2(thin, at, c.Min.Y, at, c.Max.Y)
		} else {
			c.StrokeLine2(thin, c.Min.X, at, c.Max.X, at)
		}
	}
}

// xAxis draws the base line (at zero, if zero is inside), ticks, labels and
// the axis label.
func (p *panel) xAxis(c draw.Canvas) {
	cv := c.Canvas.(*canvas)
	base := draw.LineStyle{Color: soft, Width: 1}
	if p.rows {
		if x := c.X(p.X.Norm(0)); p.X.Min <= 0 && p.X.Max >= 0 && !p.noBase {
			c.StrokeLine2(base, x, c.Min.Y, x, c.Max.Y)
		}
	} else {
		y := c.Min.Y
		if p.Y.Min < 0 && p.Y.Max > 0 && !p.noGrid {
			y = c.Y(p.Y.Norm(0))
		}
		c.StrokeLine2(base, c.Min.X, y, c.Max.X, y)
	}
	if p.hideX {
		return
	}
	below := c.Min.Y
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		x := c.X(p.X.Norm(t.Value))
		if !p.rows {
			c.StrokeLine2(base, x, below, x, below-4)
		}
		for i, l := range strings.Split(t.Label, "\n") {
			style := tickText.at(middle)
			if i == 1 {
				style = style.strong()
			}
			cv.text(l, vg.Point{X: inside(x, style.width(l)), Y: below - 16 - vg.Length(15*i)}, style)
		}
	}
	if p.xLabel != "" {
		y := below - 34
		if _, ok := p.X.Tick.Marker.(calendar); ok {
			y -= 15
		}
		half := tickText.width(p.xLabel)
		cv.text(p.xLabel, vg.Point{X: inside((c.Min.X+c.Max.X)/2, half), Y: y}, tickText.at(middle))
	}
}

// inside moves the middle of a text of the given width so that it stays on
// the sheet.
func inside(x, width vg.Length) vg.Length {
	return max(4+width/2, min(figureWidth-4-width/2, x))
}

func (p *panel) yAxis(c draw.Canvas) {
	if p.hideY {
		return
	}
	cv := c.Canvas.(*canvas)
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		at := vg.Point{X: c.Min.X - gutter, Y: c.Y(p.Y.Norm(t.Value)) - 4}
		first, second, two := strings.Cut(t.Label, "\n")
		style := tickText.at(end)
		if p.rows {
			style = labelText.at(end)
		}
		if two {
			at.Y += 7
			cv.text(second, at.Add(vg.Point{Y: -14}), tickText.at(end))
		}
		cv.text(first, at, style)
	}
}
