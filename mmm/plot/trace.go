package plot

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mixmodel/mmm/diag"
)

// TraceBlock is a group of parameters that belong together.
type TraceBlock struct {
	Name     string
	Params   []string      // one name per parameter, "" or nil if there is only one
	Draws    [][][]float64 // [param][chain][draw]
	Channels bool          // the parameters are the channels: use their colours
}

// chainColors tell chains apart; four are the common case.
var chainColors = []color.RGBA{
	{0x1b, 0x2a, 0x49, 0xff}, {0x5b, 0x7d, 0xb8, 0xff}, {0xa3, 0x3f, 0x5f, 0xff}, {0xd9, 0x8f, 0x6c, 0xff},
}

// Trace draws every parameter in a row of its own: on the left the posterior
// density of each chain, which should agree; on the right the trace: the
// range of the draws, shaded, and the moving mean of each chain, which should
// wander around the same level without drift. The largest R-hat of each block
// is printed beside its name.
func Trace(blocks []TraceBlock, o Options) *Figure {
	some("Trace", "blocks", len(blocks))
	chains, draws := checkTrace(blocks)
	var keys []key
	for m := range min(chains, 8) {
		keys = append(keys, key{fmt.Sprintf("chain %d", m+1), keyLine, chainColors[m%len(chainColors)]})
	}
	keys = append(keys, key{"range of all draws", keyBand, over(pale, 0.45)})
	s := newSheet(or(o.Title, "Traces and densities of the parameters"),
		fmt.Sprintf("%s of %d draws. Left: density of each chain. Right: draws in order, with the mean of each chain over %d draws.",
			count(chains, "chain"), draws, max(1, draws/traceBins)), keys...)
	var words []string
	for _, b := range blocks {
		words = append(words, s.traceBlock(b))
	}
	return s.figure(o, fmt.Sprintf("Density and trace of each parameter in %s. %s.", count(chains, "chain"), strings.Join(words, "; ")),
		"Chains that agree in density and level have converged: "+strings.Join(words, "; ")+".")
}

func checkTrace(blocks []TraceBlock) (chains, draws int) {
	chains = -1
	for _, b := range blocks {
		some("Trace", "Draws of block "+b.Name, len(b.Draws))
		if len(b.Params) > 0 || len(b.Draws) > 1 {
			same("Trace", "Params of block "+b.Name, len(b.Params), len(b.Draws))
		}
		for _, p := range b.Draws {
			if chains < 0 {
				chains = len(p)
				some("Trace", "chains of block "+b.Name, chains)
				draws = len(p[0])
				some("Trace", "draws of block "+b.Name, draws)
			}
			same("Trace", "a parameter of block "+b.Name+" (chains)", len(p), chains)
			for _, x := range p {
				same("Trace", "a chain of block "+b.Name, len(x), draws)
			}
		}
	}
	return chains, draws
}

// traceBins is how many points a trace has: few enough to see a drift.
const traceBins = 40

