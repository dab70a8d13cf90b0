package mmm

import (
	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/internal/kernel"
)

// sweep evaluates contributions of geometric adstock with logistic saturation
// by the kernel that the sampler uses, several times as fast as lag by lag and
// curve by curve. Both agree to 1e-14 of a channel's ceiling, and give 0 where
// no spend reaches.
type sweep struct {
	*fused
	grid   kernel.Grid
	x      [][]float64 // spend with its history, see kernel.Grid
	silent [][]int     // slots without an effect, [channel]
	curve  []float64   // by slots
	kept   []float64   // curve is the first column of it, see kernel.Channels
	sum    []float64   // nobody reads it
}

// newSweep prepares a sweep over the spend of s; nil if the model has another
// adstock or saturation.
func newSweep(c *compiled, s scene) *sweep {
	f, ok := newFused(c)
	if !ok {
		return nil
	}
	g := kernel.Grid{Periods: s.rows}
	w := &sweep{fused: f, grid: g}
	w.kept, w.sum = kernel.Aligned(3*g.Len()), kernel.Aligned(g.Len())
	w.curve = w.kept[:g.Len()]
	for _, x := range s.x {
		w.x = append(w.x, g.History(x, f.lags))
		w.silent = append(w.silent, silent(g, x, f.lags))
	}
	return w
}

// silent lists the slots of periods that no spend reaches, and those without
// a period.
func silent(g kernel.Grid, x []float64, lags int) []int {
	var out []int
	last := -lags // the last period with spend
	for t := range g.Len() {
		if t < len(x) && x[t] != 0 {
			last = t
		}
		if t-last >= lags || t >= len(x) {
			out = append(out, g.Slot(t))
		}
	}
	return out
}

// run fills w.curve with the curve of channel ch, in units of its height, at
// factor times its spend.
func (w *sweep) run(theta []float64, ch int, factor float64) (height float64) {
	l := w.c.layout
	alpha, norm := 0.0, 1.0
	if w.decays {
		alpha = theta[l.adstock[0]+ch]
		norm = w.normalizer(alpha)
	}
	height = theta[l.saturation[0]+ch]
	k := kernel.NewCurve(alpha, float64(theta[l.saturation[1]+ch]*norm)*factor, height, w.lags)
	kernel.Channels(w.kept, w.sum, w.x[ch], w.lags, []kernel.Curve{k})
	for _, slot := range w.silent[ch] {
		w.curve[slot] = 0
	}
	return height
}

// contribution sets dst to the contribution of channel ch per period.
func (w *sweep) contribution(dst, theta []float64, ch int) {
	height, rows := w.run(theta, ch, 1), w.grid.Rows()
	for lane := range kernel.Lanes {
		from := min(len(dst), lane*rows)
		for row := range dst[from:min(len(dst), from+rows)] {
			dst[from+row] = height * w.curve[row*kernel.Lanes+lane]
		}
	}
}

// total returns the sum of channel ch's contribution at factor times its
// spend.
func (w *sweep) total(theta []float64, ch int, factor float64) float64 {
	height := w.run(theta, ch, factor)
	return height * floats.Sum(w.curve)
}
