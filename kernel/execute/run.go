package execute

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

// DefaultCellTimeout is how long a cell may take if nothing else is said.
const DefaultCellTimeout = 10 * time.Minute

// Tags of cells that change how they are run. The tag "timeout:90s" is the
// cell's own timeout.
const (
	TagSkip   = "skip-execution"   // the cell is not run
	TagRaises = "raises-exception" // the cell may fail
)

// Options are the settings of [Run]. The zero value is useful.
type Options struct {
	// Dir is the notebook's folder, where cells run. "" is the current one.
	Dir string

	// Params are values for the variables of the cell tagged "parameters", as
	// text; see [Inject].
	Params map[string]string

	// CellTimeout is how long one cell may take, compilation included. 0 is
	// what the notebook's metadata say in execution.timeout, in seconds, or
	// else DefaultCellTimeout; a negative one is no limit. A cell's tag
	// "timeout:90s" counts more.
	CellTimeout time.Duration

	// RunTimeout is how long all cells may take together; 0 is no limit.
	RunTimeout time.Duration

	// StallTimeout is how long a cell may be silent; 0 is no limit.
	StallTimeout time.Duration

	// AllowErrors goes on after a cell that fails. Run then returns the first
	// failure at the end.
	AllowErrors bool

	// Select, unless empty, names the cells to be run, by id or tag. The others
	// keep their outputs; what they declare is known to the cells that are run,
	// if the engine is a [Skipper].
	Select []string

	// Freeze says whether results of cells are kept and given back; "" is
	// freeze.Off. It takes an engine that is a [Keyer], as our own is. A cell
	// tagged "volatile" is always run, and so is one with shell lines, unless
	// its metadata list the files it depends on: "inputs": ["../data/*.csv"].
	Freeze freeze.Mode

	// Store is where results are kept. The zero value is in the user's cache.
	Store freeze.Store

	// Progress, unless nil, is told what happens, in order, on Run's goroutine.
	Progress func(Event)

	// Save, unless nil, is called with the notebook before the first cell,
	// after every cell, every two seconds while a cell puts something out, and
	// at the end; but not if the engine cannot be started. An error of it ends
	// the run.
	Save func(*nbformat.Notebook) error
}

// SaveInterval is how often a notebook is saved at most while a cell runs.
const SaveInterval = 2 * time.Second

// Run executes the notebook's code cells on the engine, one after another, and
// puts their outputs into nb in place of the old ones.
//
// It returns nil if every cell succeeded; a *[CellError], which wraps
// ErrTimeout, ErrInterrupted or ErrKernelDied where one is the reason, if a
// cell ended the run; an error wrapping ErrInterrupted if ctx was cancelled
// between cells, ErrParams if the parameters do not fit; or what went wrong
// with starting the engine or with Save, whose errors are joined to the
// cell's. In all cases nb holds what the cells that ran have put out.
func Run(ctx context.Context, nb *nbformat.Notebook, start Start, o Options) (err error) {
	r := &runner{nb: nb, options: o, began: time.Now(), shown: make(chan shown, 64), byDisplay: make(map[string][]place)}
	if err := Inject(nb, o.Params, o.Dir); err != nil {
		return err
	}
	if err := r.choose(); err != nil {
		return err
	}
	defer func() { err = r.finish(err) }()
	r.tell(Event{Kind: Starting})
	err = r.during(func() (err error) {
		r.engine, err = start(ctx, r.notice)
		return err
	})
	if err != nil {
		return interrupted(ctx, err)
	}
	if err := r.openFreezer(); err != nil {
		return err
	}
	if r.frozen == nil {
		r.prepare(r.cells)
	}
	// Not earlier: while nothing can run, an older result is worth keeping. Not
	// later: that it cannot be saved should not cost anyone a cell's time.
	if err := r.save(); err != nil {
		return err
	}
	return join(r.runCells(ctx), r.closeFreezer())
}

