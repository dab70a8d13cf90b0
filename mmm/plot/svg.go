package plot

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// canvas is a [vg.Canvas] that writes compact SVG: plain attributes, upright
// coordinates rounded to a tenth of a pixel, real text with anchors.
//
// Lengths are CSS pixels. y grows upwards as everywhere in vg, and the figure
// reaches from y = 0 at its top to y = -height, so that the height need not
// be known before the drawing is done: SVG's y is -y.
type canvas struct {
	body  bytes.Buffer
	pen   pen
	stack []pen
}

type pen struct {
	color  color.Color
	width  vg.Length
	dash   []vg.Length
	offset vg.Point
}

var _ vg.Canvas = (*canvas)(nil)

func newCanvas() *canvas {
	c := &canvas{}
	vg.Initialize(c)
	return c
}

func (c *canvas) SetLineWidth(w vg.Length)               { c.pen.width = w }
func (c *canvas) SetLineDash(d []vg.Length, _ vg.Length) { c.pen.dash = d }
func (c *canvas) SetColor(clr color.Color)               { c.pen.color = clr }
func (c *canvas) Translate(pt vg.Point)                  { c.pen.offset = c.pen.offset.Add(pt) }
func (c *canvas) Push()                                  { c.stack = append(c.stack, c.pen) }

func (c *canvas) Pop() {
	c.pen = c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
}

// Nothing in this package is rotated, scaled or a bitmap.
func (c *canvas) Rotate(float64)     { panic("plot: canvas: rotation is not supported") }
func (c *canvas) Scale(x, y float64) { panic("plot: canvas: scaling is not supported") }
func (c *canvas) DrawImage(vg.Rectangle, image.Image) {
	panic("plot: canvas: images are not supported")
}

// Stroke draws the outline of a path.
func (c *canvas) Stroke(path vg.Path) {
	d := c.pathData(path)
	if c.pen.width <= 0 || d == "" {
		return
	}
	fmt.Fprintf(&c.body, `<path d="%s" fill="none"%s stroke-width="%s"`,
		d, paint("stroke", c.pen.color), coord(float64(c.pen.width)))
	if len(c.pen.dash) > 0 {
		c.body.WriteString(` stroke-dasharray="`)
		for i, l := range c.pen.dash {
			if i > 0 {
				c.body.WriteByte(' ')
			}
			c.body.WriteString(coord(float64(l)))
		}
		c.body.WriteByte('"')
	}
	c.body.WriteString("/>\n")
}

// Fill fills a path.
func (c *canvas) Fill(path vg.Path) {
	if d := c.pathData(path); d != "" {
		fmt.Fprintf(&c.body, "<path d=%q%s/>\n", d, paint("fill", c.pen.color))
	}
}

// dots draws filled circles as one path: a round line cap on a line of no
// length is a dot, at a tenth of the size of as many elements.
func (c *canvas) dots(pts []vg.Point, radius vg.Length, clr color.Color) {
	if len(pts) == 0 {
		return
	}
	c.body.WriteString(`<path d="`)
	for _, p := range pts {
		var w pathWriter
		w.moveTo(float64(p.X), -float64(p.Y))
		c.body.Write(w.b)
		c.body.WriteString("h.01")
	}
	fmt.Fprintf(&c.body, "\" fill=\"none\"%s stroke-width=%q stroke-linecap=\"round\"/>\n",
		paint("stroke", clr), coord(float64(2*radius)))
}

// FillString writes text whose left end on the baseline is at pt.
func (c *canvas) FillString(f font.Face, pt vg.Point, s string) {
	c.text(s, pt.Add(c.pen.offset), textStyle{
		size: f.Font.Size, bold: f.Font.Weight > 0, color: c.pen.color,
	})
}

// anchor says which point of a text stands at the given position.
type anchor int

const (
	start anchor = iota
	middle
	end
)

func (a anchor) String() string { return [...]string{"start", "middle", "end"}[a] }

// text writes s with its baseline at pt. Anchors are resolved by the reader's
// own font, so a substitute font shifts nothing.
func (c *canvas) text(s string, pt vg.Point, style textStyle) {
	if s == "" {
		return
	}
	fmt.Fprintf(&c.body, `<text x="%s" y="%s" font-size="%s"`,
		coord(float64(pt.X)), coord(-float64(pt.Y)), coord(float64(style.size)))
	if style.bold {
		c.body.WriteString(` font-weight="bold"`)
	}
	if style.anchor != start {
		fmt.Fprintf(&c.body, ` text-anchor="%s"`, style.anchor)
	}
	c.body.WriteString(paint("fill", style.color) + ">" + escape(s) + "</text>\n")
}

