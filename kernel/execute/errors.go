package execute

import (
	"errors"
	"fmt"
	"strings"
)

// Reasons why a run ends early, to be tested with errors.Is.
var (
	ErrTimeout     = errors.New("the cell ran longer than the timeout")
	ErrInterrupted = errors.New("interrupted")
	ErrKernelDied  = errors.New("the kernel died")
	ErrParams      = errors.New("parameters")
	ErrUsage       = errors.New("usage")
	ErrStale       = errors.New("out of date")
)

// CellError says which cell ended the run, and why.
type CellError struct {
	Cell, Cells int    // number among the code cells, from 1, and how many there are
	ID          string // the cell's id
	Source      string
	Line        int // of the source, from 1; 0 if unknown

	// Name, Value and Traceback are what the notebook's error output holds.
	Name, Value string
	Traceback   []string

	// Text is the error for a reader: compiler messages with the cell's line
	// numbers, or the panic and its trace.
	Text string

	// Err is ErrTimeout, ErrInterrupted, ErrKernelDied, or what else kept the
	// engine from its work; nil if the cell itself failed.
	Err error
}

// Error returns one line: which cell, and the first line of what happened.
func (e *CellError) Error() string {
	line, text := "", firstLine(e.Text)
	if e.Line > 0 {
		line = fmt.Sprintf(", line %d", e.Line)
		text = strings.TrimPrefix(text, fmt.Sprintf("line %d: ", e.Line))
	}
	return fmt.Sprintf("cell %d of %d (id %q%s): %s", e.Cell, e.Cells, e.ID, line, text)
}

// Unwrap returns Err.
func (e *CellError) Unwrap() error { return e.Err }

// Detail returns several lines: the cell's source around the failing line,
// with line numbers, and the whole error.
func (e *CellError) Detail() string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "%s\n\n", e.Error())
	lines := strings.Split(strings.TrimRight(e.Source, "\n"), "\n")
	from, to := excerpt(len(lines), e.Line)
	if from > 1 {
		fmt.Fprintf(&sb, "      ...\n")
	}
	for n := from; n <= to; n++ {
		mark := ' '
		if n == e.Line {
			mark = '>'
		}
		fmt.Fprintf(&sb, "%c %3d | %s\n", mark, n, lines[n-1])
	}
	if to < len(lines) {
		fmt.Fprintf(&sb, "      ... (%d lines)\n", len(lines))
	}
	if text := strings.TrimSpace(e.Text); strings.Contains(text, "\n") {
		fmt.Fprintf(&sb, "\n%s\n", text)
	}
	return strings.TrimRight(sb.String(), "\n")
}

// excerpt chooses which of n lines to show: those around the failing one, or
// the first ones.
func excerpt(n, line int) (from, to int) {
	const around, most = 5, 15
	if line <= 0 || n <= most {
		return 1, min(n, most)
	}
	return max(1, line-around), min(n, line+around)
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimRight(s, " \r")
}

// ExitCode returns the exit status of a command that ended with err: 0 for
// nil, 1 for a failing cell, 3 for a timeout, 4 for an interrupt, 5 for the
// kernel's death, 6 for results that are out of date, 2 for everything else
// (files, parameters, usage).
func ExitCode(err error) int {
	var cell *CellError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrTimeout):
		return 3
	case errors.Is(err, ErrInterrupted):
		return 4
	case errors.Is(err, ErrKernelDied):
		return 5
	case errors.Is(err, ErrStale):
		return 6
	case errors.As(err, &cell):
		return 1
	}
	return 2
}

// Describe returns err for a terminal: a failing cell with its source, or the
// error's own text.
func Describe(err error) string {
	var cell *CellError
	if errors.As(err, &cell) {
		text := cell.Detail()
		if rest := strings.TrimSpace(strings.Replace(err.Error(), cell.Error(), "", 1)); rest != "" {
			text += "\n\n" + rest // a failed save, say, joined to the cell's error
		}
		return text
	}
	return err.Error()
}
