package plot

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"sync"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/diag"
	"mixmodel/mmm/internal/radix"
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
// density of each chain, which should agree; on the right the trace: where
// 90 % of the draws of all chains lie, shaded, and the mean of each chain over
// short stretches, which should wander around the same level without drift.
// The largest R-hat of each block is printed beside its name. Densities end
// where fewer than 0.2 % of the draws are left.
//
// Cost: one R-hat per parameter, some 10 ms for 16,000 draws.
func Trace(blocks []TraceBlock, o Options) *Figure {
	some("Trace", "blocks", len(blocks))
	chains, draws := checkTrace(blocks)
	var keys []key
	for m := range min(chains, 8) {
		keys = append(keys, key{fmt.Sprintf("chain %d", m+1), keyLine, chainColors[m%len(chainColors)]})
	}
	keys = append(keys, key{"90 % of all draws", keyBand, over(soft, 0.22)})
	s := newSheet(or(o.Title, "Traces and densities of the parameters"),
		fmt.Sprintf("%s of %d draws. Left: density of each chain. Right: draws in order, as means of each chain over short stretches.",
			count(chains, "chain"), draws), keys...)
	var words []string
	var left vg.Length // the same for all blocks, so that their boxes align
	for _, b := range blocks {
		for _, name := range b.Params {
			left = max(left, labelText.width(name)+gutter)
		}
	}
	rhats := rHats(blocks)
	for i, b := range blocks {
		words = append(words, s.traceBlock(b, largestRHat(rhats[i]), left, i == len(blocks)-1))
	}
	return s.figure("Trace", o, fmt.Sprintf("Density and trace of each parameter in %s. %s.", count(chains, "chain"), strings.Join(words, "; ")),
		"Chains that agree in density and level have converged: "+strings.Join(words, "; ")+".", traceData(blocks, rhats)...)
}

// rHats computes R-hat of each parameter, [block][param], on all processors.
func rHats(blocks []TraceBlock) [][]float64 {
	out := make([][]float64, len(blocks))
	var wg sync.WaitGroup
	for k, b := range blocks {
		out[k] = make([]float64, len(b.Draws))
		for i, chains := range b.Draws {
			wg.Go(func() { out[k][i] = diag.RHat(chains) })
		}
	}
	wg.Wait()
	return out
}

// traceData describes each parameter: the draws themselves would be megabytes.
func traceData(blocks []TraceBlock, rhats [][]float64) []typed.Column {
	var names []string
	var es []mmm.Estimate
	for _, b := range blocks {
		for i, chains := range b.Draws {
			name := b.Name
			if len(b.Params) > 0 && b.Params[i] != "" && b.Params[i] != b.Name {
				name += "[" + b.Params[i] + "]"
			}
			names = append(names, name)
			es = append(es, mmm.Summarize(finiteOr0(slices.Concat(chains...))))
		}
	}
	return []typed.Column{textColumn("parameter", names), estimateColumn("mean", typed.Unit{}, es), numberColumn("R-hat", typed.Unit{}, slices.Concat(rhats...))}
}

