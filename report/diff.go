package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"mixmodel/report/internal/diff"
	"mixmodel/report/internal/source"
)

// diffCommand says what changed between two reports.
type diffCommand struct {
	Old    string `arg:"" help:"The earlier notebook or page."`
	New    string `arg:"" help:"The later one."`
	Format string `placeholder:"text|md|json" enum:"text,md,json" default:"text" help:"How to print it."`
}

func (c *diffCommand) check() error { return nil }

// run prints what changed. The status is 0 whether something did or not.
func (c *diffCommand) run(_ context.Context, stdout, stderr io.Writer) int {
	if err := c.compare(stdout); err != nil {
		fmt.Fprintf(stderr, "report: %s\n", oneLine(err))
		return 1
	}
	return 0
}

func (c *diffCommand) compare(stdout io.Writer) error {
	var sources [2]*source.Source
	for i, path := range []string{c.Old, c.New} {
		s, err := source.Read(path)
		if err != nil {
			return err
		}
		if len(s.Values) == 0 {
			return fmt.Errorf("%s has no typed results to compare", path)
		}
		for _, v := range s.Values {
			if v.Err != nil {
				return fmt.Errorf("%s, %s: %w", path, v.Where, v.Err)
			}
		}
		sources[i] = s
	}
	r := diff.Compare(sources[0], sources[1])
	switch c.Format {
	case "md":
		return r.Markdown(stdout)
	case "json":
		out := json.NewEncoder(stdout)
		out.SetIndent("", "  ")
		return out.Encode(r)
	}
	return r.Text(stdout)
}
