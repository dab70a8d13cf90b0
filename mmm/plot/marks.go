package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The marks are [plot.Plotter]s. Points that are not finite are left out.

func finite(v ...float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// extent is the range of points, empty (+Inf, -Inf) if there are none.
type extent struct{ x0, x1, y0, y1 float64 }

func noExtent() extent {
	return extent{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
}

func (e *extent) include(x, y float64) {
	if finite(x, y) {
		e.x0, e.x1 = min(e.x0, x), max(e.x1, x)
		e.y0, e.y1 = min(e.y0, y), max(e.y1, y)
	}
}

func (e extent) all() (x0, x1, y0, y1 float64) { return e.x0, e.x1, e.y0, e.y1 }

// line joins points; a point that is not finite interrupts it.
type line struct {
	x, y  []float64
	color color.Color
	width vg.Length
	dash  []vg.Length
}

func (l line) DataRange() (x0, x1, y0, y1 float64) {
	e := noExtent()
	for i := range l.x {
		e.include(l.x[i], l.y[i])
	}
	return e.all()
}

func (l line) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	var runs [][]vg.Point
	fresh := true
	for i := range l.x {
		if !finite(l.x[i], l.y[i]) {
			fresh = true
			continue
		}
		if fresh {
			runs = append(runs, nil)
			fresh = false
		}
		r := &runs[len(runs)-1]
		*r = append(*r, vg.Point{X: fx(l.x[i]), Y: fy(l.y[i])})
	}
	style := draw.LineStyle{Color: l.color, Width: l.width, Dashes: l.dash}
	if l.width == 0 {
		style.Width = 1.5
	}
	for _, r := range runs {
		if len(r) == 1 { // a single point between gaps would not show
			c.Canvas.(*canvas).dots(r, 2, l.color)
			continue
		}
		if contains(c, r) {
			c.StrokeLines(style, r)
			continue
		}
		c.StrokeLines(style, c.ClipLinesXY(r)...)
	}
}

func contains(c draw.Canvas, pts []vg.Point) bool {
	for _, pt := range pts {
		if !c.Contains(pt) {
			return false
		}
	}
	return true
}

// band fills the area between lo and hi.
type band struct {
	x, lo, hi []float64
	color     color.Color
}

func (b band) DataRange() (x0, x1, y0, y1 float64) {
	e := noExtent()
	for i := range b.x {
		e.include(b.x[i], b.lo[i])
		e.include(b.x[i], b.hi[i])
	}
	return e.all()
}

func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	clamp := func(y vg.Length) vg.Length { return max(c.Min.Y, min(c.Max.Y, y)) }
	var up, down []vg.Point
	for i := range b.x {
		if finite(b.x[i], b.lo[i], b.hi[i]) {
			up = append(up, vg.Point{X: fx(b.x[i]), Y: clamp(fy(b.hi[i]))})
			down = append(down, vg.Point{X: fx(b.x[i]), Y: clamp(fy(b.lo[i]))})
		}
	}
	if len(up) == 0 {
		return
	}
	if len(up) == 1 { // one period: give it a width
		up = append(up, up[0].Add(vg.Point{X: 3}))
		down = append(down, down[0].Add(vg.Point{X: 3}))
	}
	for i := len(down) - 1; i >= 0; i-- {
		up = append(up, down[i])
	}
	c.FillPolygon(b.color, up)
}

// dots are filled circles.
type dots struct {
	x, y   []float64
	color  color.Color
	radius vg.Length
	ring   bool // with a white middle
}

func (d dots) DataRange() (x0, x1, y0, y1 float64) {
	return line{x: d.x, y: d.y}.DataRange()
}

func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	var pts []vg.Point
	for i := range d.x {
		if finite(d.x[i], d.y[i]) {
			pts = append(pts, vg.Point{X: fx(d.x[i]), Y: fy(d.y[i])})
		}
	}
	cv := c.Canvas.(*canvas)
	cv.dots(pts, d.radius, d.color)
	if d.ring {
		cv.dots(pts, d.radius*0.55, paper)
	}
}

// diamond marks known values.
type diamond struct {
	x, y  []float64
	color color.Color
}

func (d diamond) DataRange() (x0, x1, y0, y1 float64) {
	return line{x: d.x, y: d.y}.DataRange()
}

