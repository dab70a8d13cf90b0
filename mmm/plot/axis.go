package plot

import (
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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
