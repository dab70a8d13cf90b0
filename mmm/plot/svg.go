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
		c.body.WriteString("M" + coord(float64(p.X)) + " " + coord(-float64(p.Y)) + "h.01")
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

// pathData renders a path; points that are not finite are left out.
func (c *canvas) pathData(path vg.Path) string {
	var b []byte
	last := -1
	for _, p := range path {
		x, y := float64(p.Pos.X+c.pen.offset.X), -float64(p.Pos.Y+c.pen.offset.Y)
		if p.Type != vg.CloseComp && (math.IsNaN(x+y) || math.IsInf(x+y, 0)) {
			continue
		}
		switch p.Type {
		case vg.MoveComp:
			b = append(b, 'M')
			b = appendPoint(b, x, y)
		case vg.LineComp:
			// After M or L, further pairs are lines without a letter.
			if last != vg.MoveComp && last != vg.LineComp {
				b = append(b, 'L')
			} else {
				b = append(b, ' ')
			}
			b = appendPoint(b, x, y)
		case vg.ArcComp:
			b = appendArc(b, x, y, p)
		case vg.CurveComp:
			panic("plot: canvas: Bézier curves are not supported")
		case vg.CloseComp:
			b = append(b, 'Z')
		}
		last = p.Type
	}
	return string(b)
}

func appendPoint(b []byte, x, y float64) []byte {
	b = append(b, coord(x)...)
	b = append(b, ' ')
	return append(b, coord(y)...)
}

// appendArc draws an arc around (x, y) as two half arcs, because SVG cannot
// draw a full circle in one.
func appendArc(b []byte, x, y float64, p vg.PathComp) []byte {
	r := float64(p.Radius)
	at := func(angle float64) {
		b = appendPoint(b, x+r*math.Cos(angle), y-r*math.Sin(angle))
	}
	if len(b) == 0 {
		b = append(b, 'M')
	} else {
		b = append(b, 'L')
	}
	at(p.Start)
	sweep := "0" // vg turns counterclockwise for positive angles
	if p.Angle < 0 {
		sweep = "1"
	}
	for _, part := range []float64{0.5, 1} {
		b = append(b, fmt.Sprintf("A%s %s 0 0 %s ", coord(r), coord(r), sweep)...)
		at(p.Start + part*p.Angle)
	}
	return b
}

// coord prints a length in pixels, rounded to a tenth.
func coord(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
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
