package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mixmodel/kernel/nbformat"
)

// DefaultCellTimeout is how long a cell may take unless Options say otherwise.
const DefaultCellTimeout = 10 * time.Minute

// Tags of cells that change how they are run.
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
	// DefaultCellTimeout, a negative one is no limit.
	CellTimeout time.Duration

	// AllowErrors goes on after a cell that fails. Run then returns the first
	// failure at the end.
	AllowErrors bool

	// Progress, unless nil, is told what happens, in order, on Run's goroutine.
	Progress func(Event)

	// Save, unless nil, is called with the notebook before the first cell,
	// after every cell, and at the end; but not if GoNB cannot be started. An
	// error of it ends the run.
	Save func(*nbformat.Notebook) error
}

// EventKind says what an Event reports.
type EventKind int

// The kinds of events.
const (
	Preparing  EventKind = iota // GoNB is being built: Text says so
	Starting                    // the kernel starts
	CellStart                   // a cell starts
	CellOutput                  // a cell updated a display: Text is its last line
	CellEnd                     // a cell ended: Elapsed, and Err if it failed
	CellSkip                    // a cell was skipped: tagged skip-execution, or empty
)

// Event is something that happened during a run.
type Event struct {
	Kind    EventKind
	Cell    int           // number among the code cells, from 1; 0 before the first
	Cells   int           // how many code cells there are
	ID      string        // the cell's id
	Line    string        // the first line of the cell's source that says something
	Text    string        // Preparing, CellOutput
	Elapsed time.Duration // CellEnd: of the cell
	Total   time.Duration // since Run began
	Err     error         // CellEnd
}

// Run executes the notebook's code cells on GoNB, one after another, and puts
// their outputs into nb in place of the old ones.
//
// It returns nil if every cell succeeded; a *[CellError], which wraps
// ErrTimeout, ErrInterrupted or ErrKernelDied where one is the reason, if a
// cell ended the run; an error wrapping ErrInterrupted if ctx was cancelled
// between cells, ErrParams if the parameters do not fit; or what went wrong
// with building or starting GoNB or with Save, whose errors are joined to the
// cell's. In all cases nb holds what the cells that ran have put out.
func Run(ctx context.Context, nb *nbformat.Notebook, o Options) (err error) {
	r := &runner{nb: nb, options: o, began: time.Now(), byRequest: make(map[string]*cellRun), byDisplay: make(map[string][]shown)}
	if r.options.CellTimeout == 0 {
		r.options.CellTimeout = DefaultCellTimeout
	}
	if err := Inject(nb, o.Params, o.Dir); err != nil {
		return err
	}
	prepare(nb)
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			r.cells = append(r.cells, c)
		}
	}
	defer func() { err = r.finish(err) }()
	bin, err := tools(ctx, func() {
		r.tell(Event{Kind: Preparing, Text: "building GoNB " + GoNBVersion + " (first use only)"})
	})
	if err != nil {
		return interrupted(ctx, err)
	}
	r.tell(Event{Kind: Starting})
	r.kernel, err = startKernel(ctx, bin, o.Dir)
	if err != nil {
		return interrupted(ctx, err)
	}
	r.clean = cleaner(r.kernel.workDir())
	// Not earlier: while nothing can run, an older result is worth keeping. Not
	// later: that it cannot be saved should not cost anyone a cell's time.
	if err := r.save(); err != nil {
		return err
	}
	return r.runCells(ctx)
}

// prepare empties the code cells, so that a notebook that was not run to its
// end shows no outputs of another run, and names kernel and language.
func prepare(nb *nbformat.Notebook) {
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			c.ExecutionCount, c.Outputs = 0, nil
		}
	}
	if nb.Metadata == nil {
		nb.Metadata = nbformat.Metadata{}
	}
	nb.Metadata.Set("kernelspec", map[string]string{"display_name": "Go (gonb)", "language": "go", "name": "gonb"})
	// No version: it would make runs with different Go versions differ.
	nb.Metadata.Set("language_info", map[string]string{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"})
}

// interrupted wraps ErrInterrupted if the end of ctx is the reason for err.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(err, ErrInterrupted) {
		return fmt.Errorf("%w: %w", ErrInterrupted, err)
	}
	return err
}

// cleaner returns a function that takes the kernel's folder, whose name
// differs from run to run, out of error texts.
func cleaner(workDir string) func(string) string {
	if workDir == "" {
		return func(s string) string { return s }
	}
	name := workDir[strings.LastIndexByte(workDir, '/')+1:]
	return strings.NewReplacer(workDir+"/", "", workDir, "$GONB_TMP_DIR", name, "gonb").Replace
}

type runner struct {
	nb      *nbformat.Notebook
	options Options
	cells   []*nbformat.Cell
	began   time.Time
	kernel  *kernel
	clean   func(string) string

	byRequest map[string]*cellRun // by the id of the execute_request
	byDisplay map[string][]shown  // by display_id
	current   *cellRun
	count     int   // executed cells
	failed    error // the first failure, with AllowErrors
	saved     bool  // the last save succeeded
}

// shown is a display that can be updated.
type shown struct {
	cell *cellRun
	out  *output
}

// cellRun is the execution of one cell.
type cellRun struct {
	cell        *nbformat.Cell
	number      int // among the code cells, from 1
	request     string
	out         outputs
	reply, idle bool
	status      content // of the reply
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
	err := r.options.Save(r.nb)
	r.saved = err == nil
	return err
}