// pathData renders a path; points that are not finite are left out. Lines
// are written as steps from point to point, in tenths of a pixel, so that
// rounding does not add up.
func (c *canvas) pathData(path vg.Path) string {
	var w pathWriter
	for _, p := range path {
		x, y := float64(p.Pos.X+c.pen.offset.X), -float64(p.Pos.Y+c.pen.offset.Y)
		if p.Type != vg.CloseComp && !finite(x, y) {
			continue
		}
		switch p.Type {
		case vg.MoveComp:
			w.moveTo(x, y)
		case vg.LineComp:
			w.lineTo(x, y)
		case vg.ArcComp:
			w.arc(x, y, p)
		case vg.CurveComp:
			panic("plot: canvas: Bézier curves are not supported")
		case vg.CloseComp:
			w.close()
		}
	}
	return string(w.b)
}

// pathWriter writes the data of a path.
type pathWriter struct {
	b     []byte
	x, y  int  // the last point, in tenths of a pixel
	steps bool // the last command was l: further steps need no letter
	flat  step // the last step, if it was level
}

// step is one that has been written: by how much to the right, and what to go
// back to if the next one goes on in the same direction.
type step struct {
	dx, from int
	steps    bool
}

func tenths(v float64) int { return int(math.Round(v * 10)) }

func (w *pathWriter) moveTo(x, y float64) {
	w.x, w.y, w.steps, w.flat = tenths(x), tenths(y), false, step{}
	w.b = append(w.b, 'M')
	w.pair(w.x, w.y)
}

func (w *pathWriter) lineTo(x, y float64) {
	dx, dy := tenths(x)-w.x, tenths(y)-w.y
	if dx == 0 && dy == 0 && w.steps {
		return // two points on one spot
	}
	w.x, w.y = w.x+dx, w.y+dy
	if dy == 0 && dx*w.flat.dx > 0 { // on along a level line
		w.b, w.steps, dx = w.b[:w.flat.from], w.flat.steps, dx+w.flat.dx
	}
	w.flat = step{from: len(w.b), steps: w.steps}
	if dy == 0 {
		w.flat.dx = dx
	}
	switch {
	case !w.steps:
		w.b = append(w.b, 'l')
	case dx >= 0:
		w.b = append(w.b, ' ')
	}
	w.pair(dx, dy)
	w.steps = true
}

func (w *pathWriter) close() {
	w.b, w.steps, w.flat = append(w.b, 'Z'), false, step{}
}

// pair appends two numbers; a minus sign separates them as well as a space.
func (w *pathWriter) pair(x, y int) {
	w.b = appendTenths(w.b, x)
	if y >= 0 {
		w.b = append(w.b, ' ')
	}
	w.b = appendTenths(w.b, y)
}

// arc draws an arc around (x, y) as two half arcs, because SVG cannot draw a
// full circle in one.
func (w *pathWriter) arc(x, y float64, p vg.PathComp) {
	r, sweep := float64(p.Radius), "0" // vg turns counterclockwise for positive angles
	if p.Angle < 0 {
		sweep = "1"
	}
	point := func(part float64) (float64, float64) {
		sin, cos := math.Sincos(p.Start + part*p.Angle)
		return x + r*cos, y - r*sin
	}
	if len(w.b) == 0 {
		w.moveTo(point(0))
	} else {
		w.lineTo(point(0))
	}
	for _, part := range []float64{0.5, 1} {
		px, py := point(part)
		w.x, w.y, w.steps, w.flat = tenths(px), tenths(py), false, step{}
		w.b = append(w.b, fmt.Sprintf("A%s %s 0 0 %s ", coord(r), coord(r), sweep)...)
		w.pair(w.x, w.y)
	}
}

// appendTenths appends v/10 as SVG likes it: "12.3", "-.4".
func appendTenths(b []byte, v int) []byte {
	if v < 0 {
		b, v = append(b, '-'), -v
	}
	if v >= 10 || v == 0 {
		b = strconv.AppendInt(b, int64(v/10), 10)
	}
	if v%10 != 0 {
		b = append(b, '.', byte('0'+v%10))
	}
	return b
}

// coord prints a length in pixels, rounded to a tenth.
func coord(v float64) string {
	if !finite(v) {
		v = 0
	}
	return string(appendTenths(nil, tenths(v)))
}

// paint returns attributes for a colour: ` fill="#0072b2" fill-opacity=".3"`.
func paint(what string, c color.Color) string {
	if c == nil {
		c = ink
	}
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	s := fmt.Sprintf(` %s="#%02x%02x%02x"`, what, n.R, n.G, n.B)
	if n.A < 255 {
		s += fmt.Sprintf(` %s-opacity="%.2g"`, what, float64(n.A)/255)
	}
	return s
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}

// document wraps what was drawn into a standalone SVG of the given size.
func (c *canvas) document(w, h vg.Length, title, desc string) []byte {
	var b bytes.Buffer
	size := [2]string{coord(math.Ceil(float64(w))), coord(math.Ceil(float64(h)))}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" font-family="%s" stroke-linejoin="round">
<title>%s</title>
<desc>%s</desc>
<rect width="%s" height="%s" fill="#ffffff"/>
`, size[0], size[1], size[0], size[1], fontStack, escape(title), escape(desc), size[0], size[1])
	b.Write(c.body.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}