// traceBlock draws the rows of one block and returns its R-hat in words.
func (s *sheet) traceBlock(b TraceBlock) string {
	worst := math.NaN()
	for _, x := range b.Draws {
		if r := diag.RHat(x); !math.IsNaN(r) {
			worst = max(r, or0(worst))
		}
	}
	rhat := "R-hat not defined"
	if !math.IsNaN(worst) {
		rhat = fmt.Sprintf("R-hat at most %.3f", worst)
	}
	s.y += 4
	s.canvas.text(b.Name, vg.Point{X: margin, Y: -(s.y + 12)}, headText)
	s.canvas.text(rhat, vg.Point{X: margin + headText.width(b.Name) + 10, Y: -(s.y + 12)}, tickText)
	s.y += 20
	each, points := vg.Length(22), 32
	if len(b.Draws) == 1 {
		each, points = 54, 64
	} else if len(b.Draws) > 8 {
		each, points = 17, 24
	}
	labels := b.Params
	if len(labels) == 0 {
		labels = []string{""}
	}
	left, right := newPanel(0), newPanel(0)
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, x := range b.Draws {
		c := soft
		if b.Channels {
			c = ChannelColor(i)
		}
		l, h := rangeOf(x)
		lo, hi = min(lo, l), max(hi, h)
		left.add(ridge{draws: x, y: -float64(i), height: each - 4, points: points, color: c})
		right.add(strip{draws: x, y: -float64(i), height: each - 4, color: c})
	}
	left.X.Min, left.X.Max = lo, hi
	room(&left.X, 0.02)
	right.X.Min, right.X.Max = 0, float64(len(b.Draws[0][0]))
	left.X.Tick.Marker, right.X.Tick.Marker = numbers{n: 5}, numbers{n: 5}
	left.categories(labels, each)
	right.categories(labels, each)
	left.noGrid, right.noGrid = false, true
	right.hideY = true
	s.columns([]float64{1, 1.25}, 14, left, right)
	return b.Name + ": " + rhat
}

func or0(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

func rangeOf(chains [][]float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, x := range chains {
		for _, v := range finiteOnly(x) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}

// ridge draws the densities of the chains of one parameter in its row.
type ridge struct {
	draws  [][]float64
	y      float64
	height vg.Length
	points int
	color  color.RGBA
}

func (r ridge) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	base := fy(r.y) - r.height/2
	var xs, ys [][]float64
	top := 0.0
	for _, x := range r.draws {
		gx, gy := density(x, r.points)
		xs, ys = append(xs, gx), append(ys, gy)
		if gx != nil {
			top = max(top, gy[highest(gy)])
		}
	}
	for m := range xs {
		if xs[m] == nil {
			continue
		}
		pts := make([]vg.Point, len(xs[m]))
		for i := range pts {
			pts[i] = vg.Point{X: fx(xs[m][i]), Y: base + r.height*vg.Length(ys[m][i]/top)}
		}
		if m == 0 {
			area := append(append([]vg.Point{{X: pts[0].X, Y: base}}, pts...), vg.Point{X: pts[len(pts)-1].X, Y: base})
			c.FillPolygon(fade(r.color, 0.22), area)
		}
		c.StrokeLines(draw.LineStyle{Color: chainColors[m%len(chainColors)], Width: 0.9}, pts)
	}
}

// strip draws the trace of one parameter in its row.
type strip struct {
	draws  [][]float64
	y      float64
	height vg.Length
	color  color.RGBA
}

func (t strip) Plot(c draw.Canvas, p *plot.Plot) {
	fx, fy := p.Transforms(&c)
	lo, hi := rangeOf(t.draws)
	if !(hi > lo) {
		return
	}
	base := fy(t.y) - t.height/2
	level := func(v float64) vg.Length { return base + t.height*vg.Length((v-lo)/(hi-lo)) }
	n := len(t.draws[0])
	bins := min(traceBins, n)
	var up, down []vg.Point
	means := make([][]vg.Point, len(t.draws))
	for b := range bins {
		from, to := b*n/bins, (b+1)*n/bins
		x := fx(float64(from+to) / 2)
		l, h := math.Inf(1), math.Inf(-1)
		for m, chain := range t.draws {
			part := finiteOnly(chain[from:to])
			sum := 0.0
			for _, v := range part {
				l, h, sum = min(l, v), max(h, v), sum+v
			}
			means[m] = append(means[m], vg.Point{X: x, Y: level(sum / float64(len(part)))})
		}
		up, down = append(up, vg.Point{X: x, Y: level(h)}), append(down, vg.Point{X: x, Y: level(l)})
	}
	for i := len(down) - 1; i >= 0; i-- {
		up = append(up, down[i])
	}
	c.FillPolygon(fade(t.color, 0.22), up)
	for m, pts := range means {
		c.StrokeLines(draw.LineStyle{Color: chainColors[m%len(chainColors)], Width: 0.9}, pts)
	}
}
