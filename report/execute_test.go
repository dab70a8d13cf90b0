package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/kernel/execute"
)

// failing is a notebook whose third code cell panics.
const failing = `{"cells": [
 {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# A run"},
 {"cell_type": "code", "id": "b", "metadata": {"tags": ["parameters"]}, "execution_count": null, "outputs": [], "source": "%noautoget\nimport \"fmt\"\nvar n = 3"},
 {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": null, "outputs": [], "source": "%%\nfmt.Println(\"n is\", n)"},
 {"cell_type": "code", "id": "d", "metadata": {}, "execution_count": null, "outputs": [], "source": "%%\nif n > 1 {\n\tpanic(\"too many\")\n}"},
 {"cell_type": "code", "id": "e", "metadata": {}, "execution_count": null, "outputs": [], "source": "%%\nfmt.Println(\"the end\")"}
], "metadata": {"kernelspec": {"name": "gonb", "display_name": "Go", "language": "go"}}, "nbformat": 4, "nbformat_minor": 5}`

// TestExecuteRunsTheNotebookAndReportsAFailure runs the command whole, on GoNB.
func TestExecuteRunsTheNotebookAndReportsAFailure(t *testing.T) {
	status, dir, _, stderr := do(t, map[string]string{"run.ipynb": failing}, "run.ipynb", "--execute", "--freeze=off")
	if got := list(t, dir); status != 1 || got != "run.executed.ipynb run.html run.ipynb sample.ipynb" {
		t.Fatalf("status %d, files %s\n%s", status, got, stderr)
	}
	for _, want := range []string{"[2/4] fmt.Println", "[3/4]", "failed", "cell 3 of 4", `panic("too many")`, "wrote run.executed.ipynb", "wrote run.html"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in what is shown:\n%s", want, stderr)
		}
	}
	page, err := os.ReadFile(filepath.Join(dir, "run.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"n is 3", "Cell 3 of 4 failed. Cell 4 was not run.", "<strong>Cell 3 failed</strong> Panic: too many"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %q in the page", want)
		}
	}

	var stdout, errs bytes.Buffer
	if status := run(t.Context(), []string{"--execute", "--freeze=off", "-p", "n=1", "run.ipynb"}, &stdout, &errs); status != 0 {
		t.Fatalf("with n = 1: status %d\n%s", status, errs.String())
	}
	page, err = os.ReadFile(filepath.Join(dir, "run.html"))
	if err != nil || !strings.Contains(string(page), "n is 1") || !strings.Contains(string(page), "the end") || strings.Contains(string(page), "incomplete") {
		t.Errorf("with n = 1: %v\n%s", err, errs.String())
	}

	errs.Reset()
	if status := run(t.Context(), []string{"--execute", "-p", "m=1", "run.ipynb"}, &stdout, &errs); status != 2 || !strings.Contains(errs.String(), `"m"`) {
		t.Errorf("unknown parameter: status %d\n%s", status, errs.String())
	}
	again, err := os.ReadFile(filepath.Join(dir, "run.html"))
	if err != nil || !bytes.Equal(page, again) {
		t.Error("a run that never began changed the page")
	}
}

func TestTheReasonOfAnEarlyEndIsShort(t *testing.T) {
	in := func(err error) error { return &execute.CellError{Cell: 3, Cells: 9, Err: err, Text: "text"} }
	for _, c := range []struct {
		err  error
		ran  int
		want string
	}{
		{in(nil), 3, ranInto},
		{in(execute.ErrTimeout), 3, "cell 3 of 9 ran longer than the timeout"},
		{in(execute.ErrInterrupted), 3, "it was interrupted in cell 3 of 9"},
		{in(execute.ErrKernelDied), 3, "the kernel died in cell 3 of 9"},
		{fmt.Errorf("between cells: %w", execute.ErrInterrupted), 3, "it was interrupted"},
		{errors.New("disk full"), 3, "the run could not go on"},
		{errors.New("GoNB cannot be built"), 0, ""},
	} {
		if got := reason(c.err, c.ran); got != c.want {
			t.Errorf("reason(%v, %d) = %q, want %q", c.err, c.ran, got, c.want)
		}
	}
}