// interrupted wraps ErrInterrupted if the end of ctx is the reason for err.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(err, ErrInterrupted) {
		return fmt.Errorf("%w: %w", ErrInterrupted, err)
	}
	return err
}

type runner struct {
	nb      *nbformat.Notebook
	options Options
	cells   []*cellRun
	began   time.Time
	engine  Engine

	shown     chan shown         // what cells put out, from the engine's goroutines
	byDisplay map[string][]place // by display_id
	current   *cellRun
	failed    error // the first failure, with AllowErrors
	frozen    *frozen
	stale     []string // what verifying has found
	saved     bool     // the last save succeeded
	lastSave  time.Time
}

// shown is a message to the runner's goroutine: what a cell put out, or a
// notice of the engine.
type shown struct {
	cell   *cellRun
	out    Output
	notice string
}

// place is a display that can be updated.
type place struct {
	cell *cellRun
	out  *output
}

// cellRun is the execution of one code cell.
type cellRun struct {
	cell   *nbformat.Cell
	number int    // among the code cells, from 1
	skip   string // why the cell is not run; "" if it is
	count  int    // its execution count
	out    outputs
	begun  bool
	dirty  bool // out has changed since it was put into the notebook

	updated []string          // displays of other cells, by id, that this one has updated
	updates map[string]Output // the last update of each

	key      string // to keep the result by; "" if it is not kept
	why      string // why the cell is run rather than thawed
	declared []freeze.Input
	expected *freeze.Entry
}

func (c *cellRun) job() Cell {
	return Cell{ID: c.cell.ID, Count: c.count, Source: c.cell.Source}
}

// prepare tells the engine which cells will be run.
func (r *runner) prepare(cells []*cellRun) {
	p, ok := r.engine.(Preparer)
	if !ok {
		return
	}
	var list []Cell
	for _, c := range cells {
		if c.skip == "" {
			list = append(list, c.job())
		}
	}
	p.Prepare(list)
}

func (r *runner) tell(e Event) {
	if r.options.Progress == nil {
		return
	}
	e.Cells, e.Total = len(r.cells), time.Since(r.began)
	r.options.Progress(e)
}

func (r *runner) save() error {
	if r.options.Save == nil {
		return nil
	}
	for _, c := range r.cells {
		r.put(c)
	}
	err := r.options.Save(r.nb)
	r.saved, r.lastSave = err == nil, time.Now()
	return err
}

// put makes the cell's outputs those of this run.
func (r *runner) put(c *cellRun) {
	if c.begun && c.dirty {
		c.cell.Outputs, c.dirty = c.out.notebook(r.clean), false
	}
}

func (r *runner) clean(text string) string {
	if c, ok := r.engine.(Cleaner); ok {
		return c.Clean(text)
	}
	return text
}

// during calls work on a goroutine of its own and takes what is shown until it
// returns.
func (r *runner) during(work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	for {
		select {
		case s := <-r.shown:
			r.take(s)
		case err := <-done:
			r.drain()
			return err
		}
	}
}

func (r *runner) drain() {
	for {
		select {
		case s := <-r.shown:
			r.take(s)
		default:
			return
		}
	}
}

// finish ends the engine, whose last outputs may still come, and saves again,
// unless that failed before.
func (r *runner) finish(err error) error {
	if r.engine != nil {
		err = join(err, r.during(r.engine.Close))
	}
	for _, c := range r.cells {
		r.put(c)
	}
	if r.saved {
		err = join(err, r.save())
	}
	return err
}

// join is errors.Join that leaves a single error as it is.
func join(a, b error) error {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return errors.Join(a, b)
}