// finiteOr0 are the finite values, or a single 0: there is always something to
// describe.
func finiteOr0(x []float64) []float64 {
	if s := finiteOnly(x); len(s) > 0 {
		return s
	}
	return []float64{0}
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

// traceBlock draws the rows of one block and returns its R-hat in words.
func (s *sheet) traceBlock(b TraceBlock, rhat string, left vg.Length, last bool) string {
	s.y += 4
	s.canvas.text(b.Name, vg.Point{X: margin, Y: -(s.y + 12)}, headText)
	s.canvas.text(rhat, vg.Point{X: margin + headText.width(b.Name) + 10, Y: -(s.y + 12)}, tickText)
	s.y += 20
	// The more rows, the lower they are, and the fewer points they need.
	rows := traceRows{draws: b.Draws, height: 19, points: 22, bins: 20}
	switch {
	case len(b.Draws) == 1:
		rows.height, rows.points, rows.bins = 50, 64, 64
	case len(b.Draws) > 8:
		rows.height, rows.points, rows.bins = 14, 16, 14
	}
	labels := b.Params
	if len(labels) == 0 {
		labels = []string{""}
	}
	shape, order := newPanel(0), newPanel(0)
	shape.X.Min, shape.X.Max = math.Inf(1), math.Inf(-1)
	for i, x := range b.Draws {
		c := soft
		if b.Channels {
			c = ChannelColor(i)
		}
		rows.colors = append(rows.colors, c)
		lo, hi := middleOf(slices.Concat(x...), 0.002)
		shape.X.Min, shape.X.Max = min(shape.X.Min, lo), max(shape.X.Max, hi)
	}
	room(&shape.X, 0.03)
	order.X.Min, order.X.Max = 0, float64(len(b.Draws[0][0]))
	shape.add(ridges{rows})
	order.add(strips{rows})
	order.noGrid, order.hideY, order.noBase = true, true, true
	if last {
		order.xLabel = "draw"
	}
	shape.left = left
	shape.categories(labels, rows.height+3)
	order.categories(labels, rows.height+3)
	s.columns([]float64{1, 1.25}, 16, shape, order)
	return b.Name + ": " + rhat
}

func largestRHat(rhats []float64) string {
	worst := math.Inf(-1)
	for _, r := range rhats {
		if finite(r) {
			worst = max(worst, r)
		}
	}
	switch {
	case math.IsInf(worst, -1):
		return "R-hat not defined"
	case len(rhats) == 1:
		return fmt.Sprintf("R-hat %.3f", worst)
	}
	return fmt.Sprintf("R-hat at most %.3f", worst)
}

// middleOf returns the quantiles p and 1-p of the finite values.
func middleOf(x []float64, p float64) (lo, hi float64) {
	s := finiteOnly(x)
	radix.Sort(s)
	at := func(p float64) float64 { return s[int(math.Round(p*float64(len(s)-1)))] }
	return at(p), at(1 - p)
}

// traceRows are the parameters of a block, one row each.
type traceRows struct {
	draws        [][][]float64 // [param][chain][draw]
	colors       []color.RGBA
	height       vg.Length
	points, bins int
}

func (t traceRows) base(p *plot.Plot, c draw.Canvas, row int) vg.Length {
	return c.Y(p.Y.Norm(-float64(row))) - t.height/2
}

// strokeChains draws the lines of each chain, of all rows in one path.
func (t traceRows) strokeChains(c draw.Canvas, lines [][][]vg.Point) {
	for m, rows := range lines {
		var path vg.Path
		for _, pts := range rows {
			for i, pt := range pts {
				if i == 0 {
					path.Move(pt)
				} else {
					path.Line(pt)
				}
			}
		}
		c.SetLineStyle(draw.LineStyle{Color: chainColors[m%len(chainColors)], Width: 0.9})
		c.Stroke(path)
	}
}

// ridges draw the densities of the chains, the area below the first filled.
type ridges struct{ traceRows }

func (r ridges) Plot(c draw.Canvas, p *plot.Plot) {
	lines := make([][][]vg.Point, len(r.draws[0]))
	for row, chains := range r.draws {
		base := r.base(p, c, row)
		xs, ys, top := r.densities(chains)
		for m := range xs {
			var pts []vg.Point
			for i, x := range xs[m] {
				if x >= p.X.Min && x <= p.X.Max {
					pts = append(pts, vg.Point{X: c.X(p.X.Norm(x)), Y: base + r.height*vg.Length(ys[m][i]/top)})
				}
			}
			if m == 0 && len(pts) > 0 {
				area := slices.Concat([]vg.Point{{X: pts[0].X, Y: base}}, pts, []vg.Point{{X: pts[len(pts)-1].X, Y: base}})
				c.FillPolygon(fade(r.colors[row], 0.25), area)
			}
			lines[m] = append(lines[m], pts)
		}
	}
	r.strokeChains(c, lines)
}

// densities returns the density of each chain and the highest value.
func (r ridges) densities(chains [][]float64) (xs, ys [][]float64, top float64) {
	for _, x := range chains {
		gx, gy := density(x, r.points)
		xs, ys = append(xs, gx), append(ys, gy)
		if gx != nil {
			top = max(top, gy[highest(gy)])
		}
	}
	return xs, ys, top
}

// strips draw the draws in order: where 90 % of all draws of a stretch lie, and
// the mean of each chain.
type strips struct{ traceRows }

func (t strips) Plot(c draw.Canvas, p *plot.Plot) {
	lines := make([][][]vg.Point, len(t.draws[0]))
	for row, chains := range t.draws {
		lo, hi, means := t.stretches(chains)
		bottom, top := lo[lowest(lo)], hi[highest(hi)]
		if !(top > bottom) {
			continue
		}
		base, n := t.base(p, c, row), float64(len(chains[0]))
		point := func(i int, v float64) vg.Point {
			return vg.Point{
				X: c.X(p.X.Norm(n * (float64(i) + 0.5) / float64(len(lo)))),
				Y: base + t.height*vg.Length(max(0, min(1, (v-bottom)/(top-bottom)))),
			}
		}
		var area []vg.Point
		for i := range hi {
			area = append(area, point(i, hi[i]))
		}
		for i := len(lo) - 1; i >= 0; i-- {
			area = append(area, point(i, lo[i]))
		}
		c.FillPolygon(fade(t.colors[row], 0.25), area)
		for m := range means {
			var pts []vg.Point
			for i, v := range means[m] {
				pts = append(pts, point(i, v))
			}
			lines[m] = append(lines[m], pts)
		}
	}
	t.strokeChains(c, lines)
}

// stretches cuts the chains into bins and returns the 5 % and 95 % quantiles
// of each over all chains, and the mean of each chain.
func (t strips) stretches(chains [][]float64) (lo, hi []float64, means [][]float64) {
	n := len(chains[0])
	bins := min(t.bins, n)
	means = make([][]float64, len(chains))
	for b := range bins {
		var all []float64
		for m, chain := range chains {
			part := finiteOnly(chain[b*n/bins : (b+1)*n/bins])
			all = append(all, part...)
			means[m] = append(means[m], total(part)/float64(len(part)))
		}
		l, h := middleOf(all, 0.05)
		lo, hi = append(lo, l), append(hi, h)
	}
	return lo, hi, means
}
