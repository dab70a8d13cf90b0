package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/nbformat"
)

// do runs the command and returns its status and all it says.
func do(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

// inModule makes a module with a notebook of these cells, "id: source", and
// returns the notebook's path. Frozen results are kept beside it.
func inModule(t *testing.T, cells ...string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", filepath.Join(root, "cache"))
	keepGoCaches(t)
	path := filepath.Join(root, "m", "notebooks", "n.ipynb")
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "m", "go.mod"), []byte("module m\n\ngo 1.25\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	writeNotebook(t, path, cells...)
	return path
}

func writeNotebook(t *testing.T, path string, cells ...string) {
	t.Helper()
	nb := &nbformat.Notebook{}
	for _, c := range cells {
		head, source, _ := strings.Cut(c, ": ")
		words := strings.Fields(head)
		cell := &nbformat.Cell{ID: words[0], Type: nbformat.Code, Source: source, Metadata: nbformat.Metadata{}}
		if len(words) > 1 {
			cell.Metadata.Set("tags", words[1:])
		}
		nb.Cells = append(nb.Cells, cell)
	}
	if err := nbformat.WriteFile(path, nb); err != nil {
		t.Fatal(err)
	}
}

func TestCheckNamesNotebookCellAndLineBeforeAnythingRuns(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	t.Setenv("RAN", ran)
	path := inModule(t, "imports: import (\n\t\"fmt\"\n\t\"os\"\n)", "first: %%\nos.WriteFile(os.Getenv(\"RAN\"), nil, 0o666)",
		"wrong: func f() int {\n\treturn \"x\"\n}", "also raises-exception: %%\nundefinedToo()", "last: %%\nfmt.Println(undefinedName)")
	code, said := do(t, "check", path)
	for _, want := range []string{path + ": cell wrong, line 2:9: ", path + ": cell last, line 2:13: undefined: undefinedName"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if code != 1 || strings.Contains(said, "undefinedToo") {
		t.Errorf("status %d, want 1, and no word of the cell that may fail:\n%s", code, said)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("a cell was run")
	}
	writeNotebook(t, path, "imports: import \"fmt\"", "good: %%\nfmt.Println()")
	if code, said := do(t, "check", path); code != 0 || said != "" {
		t.Errorf("a good notebook: status %d, %s", code, said)
	}
	if code, said := do(t, "check", "--house", path); code != 1 || !strings.Contains(said, "the first code cell is not the set-up") {
		t.Errorf("house rules: status %d, %s", code, said)
	}
}

func TestTheNotebooksOfThisHouseKeepItsRules(t *testing.T) {
	paths, err := filepath.Glob("../notebooks/*.ipynb")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no notebooks: %v", err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".executed.ipynb") {
			continue
		}
		if code, said := do(t, "check", "--house", path); code != 0 {
			t.Errorf("status %d\n%s", code, said)
		}
		if code, said := do(t, "clean", "--check", path); code != 0 {
			t.Errorf("%s", said)
		}
	}
}

