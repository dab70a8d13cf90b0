package nuts

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Adaptation is a way to tune step size and metric during warmup.
type Adaptation int

const (
	// Pooled starts at the Laplace approximation and learns a dense metric from
	// all chains together: few gradients per draw, short warmups.
	Pooled Adaptation = iota
	// Classic is Stan's: scattered starts, a diagonal metric per chain, learnt in
	// windows of doubling length. It is slower and shares nothing with Pooled but
	// the trajectories, so it serves to cross-check.
	Classic
)

// String names the adaptation.
func (a Adaptation) String() string {
	switch a {
	case Pooled:
		return "pooled dense"
	case Classic:
		return "classic diagonal"
	}
	return fmt.Sprintf("Adaptation(%d)", int(a))
}

// Stan's windows: a buffer in which only the step size adapts, windows of
// doubling length with a new metric at the end of each, and a last buffer for
// the step size.
const (
	classicInitial = 75
	classicWindow  = 25
	classicFinal   = 50
)

// windows returns the first iteration at which draws count and the iterations
// after which a window closes.
func windows(warmup int) (from int, closes map[int]bool) {
	initial, final, window := classicInitial, classicFinal, classicWindow
	if initial+window+final > warmup {
		initial, final = int(0.15*float64(warmup)), int(0.1*float64(warmup))
		window = warmup - initial - final
	}
	closes = map[int]bool{}
	last := warmup - final
	for at := initial; at < last; {
		end := at + window
		if end+2*window > last { // too short a rest: stretch this window
			end = last
		}
		closes[end-1] = true
		at, window = end, 2*window
	}
	return initial, closes
}

// classicWarmup is one phase: chains do not learn from each other.
func (r *run) classicWarmup() []phase {
	dim := r.model.Dim()
	from, closes := windows(r.options.Warmup)
	return []phase{{
		iterations: r.options.Warmup,
		begin: func(c *chain) error {
			if err := c.scatter(r.model.Start()); err != nil {
				return err
			}
			c.use(diagonal(ones(dim)))
			c.seen = newMoments(dim)
			return nil
		},
		iterate: func(c *chain, i int) {
			c.warm()
			if i >= from {
				c.look()
			}
			if closes[i] {
				c.use(diagonal(c.seen.variances()))
				c.seen = newMoments(dim)
			}
		},
	}}
}

// scatter starts a chain within one unit of start in every coordinate, as PyMC
// does.
func (c *chain) scatter(start []float64) error {
	c.h.metric = diagonal(ones(len(start)))
	for range 100 {
		for i, s := range start {
			c.at.z[i] = s + 2*c.rng.Float64() - 1
		}
		c.h.evaluate(c.at)
		if finite(c.at) {
			return nil
		}
	}
	return fmt.Errorf("nuts: no finite log density within 1 of the start in 100 tries")
}

// variances returns the variance of each coordinate, shrunk towards 1e-3 by
// five pseudo-draws (Stan's regularisation).
func (m *moments) variances() []float64 {
	d := len(m.mean)
	out := make([]float64, d)
	for i := range out {
		out[i] = (m.n/(m.n+5))*m.outer[i*d+i]/math.Max(1, m.n-1) + 1e-3*5/(m.n+5)
	}
	return out
}

// diagonal is the metric of independent coordinates.
func diagonal(variances []float64) *metric {
	cov := mat.NewSymDense(len(variances), nil)
	for i, v := range variances {
		cov.SetSym(i, i, v)
	}
	m, ok := newMetric(make([]float64, len(variances)), cov)
	if !ok {
		panic("nuts: a variance is not positive") // they are regularised
	}
	return m
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}
