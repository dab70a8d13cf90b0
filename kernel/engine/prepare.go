package engine

import (
	"context"
	"errors"
	"slices"
	"sync"

	"mixmodel/kernel/cell"
)

// Most programs that are linked by one go command. It takes some time to start,
// but a cell waits for all that are built with it.
const maxBatch = 4

// ahead is what is compiled before it is needed.
type ahead struct {
	ctx  context.Context // ends with the session
	stop context.CancelFunc
	idle sync.WaitGroup

	// front is held while something is built that is waited for. What is built
	// ahead starts after it: both would compile the same packages.
	front sync.Mutex

	mu        sync.Mutex
	queue     []*unit            // to be built, in order
	pending   map[string]*future // by the unit's name: being built, or not yet used
	direct    map[string]bool    // units that Execute did not wait for
	checked   map[string]bool    // units that are known to compile
	working   bool
	composing context.CancelFunc // of the last Prepare
	composed  chan struct{}      // closed when its cells are queued; nil if there was none
}

func newAhead() *ahead {
	a := &ahead{pending: map[string]*future{}, direct: map[string]bool{}, checked: map[string]bool{}}
	a.ctx, a.stop = context.WithCancel(context.Background())
	return a
}

func (a *ahead) close() {
	a.stop()
	a.mu.Lock()
	a.queue = nil
	a.mu.Unlock()
	a.idle.Wait()
}

// future is a program that is being built, or was.
type future struct {
	done chan struct{}
	built
}

// Prepare says which cells will be run next, in order, so that they can be
// compiled while others run. It takes the place of what was said before,
// returns at once, and changes nothing but the time that Execute takes.
//
// What is compiled ahead is compiled from the files as they are then. Cells
// whose programs do the same before main begins, and import the same, are
// linked as one program, since to link is most of the work; what a cell can
// tell of itself stays as it is: os.Args, its executable's name, traces.
func (s *Session) Prepare(cells []Cell) {
	s.mu.Lock()
	st := s.state
	if s.stop != nil {
		st = s.next
	}
	s.mu.Unlock()
	a := s.ahead
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctx.Err() != nil {
		return
	}
	if a.composing != nil {
		a.composing()
	}
	ctx, stop := context.WithCancel(a.ctx)
	composed := make(chan struct{})
	a.composing, a.composed, a.queue = stop, composed, nil
	a.idle.Add(1)
	go func() {
		defer a.idle.Done()
		defer close(composed)
		units := s.compose(ctx, st, slices.Clone(cells))
		s.found(ctx, units)
		s.enqueue(ctx, units)
	}()
}

// compose returns the programs that the cells will be if all goes well.
func (s *Session) compose(ctx context.Context, st state, cells []Cell) (units []*unit) {
	for _, c := range cells {
		parsed, syntax := cell.Parse(c.ID, c.Source)
		settled, err := st.settings(parsed, false)
		if ctx.Err() != nil || syntax != nil || err != nil {
			return units // Execute will end here
		}
		if parsed.Go {
			u, err := s.unit(ctx, settled, parsed)
			if err != nil {
				return units
			}
			units = append(units, u)
		}
		st = settled.then(parsed)
	}
	return units
}

// enqueue adds units to the queue and sees that somebody works on it.
func (s *Session) enqueue(ctx context.Context, units []*unit) {
	a := s.ahead
	a.mu.Lock()
	defer a.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	for _, u := range units {
		if name := u.name(); !a.direct[name] && a.pending[name] == nil && (u.src.Runs || !a.checked[name]) {
			a.queue = append(a.queue, u)
		}
	}
	if a.working {
		return
	}
	// Taken now, the first are not built by themselves by who waits for them.
	if batch, futures := a.take(1); batch != nil {
		a.idle.Add(1)
		go s.buildAhead(batch, futures)
	}
}

// buildAhead works the queue off, in batches that grow: the first cell is
// waited for, the last ones are not.
func (s *Session) buildAhead(batch []bundle, futures []*future) {
	a := s.ahead
	defer a.idle.Done()
	for size := 2; batch != nil; size++ {
		a.await()
		list, err := s.buildAll(a.ctx, batch)
		for i, f := range futures {
			if err != nil {
				f.err = errUnclear
			} else {
				f.built = list[i]
			}
			close(f.done)
		}
		a.mu.Lock()
		batch, futures = a.take(min(size, maxBatch))
		a.mu.Unlock()
	}
}

// await waits until nothing is built that is waited for.
func (a *ahead) await() {
	a.front.Lock()
	defer a.front.Unlock()
}

// take takes units off the queue that can be built together, as at most n
// programs. a.mu is held.
func (a *ahead) take(n int) (batch []bundle, futures []*future) {
	seen := map[string]bool{}
	a.queue = slices.DeleteFunc(a.queue, func(u *unit) bool {
		name := u.name()
		again := seen[name] || a.pending[name] != nil || a.direct[name]
		seen[name] = true
		return again
	})
	batch, a.queue = bundles(a.queue, n)
	for _, g := range batch {
		for _, u := range g {
			f := &future{done: make(chan struct{})}
			a.pending[u.name()] = f
			futures = append(futures, f)
		}
	}
	a.working = batch != nil
	return batch, futures
}

// like reports whether one go command can build both.
func (u *unit) like(v *unit) bool {
	return !u.src.Test && !v.src.Test && slices.Equal(u.flags, v.flags) && slices.Equal(u.env, v.env)
}

// claim returns what was or is being built of a unit, nil if that is nothing.
// It waits until it is known what will be built.
func (a *ahead) claim(ctx context.Context, u *unit) *future {
	a.mu.Lock()
	composed := a.composed
	a.mu.Unlock()
	if composed != nil {
		select {
		case <-composed:
		case <-ctx.Done():
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	name := u.name()
	f := a.pending[name]
	delete(a.pending, name)
	if f == nil {
		a.direct[name] = true
	}
	return f
}

func (a *ahead) note(u *unit) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.checked[u.name()] = true
}

func (a *ahead) isChecked(u *unit) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.checked[u.name()]
}

// built returns the unit's program. One that shows nothing need not be
// linked, it is enough that it compiles.
func (s *Session) built(ctx context.Context, u *unit) (string, error) {
	if !u.src.Runs && s.ahead.isChecked(u) {
		return "", nil
	}
	if f := s.ahead.claim(ctx, u); f != nil {
		select {
		case <-f.done:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
		var compile *CompileError
		if f.err == nil || errors.As(f.err, &compile) {
			return f.binary, f.err
		}
	}
	s.ahead.front.Lock()
	defer s.ahead.front.Unlock()
	list, err := s.buildAll(ctx, []bundle{{u}})
	if err != nil {
		return "", err
	}
	return list[0].binary, list[0].err
}

// buildAll builds bundles that are alike: links those that run, compiles the
// others. It returns what became of each unit, in order.
func (s *Session) buildAll(ctx context.Context, batch []bundle) ([]built, error) {
	parts := make([][]built, len(batch))
	for _, runs := range []bool{true, false} {
		var some []*unit
		var at []int
		for i, g := range batch {
			if g[0].src.Runs == runs {
				some, at = append(some, g.unit()), append(at, i)
			}
		}
		if len(some) == 0 {
			continue
		}
		compile := s.build
		if !runs {
			compile = s.compile
		}
		done, err := compile(ctx, some)
		if err != nil {
			return nil, err
		}
		for i, b := range done {
			parts[at[i]] = batch[at[i]].share(b)
		}
	}
	return slices.Concat(parts...), nil
}
