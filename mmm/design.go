package mmm

import (
	"slices"

	"mixmodel/mmm/internal/kernel"
)

// design is the training data as the log density reads it: by slots of a
// kernel.Grid, with everything that is linear in a parameter as a column.
type design struct {
	grid    kernel.Grid
	slot    []int // of each period
	y       []float64
	linear  []int     // the parameter of each column
	columns []float64 // intercept, Fourier terms and full controls, one after the other
	control entries   // the other controls
}

func newDesign(c *compiled) *design {
	g := kernel.Grid{Periods: len(c.y)}
	d := &design{grid: g, y: kernel.Aligned(g.Len())}
	ones := make([]float64, len(c.y))
	for t := range ones {
		ones[t] = 1
		d.slot = append(d.slot, g.Slot(t))
	}
	g.Scatter(d.y, c.y)
	d.addColumn(c.layout.intercept, ones)
	for j, col := range c.fourier {
		d.addColumn(c.layout.fourier+j, col)
	}
	d.addControls(c)
	return d
}

func (d *design) addColumn(param int, x []float64) {
	n := d.grid.Len()
	d.linear = append(d.linear, param)
	d.columns = append(d.columns, make([]float64, n)...)
	d.grid.Scatter(d.columns[len(d.columns)-n:], x)
}

// addControls makes a control a column if more than one period in eight has
// it; below, its non-zero cells are cheaper.
func (d *design) addControls(c *compiled) {
	var byOrder []entries // the first entry of each column, the second, …
	for k := range c.layout.nControl {
		cells := c.control.of(k)
		if kernel.Lanes*len(cells) > len(c.y) {
			d.addColumn(c.layout.controls+k, c.train.Control(k))
			cells = nil
		}
		for i, z := range cells {
			for len(byOrder) <= i {
				byOrder = append(byOrder, nil)
			}
			byOrder[i] = append(byOrder[i], entry{param: uint32(c.layout.controls + k), slot: uint32(d.slot[z.row]), value: z.value})
		}
	}
	d.control = slices.Concat(byOrder...)
}

// entries is a sparse matrix: the first entry of each column, then the second
// of each, and so on. Neighbours belong to different columns, so that sums
// over columns do not wait for one another.
type entries []entry

// entry is a value in the column of a parameter.
type entry struct {
	param, slot uint32
	value       float64
}

// addTo adds Σ theta[param]·value to mu, slot by slot.
func (e entries) addTo(mu, theta []float64) {
	for i := range e {
		z := &e[i]
		mu[z.slot] += float64(theta[z.param] * z.value)
	}
}

// pullback adds Σ dmu[slot]·value to grad, parameter by parameter.
func (e entries) pullback(grad, dmu []float64) {
	for i := range e {
		z := &e[i]
		grad[z.param] += float64(dmu[z.slot] * z.value)
	}
}
