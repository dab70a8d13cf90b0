package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"mixmodel/kernel/client"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/nbformat"
)

type runCommand struct {
	Notebook    string            `arg:"" help:"The notebook to execute."`
	Output      string            `short:"o" placeholder:"FILE" help:"Where to write the executed notebook. Default: NAME.executed.ipynb beside the notebook."`
	Param       map[string]string `short:"p" mapsep:"none" placeholder:"NAME=VALUE" help:"Set a variable of the cell tagged \"parameters\". A string that is the path of an existing file is made relative to the notebook's folder, where cells run. May be repeated."`
	Timeout     time.Duration     `default:"10m" help:"How long one cell may take; 0 is without end."`
	AllowErrors bool              `help:"Go on after a cell that fails."`
}

func (c *runCommand) run(ctx context.Context, stderr io.Writer) int {
	nb, err := nbformat.ReadFile(c.Notebook)
	if err != nil {
		fmt.Fprintf(stderr, "kernel: %v\n", err)
		return 2
	}
	out := c.Output
	if out == "" {
		out = strings.TrimSuffix(c.Notebook, ".ipynb") + ".executed.ipynb"
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = -1
	}
	saved := false
	show := execute.NewTerminal(stderr)
	err = execute.Run(ctx, nb, client.GoNB(filepath.Dir(c.Notebook)), execute.Options{
		Dir:         filepath.Dir(c.Notebook),
		Params:      c.Param,
		CellTimeout: timeout,
		AllowErrors: c.AllowErrors,
		Progress:    show.Event,
		Save: func(nb *nbformat.Notebook) error {
			err := nbformat.WriteFile(out, nb)
			saved = saved || err == nil
			return err
		},
	})
	show.Close()
	if saved {
		fmt.Fprintf(stderr, "wrote %s\n", out)
	}
	if err != nil {
		fmt.Fprintf(stderr, "\nkernel: %s: %s\n", c.Notebook, execute.Describe(err))
	}
	return execute.ExitCode(err)
}
