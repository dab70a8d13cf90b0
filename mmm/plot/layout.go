package plot

import (
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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
