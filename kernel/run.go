package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/headless"
	"mixmodel/kernel/nbformat"
)

type runCommand struct {
	Notebook    string   `arg:"" help:"The notebook to execute."`
	Output      string   `short:"o" placeholder:"FILE" help:"Where to write the executed notebook. Default: NAME.executed.ipynb beside the notebook."`
	Only        []string `placeholder:"ID,TAG" help:"Run these cells alone; the others keep their outputs."`
	AllowErrors bool     `help:"Go on after a cell that fails."`
	Record      bool     `help:"Write times, versions and what was frozen to NAME.run.json beside the executed notebook, which holds nothing that differs from run to run."`
	headless.Flags
}

func (c *runCommand) run(ctx context.Context, stdout, stderr io.Writer) int {
	if err := c.Check(); err != nil {
		return usage(stderr, err)
	}
	nb, err := nbformat.ReadFile(c.Notebook)
	if err != nil {
		return usage(stderr, err)
	}
	out := c.Output
	if out == "" {
		out = strings.TrimSuffix(c.Notebook, ".ipynb") + ".executed.ipynb"
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil { // before a run that may take long
		return usage(stderr, fmt.Errorf("-o %s: its folder cannot be made: %w", out, err))
	}
	saved := false
	rec := newRecord(c.Notebook, c.Engine)
	_, err = c.Run(ctx, c.Notebook, nb, execute.Options{
		AllowErrors: c.AllowErrors,
		Select:      c.Only,
		Progress:    rec.note,
		Save: func(nb *nbformat.Notebook) error {
			err := nbformat.WriteFile(out, nb)
			saved = saved || err == nil
			return err
		},
	}, stderr)
	if saved {
		fmt.Fprintf(stderr, "wrote %s\n", out)
	}
	if c.Record {
		if e := rec.write(out, err); e != nil {
			fmt.Fprintf(stderr, "kernel: %v\n", e)
		}
	}
	if err != nil {
		fmt.Fprintf(stderr, "\nkernel: %s: %s\n", c.Notebook, execute.Describe(err))
	}
	return execute.ExitCode(err)
}

// usage tells of what kept a command from starting.
func usage(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "kernel: %v\n", err)
	return 2
}
