package main

import (
	"context"
	"fmt"
	"io"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/nbformat"
)

type cleanCommand struct {
	Notebooks []string `arg:"" name:"notebook" help:"The notebooks."`
	Output    string   `short:"o" placeholder:"FILE" help:"Where to write the clean notebook; only with one. Default: in place."`
	Check     bool     `help:"Write nothing; the status is 6 if something would change."`
}

// run strips outputs and whatever else a run leaves in a notebook.
func (c *cleanCommand) run(_ context.Context, _, stderr io.Writer) int {
	if c.Output != "" && len(c.Notebooks) > 1 {
		return usage(stderr, fmt.Errorf("-o takes one notebook, got %d", len(c.Notebooks)))
	}
	status := 0
	for _, path := range c.Notebooks {
		nb, err := nbformat.ReadFile(path)
		if err != nil {
			return usage(stderr, err)
		}
		changed := clean(nb)
		out := c.Output
		if out == "" {
			out = path
		}
		switch {
		case c.Check && changed:
			fmt.Fprintf(stderr, "%s holds outputs\n", path)
			status = 6
		case !c.Check && (changed || out != path):
			if err := nbformat.WriteFile(out, nb); err != nil {
				return usage(stderr, err)
			}
		}
	}
	return status
}

// left are metadata that front ends leave in cells that were run.
var left = []string{"execution", "ExecuteTime", "scrolled", "collapsed"}

// clean strips nb and reports whether there was something to strip.
func clean(nb *nbformat.Notebook) bool {
	changed := false
	kept := nb.Cells[:0]
	for _, c := range nb.Cells {
		if c.HasTag(execute.TagInjected) {
			changed = true
			continue
		}
		kept = append(kept, c)
		if c.Type != nbformat.Code {
			continue
		}
		changed = changed || c.ExecutionCount != 0 || len(c.Outputs) > 0
		c.ExecutionCount, c.Outputs = 0, nil
		for _, key := range left {
			if _, ok := c.Metadata[key]; ok {
				delete(c.Metadata, key)
				changed = true
			}
		}
	}
	nb.Cells = kept
	return changed
}