// finish ends the kernel, whose last outputs may still come, and saves again,
// unless that failed before.
func (r *runner) finish(err error) error {
	if r.kernel != nil {
		r.kernel.shutdown(r.handle)
		for _, c := range r.byRequest {
			r.put(c)
		}
		err = join(err, r.kernel.close())
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

func (r *runner) put(c *cellRun) { c.cell.Outputs = c.out.notebook(r.clean) }

func (r *runner) runCells(ctx context.Context) error {
	for i, c := range r.cells {
		event := Event{Cell: i + 1, ID: c.ID, Line: headline(c.Source)}
		if strings.TrimSpace(c.Source) == "" || c.HasTag(TagSkip) {
			event.Kind = CellSkip
			r.tell(event)
			continue
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w before cell %d of %d", ErrInterrupted, i+1, len(r.cells))
		}
		event.Kind = CellStart
		r.tell(event)
		start := time.Now()
		run := &cellRun{cell: c, number: i + 1}
		err := r.runCell(ctx, run)
		r.put(run)
		event.Kind, event.Elapsed, event.Err = CellEnd, time.Since(start), err
		r.tell(event)
		if err := r.save(); err != nil {
			return join(event.Err, err)
		}
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

// runCell executes one cell and returns why the run must end, if it must.
func (r *runner) runCell(ctx context.Context, c *cellRun) error {
	r.count++
	c.cell.ExecutionCount = r.count
	r.current = c
	id, err := r.kernel.send(shell, "execute_request", map[string]any{
		"code": c.cell.Source, "silent": false, "store_history": true,
		"user_expressions": struct{}{}, "allow_stdin": false, "stop_on_error": true,
	})
	if err != nil {
		return r.abort(c, fmt.Errorf("%w: %w", ErrKernelDied, err), "")
	}
	c.request = id
	r.byRequest[id] = c

	var timeout <-chan time.Time
	if r.options.CellTimeout > 0 {
		timeout = time.After(r.options.CellTimeout)
	}
	for !c.reply || !c.idle {
		select {
		case m := <-r.kernel.in:
			r.handle(m)
		case <-timeout:
			r.interrupt(c)
			return r.abort(c, ErrTimeout, fmt.Sprintf("the cell ran longer than %v", r.options.CellTimeout))
		case <-ctx.Done():
			r.interrupt(c)
			return r.abort(c, ErrInterrupted, "interrupted")
		case <-r.kernel.exited:
			r.kernel.drain(r.handle)
			return r.abort(c, ErrKernelDied, r.kernel.died().Error())
		}
	}
	if c.status.Status == "error" && !c.cell.HasTag(TagRaises) {
		return r.cellError(c)
	}
	return nil
}

// interrupt asks the cell's program to end and waits a moment for its last
// words. The kernel does not stop a compilation: what goes on is ended with
// the kernel.
func (r *runner) interrupt(c *cellRun) {
	if _, err := r.kernel.send(control, "interrupt_request", struct{}{}); err != nil {
		return
	}
	patience := time.After(time.Second)
	for !c.reply || !c.idle {
		select {
		case m := <-r.kernel.in:
			r.handle(m)
		case <-patience:
			return
		case <-r.kernel.exited:
			return
		}
	}
}

// abort ends the cell with an error output of our own.
func (r *runner) abort(c *cellRun, reason error, text string) error {
	if text == "" {
		text = reason.Error()
	}
	name := map[error]string{ErrTimeout: "Timeout", ErrInterrupted: "Interrupted"}[reason]
	if name == "" {
		name = "KernelDied"
	}
	text = r.clean(text)
	c.out.dropErrors()
	c.out.fail(name, text, []string{text})
	return &CellError{
		Cell: c.number, Cells: len(r.cells), ID: c.cell.ID, Source: c.cell.Source,
		Name: name, Value: text, Traceback: []string{text}, Text: text, Err: reason,
	}
}

// handle takes one message of the kernel.
func (r *runner) handle(m received) {
	c := r.byRequest[m.Parent.MsgID]
	if c == nil {
		return // an answer to a request that was no cell
	}
	body, err := parseContent(m.Content)
	if err != nil {
		return
	}
	switch m.Header.MsgType {
	case "execute_reply":
		c.reply, c.status = true, body
	case "status":
		if body.ExecutionState == "idle" {
			c.idle = true
		}
	case "stream":
		c.out.stream(body.Name, body.Text)
	case "display_data", "execute_result":
		out := c.out.display(body.Data, body.Metadata)
		if id := body.Transient.DisplayID; id != "" {
			r.byDisplay[id] = append(r.byDisplay[id], shown{c, out})
			r.tellDisplay(c, body.Data)
		}
	case "update_display_data":
		for _, s := range r.byDisplay[body.Transient.DisplayID] {
			s.cell.out.update(s.out, body.Data, body.Metadata)
		}
		r.tellDisplay(c, body.Data)
	case "error":
		c.out.fail(body.EName, body.EValue, body.Traceback)
	}
}

// tellDisplay reports the text of a display that changes while a cell runs.
func (r *runner) tellDisplay(c *cellRun, data nbformat.MIMEBundle) {
	text, ok := data.Text("text/plain")
	if c != r.current || !ok {
		return
	}
	text = strings.TrimSpace(text)
	text = text[strings.LastIndexByte(text, '\n')+1:]
	r.tell(Event{Kind: CellOutput, Cell: c.number, ID: c.cell.ID, Text: text})
}