func (d diamond) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	for i := range d.x {
		if finite(d.x[i], d.y[i]) {
			drawDiamond(c, vg.Point{X: fx(d.x[i]), Y: fy(d.y[i])}, d.color)
		}
	}
}

func drawDiamond(c draw.Canvas, at vg.Point, clr color.Color) {
	const r = 5
	pts := []vg.Point{{X: at.X, Y: at.Y + r}, {X: at.X + r, Y: at.Y}, {X: at.X, Y: at.Y - r}, {X: at.X - r, Y: at.Y}}
	c.FillPolygon(paper, pts)
	c.StrokeLines(draw.LineStyle{Color: clr, Width: 1.6}, append(pts, pts[0]))
}

// segment is one straight line between two points of the data.
type segment struct {
	x0, y0, x1, y1 float64
	color          color.Color
	width          vg.Length
	dash           []vg.Length
}

func (s segment) DataRange() (x0, x1, y0, y1 float64) {
	e := noExtent()
	e.include(s.x0, s.y0)
	e.include(s.x1, s.y1)
	return e.all()
}

func (s segment) Plot(c draw.Canvas, p *plot.Plot) {
	if !finite(s.x0, s.y0, s.x1, s.y1) {
		return
	}
	fx, fy := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: s.color, Width: s.width, Dashes: s.dash},
		fx(s.x0), fy(s.y0), fx(s.x1), fy(s.y1))
}

// rule is a line across the whole panel at a value of x or y. It does not
// widen the axes.
type rule struct {
	at       float64
	vertical bool
	color    color.Color
	dash     []vg.Length
}

func (r rule) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	style := draw.LineStyle{Color: r.color, Width: 1.2, Dashes: r.dash}
	if r.vertical {
		if x := fx(r.at); c.ContainsX(x) {
			c.StrokeLine2(style, x, c.Min.Y, x, c.Max.Y)
		}
		return
	}
	if y := fy(r.at); c.ContainsY(y) {
		c.StrokeLine2(style, c.Min.X, y, c.Max.X, y)
	}
}

// bar is a rectangle from x0 to x1, thickness pixels high around y, with an
// optional offset upwards in pixels.
type bar struct {
	x0, x1, y float64
	thickness vg.Length
	up        vg.Length
	color     color.Color
	hollow    bool
}

func (b bar) DataRange() (x0, x1, y0, y1 float64) {
	e := noExtent()
	e.include(b.x0, b.y)
	e.include(b.x1, b.y)
	return e.all()
}

func (b bar) Plot(c draw.Canvas, p *plot.Plot) {
	if !finite(b.x0, b.x1, b.y) {
		return
	}
	fx, fy := p.Transforms(&c)
	x0, x1, y := fx(min(b.x0, b.x1)), fx(max(b.x0, b.x1)), fy(b.y)+b.up
	h := b.thickness / 2
	pts := []vg.Point{{X: x0, Y: y - h}, {X: x1, Y: y - h}, {X: x1, Y: y + h}, {X: x0, Y: y + h}}
	if b.hollow {
		c.StrokeLines(draw.LineStyle{Color: b.color, Width: 1.2, Dashes: []vg.Length{4, 3}}, append(pts, pts[0]))
		return
	}
	c.FillPolygon(b.color, pts)
}

// note is text at a point of the data, moved by an offset in pixels.
type note struct {
	x, y   float64
	dx, dy vg.Length
	text   string
	style  textStyle
	back   bool // on a white ground
}

func (n note) Plot(c draw.Canvas, p *plot.Plot) {
	if !finite(n.x, n.y) {
		return
	}
	fx, fy := p.Transforms(&c)
	at := vg.Point{X: fx(n.x) + n.dx, Y: fy(n.y) + n.dy}
	cv := c.Canvas.(*canvas)
	if n.back {
		w := n.style.width(n.text)
		x := at.X - []vg.Length{0, w / 2, w}[n.style.anchor]
		c.FillPolygon(fade(paper, 0.85), []vg.Point{
			{X: x - 2, Y: at.Y - 3}, {X: x + w + 2, Y: at.Y - 3},
			{X: x + w + 2, Y: at.Y + n.style.size - 2}, {X: x - 2, Y: at.Y + n.style.size - 2},
		})
	}
	cv.text(n.text, at, n.style)
}
