package main

import (
	"context"
	"fmt"
	"io"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/headless"
	"mixmodel/kernel/nbformat"
)

type planCommand struct {
	Notebook string   `arg:"" help:"The notebook."`
	Only     []string `placeholder:"ID,TAG" help:"Of these cells alone."`
	headless.Flags
}

// run tells which cells would run, and why.
func (c *planCommand) run(ctx context.Context, stdout, stderr io.Writer) int {
	if err := c.Check(); err != nil {
		return usage(stderr, err)
	}
	nb, err := nbformat.ReadFile(c.Notebook)
	if err != nil {
		return usage(stderr, err)
	}
	steps, err := c.Plan(ctx, c.Notebook, nb, execute.Options{Select: c.Only})
	runs := 0
	for _, s := range steps {
		what := "frozen"
		switch {
		case s.Runs:
			what = "runs: " + s.Why
			runs++
		case s.Why != "frozen":
			what = "skipped: " + s.Why
		}
		fmt.Fprintf(stdout, "[%*d/%d] %-24s %s\n", len(fmt.Sprint(len(steps))), s.Cell, len(steps), s.ID, what)
	}
	if err != nil {
		fmt.Fprintf(stderr, "kernel: %s: %s\n", c.Notebook, execute.Describe(err))
		return execute.ExitCode(err)
	}
	fmt.Fprintf(stdout, "%d of %d cells would run\n", runs, len(steps))
	return 0
}
