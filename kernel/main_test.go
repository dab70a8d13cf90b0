package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mixmodel/kernel/nbformat"
)

func TestBadInputIsRefusedWithOneLine(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.ipynb")
	if err := os.WriteFile(bad, []byte("hello"), 0o666); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing.ipynb")
	for _, test := range []struct {
		args []string
		want string // the end of what is said
	}{
		{[]string{"run", bad}, bad + ": nbformat: not JSON at line 1, column 1: invalid character 'h' looking for beginning of value\n"},
		{[]string{"run", missing}, "kernel: open " + missing + ": no such file or directory\n"},
		{[]string{"run", "client/testdata/hello.ipynb", "-o", filepath.Join(bad, "new", "out.ipynb")}, "its folder cannot be made: mkdir " + bad + ": not a directory\n"},
		{
			[]string{"run", "client/testdata/parameters.ipynb", "-p", "draws=many", "-o", filepath.Join(dir, "out.ipynb")},
			"kernel: client/testdata/parameters.ipynb: parameters: draws=many: want an int, such as 100\n",
		},
		{[]string{"run", "client/testdata/hello.ipynb", "--bogus"}, "kernel: unknown flag --bogus\n"},
		{[]string{"run"}, "kernel: expected \"<notebook>\"\n"},
		{[]string{}, "kernel: expected one of \"run\", \"check\", \"plan\", \"diff\", \"clean\", ...\n"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), test.args, &stdout, &stderr)
		if code != 2 || !strings.HasSuffix(stderr.String(), test.want) {
			t.Errorf("%q: got status %d and %q, want 2 and %q at the end", test.args, code, stderr.String(), test.want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("%q are there, want bad.ipynb alone", left)
	}
}

func TestHelpIsNoError(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"run", "--help"}, &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), "--timeout") {
		t.Errorf("got status %d and %q, want 0 and the flags", code, stdout.String())
	}
}

// TestRunWritesTheNotebook runs the command whole: with flags after the
// notebook, into a folder that is missing, to its end and to an interrupt.
func TestRunWritesTheNotebook(t *testing.T) {
	out := filepath.Join(t.TempDir(), "some", "new", "out.ipynb")
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"run", "client/testdata/hello.ipynb", "-o", out, "--timeout", "1m"}, &stdout, &stderr)
	if code != 0 || !strings.Contains(stderr.String(), "[5/5] fmt.Println(double(21)) ") {
		t.Fatalf("got status %d and %q", code, stderr.String())
	}
	nb, err := nbformat.ReadFile(out)
	if err != nil || nb.Cells[5].Outputs[0].Text != "42\n" {
		t.Errorf("got %v, %v, want the output 42", nb, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	terminal := &watcher{word: "[2/4] println", seen: func() { time.AfterFunc(time.Second, cancel) }}
	code = run(ctx, []string{"run", "client/testdata/endless.ipynb", "-o", out}, &stdout, terminal)
	want := `kernel: client/testdata/endless.ipynb: cell 3 of 4 (id "endless"): interrupted

    1 | import (
    2 | 	"fmt"
    3 | 	"os"
    4 | )
`
	if code != 4 || !strings.Contains(terminal.String(), want) {
		t.Errorf("got status %d and %s, want 4 and %s", code, terminal.String(), want)
	}
	if nb, err = nbformat.ReadFile(out); err != nil || nb.Cells[1].Outputs[0].Text != "fine\n" {
		t.Errorf("got %v, %v, want the finished cell's output", nb, err)
	}
}

// watcher keeps what is written and calls seen after the word.
type watcher struct {
	bytes.Buffer
	word string
	seen func()
}

func (w *watcher) Write(p []byte) (int, error) {
	if w.seen != nil && bytes.Contains(p, []byte(w.word)) {
		w.seen()
		w.seen = nil
	}
	return w.Buffer.Write(p)
}
