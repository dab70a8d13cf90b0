package mmm

import (
	"math"

	"mixmodel/mmm/dist"
)

// compiled is a model joined with its training data: everything that the log
// density and the derived quantities read, and nothing that changes.
type compiled struct {
	model   Model // defaults filled in
	train   *Data
	layout  layout
	priors  []dist.Dist
	links   []link
	terms   *priorTerms // priors and links, compiled
	xScale  []float64   // per channel
	yScale  float64     // sales units per model unit
	x       [][]float64 // scaled spend, [channel][period]
	y       []float64   // scaled target
	control sparse
	fourier [][]float64 // [term][period]
	design  *design     // the same, for the log density
}

// compile joins model and data, reporting every fault at once.
func compile(m Model, train *Data) (*compiled, error) {
	m = m.withDefaults()
	l := newLayout(m, train)
	if err := m.check(train, l.blocks); err != nil {
		return nil, err
	}
	c := &compiled{model: m, train: train, layout: l, priors: l.dists()}
	for _, p := range c.priors {
		k, err := newLink(p.Support())
		if err != nil {
			return nil, err
		}
		c.links = append(c.links, k)
	}
	c.yScale = maxAbs(train.Target())
	c.y = scaled(train.Target(), c.yScale)
	for ch := range train.Channels() {
		c.xScale = append(c.xScale, maxAbs(train.Spend(ch)))
	}
	c.x = c.scaleSpend(train)
	c.control = newSparse(train)
	c.fourier = m.Seasonality.columns(train.Dates())
	c.terms = newPriorTerms(c.priors, c.links)
	c.design = newDesign(c)
	return c, nil
}

// scaleSpend returns the spend of d in model units, by the training scale, so
// it may exceed 1.
func (c *compiled) scaleSpend(d *Data) [][]float64 {
	out := make([][]float64, len(c.xScale))
	for ch, s := range c.xScale {
		out[ch] = scaled(d.Spend(ch), s)
	}
	return out
}

// maxAbs returns the largest absolute value, or 1 if that is 0 (scikit-learn's
// MaxAbsScaler rule).
func maxAbs(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = math.Max(m, math.Abs(v))
	}
	if m == 0 {
		return 1
	}
	return m
}

func scaled(x []float64, scale float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v / scale
	}
	return out
}

// sparse holds the controls as their non-zero cells, control by control:
// holiday dummies are zero in most weeks.
type sparse struct {
	cells []cell
	ends  []int // of each control's cells
}

// cell is a value in a row: a period.
type cell struct {
	row   int
	value float64
}

func newSparse(d *Data) sparse {
	var s sparse
	for k := range d.Controls() {
		for t, v := range d.Control(k) {
			if v != 0 {
				s.cells = append(s.cells, cell{t, v})
			}
		}
		s.ends = append(s.ends, len(s.cells))
	}
	return s
}

// of returns the cells of control k.
func (s sparse) of(k int) []cell {
	from := 0
	if k > 0 {
		from = s.ends[k-1]
	}
	return s.cells[from:s.ends[k]]
}

// addTo adds Σ_k gamma[k]·z[t,k] to mu[t].
func (s sparse) addTo(mu, gamma []float64) {
	from := 0
	for k, to := range s.ends {
		g := gamma[k]
		for _, c := range s.cells[from:to] {
			mu[c.row] += float64(g * c.value)
		}
		from = to
	}
}