func (r *runner) runCells(ctx context.Context) error {
	budget := newTimer(r.options.RunTimeout)
	defer budget.stop()
	for _, c := range r.cells {
		if c.skip != "" {
			r.tell(c.event(CellSkip, c.skip))
			if err := r.pass(ctx, c); err != nil {
				return err
			}
			continue
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w before cell %d of %d", ErrInterrupted, c.number, len(r.cells))
		}
		event := r.oneCell(ctx, c, budget)
		if event.Kind == CellEnd || time.Since(r.lastSave) > SaveInterval { // what is thawed is not lost
			if err := r.save(); err != nil {
				return join(cmp.Or(r.failed, event.Err), err)
			}
		}
		r.tell(event) // not earlier: what is said to be finished is saved
		err := event.Err
		if err == nil {
			continue
		}
		var cell *CellError
		goOn := errors.As(err, &cell) && cell.Err == nil && r.options.AllowErrors
		if !goOn {
			return err
		}
		if r.failed == nil {
			r.failed = err
		}
	}
	return r.failed
}

// oneCell runs a cell, or thaws an earlier result, and returns what is to be
// told of it.
func (r *runner) oneCell(ctx context.Context, c *cellRun, budget *timer) Event {
	start := time.Now()
	c.begun, c.dirty = true, true
	c.cell.ExecutionCount = c.count
	r.tell(c.event(CellStart, ""))
	thawed, err := r.thaw(ctx, c)
	if !thawed && err == nil {
		r.lookAhead(c)
		err = r.watchCell()
	}
	if !thawed && err == nil {
		err = r.runCell(ctx, c, budget)
	}
	if !thawed && err == nil && !c.failedInside() {
		r.keep(c)
	}
	r.put(c)
	event := c.event(CellEnd, "")
	if thawed {
		event.Kind = CellFrozen
	}
	event.Elapsed, event.Err = time.Since(start), err
	return event
}

func (c *cellRun) event(kind EventKind, text string) Event {
	return Event{Kind: kind, Cell: c.number, ID: c.cell.ID, Line: headline(c.cell.Source), Text: text}
}

// headline is the first line that tells what the cell is about: no command to
// GoNB and no import. It is the first line of all if there is no such line.
func headline(source string) string {
	first, inImports := "", false
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case inImports:
			inImports = line != ")"
			continue
		case first == "":
			first = line
		}
		switch {
		case line == "import (":
			inImports = true
		case strings.HasPrefix(line, "%"), strings.HasPrefix(line, "!"), strings.HasPrefix(line, "import "):
		default:
			return line
		}
	}
	return first
}

// take puts what a cell has shown in its place.
func (r *runner) take(s shown) {
	if s.cell == nil {
		r.tell(Event{Kind: Preparing, Text: s.notice})
		return
	}
	c, o := s.cell, s.out
	c.dirty = true
	places, known := r.byDisplay[o.DisplayID]
	switch {
	case o.Update || known: // an engine does not know displays that were thawed
		r.update(c, o, places)
	case o.Type == nbformat.Stream:
		c.out.stream(o.Name, o.Text)
	default:
		out := c.out.display(o.Data, o.Metadata)
		out.displayID = o.DisplayID
		if o.DisplayID != "" {
			r.byDisplay[o.DisplayID] = append(r.byDisplay[o.DisplayID], place{c, out})
		}
	}
	if c != r.current {
		return
	}
	event := c.event(CellOutput, "")
	event.Output = &o
	if o.DisplayID != "" {
		event.Text = lastLine(o.Data)
	}
	r.tell(event)
}

// update changes displays, of whatever cells, to what c shows now.
func (r *runner) update(c *cellRun, o Output, places []place) {
	o.Update = true
	for _, p := range places {
		p.cell.out.update(p.out, o.Data, o.Metadata)
		p.cell.dirty = true
		if p.cell != c {
			if c.updates == nil {
				c.updates = make(map[string]Output)
			}
			if _, again := c.updates[o.DisplayID]; !again {
				c.updated = append(c.updated, o.DisplayID)
			}
			c.updates[o.DisplayID] = o
		}
	}
}

func (r *runner) notice(text string) { r.shown <- shown{notice: text} }

// lastLine is the last line of a display's text.
func lastLine(data nbformat.MIMEBundle) string {
	text, _ := data.Text("text/plain")
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
