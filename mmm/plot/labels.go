package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// label is a named point of a scatter plot.
type label struct {
	x, y   float64
	radius vg.Length
	text   string
	color  color.RGBA
}

// labels draws points and writes each name beside its point, where it covers
// no point, no other name and as few lines through points as possible.
type labels struct {
	points []label
	lines  []line // that names should not cover
}

func (l *labels) add(p label) { l.points = append(l.points, p) }

func (l labels) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	cv := c.Canvas.(*canvas)
	var placed []vg.Rectangle
	lines := l.samples(fx, fy)
	at := make([]vg.Point, len(l.points))
	for i, q := range l.points {
		at[i] = within(c, vg.Point{X: fx(q.x), Y: fy(q.y)})
		if q.radius == 0 {
			continue
		}
		cv.dots(at[i:i+1], q.radius+1.2, paper)
		cv.dots(at[i:i+1], q.radius, q.color)
	}
	for i, q := range l.points {
		box := l.place(c, at, placed, lines, i)
		placed = append(placed, box)
		text := note{text: q.text, style: labelText.strong().in(inkOf(q.color))}
		if near := within(draw.Canvas{Canvas: c.Canvas, Rectangle: box}, at[i]); near.Sub(at[i]).Dot(near.Sub(at[i])) > 16*16 {
			c.StrokeLine2(draw.LineStyle{Color: q.color, Width: 0.8}, at[i].X, at[i].Y, near.X, near.Y)
		}
		c.FillPolygon(fade(paper, 0.8), []vg.Point{box.Min, {X: box.Max.X, Y: box.Min.Y}, box.Max, {X: box.Min.X, Y: box.Max.Y}})
		cv.text(text.text, box.Min.Add(vg.Point{X: 2, Y: 3}), text.style)
	}
}

// within moves a point that lies outside the canvas, or nowhere, into it.
func within(c draw.Canvas, p vg.Point) vg.Point {
	if !finite(float64(p.X), float64(p.Y)) {
		return c.Min
	}
	return vg.Point{X: max(c.Min.X, min(c.Max.X, p.X)), Y: max(c.Min.Y, min(c.Max.Y, p.Y))}
}

// place tries positions around point i and returns the one that costs least.
func (l labels) place(c draw.Canvas, at []vg.Point, placed []vg.Rectangle, lines []vg.Point, i int) vg.Rectangle {
	w, h := labelText.strong().width(l.points[i].text)+4, vg.Length(15)
	best, least := vg.Rectangle{}, math.Inf(1)
	for ring := range 9 {
		for step := range 16 {
			angle := math.Pi/5 + 2*math.Pi*float64(step)/16
			sin, cos := math.Sincos(angle)
			r := float64(l.points[i].radius) + 3 + 9*float64(ring)
			center := vg.Point{
				X: at[i].X + vg.Length(cos*(r+float64(w)/2)),
				Y: at[i].Y + vg.Length(sin*(r+float64(h)/2)),
			}
			half := vg.Point{X: w / 2, Y: h / 2}
			center = vg.Point{
				X: max(c.Min.X+half.X+2, min(c.Max.X-half.X, center.X)),
				Y: max(c.Min.Y+half.Y, min(c.Max.Y-half.Y, center.Y)),
			}
			box := vg.Rectangle{Min: center.Sub(half), Max: center.Add(half)}
			if cost := l.cost(at, placed, lines, box) + 8*float64(ring); cost < least-1e-9 {
				best, least = box, cost
			}
		}
	}
	return best
}

// samples returns points along the lines, a few pixels apart.
func (l labels) samples(fx, fy func(float64) vg.Length) (pts []vg.Point) {
	for _, ln := range l.lines {
		for i := 1; i < len(ln.x); i++ {
			a := vg.Point{X: fx(ln.x[i-1]), Y: fy(ln.y[i-1])}
			b := vg.Point{X: fx(ln.x[i]), Y: fy(ln.y[i])}
			for k := range 8 {
				pts = append(pts, a.Add(b.Sub(a).Scale(vg.Length(k)/8)))
			}
		}
	}
	return pts
}

func (l labels) cost(at []vg.Point, placed []vg.Rectangle, lines []vg.Point, box vg.Rectangle) float64 {
	cost := 0.0
	for _, other := range placed {
		if overlap(box, other, 2) {
			cost += 200
		}
	}
	for _, p := range lines {
		if p.X > box.Min.X && p.X < box.Max.X && p.Y > box.Min.Y && p.Y < box.Max.Y {
			cost += 5
		}
	}
	for j, p := range at {
		if r := l.points[j].radius; overlap(box, vg.Rectangle{Min: p.Sub(vg.Point{X: r, Y: r}), Max: p.Add(vg.Point{X: r, Y: r})}, 1) {
			cost += 100
		}
		if l.lines != nil {
			continue
		}
		if p.X > box.Min.X && p.X < box.Max.X { // its vertical interval
			cost += 14
		}
		if p.Y > box.Min.Y && p.Y < box.Max.Y {
			cost += 14
		}
	}
	return cost
}

// overlap says whether two boxes come closer than gap.
func overlap(a, b vg.Rectangle, gap vg.Length) bool {
	return a.Min.X < b.Max.X+gap && b.Min.X < a.Max.X+gap && a.Min.Y < b.Max.Y+gap && b.Min.Y < a.Max.Y+gap
}
