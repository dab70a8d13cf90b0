package execute

import (
	"context"

	"mixmodel/kernel/nbformat"
)

// Engine runs the code cells of one notebook, one after another.
//
// An engine may do more: see [Preparer], [Keyer] and [Cleaner].
type Engine interface {
	// Execute runs one cell and hands what it puts out to show, in order, on
	// any goroutine. It returns nil if the cell succeeded, a *[Failure] if it
	// failed, an error wrapping [ErrKernelDied] if the engine cannot run any
	// further cell, or any other error if it could not do its work. When ctx
	// ends, it stops the cell, compilation included, and returns soon; what it
	// then returns does not matter.
	Execute(ctx context.Context, cell Cell, show func(Output)) error

	// Close ends every process of the engine and removes what it made. Outputs
	// that come late may be shown until it returns.
	Close() error
}

// Start makes an engine ready. notice is told of what may take long. If it
// returns an engine with an error, that is closed all the same.
type Start func(ctx context.Context, notice func(text string)) (Engine, error)

// Preparer is an engine that gains from knowing what will come: Prepare is
// called once, with every cell that will be run, before the first. It does not
// wait for what it begins.
type Preparer interface{ Prepare(cells []Cell) }

// Cleaner is an engine whose error texts name things that differ from run to
// run. Clean is applied to errors and to what cells write to stderr.
type Cleaner interface{ Clean(text string) string }

// Cell is a cell to be run.
type Cell struct {
	ID     string
	Count  int // the execution count, from 1
	Source string
}

// Output is a piece of what a cell puts out: part of a stream, or a display.
type Output struct {
	nbformat.Output

	// DisplayID, unless empty, names a display that can be updated.
	DisplayID string

	// Update says that this takes the place of what was shown under DisplayID,
	// wherever that is, rather than being shown anew.
	Update bool
}

// Failure is the fault of a cell: it does not compile, it panicked, or it left
// with a status other than 0.
type Failure struct {
	// Name, Value and Traceback become the notebook's error output.
	Name, Value string
	Traceback   []string

	// Line is the line of the cell's source, from 1; 0 if unknown.
	Line int

	// Text is for a reader: compiler messages with the cell's line numbers, or
	// the panic and its trace. "" means Value.
	Text string
}

// Error returns the first line of the text.
func (f *Failure) Error() string {
	if f.Text != "" {
		return firstLine(f.Text)
	}
	return f.Value
}
