package nuts

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
)

// chain is one Markov chain: its position, its tuning and what it has drawn.
type chain struct {
	id     int
	rng    *rand.Rand
	h      *hamiltonian
	tree   *tree
	at     *point
	tmp    *point
	da     dualAveraging
	out    Chain
	model  Model
	done   atomic.Int64
	diverg atomic.Int64
}

func newChain(m Model, o Options, id int, start *laplace) *chain {
	dim := m.Dim()
	c := &chain{
		id:    id,
		rng:   rand.New(rand.NewPCG(o.Seed, uint64(id))),
		h:     &hamiltonian{density: m.NewDensity(), metric: start.chol, eps: 0.5},
		at:    newPoint(dim),
		tmp:   newPoint(dim),
		da:    dualAveraging{target: o.TargetAccept},
		model: m,
	}
	c.tree = newTree(dim, o.MaxDepth, c.h, c.rng)
	c.out = newChainDraws(o.Draws, m.Outputs())
	return c
}

// startFrom places the chain at a draw from the Laplace approximation, or
// after ten draws outside the support at its mode.
func (c *chain) startFrom() {
	for range 10 {
		for i := range c.h.metric.dim {
			c.at.z[i] = c.rng.NormFloat64()
		}
		c.h.evaluate(c.at)
		if finite(c.at) {
			return
		}
	}
	clear(c.at.z)
	c.h.evaluate(c.at)
}

// use changes the metric and finds a step size for it.
func (c *chain) use(m *metric) {
	c.h.metric = m
	m.inverse(c.at.z, c.at.q)
	m.pullback(c.at.gz, c.at.g)
	c.h.reasonable(c.at, c.tmp, c.rng)
	c.da.restart(c.h.eps)
}

// transition moves the chain by one draw.
func (c *chain) transition() (outcome, float64) {
	drawMomentum(c.at, c.h.metric.dim, c.rng)
	c.h.start = energy(c.at)
	return c.tree.sample(c.at), c.h.start
}

// warm runs n tuning iterations, showing the draws after the first skip of
// them to m.
func (c *chain) warm(ctx context.Context, n, skip int, m *moments) error {
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		o, _ := c.transition()
		c.h.eps = c.da.observe(o.accept)
		if m != nil && i >= skip {
			m.add(c.at.q[:c.h.metric.dim])
		}
		c.done.Add(1)
	}
	return nil
}

// draw runs the sampling iterations and stores what they give.
func (c *chain) draw(ctx context.Context, n int) error {
	for i := range n {
		if err := ctx.Err(); err != nil {
			c.out.truncate(i)
			return err
		}
		o, e := c.transition()
		c.out.set(i, o, e, c.at.logDensity)
		c.model.Output(c.out.Draw(i), c.at.q[:c.h.metric.dim])
		if o.divergent {
			c.diverg.Add(1)
		}
		c.done.Add(1)
	}
	return nil
}
