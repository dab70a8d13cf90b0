package execute

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

// TagVolatile is the tag of cells whose results depend on what nobody can see,
// such as time or chance: they are always run.
const TagVolatile = "volatile"

// Keyer is an engine whose results can be kept.
type Keyer interface {
	Skipper

	// Key is different for programs, and ways to run them, that may give
	// different results. why, unless empty, says why the cell's result cannot be
	// kept, though the key is right for what can be seen.
	Key(ctx context.Context, cell Cell) (key, why string, err error)

	// Watch returns the files that the programs of cells write what they read
	// to (see package freeze and package trace), and the folder of what lives
	// as long as the engine.
	Watch() (watched, traced, scratch string)
}

// frozen is what a runner needs to keep results.
type frozen struct {
	engine Keyer
	store  freeze.Store
	mode   freeze.Mode
	place  *freeze.Place
	missed int // cells that had to be run
	ahead  int // cells that have been prepared
	put    bool
}

// openFreezer makes the runner keep results, if that is wanted and possible.
func (r *runner) openFreezer() error {
	k, ok := r.engine.(Keyer)
	if !ok || r.options.Freeze == "" || r.options.Freeze == freeze.Off {
		return nil
	}
	place, err := freeze.NewPlace(r.options.Dir, nil)
	if err != nil {
		return err
	}
	r.frozen = &frozen{engine: k, store: r.options.Store, mode: r.options.Freeze, place: place}
	return nil
}

// thaw gives a cell the result of an earlier run, if there is one that holds.
func (r *runner) thaw(ctx context.Context, c *cellRun) (bool, error) {
	if r.frozen == nil {
		return false, nil
	}
	found, why, err := r.lookup(ctx, c)
	if err != nil || found == nil {
		c.why = why
		return false, err
	}
	if r.frozen.mode == freeze.Verify {
		c.expected = &found.Entry
		return false, nil
	}
	if err := found.Restore(r.frozen.place); err != nil {
		r.warn(c, err)
		return false, nil
	}
	if err := r.frozen.engine.Skip(ctx, c.job()); err != nil {
		return false, nil // running it tells what is wrong
	}
	for _, o := range found.Outputs {
		r.take(shown{cell: c, out: Output(o)})
	}
	return true, nil
}

// lookup finds a cell's kept result, or says why there is none. It leaves the
// key in c if a new result may be kept.
func (r *runner) lookup(ctx context.Context, c *cellRun) (*freeze.Found, string, error) {
	if c.cell.HasTag(TagVolatile) {
		return nil, "tagged " + TagVolatile, nil
	}
	key, why, err := r.frozen.engine.Key(ctx, c.job())
	if err != nil {
		return nil, "it does not compile", nil // running it tells why
	}
	declared, isDeclared, err := r.declaredInputs(c.cell)
	if err != nil {
		return nil, "", err
	}
	if why != "" && !isDeclared {
		return nil, why, nil
	}
	c.key, c.declared = key, declared
	found, why := r.frozen.store.Get(key, r.frozen.place)
	if found == nil {
		r.frozen.store.Remember(key, r.frozen.place)
	}
	return found, why, nil
}

// declaredInputs are the files that the cell's metadata name in "inputs": a
// list of patterns, as of filepath.Glob, seen from the notebook's folder.
func (r *runner) declaredInputs(c *nbformat.Cell) (inputs []freeze.Input, declared bool, err error) {
	raw, ok := c.Metadata["inputs"]
	if !ok {
		return nil, false, nil
	}
	var patterns []string
	if json.Unmarshal(raw, &patterns) != nil {
		return nil, false, fmt.Errorf("%w: cell %q: metadata.inputs is %s (want a list of file patterns)", ErrUsage, c.ID, raw)
	}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(r.frozen.place.Dir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, false, fmt.Errorf("%w: cell %q: metadata.inputs: %q: %w", ErrUsage, c.ID, pattern, err)
		}
		listed, err := r.frozen.place.Files(pattern, paths)
		if err != nil {
			return nil, false, err
		}
		inputs = append(inputs, listed...)
	}
	return inputs, true, nil
}

// lookAhead has the next cells compiled: a few after the first that had to be
// run, all after some more. Those whose results are frozen need no compiling,
// but which they are is known only when it is their turn, and an engine gains
// from seeing many at once.
func (r *runner) lookAhead(c *cellRun) {
	if r.frozen == nil {
		return
	}
	f := r.frozen
	f.missed++
	if f.ahead >= min(c.number-1+f.missed, len(r.cells)) {
		return
	}
	f.ahead = len(r.cells)
	if f.missed < manyMissed {
		f.ahead = min(c.number-1+2*f.missed, len(r.cells))
	}
	r.prepare(r.cells[c.number-1 : f.ahead])
}

// manyMissed is how many results are out of date if all are taken to be.
const manyMissed = 3

// watchCell empties what earlier programs have written.
func (r *runner) watchCell() error {
	if r.frozen == nil {
		return nil
	}
	watched, traced, _ := r.frozen.engine.Watch()
	for _, path := range []string{watched, traced} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// keep keeps the result of a cell that has succeeded, or compares it with the
// kept one.
func (r *runner) keep(c *cellRun) {
	if r.frozen == nil || c.key == "" {
		return
	}
	watched, traced, scratch := r.frozen.engine.Watch()
	seen, err := r.frozen.place.Observe(watched, traced, scratch)
	if err != nil {
		r.warn(c, err)
		return
	}
	entry := c.entry(r.clean)
	entry.Inputs, entry.Files = append(c.declared, seen.Inputs...), seen.Files
	switch {
	case c.expected != nil:
		if diff := freeze.Compare(*c.expected, entry); diff != "" {
			r.stale = append(r.stale, fmt.Sprintf("cell %d of %d (id %q): %s", c.number, len(r.cells), c.cell.ID, diff))
		}
	case c.declared == nil && seen.Unkept != "":
		c.why = seen.Unkept
	case r.frozen.mode == freeze.Auto:
		r.frozen.put = true
		if err := r.frozen.store.Put(c.key, entry, r.frozen.place); err != nil {
			r.warn(c, err)
		}
	}
}

// warn tells of what went wrong beside the run.
func (r *runner) warn(c *cellRun, err error) { r.tell(c.event(Warning, err.Error())) }

// entry is what the cell has put out.
func (c *cellRun) entry(clean func(string) string) freeze.Entry {
	e := freeze.Entry{Cell: c.cell.ID}
	for i, o := range c.out.notebook(clean) {
		e.Outputs = append(e.Outputs, freeze.Output{Output: o, DisplayID: c.out.list[i].displayID})
	}
	for _, id := range c.updated {
		e.Outputs = append(e.Outputs, freeze.Output(c.updates[id]))
	}
	return e
}

// failedInside reports whether the cell's outputs end with an error, as those
// of a cell may that is allowed to fail.
func (c *cellRun) failedInside() bool {
	return slices.ContainsFunc(c.out.list, func(o *output) bool { return o.Type == nbformat.Error })
}

// closeFreezer removes what is too much and returns the results that have been
// found out of date.
func (r *runner) closeFreezer() error {
	if r.frozen == nil {
		return nil
	}
	if r.frozen.put { // else there is no more than before
		if _, _, err := r.frozen.store.GC(); err != nil {
			return err
		}
	}
	if len(r.stale) > 0 {
		return fmt.Errorf("%w: frozen results differ from those of this run:\n%s", ErrStale, strings.Join(r.stale, "\n"))
	}
	return nil
}