func TestCleanStripsOutputsAndIsIdempotent(t *testing.T) {
	path := inModule(t, "a: %%\nprintln(1)")
	nb, err := nbformat.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := nb.Cells[0]
	c.ExecutionCount, c.Outputs = 3, []nbformat.Output{{Type: nbformat.Stream, Name: "stdout", Text: "x"}}
	c.Metadata["scrolled"] = json.RawMessage("true")
	c.Metadata["mine"] = json.RawMessage("1")
	if err := nbformat.WriteFile(path, nb); err != nil {
		t.Fatal(err)
	}
	if code, _ := do(t, "clean", "--check", path); code != 6 {
		t.Errorf("check: status %d, want 6", code)
	}
	var first []byte
	for range 2 {
		if code, said := do(t, "clean", path); code != 0 {
			t.Fatalf("status %d: %s", code, said)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(first, raw) {
			t.Error("the second time changed something")
		}
		first = raw
	}
	nb, err = nbformat.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if c := nb.Cells[0]; len(c.Outputs) > 0 || c.ExecutionCount != 0 || len(c.Metadata) != 1 {
		t.Errorf("got %+v", c)
	}
}

func TestDiffTellsWhatOutputsDiffer(t *testing.T) {
	path := inModule(t, "a: x", "b: x", "c: x")
	nb, err := nbformat.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture := func(text string) nbformat.Output {
		data := nbformat.MIMEBundle{}
		data.SetText("image/svg+xml", text)
		return nbformat.Output{Type: nbformat.DisplayData, Data: data}
	}
	nb.Cells[0].Outputs = []nbformat.Output{{Type: nbformat.Stream, Name: "stdout", Text: "one\ntwo\nthree\n"}}
	nb.Cells[1].Outputs = []nbformat.Output{picture("<svg>1</svg>"), picture("same")}
	other := nb.Clone()
	other.Cells[0].Outputs[0].Text = "one\n2\nthree\nfour\n"
	other.Cells[1].Outputs[0] = picture("<svg>22</svg>")
	other.Cells[2].Outputs = []nbformat.Output{{Type: nbformat.Error, EName: "panic", EValue: "x"}}
	other.Cells[1].Source = "y" // is of no interest
	b := filepath.Join(filepath.Dir(path), "b.ipynb")
	for p, n := range map[string]*nbformat.Notebook{path: nb, b: other} {
		if err := nbformat.WriteFile(p, n); err != nil {
			t.Fatal(err)
		}
	}
	code, said := do(t, "diff", path, b)
	want := `cell a, output 1: stdout:
  - two
  + 2
  + four
cell b, output 1: image/svg+xml: 12 bytes with digest 6d6ab83f and 13 bytes with digest 48ce8e9a
cell c, output 1: only in the second notebook: error panic: x
`
	said = digests.ReplaceAllString(said, "digest X")
	want = digests.ReplaceAllString(want, "digest X")
	if d := cmp.Diff(want, said); d != "" || code != 6 {
		t.Errorf("status %d (-want +got):\n%s", code, d)
	}
	if code, said := do(t, "diff", path, path); code != 0 || said != "" {
		t.Errorf("the same: status %d, %s", code, said)
	}
}

func TestPlanAndRunAgreeOnWhatIsFrozen(t *testing.T) {
	path := inModule(t, "imports: import \"fmt\"", "a: %%\nfmt.Println(1)", "b volatile: %%\nfmt.Println(2)", "c: !echo 3")
	out := filepath.Join(filepath.Dir(path), "out.ipynb")
	for _, want := range []string{
		"[1/4] imports                  runs: it has not been run with this code\n[2/4] a                        runs: it has not been run with this code\n[3/4] b                        runs: tagged volatile\n[4/4] c                        runs: it runs !echo 3\n4 of 4 cells would run\n",
		"[1/4] imports                  frozen\n[2/4] a                        frozen\n[3/4] b                        runs: tagged volatile\n[4/4] c                        runs: it runs !echo 3\n2 of 4 cells would run\n",
	} {
		code, said := do(t, "plan", path)
		if d := cmp.Diff(want, said); d != "" || code != 0 {
			t.Errorf("status %d (-want +got):\n%s", code, d)
		}
		if code, said := do(t, "run", path, "-o", out); code != 0 || strings.Count(said, "frozen") != strings.Count(want, "frozen") {
			t.Errorf("status %d\n%s", code, said)
		}
	}
	if code, said := do(t, "run", path, "-o", out, "--freeze=verify"); code != 0 {
		t.Errorf("verify: status %d\n%s", code, said)
	}
	if code, said := do(t, "cache", "ls"); code != 0 || !strings.Contains(said, "2 results") {
		t.Errorf("cache: status %d\n%s", code, said)
	}
}

func TestVerifyFindsWhatIsNotReproducible(t *testing.T) {
	path := inModule(t, "imports: import (\n\t\"fmt\"\n\t\"time\"\n)", "now: %%\nfmt.Println(time.Now().UnixNano())")
	out := filepath.Join(filepath.Dir(path), "out.ipynb")
	if code, said := do(t, "run", path, "-o", out); code != 0 {
		t.Fatal(said)
	}
	code, said := do(t, "run", path, "-o", out, "--freeze=verify")
	if code != 6 || !strings.Contains(said, `cell 2 of 2 (id "now"): output 1 differs`) {
		t.Errorf("status %d, want 6:\n%s", code, said)
	}
}

func TestParametersMayComeFromAFile(t *testing.T) {
	path := inModule(t, "imports: import \"fmt\"", "p parameters: var draws, name, quick = 10, \"x\", false", "show: %%\nfmt.Println(draws, name, quick)")
	file := filepath.Join(filepath.Dir(path), "params.json")
	if err := os.WriteFile(file, []byte(`{"draws": 200, "name": "y", "quick": true}`), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(filepath.Dir(path), "out.ipynb")
	if code, said := do(t, "run", path, "-o", out, "-f", file, "-p", "draws=300"); code != 0 {
		t.Fatal(said)
	}
	nb, err := nbformat.ReadFile(out)
	if err != nil || nb.Cells[3].Outputs[0].Text != "300 y true\n" {
		t.Errorf("%v, %+v", err, nb.Cells[3].Outputs)
	}
	if err := os.WriteFile(file, []byte(`{"draws": [1]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, said := do(t, "run", path, "-o", out, "-f", file); code != 2 || !strings.Contains(said, "parameters: draws=[1]: want an int, such as 100") {
		t.Errorf("status %d: %s", code, said)
	}
}

func TestARecordIsWrittenBesideTheNotebook(t *testing.T) {
	path := inModule(t, "a: import \"fmt\"\n%%\nfmt.Println(1)", "b skip-execution: %%\nfmt.Println(2)")
	out := filepath.Join(filepath.Dir(path), "out.ipynb")
	if code, said := do(t, "run", path, "-o", out, "--record"); code != 0 {
		t.Fatal(said)
	}
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(path), "out.run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r record
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Cells) != 2 || r.Cells[0].What != "ran" || r.Cells[1].What != "skipped" || r.Cells[0].Seconds <= 0 || r.Status != 0 || r.Engine != "own" {
		t.Errorf("got %s", raw)
	}
}

func TestOnlySelectedCellsAreRunOnOurEngine(t *testing.T) {
	path := inModule(t, "imports: import \"fmt\"", "a: var x = 1\n%%\nfmt.Println(\"a\")", "b: %%\nfmt.Println(\"b\", x)")
	out := filepath.Join(filepath.Dir(path), "out.ipynb")
	if code, said := do(t, "run", path, "-o", out, "--only", "b", "--freeze=off"); code != 0 {
		t.Fatal(said)
	}
	nb, err := nbformat.ReadFile(out)
	if err != nil || len(nb.Cells[1].Outputs) != 0 || nb.Cells[2].Outputs[0].Text != "b 1\n" {
		t.Errorf("%v, %+v", err, nb.Cells[2])
	}
}

func TestTheDoctorFindsGo(t *testing.T) {
	code, said := do(t, "doctor")
	if code != 0 || !strings.Contains(said, "ok       go ") || !strings.Contains(said, "build cache") {
		t.Errorf("status %d\n%s", code, said)
	}
	t.Setenv("PATH", t.TempDir())
	if code, said := do(t, "doctor"); code != 1 || !strings.Contains(said, "install Go") {
		t.Errorf("without Go: status %d\n%s", code, said)
	}
}
