package engine

import (
	"errors"
	"fmt"
	"strings"

	"mixmodel/kernel/cell"
)

// Reasons why a cell ends early, to be tested with errors.Is.
var (
	ErrInterrupted = errors.New("interrupted")
	ErrStalled     = errors.New("stalled")
	ErrClosed      = errors.New("the session is closed")
)

// Diagnostic is a fault in a cell, found without running it.
type Diagnostic = cell.Diagnostic

// CompileError says that a cell was not run because it, or a declaration it
// needs, is no valid Go.
type CompileError struct {
	CellID      string
	Diagnostics []Diagnostic // at least one
}

// Error returns a line for each fault.
func (e *CompileError) Error() string { return cell.Diagnostics(e.Diagnostics).Error() }

// RunError says how the program or a command of a cell failed.
type RunError struct {
	CellID string
	Line   int // in the cell, from 1; 0 if unknown

	// Name is "Panic", "FatalError", "ExitError", "ShellError", "CommandError",
	// "DisplayError" or "InputError". Value says what happened: the panic's
	// text, "exit status 3".
	Name, Value string

	// Traceback is the panicking goroutine, then others that were in a cell.
	// Nothing in it differs from run to run.
	Traceback []string
}

// Error returns the cell, the line if known, and the value.
func (e *RunError) Error() string {
	return Diagnostic{CellID: e.CellID, Line: e.Line, Message: e.Value}.Error()
}

// ErrorOutput returns err as the output that ends a failed cell.
func ErrorOutput(err error) Output {
	o := Output{Kind: Error, Name: "Error", Value: err.Error()}
	var compile *CompileError
	var run *RunError
	switch {
	case errors.As(err, &compile):
		o.Name, o.Value = "CompileError", compile.Error()
	case errors.As(err, &run):
		o.Name, o.Value, o.Traceback = run.Name, run.Value, run.Traceback
	case errors.Is(err, ErrInterrupted):
		o.Name = "Interrupted"
	case errors.Is(err, ErrStalled):
		o.Name = "Stalled"
	}
	if o.Traceback == nil {
		o.Traceback = strings.Split(o.Value, "\n")
	}
	return o
}

func commandError(c Cell, line int, format string, args ...any) error {
	return &RunError{CellID: c.ID, Line: line, Name: "CommandError", Value: fmt.Sprintf(format, args...)}
}
