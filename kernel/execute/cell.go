package execute

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// patience is how long an engine may take to stop a cell. Its own means, of
// which the last is to kill, take five seconds.
const patience = 15 * time.Second

// timer is a time.Timer that may be without end.
type timer struct {
	limit time.Duration
	t     *time.Timer
	C     <-chan time.Time
}

// newTimer returns a timer that never fires unless limit is positive.
func newTimer(limit time.Duration) *timer {
	if limit <= 0 {
		return &timer{}
	}
	t := time.NewTimer(limit)
	return &timer{limit: limit, t: t, C: t.C}
}

func (t *timer) restart() {
	if t.t != nil {
		t.t.Reset(t.limit)
	}
}

func (t *timer) stop() {
	if t.t != nil {
		t.t.Stop()
	}
}

// runCell executes one cell and returns why the run must end, if it must.
func (r *runner) runCell(ctx context.Context, c *cellRun, budget *timer) error {
	r.current = c
	limit, stall := newTimer(r.cellTimeout(c.cell)), newTimer(r.options.StallTimeout)
	save := time.NewTicker(SaveInterval)
	defer func() { limit.stop(); stall.stop(); save.Stop(); r.current = nil }()

	life, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- r.engine.Execute(life, c.job(), func(o Output) { r.shown <- shown{cell: c, out: o} }) }()

	stopped := false
	end := func(reason error, text string) error {
		cancel()
		stopped = true
		return r.stop(c, done, reason, text)
	}
	for !stopped {
		select {
		case s := <-r.shown:
			r.take(s)
			stall.restart()
		case <-save.C:
			if c.dirty {
				if err := r.save(); err != nil {
					return join(err, end(ErrInterrupted, "interrupted: the notebook cannot be saved"))
				}
			}
		case <-limit.C:
			return end(ErrTimeout, fmt.Sprintf("the cell ran longer than %v", limit.limit))
		case <-stall.C:
			return end(ErrTimeout, fmt.Sprintf("the cell was silent for %v", stall.limit))
		case <-budget.C:
			return end(ErrTimeout, fmt.Sprintf("the run took longer than %v", budget.limit))
		case <-ctx.Done():
			return end(ErrInterrupted, "interrupted")
		case err := <-done:
			r.drain()
			return r.verdict(ctx, c, err)
		}
	}
	return nil
}

// stop waits for the engine to stop the cell, whose last words count.
func (r *runner) stop(c *cellRun, done <-chan error, reason error, text string) error {
	late := time.After(patience)
	for {
		select {
		case s := <-r.shown:
			r.take(s)
		case <-done:
			r.drain()
			return r.abort(c, reason, text)
		case <-late:
			return r.abort(c, reason, text)
		}
	}
}

// verdict makes of what the engine says about a cell why the run must end.
func (r *runner) verdict(ctx context.Context, c *cellRun, err error) error {
	var failure *Failure
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return r.abort(c, ErrInterrupted, "interrupted")
	case errors.As(err, &failure):
		return r.fail(c, failure)
	case errors.Is(err, ErrKernelDied):
		return r.abort(c, ErrKernelDied, err.Error())
	}
	return r.abort(c, err, err.Error())
}

// fail puts the cell's fault into its outputs.
func (r *runner) fail(c *cellRun, f *Failure) error {
	c.out.fail(f.Name, f.Value, f.Traceback)
	c.dirty = true
	if c.cell.HasTag(TagRaises) {
		return nil
	}
	e := r.cellError(c, f.Name, r.clean(f.Value))
	for _, l := range f.Traceback {
		e.Traceback = append(e.Traceback, r.clean(l))
	}
	e.Line, e.Text = f.Line, r.clean(f.Text)
	if e.Text == "" {
		e.Text = e.Value
	}
	return e
}

// abort ends the cell with an error output of our own.
func (r *runner) abort(c *cellRun, reason error, text string) error {
	name := "Error"
	switch {
	case errors.Is(reason, ErrTimeout):
		name = "Timeout"
	case errors.Is(reason, ErrInterrupted):
		name = "Interrupted"
	case errors.Is(reason, ErrKernelDied):
		name = "KernelDied"
	}
	text = r.clean(text)
	c.out.fail(name, text, []string{text})
	c.dirty = true
	e := r.cellError(c, name, text)
	e.Traceback, e.Text, e.Err = []string{text}, text, reason
	return e
}

func (r *runner) cellError(c *cellRun, name, value string) *CellError {
	return &CellError{
		Cell: c.number, Cells: len(r.cells), ID: c.cell.ID, Source: c.cell.Source,
		Name: name, Value: value,
	}
}
