package nuts

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// run is one call of Sample.
type run struct {
	model   Model
	options Options
	laplace *laplace
	chains  []*chain
	next    *metric // made at the end of a phase, used from the next one on
	at      int     // the phase that runs
	begun   bool    // all chains have begun it
	keeper  *keeper // nil: no checkpoint
	began   time.Time
}

// A phase is a number of iterations that every chain runs alone. What chains
// share is exchanged between phases.
type phase struct {
	iterations int
	begin      func(c *chain) error  // on every chain, before; may be nil
	iterate    func(c *chain, i int) // one iteration
	end        func() error          // once, when all chains are through; may be nil
}

// sample runs the phases, from where a checkpoint left them.
func (r *run) sample(ctx context.Context) error {
	phases := r.phases()
	for ; r.at < len(phases); r.at++ {
		p := phases[r.at]
		if !r.begun {
			if err := r.begin(p); err != nil {
				return err
			}
		}
		if err := r.each(func(c *chain) error { return c.run(ctx, p, r.keeper) }); err != nil {
			return err
		}
		if p.end != nil {
			if err := p.end(); err != nil {
				return err
			}
		}
		r.begun = false
	}
	return nil
}

func (r *run) begin(p phase) error {
	err := r.each(func(c *chain) error {
		c.iter = 0
		if p.begin == nil {
			return nil
		}
		return p.begin(c)
	})
	r.begun = err == nil
	if r.begun {
		r.keeper.open(r)
	}
	return err
}

// phases lists the run's phases: warmup by the options' adaptation, then the
// draws.
func (r *run) phases() []phase {
	draw := phase{
		iterations: r.options.Draws,
		begin: func(c *chain) error {
			c.setStep(c.da.averaged())
			c.out.StepSize = c.h.eps
			return nil
		},
		iterate: (*chain).draw,
	}
	if r.options.Adaptation == Classic {
		return append(r.classicWarmup(), draw)
	}
	return append(r.pooledWarmup(), draw)
}

// pooledWarmup is described in warmup.go.
func (r *run) pooledWarmup() []phase {
	warmup := float64(r.options.Warmup)
	first := int(math.Round(firstPhase * warmup))
	second := int(math.Round(secondPhase*warmup)) - first
	skip := int(settle * float64(first))
	retune := func(c *chain) error {
		c.use(r.next)
		c.seen = newMoments(r.model.Dim())
		return nil
	}
	return []phase{
		{
			iterations: first,
			begin: func(c *chain) error {
				c.startFrom()
				if !finite(c.at) {
					return fmt.Errorf("nuts: the log density at the mode is %v (want finite)", c.at.logDensity)
				}
				c.use(r.laplace.chol)
				c.seen = newMoments(r.model.Dim())
				return nil
			},
			iterate: func(c *chain, i int) {
				c.warm()
				if i >= skip {
					c.look()
				}
			},
			end: r.pool,
		},
		{
			iterations: second,
			begin:      retune,
			iterate: func(c *chain, _ int) {
				c.warm()
				c.look()
			},
			end: r.pool,
		},
		{iterations: r.options.Warmup - first - second, begin: retune, iterate: func(c *chain, _ int) { c.warm() }},
	}
}

// pool makes the next metric from what all chains have seen.
func (r *run) pool() error {
	seen := make([]*moments, len(r.chains))
	for i, c := range r.chains {
		seen[i] = c.seen
	}
	all := pool(seen)
	var ok bool
	if r.next, ok = newMetric(all.mean, all.shrunk(r.laplace.cov)); !ok {
		return errors.New("nuts: the covariance of the warmup draws is not positive definite")
	}
	return nil
}
