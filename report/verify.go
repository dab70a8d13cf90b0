package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"mixmodel/report/internal/source"
	"mixmodel/report/internal/verify"
)

// verifyCommand recomputes the numbers of a notebook or a page.
type verifyCommand struct {
	File string `arg:"" help:"An executed notebook, or a page written by report."`
	JSON bool   `name:"json" help:"Print the checks as JSON, one object a line."`
	All  bool   `short:"a" help:"Print what holds, too, not only what does not."`
}

func (c *verifyCommand) check() error { return nil }

// run prints the checks and a summary. The status is 1 if one failed, or if
// there was nothing to check.
func (c *verifyCommand) run(_ context.Context, stdout, stderr io.Writer) int {
	s, err := source.Read(c.File)
	if err != nil {
		fmt.Fprintf(stderr, "report: %s\n", oneLine(err))
		return 1
	}
	list := append(verify.Results(s), verify.Page(s)...)
	count := map[verify.State]int{}
	for _, k := range list {
		count[k.State]++
		if c.JSON {
			line, _ := json.Marshal(k) // strings only
			fmt.Fprintf(stdout, "%s\n", line)
		} else if c.All || k.State != verify.OK {
			fmt.Fprintln(stdout, k)
		}
	}
	fmt.Fprintf(stderr, "%s: %d ok, %d failed, %d skipped\n", c.File, count[verify.OK], count[verify.Failed], count[verify.Skipped])
	switch {
	case count[verify.Failed] > 0:
		return 1
	case count[verify.OK] == 0:
		fmt.Fprintf(stderr, "report: %s has nothing to verify (want typed results: KPIs, a plan, a simulator, ...)\n", c.File)
		return 1
	}
	return 0
}
