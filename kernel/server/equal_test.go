package server

import (
	"bytes"
	"context"
	"flag"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/headless"
	"mixmodel/kernel/nbformat"
)

// The case study too, in some two minutes:
//
//	go test ./kernel/server -run NBConvert -notebook ../../notebooks/case_study.ipynb
var notebook = flag.String("notebook", "testdata/equal.ipynb", "the notebook that nbconvert runs")

func TestNBConvertAndTheHeadlessRunGiveEqualOutputs(t *testing.T) {
	python := python(t, "nbconvert")
	path, err := filepath.Abs(*notebook)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	nb, err := nbformat.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := execute.Run(t.Context(), nb, headless.Own(dir, false), execute.Options{Dir: dir}); err != nil {
		t.Fatal(execute.Describe(err))
	}

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	out := filepath.Join(t.TempDir(), "out.ipynb")
	cmd := exec.CommandContext(ctx, python, "-m", "nbconvert", "--to", "notebook", "--execute", path,
		"--ExecutePreprocessor.kernel_name="+testKernel, "--output", out)
	cmd.Env = installTestKernel(t, testKernel)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	theirs, err := nbformat.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	ours := asRead(t, nb)
	outputs := 0
	for i, c := range ours.Cells {
		outputs += len(c.Outputs)
		if d := cmp.Diff(plain(c), plain(theirs.Cells[i])); d != "" {
			t.Errorf("cell %s (-headless +nbconvert):\n%s", c.ID, d)
		}
	}
	if outputs < 10 {
		t.Errorf("%d outputs in %s, want at least 10 to compare", outputs, path)
	}
}

// asRead returns the notebook as it is after it was written to a file.
func asRead(t *testing.T, nb *nbformat.Notebook) *nbformat.Notebook {
	t.Helper()
	var file bytes.Buffer
	if err := nbformat.Write(&file, nb); err != nil {
		t.Fatal(err)
	}
	nb, err := nbformat.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// unnamed matches the name of a cell in errors of clients that send no cell
// ids, as nbconvert.
var unnamed = regexp.MustCompile(`\bcell-\d+\b`)

// plain returns a cell's outputs without what clients may do as they like: text
// between two displays is joined, standard output first.
func plain(c *nbformat.Cell) []nbformat.Output {
	var list []nbformat.Output
	text := map[string]string{}
	flush := func() {
		for _, name := range []string{"stdout", "stderr"} {
			if text[name] != "" {
				list = append(list, nbformat.Output{Type: nbformat.Stream, Name: name, Text: text[name]})
			}
		}
		clear(text)
	}
	for _, o := range c.Outputs {
		if o.Type == nbformat.Stream {
			text[o.Name] += o.Text
			continue
		}
		flush()
		o.EValue = unnamed.ReplaceAllString(o.EValue, c.ID)
		for i, line := range o.Traceback {
			o.Traceback[i] = unnamed.ReplaceAllString(line, c.ID)
		}
		o.Traceback = strings.Split(strings.Join(o.Traceback, "\n"), "\n")
		if len(o.Metadata) == 0 {
			o.Metadata = nil
		}
		list = append(list, o)
	}
	flush()
	return list
}
