package mmm

import (
	"mixmodel/mmm/internal/kernel"
)

// design is the training data as the log density reads it: by slots of a
// kernel.Grid, with everything that is linear in a parameter as a column.
type design struct {
	grid    kernel.Grid
	slot    []int     // of each period
	y, mask []float64 // mask is 1 where there is a period
	linear  []int     // the parameter of each column
	columns []float64 // intercept, Fourier terms and full controls, one after the other
	control sparse    // the other controls; rows are slots
}

func newDesign(c *compiled) *design {
	g := kernel.Grid{Periods: len(c.y)}
	d := &design{grid: g, y: kernel.Aligned(g.Len()), mask: kernel.Aligned(g.Len())}
	ones := make([]float64, len(c.y))
	for t := range ones {
		ones[t] = 1
		d.slot = append(d.slot, g.Slot(t))
	}
	g.Scatter(d.y, c.y)
	g.Scatter(d.mask, ones)
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
	for k := range c.layout.nControl {
		cells := c.control.of(k)
		if kernel.Lanes*len(cells) > len(c.y) {
			d.addColumn(c.layout.controls+k, c.train.Control(k))
			cells = nil
		}
		for _, z := range cells {
			d.control.cells = append(d.control.cells, cell{d.slot[z.row], z.value})
		}
		d.control.ends = append(d.control.ends, len(d.control.cells))
	}
}
