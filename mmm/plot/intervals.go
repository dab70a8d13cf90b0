package plot

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mixmodel/mmm"
)

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
