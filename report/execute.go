package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/nbformat"
)

// ranInto is the failure of a run that ended with a failing cell: the notebook
// itself says which.
const ranInto = "a cell failed"

// execute runs nb in place and saves it. It returns the exit status, and, if
// the run ended early but has something to show, why.
func (c *commandLine) execute(ctx context.Context, nb *nbformat.Notebook, stderr io.Writer) (status int, failure string) {
	executed := c.beside(".executed.ipynb")
	saved := false
	ran, err := c.Flags.Run(ctx, c.Notebook, nb, execute.Options{
		Save: func(nb *nbformat.Notebook) error {
			saved = true
			return nbformat.WriteFile(executed, nb)
		},
	}, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "\nreport: %s: %s\n\n", c.Notebook, execute.Describe(err))
	}
	if saved {
		fmt.Fprintf(stderr, "wrote %s\n", executed)
	}
	if err == nil {
		return 0, ""
	}
	if errors.Is(err, execute.ErrParams) || errors.Is(err, execute.ErrUsage) {
		return 2, ""
	}
	return 1, reason(err, ran)
}

// reason says in a few words why a run ended early, "" if there is nothing to
// show: no cell was begun.
func reason(err error, ran int) string {
	var cell *execute.CellError
	inCell := errors.As(err, &cell)
	where := ""
	if inCell {
		where = fmt.Sprintf("cell %d of %d", cell.Cell, cell.Cells)
	}
	switch {
	case !inCell && ran == 0:
		return ""
	case errors.Is(err, execute.ErrTimeout) && inCell:
		return where + " ran longer than the timeout"
	case errors.Is(err, execute.ErrKernelDied) && inCell:
		return "the kernel died in " + where
	case errors.Is(err, execute.ErrInterrupted) && inCell:
		return "it was interrupted in " + where
	case errors.Is(err, execute.ErrInterrupted):
		return "it was interrupted"
	case inCell:
		return ranInto
	}
	return "the run could not go on"
}
