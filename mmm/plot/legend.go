package plot

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// keyKind is the sample that a legend shows.
type keyKind int

const (
	keyLine keyKind = iota
	keyDash
	keyBand
	keyBar
	keyDot
	keyHollow
	keyDiamond
	keyInterval // thin line, thick line, point: 94 %, quartiles, median
	keyWhisker
	keyChannels // in the colour of whatever channel
	keyChannelLines
)

// key is one entry of a legend.
type key struct {
	name  string
	kind  keyKind
	color color.Color
}

// bandKeys are the entries of a predictive band.
func bandKeys(c color.RGBA, mean string) []key {
	return []key{
		{mean, keyLine, c},
		{"50 % interval", keyBand, over(c, opacity50, opacity94)},
		{"94 % interval", keyBand, over(c, opacity94)},
	}
}

// over returns what c looks like with the given opacities, one on the other,
// on white.
func over(c color.RGBA, opacities ...float64) color.RGBA {
	mix := func(v uint8) uint8 {
		x := 255.0
		for i := range opacities {
			a := opacities[len(opacities)-1-i]
			x = x*(1-a) + float64(v)*a
		}
		return uint8(x + 0.5)
	}
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

const (
	sampleWidth vg.Length = 22
	legendRow   vg.Length = 20
)

// legend writes the keys from left to right, in as many rows as needed.
func (s *sheet) legend(keys []key) {
	if len(keys) == 0 {
		s.y += 4
		return
	}
	from, x := s.y, margin
	for _, k := range keys {
		k.name = fit(k.name, labelText, figureWidth-2*margin-sampleWidth-6)
		w := sampleWidth + 6 + labelText.width(k.name)
		if x > margin && x+w > figureWidth-margin {
			x = margin
			s.y += legendRow
		}
		s.sample(k, x, s.y+legendRow/2)
		s.canvas.text(k.name, vg.Point{X: x + sampleWidth + 6, Y: -(s.y + legendRow/2 + 4)}, labelText)
		x += w + 20
	}
	s.y += legendRow
	s.legends = append(s.legends, vg.Rectangle{Min: vg.Point{Y: -s.y}, Max: vg.Point{X: figureWidth, Y: -from}})
	s.y += 6
}

// sample draws the sample of k from x on, in the middle of the line at y.
func (s *sheet) sample(k key, x, y vg.Length) {
	c := draw.Canvas{Canvas: s.canvas}
	x0, x1, mid := x, x+sampleWidth, vg.Point{X: x + sampleWidth/2, Y: -y}
	box := func(h vg.Length) []vg.Point {
		return []vg.Point{{X: x0, Y: -y - h}, {X: x1, Y: -y - h}, {X: x1, Y: -y + h}, {X: x0, Y: -y + h}}
	}
	stroke := func(w vg.Length, dash ...vg.Length) {
		c.StrokeLine2(draw.LineStyle{Color: k.color, Width: w, Dashes: dash}, x0, -y, x1, -y)
	}
	switch k.kind {
	case keyLine:
		stroke(2)
	case keyDash:
		stroke(1.5, 4, 3)
	case keyBand, keyBar:
		c.FillPolygon(k.color, box(5.5))
	case keyHollow:
		pts := box(5)
		c.StrokeLines(draw.LineStyle{Color: k.color, Width: 1.2, Dashes: []vg.Length{4, 3}}, append(pts, pts[0]))
	case keyDot:
		s.canvas.dots([]vg.Point{mid}, 4, k.color)
	case keyDiamond:
		drawDiamond(c, mid, k.color)
	case keyInterval:
		stroke(1.5)
		c.StrokeLine2(draw.LineStyle{Color: k.color, Width: 5}, x0+5, -y, x1-5, -y)
		s.canvas.dots([]vg.Point{mid}, 4.5, k.color)
		s.canvas.dots([]vg.Point{mid}, 2.5, paper)
	case keyChannels:
		for i := range 4 {
			x := x0 + vg.Length(i)*sampleWidth/4
			c.FillPolygon(ChannelColor(i), []vg.Point{{X: x, Y: -y - 5.5}, {X: x + sampleWidth/4, Y: -y - 5.5},
				{X: x + sampleWidth/4, Y: -y + 5.5}, {X: x, Y: -y + 5.5}})
		}
	case keyChannelLines:
		for i := range 4 {
			x := x0 + vg.Length(i)*sampleWidth/4
			c.StrokeLine2(draw.LineStyle{Color: ChannelColor(i), Width: 2}, x, -y, x+sampleWidth/4, -y)
		}
	case keyWhisker:
		stroke(1.5)
		for _, x := range []vg.Length{x0, x1} {
			c.StrokeLine2(draw.LineStyle{Color: k.color, Width: 1.5}, x, -y-4, x, -y+4)
		}
	}
}

// tag is a label at the right edge of a panel, for the line that ends at y.
type tag struct {
	y     float64
	text  string
	color color.RGBA
}

// drawTags writes the tags at their lines' heights, moved apart where they
// would touch.
func (p *panel) drawTags(c draw.Canvas) {
	if len(p.tags) == 0 {
		return
	}
	want := make([]float64, len(p.tags))
	for i, t := range p.tags {
		want[i] = float64(c.Y(p.Y.Norm(t.y)))
	}
	got := spread(want, 14, float64(c.Min.Y), float64(c.Max.Y))
	for i, t := range p.tags {
		y := vg.Length(got[i])
		c.StrokeLine2(draw.LineStyle{Color: t.color, Width: 1}, c.Max.X+1, vg.Length(want[i]), c.Max.X+10, y)
		c.Canvas.(*canvas).text(t.text, vg.Point{X: c.Max.X + 13, Y: y - 4}, labelText.strong().in(inkOf(t.color)))
	}
}

// spread moves positions apart to at least gap between neighbours, as little
// as possible, and keeps them in [lo, hi] if there is room.
func spread(want []float64, gap, lo, hi float64) []float64 {
	order := make([]int, len(want))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case want[a] < want[b]:
			return -1
		case want[a] > want[b]:
			return 1
		}
		return 0
	})
	// Groups of touching labels stand around the mean of what they want.
	type group struct{ sum, n float64 }
	low := func(g group) float64 {
		first := g.sum/g.n - gap*(g.n-1)/2
		return max(lo, min(hi-gap*(g.n-1), first))
	}
	var groups []group
	for _, i := range order {
		w := want[i]
		if math.IsNaN(w) {
			w = lo
		}
		groups = append(groups, group{w, 1})
		for len(groups) > 1 {
			a, b := groups[len(groups)-2], groups[len(groups)-1]
			if low(a)+gap*a.n <= low(b) {
				break
			}
			groups = append(groups[:len(groups)-2], group{a.sum + b.sum, a.n + b.n})
		}
	}
	out := make([]float64, len(want))
	k := 0
	for _, g := range groups {
		for j := range int(g.n) {
			out[order[k]] = low(g) + gap*float64(j)
			k++
		}
	}
	return out
}
