package nuts

import (
	"context"
	"math"
	"math/rand/v2"
	"sync/atomic"
)

// chain is one Markov chain: its position, its tuning and what it has drawn.
type chain struct {
	id     int
	src    *rand.PCG
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
	eps    atomic.Uint64 // bits of the step size, for reports
	warmup int           // iterations before the draws
	iter   int           // iterations of this phase that are done
	seen   *moments      // draws since the metric was last made
	kept   int64         // the checkpoint request last met
}

func newChain(m Model, o Options, id int, start *laplace) *chain {
	dim := m.Dim()
	c := &chain{
		id:     id,
		src:    rand.NewPCG(o.Seed, uint64(id)),
		h:      &hamiltonian{density: m.NewDensity(), metric: start.chol, eps: 0.5},
		at:     newPoint(dim),
		tmp:    newPoint(dim),
		da:     dualAveraging{target: o.TargetAccept},
		model:  m,
		warmup: o.Warmup,
	}
	c.rng = rand.New(c.src)
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
	c.h.evaluate(c.at)
	c.h.reasonable(c.at, c.tmp, c.rng)
	c.da.restart(c.h.eps)
	c.setStep(c.h.eps)
}

// transition moves the chain by one draw.
func (c *chain) transition() (outcome, float64) {
	drawMomentum(c.at, c.h.metric.dim, c.rng)
	c.h.start = energy(c.at)
	return c.tree.sample(c.at), c.h.start
}

// run takes the phase's iterations that are still to do.
func (c *chain) run(ctx context.Context, p phase, k *keeper) error {
	for c.iter < p.iterations {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.iterate(c, c.iter)
		c.iter++
		c.done.Add(1)
		k.visit(c)
	}
	return nil
}

// warm is one tuning iteration.
func (c *chain) warm() {
	o, _ := c.transition()
	c.setStep(c.da.observe(o.accept))
}

// look shows the chain's position to its moments.
func (c *chain) look() { c.seen.add(c.at.q[:c.h.metric.dim]) }

func (c *chain) setStep(eps float64) {
	c.h.eps = eps
	c.eps.Store(math.Float64bits(eps))
}

// draw is one sampling iteration; it stores what it gives.
func (c *chain) draw(i int) {
	o, e := c.transition()
	c.out.set(i, o, e, c.at.logDensity)
	c.model.Output(c.out.Draw(i), c.at.q[:c.h.metric.dim])
	if o.divergent {
		c.diverg.Add(1)
	}
}
