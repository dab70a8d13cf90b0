package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"mixmodel/kernel/engine"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/lint"
	"mixmodel/kernel/nbformat"
)

type checkCommand struct {
	Notebooks []string          `arg:"" name:"notebook" help:"The notebooks to check."`
	Param     map[string]string `short:"p" mapsep:"none" placeholder:"NAME=VALUE" help:"Check this value of a parameter, too. May be repeated."`
	House     bool              `help:"Check also the rules of this house for notebooks that run everywhere, see package lint."`
}

// run validates, type-checks and compiles the notebooks; nothing of them is
// run.
func (c *checkCommand) run(ctx context.Context, stdout, stderr io.Writer) int {
	status := 0
	for _, path := range c.Notebooks {
		faults, err := c.check(ctx, path)
		if err != nil {
			fmt.Fprintf(stderr, "kernel: %v\n", err)
			return max(2, execute.ExitCode(err))
		}
		for _, f := range faults {
			fmt.Fprintln(stdout, f)
			status = 1
		}
	}
	return status
}

// check returns a line for every fault of a notebook.
func (c *checkCommand) check(ctx context.Context, path string) ([]string, error) {
	nb, err := nbformat.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var faults []string
	if err := nb.Validate(); err != nil {
		for line := range strings.Lines(err.Error()) {
			faults = append(faults, path+": "+strings.TrimSpace(line))
		}
	}
	if c.House {
		for _, f := range lint.House(nb, path) {
			faults = append(faults, place(path, f.CellID, f.Line, 0)+f.Message)
		}
	}
	if err := execute.Inject(nb, c.Param, filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	found, err := compile(ctx, nb, path)
	for _, d := range found {
		faults = append(faults, place(path, d.CellID, d.Line, d.Col)+d.Message)
	}
	return faults, err
}

// compile compiles every cell that would be run and may not fail.
func compile(ctx context.Context, nb *nbformat.Notebook, path string) (faults []engine.Diagnostic, err error) {
	s, err := engine.Open(ctx, engine.Options{Dir: filepath.Dir(path)})
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := s.Close(); err == nil {
			err = e
		}
	}()
	var cells []engine.Cell
	mayFail := make(map[string]bool)
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code && !c.HasTag(execute.TagSkip) {
			cells = append(cells, engine.Cell{ID: c.ID, Source: c.Source})
			mayFail[c.ID] = c.HasTag(execute.TagRaises)
		}
	}
	found, err := s.Check(ctx, cells)
	for _, d := range found {
		if !mayFail[d.CellID] {
			faults = append(faults, d)
		}
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%s: %w", path, execute.ErrInterrupted)
	}
	return faults, err
}

// place names a place in a notebook: "eda.ipynb: cell load, line 3:12: ".
func place(path, id string, line, col int) string {
	text := path + ": "
	if id != "" {
		text += "cell " + id
		if line > 0 {
			text += fmt.Sprintf(", line %d", line)
		}
		if col > 0 {
			text += fmt.Sprintf(":%d", col)
		}
		text += ": "
	}
	return text
}
