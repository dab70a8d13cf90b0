package execute

import (
	"context"
	"errors"

	"mixmodel/kernel/nbformat"
)

// Step is what would become of a code cell.
type Step struct {
	Cell int // number among the code cells, from 1
	ID   string
	Line string // the first line of its source that says something
	Runs bool
	Why  string // why it runs, or why it does not
}

// Plan tells which cells [Run] would run with these options, and why: those
// whose results are not kept. Files count as they are now: what a cell that runs
// would change is not known. Nothing is run, and nb stays as it is.
func Plan(ctx context.Context, nb *nbformat.Notebook, start Start, o Options) (steps []Step, err error) {
	nb = nb.Clone()
	r := &runner{nb: nb, options: o, shown: make(chan shown, 64)}
	if err := Inject(nb, o.Params, o.Dir); err != nil {
		return nil, err
	}
	if err := r.choose(); err != nil {
		return nil, err
	}
	defer func() {
		if r.engine != nil {
			err = join(err, r.during(r.engine.Close))
		}
	}()
	err = r.during(func() (err error) {
		r.engine, err = start(ctx, r.notice)
		return err
	})
	if err == nil {
		err = r.openFreezer()
	}
	if err != nil {
		return nil, interrupted(ctx, err)
	}
	for _, c := range r.cells {
		if ctx.Err() != nil {
			return steps, ErrInterrupted
		}
		step, err := r.step(ctx, c)
		if err != nil {
			return steps, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func (r *runner) step(ctx context.Context, c *cellRun) (Step, error) {
	s := Step{Cell: c.number, ID: c.cell.ID, Line: headline(c.cell.Source), Why: c.skip}
	switch {
	case c.skip == "" && r.frozen == nil:
		s.Runs, s.Why = true, "results are not kept"
		return s, nil
	case c.skip == "":
		found, why, err := r.lookup(ctx, c)
		if err != nil {
			return s, err
		}
		s.Runs, s.Why = found == nil, why
		if found != nil {
			s.Why = "frozen"
		}
	case c.skip != unselected:
		return s, nil
	}
	sk, ok := r.engine.(Skipper)
	if !ok {
		return s, nil
	}
	var failure *Failure
	if err := sk.Skip(ctx, c.job()); err != nil && !errors.As(err, &failure) {
		return s, err
	}
	return s, nil
}
