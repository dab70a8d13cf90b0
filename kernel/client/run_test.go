//go:build unix

package client

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/nbformat"
)

// needGoNB skips the test where GoNB cannot be built: without network and
// modules. What follows runs offline.
func needGoNB(t *testing.T) {
	t.Helper()
	if _, err := tools(t.Context(), func() { t.Log("building GoNB, first use only") }); err != nil {
		t.Skipf("GoNB cannot be built here: %v", err)
	}
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "-mod=mod") // would break every cell, were it passed on
}

// ownTemp gives the test a folder for temporary files and reports what is left
// there at the end, and processes that still use it.
func ownTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "t")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	t.Cleanup(func() {
		noneLeft(t, dir)
		os.RemoveAll(dir)
	})
	return dir
}

func noneLeft(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v (%v), want none", left, err)
	}
	if p := processesUsing(dir); len(p) > 0 {
		t.Errorf("processes left: %q, want none", p)
	}
}

// processesUsing returns the command lines, less those of zombies, that name
// dir: GoNB's, its cells' and its leader's do. It sees nothing where there is
// no /proc.
func processesUsing(dir string) []string {
	var found []string
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, l := range lines {
		data, _ := os.ReadFile(l)
		if line := strings.ReplaceAll(string(data), "\x00", " "); strings.Contains(line, dir) {
			found = append(found, line)
		}
	}
	return found
}

func read(t *testing.T, name string) *nbformat.Notebook {
	t.Helper()
	nb, err := nbformat.ReadFile(filepath.Join("testdata", name+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// saver is Options.Save into memory; it checks that what it gets is valid.
type saver struct {
	saves int
	last  []byte
}

func (s *saver) save(nb *nbformat.Notebook) error {
	var buf bytes.Buffer
	if err := nbformat.Write(&buf, nb); err != nil {
		return err
	}
	s.saves, s.last = s.saves+1, buf.Bytes()
	return nil
}

// summary is a notebook's outputs, a line for each: "cell: type: text".
func summary(nb *nbformat.Notebook) string {
	var sb strings.Builder
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			text := o.Name + " " + o.Text
			switch o.Type {
			case nbformat.Error:
				text = o.EName + " " + o.EValue
			case nbformat.DisplayData:
				text, _ = o.Data.Text("text/plain")
			}
			sb.WriteString(c.ID + ": " + string(o.Type) + ": " + strings.TrimSpace(text) + "\n")
		}
	}
	return sb.String()
}

func TestRunPutsOutputsAndCountsIntoTheNotebook(t *testing.T) {
	needGoNB(t)
	ownTemp(t)
	nb := read(t, "hello")
	nb.Cells[2].Outputs = []nbformat.Output{{Type: nbformat.Stream, Name: "stdout", Text: "of another run"}}
	var s saver
	var events []execute.EventKind
	err := execute.Run(t.Context(), nb, GoNB("testdata"), execute.Options{Dir: "testdata", Save: s.save, Progress: func(e execute.Event) {
		if e.Kind != execute.CellOutput {
			events = append(events, e.Kind)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := "c4: stream: stdout hello\nc6: stream: stdout 42\n"
	if d := cmp.Diff(want, summary(nb)); d != "" {
		t.Errorf("outputs (-want +got):\n%s", d)
	}
	for i, c := range nb.Cells[1:] {
		if c.ExecutionCount != i+1 {
			t.Errorf("cell %s has the count %d, want %d", c.ID, c.ExecutionCount, i+1)
		}
	}
	if s.saves < 5 {
		t.Errorf("saved %d times, want once per code cell at least, 5", s.saves)
	}
	cells := []execute.EventKind{execute.Starting, execute.CellStart, execute.CellEnd, execute.CellStart, execute.CellEnd, execute.CellStart, execute.CellEnd, execute.CellStart, execute.CellEnd, execute.CellStart, execute.CellEnd}
	if d := cmp.Diff(cells, events); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
}

// houseRule is the first code cell of the notebooks in this project, which lie
// one level under the module's root: it makes their cells see the module.
const houseRule = "%noautoget\n!*test -f go.work || (go work init . && go work use . \"$GONB_DIR/..\")"

func TestTwoRunsGiveTheSameBytesAlsoFromAnotherFolder(t *testing.T) {
	needGoNB(t)
	ownTemp(t)
	var outputs []string
	for _, dir := range []string{"testdata", "testdata", notebooksFolder(t)} {
		nb := read(t, "displays")
		if dir != "testdata" {
			nb.Cells[0].Source = houseRule
		}
		if err := execute.Run(t.Context(), nb, GoNB(dir), execute.Options{Dir: dir}); err != nil {
			t.Fatal(execute.Describe(err))
		}
		nb.Cells[0].Source = ""
		var buf bytes.Buffer
		if err := nbformat.Write(&buf, nb); err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, buf.String())
		if n := len(nb.Cells[5].Outputs); n != 200 {
			t.Errorf("%d displays arrived, want 200", n)
		}
		want := "c3: stream: stdout printed first\nc3: display_data: <b>bold</b>\nc3: display_data: *soft*\n" +
			"c3: display_data: text\nc3: display_data: 42\nc3: stream: stdout printed last\n" +
			"c4: display_data: One dot. (a dot)\nc4: display_data: One dot. (a dot)\n" +
			"c5: display_data: sampling: 2 chains, 2000 of 2000 (100 %), 1 divergence\n"
		got, _, _ := strings.Cut(summary(nb), "c6:")
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("outputs (-want +got):\n%s", d)
		}
	}
	for i, o := range outputs[1:] {
		if d := cmp.Diff(outputs[0], o); d != "" {
			t.Errorf("run %d differs from the first (-first +other):\n%s", i+2, d)
		}
	}
}

// notebooksFolder makes a module of the same name with the display package
// alone and returns a folder one level under its root.
func notebooksFolder(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	copyFiles(t, "../../go.*", root)
	for _, pkg := range []string{"kernel/display", "kernel/display/typed"} {
		copyFiles(t, "../../"+pkg+"/*.go", filepath.Join(root, filepath.FromSlash(pkg)))
	}
	notebooks := filepath.Join(root, "notebooks")
	if err := os.MkdirAll(notebooks, 0o777); err != nil {
		t.Fatal(err)
	}
	return notebooks
}

// copyFiles copies the files that fit the pattern into the folder to.
func copyFiles(t *testing.T, pattern, to string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing fits %s: %v", pattern, err)
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(f)), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// marks is how a traceback names the cell's program, with GoNB's mark of the
// cell and line or without.
var marks = regexp.MustCompile(`\t(?: \x1b\[7m\[\[ Cell \[\d+\] Line \d+ \]\]\x1b\[0m )?[^ \t\n]*main\.go`)

func TestAFailingCellLosesNothing(t *testing.T) {
	needGoNB(t)
	for _, test := range []struct {
		name    string
		timeout time.Duration
		// disturb is called when the endless cell's program runs
		disturb func(cancel func(), temp string)
		id      string
		line    int
		text    string // of the error
		reason  error
		code    int
		want    string // the outputs
	}{
		{
			name: "compile_error", id: "wrong", line: 5, text: "undefined: undefinedName", code: 1,
			want: "c2: stream: stderr fine\nwrong: error: ERROR # gonb\n./main.go:12:6: undefined: undefinedName\n",
		},
		{
			name: "panics", id: "wrong", line: 4, text: "panic: runtime error: index out of range [3] with length 0", code: 1,
			want: "c2: stream: stderr fine\nwrong: stream: stdout before\nwrong: stream: stderr panic: runtime error: index out of range [3] with length 0\n\n" +
				"goroutine 1 [running]:\nmain.third(...)\n\t \x1b[7m[[ Cell [3] Line 4 ]]\x1b[0m main.go:9\nmain.main()\n\t \x1b[7m[[ Cell [3] Line 9 ]]\x1b[0m main.go:16 +OFFSET\nexit status 2\n" +
				"wrong: error: ERROR exit status 2\n",
		},
		{
			name: "exits", id: "leaves", text: "exit status 3", code: 1,
			want: "leaves: stream: stdout bye\nleaves: stream: stderr exit status 3\nleaves: error: ERROR exit status 3\n",
		},
		{
			name: "endless", timeout: 4 * time.Second, id: "endless", text: "the cell ran longer than 4s", reason: execute.ErrTimeout, code: 3,
			want: "c2: stream: stderr fine\nendless: stream: stdout waiting\nendless: stream: stderr signal: interrupt\nendless: error: Timeout the cell ran longer than 4s\n",
		},
		{
			name: "endless", disturb: func(cancel func(), _ string) { cancel() },
			id: "endless", text: "interrupted", reason: execute.ErrInterrupted, code: 4,
			want: "c2: stream: stderr fine\nendless: stream: stdout waiting\nendless: stream: stderr signal: interrupt\nendless: error: Interrupted interrupted\n",
		},
		{
			name: "endless", disturb: func(_ func(), temp string) { killGoNB(temp) },
			id: "endless", text: "the kernel died: GoNB was killed by signal 9 (killed)", reason: execute.ErrKernelDied, code: 5,
			want: "c2: stream: stderr fine\nendless: stream: stdout waiting\nendless: error: KernelDied the kernel died: GoNB was killed by signal 9 (killed)\n",
		},
	} {
		t.Run(test.name+" "+test.text, func(t *testing.T) {
			temp := ownTemp(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			nb := read(t, test.name)
			var s saver
			err := execute.Run(ctx, nb, GoNB("testdata"), execute.Options{
				Dir: "testdata", CellTimeout: test.timeout, Save: s.save,
				Progress: func(e execute.Event) {
					if e.Kind == execute.CellStart && e.ID == test.id && test.disturb != nil {
						go func() {
							waitForCell(temp)
							test.disturb(cancel, temp)
						}()
					}
				},
			})
			var cell *execute.CellError
			if !errors.As(err, &cell) {
				t.Fatalf("got %v, want a *execute.CellError", err)
			}
			// GoNB marks only those lines of a traceback that it reads whole: it may
			// mark none, or only the caller's, line 9.
			unmarked := test.name == "panics" && (cell.Line == 0 || cell.Line == 9)
			if cell.ID != test.id || cell.Line != test.line && !unmarked || !strings.HasSuffix(err.Error(), "): "+test.text) {
				t.Errorf("got id %q, line %d, %q, want %q, %d, %q", cell.ID, cell.Line, err, test.id, test.line, test.text)
			}
			if test.reason != nil && !errors.Is(err, test.reason) || execute.ExitCode(err) != test.code {
				t.Errorf("got %v, exit code %d, want %v, %d", err, execute.ExitCode(err), test.reason, test.code)
			}
			plain := func(s string) string {
				return marks.ReplaceAllString(offsets.ReplaceAllString(s, "+OFFSET"), "\tmain.go")
			}
			if d := cmp.Diff(plain(test.want), plain(summary(nb))); d != "" {
				t.Errorf("outputs (-want +got):\n%s", d)
			}
			if last := nb.Cells[len(nb.Cells)-1]; last.ExecutionCount != 0 {
				t.Errorf("the cell after the failing one has the count %d, want none", last.ExecutionCount)
			}
			saved, err := nbformat.Read(bytes.NewReader(s.last))
			if err != nil {
				t.Fatalf("the saved notebook: %v", err)
			}
			if d := cmp.Diff(summary(nb), summary(saved)); d != "" {
				t.Errorf("the saved notebook differs (-run +saved):\n%s", d)
			}
		})
	}
}

// waitForCell waits until the program of the endless cell has said so, and
// what it printed has arrived.
func waitForCell(temp string) {
	for range 3000 {
		if started, _ := filepath.Glob(filepath.Join(temp, "gonb-run-*", "started")); len(started) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond)
}

func TestTagsSkipCellsAndAllowThemToFail(t *testing.T) {
	needGoNB(t)
	ownTemp(t)
	nb := read(t, "tags")
	if err := execute.Run(t.Context(), nb, GoNB("testdata"), execute.Options{Dir: "testdata"}); err != nil {
		t.Fatal(execute.Describe(err))
	}
	var counts []int
	for _, c := range nb.Cells {
		counts = append(counts, c.ExecutionCount)
	}
	if d := cmp.Diff([]int{1, 0, 2, 0, 3}, counts); d != "" {
		t.Errorf("counts, 0 being not executed (-want +got):\n%s", d)
	}
	if got := summary(nb); !strings.Contains(got, "c3: error: ERROR exit status 2\nc5: stream: stderr after\n") {
		t.Errorf("got %q, want the error of c3 and the output of c5", got)
	}
}

func TestAllowErrorsRunsToTheEndAndReturnsTheFirst(t *testing.T) {
	needGoNB(t)
	ownTemp(t)
	nb := read(t, "compile_error")
	err := execute.Run(t.Context(), nb, GoNB("testdata"), execute.Options{Dir: "testdata", AllowErrors: true})
	var cell *execute.CellError
	if !errors.As(err, &cell) || cell.ID != "wrong" {
		t.Errorf("got %v, want the error of cell wrong", err)
	}
	if got := summary(nb); !strings.HasSuffix(got, "c4: stream: stderr never\n") {
		t.Errorf("got %q, want the last cell's output too", got)
	}
}

func TestParametersReachTheCells(t *testing.T) {
	needGoNB(t)
	ownTemp(t)
	nb := read(t, "parameters")
	params := map[string]string{
		"data":  filepath.Join("testdata", "tags.ipynb"), // exists as seen from here
		"draws": "20", "seed": "18446744073709551615", "target": "1", "quick": "true", "patience": "90s",
	}
	if err := execute.Run(t.Context(), nb, GoNB("testdata"), execute.Options{Dir: "testdata", Params: params}); err != nil {
		t.Fatal(execute.Describe(err))
	}
	want := "c3: stream: stdout tags.ipynb 20 18446744073709551615 1 true 1m30s\n"
	if d := cmp.Diff(want, summary(nb)); d != "" {
		t.Errorf("outputs (-want +got):\n%s", d)
	}
}

func TestMuchOutputIsCutInTheMiddle(t *testing.T) {
	needGoNB(t)
	ownTemp(t)
	nb := read(t, "big") // prints 20 MB
	if err := execute.Run(t.Context(), nb, GoNB("testdata"), execute.Options{Dir: "testdata"}); err != nil {
		t.Fatal(execute.Describe(err))
	}
	text := nb.Cells[1].Outputs[0].Text
	if len(text) > execute.MaxStream+100 || len(text) < execute.MaxStream {
		t.Errorf("kept %d bytes, want about %d", len(text), execute.MaxStream)
	}
	if !strings.HasPrefix(text, "first\nxxx") || !strings.HasSuffix(text, "xxx\nlast\n") || !strings.Contains(text, "bytes left out ...]") {
		t.Errorf("got %q ... %q, want both ends and a note", text[:20], text[len(text)-20:])
	}
}

func TestAFailingSaveEndsTheRunBeforeTheFirstCell(t *testing.T) {
	needGoNB(t)
	ownTemp(t)
	full := errors.New("no space left")
	started := false
	err := execute.Run(t.Context(), read(t, "hello"), GoNB("testdata"), execute.Options{
		Dir:      "testdata",
		Save:     func(*nbformat.Notebook) error { return full },
		Progress: func(e execute.Event) { started = started || e.Kind == execute.CellStart },
	})
	if err != full || started || execute.ExitCode(err) != 2 {
		t.Errorf("got %v, started %v, exit code %d, want %v, false, 2", err, started, execute.ExitCode(err), full)
	}
}

func TestLongFolderNamesUsePorts(t *testing.T) {
	needGoNB(t)
	temp := filepath.Join(ownTemp(t), strings.Repeat("long", 25))
	if err := os.Mkdir(temp, 0o777); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(temp)
	t.Setenv("TMPDIR", temp)
	nb := read(t, "hello")
	nb.Cells = nb.Cells[:4]
	if err := execute.Run(t.Context(), nb, GoNB("testdata"), execute.Options{Dir: "testdata"}); err != nil {
		t.Fatal(execute.Describe(err))
	}
	if got, want := summary(nb), "c4: stream: stdout hello\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
