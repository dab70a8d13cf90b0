//go:build unix

package headless

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

// house is a module with a notebook whose cell "target" depends on a bit of
// everything.
type house struct {
	t      *testing.T
	root   string
	store  freeze.Store
	params map[string]string
	nb     *nbformat.Notebook
}

func (h *house) write(name, text string) {
	h.t.Helper()
	path := filepath.Join(h.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		h.t.Fatal(err)
	}
}

// edit replaces a text in a file.
func (h *house) edit(name, old, new string) {
	h.t.Helper()
	raw, err := os.ReadFile(filepath.Join(h.root, name))
	if err != nil || !strings.Contains(string(raw), old) {
		h.t.Fatalf("%s: no %q: %v", name, old, err)
	}
	h.write(name, strings.Replace(string(raw), old, new, 1))
}

func (h *house) cell(id string) *nbformat.Cell {
	for _, c := range h.nb.Cells {
		if c.ID == id {
			return c
		}
	}
	h.t.Fatalf("no cell %s", id)
	return nil
}

// change replaces a text in a cell.
func (h *house) change(id, old, new string) {
	h.t.Helper()
	c := h.cell(id)
	if !strings.Contains(c.Source, old) {
		h.t.Fatalf("cell %s has no %q", id, old)
	}
	c.Source = strings.Replace(c.Source, old, new, 1)
}

// insert puts a cell before another one.
func (h *house) insert(before, id string, typ nbformat.CellType, source string) {
	for i, c := range h.nb.Cells {
		if c.ID == before {
			cell := &nbformat.Cell{ID: id, Type: typ, Source: source, Metadata: nbformat.Metadata{}}
			h.nb.Cells = append(h.nb.Cells[:i:i], append([]*nbformat.Cell{cell}, h.nb.Cells[i:]...)...)
			return
		}
	}
}

func (h *house) options() execute.Options {
	return execute.Options{Dir: filepath.Join(h.root, "notebooks"), Params: h.params, Freeze: freeze.Auto, Store: h.store}
}

// state says whether the target would run.
func (h *house) state() (runs bool, why string) {
	h.t.Helper()
	o := h.options()
	steps, err := execute.Plan(h.t.Context(), h.nb, Own(o.Dir, true), o)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range steps {
		if s.ID == "target" {
			return s.Runs, s.Why
		}
	}
	h.t.Fatal("no target")
	return
}

const target = `%%
data, _ := os.ReadFile("../data/sales.csv")
name := "MUTATION_" + "COMPUTED"
_, err := os.Stat("../data/missing.csv")
fmt.Println(used(), len(data), os.Getenv("MUTATION_NAMED"), os.Getenv(name), err != nil)`

func newHouse(t *testing.T) *house {
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, root: filepath.Join(base, "m"), store: freeze.Store{Dir: filepath.Join(base, "store")}, params: map[string]string{"n": "3"}}
	h.write("go.mod", "module m\n\ngo 1.25\n\nrequire dep.example/dep v1.0.0\n\nreplace dep.example/dep => ../dep\n")
	h.write("../dep/go.mod", "module dep.example/dep\n\ngo 1.25\n")
	h.write("../dep/dep.go", "package dep\n\n//go:noinline\nfunc Y() int { return 2 }\n")
	h.write("local/local.go", "package local\n\nimport (\n\t_ \"embed\"\n\n\t\"dep.example/dep\"\n)\n\n//go:embed text\nvar text string\n\n// X is a number.\nfunc X() int { return len(text) * dep.Y() }\n")
	h.write("local/text", "hello")
	h.write("data/sales.csv", "1,2,3\n")
	h.write("notebooks/x", "")
	h.nb = &nbformat.Notebook{}
	for _, c := range [][2]string{
		{"imports", "import (\n\t\"fmt\"\n\t\"os\"\n\n\t\"m/local\"\n)"},
		{"p", "var n, text = 1, \"x\""},
		{"helpers", "func used() int { return n * local.X() }\nfunc unused() int { return 1 }"},
		{"other", "%%\nfmt.Println(\"other\", text)"},
		{"target", target},
	} {
		h.nb.Cells = append(h.nb.Cells, &nbformat.Cell{ID: c[0], Type: nbformat.Code, Source: c[1], Metadata: nbformat.Metadata{}})
	}
	h.cell("p").Metadata.Set("tags", []string{execute.TagParameters})
	return h
}

// TestExactlyWhatChangesAResultThawsIt runs a notebook once; then, for each
// kind of change, asks which cells would run.
func TestExactlyWhatChangesAResultThawsIt(t *testing.T) {
	h := newHouse(t)
	o := h.options()
	if err := execute.Run(t.Context(), h.nb, Own(o.Dir, true), o); err != nil {
		t.Fatal(execute.Describe(err))
	}
	if runs, why := h.state(); runs {
		t.Fatalf("unchanged, the cell would run: %s", why)
	}
	env := func(name, value string) func() {
		return func() { os.Setenv(name, value) }
	}
	original := h.nb
	relevant, irrelevant := 0, 0
	for _, m := range []struct {
		what  string
		do    func()
		undo  func() // of what is not the notebook
		runs  bool
		param string
	}{
		{what: "the cell's code", runs: true, do: func() { h.change("target", "len(data)", "len(data)+1") }},
		{what: "a literal", runs: true, do: func() { h.change("target", `"MUTATION_"`, `"mutation_"`) }},
		{what: "a function it calls", runs: true, do: func() { h.change("helpers", "n * local", "2 * n * local") }},
		{what: "a local package", runs: true, do: func() { h.edit("local/local.go", "len(text)", "1 + len(text)") }, undo: func() { h.edit("local/local.go", "1 + len(text)", "len(text)") }},
		{what: "a file embedded in one", runs: true, do: func() { h.write("local/text", "hello!") }, undo: func() { h.write("local/text", "hello") }},
		{what: "a dependency", runs: true, do: func() { h.edit("../dep/dep.go", "return 2", "return 3") }, undo: func() { h.edit("../dep/dep.go", "return 3", "return 2") }},
		{what: "a data file", runs: true, do: func() { h.write("data/sales.csv", "1,2,4\n") }, undo: func() { h.write("data/sales.csv", "1,2,3\n") }},
		{what: "a data file that is gone", runs: true, do: func() { os.Remove(filepath.Join(h.root, "data/sales.csv")) }, undo: func() { h.write("data/sales.csv", "1,2,3\n") }},
		{what: "a missing file that is there now", runs: true, do: func() { h.write("data/missing.csv", "") }, undo: func() { os.Remove(filepath.Join(h.root, "data/missing.csv")) }},
		{what: "a parameter", runs: true, param: "4"},
		{what: "a variable of the environment", runs: true, do: env("MUTATION_NAMED", "x"), undo: func() { os.Unsetenv("MUTATION_NAMED") }},
		{what: "a variable whose name is computed", runs: true, do: env("MUTATION_COMPUTED", "x"), undo: func() { os.Unsetenv("MUTATION_COMPUTED") }},
		{what: "GODEBUG", runs: true, do: env("GODEBUG", "panicnil=1"), undo: func() { os.Unsetenv("GODEBUG") }},
		{what: "%env", runs: true, do: func() { h.insert("target", "set", nbformat.Code, "%env MUTATION_NAMED y") }},
		{what: "flags of the go command", runs: true, do: func() { h.insert("target", "set", nbformat.Code, "%goflags -tags=mutation") }},
		{what: "arguments", runs: true, do: func() { h.change("target", "%%", "%% -x") }},
		{what: "the folder it runs in", runs: true, do: func() { h.insert("target", "set", nbformat.Code, "%cd ../local") }},

		{what: "a comment in the cell", do: func() { h.change("target", "data, _", "// what is sold\ndata, _") }},
		{what: "a comment in a function it calls", do: func() { h.change("helpers", "func used", "// used is used\nfunc used") }},
		{what: "layout", do: func() { h.change("target", "len(data)", "\n\tlen( data )") }},
		{what: "prose", do: func() { h.insert("target", "prose", nbformat.Markdown, "# Sales") }},
		{what: "an unused function", do: func() { h.change("helpers", "return 1", "return 2") }},
		{what: "another cell", do: func() { h.change("other", "other", "others") }},
		{what: "a new cell", do: func() { h.insert("target", "new", nbformat.Code, "%%\nfmt.Println(\"new\")") }},
		{what: "a parameter that is not used", do: func() { h.change("p", `"x"`, `"y"`) }},
		{what: "another variable of the environment", do: env("MUTATION_OTHER", "x"), undo: func() { os.Unsetenv("MUTATION_OTHER") }},
		{what: "a data file's time", do: func() {
			now := time.Now().Add(time.Hour)
			os.Chtimes(filepath.Join(h.root, "data/sales.csv"), now, now)
		}},
		{what: "another file", do: func() { h.write("data/other.csv", "1\n") }},
		{what: "a comment at the end of a local package", do: func() { h.edit("local/local.go", "dep.Y() }\n", "dep.Y() }\n\n// The end.\n") }, undo: func() { h.edit("local/local.go", "\n// The end.\n", "") }},
		{what: "a test of a local package", do: func() { h.write("local/local_test.go", "package local\n") }},
		{what: "the cell's tags and outputs", do: func() {
			h.cell("target").Metadata.Set("tags", []string{"mine"})
			h.cell("other").Outputs = nil
		}},
	} {
		h.nb = original.Clone()
		if m.param != "" {
			h.params = map[string]string{"n": m.param}
		}
		if m.do != nil {
			m.do()
		}
		runs, why := h.state()
		if runs != m.runs {
			t.Errorf("%s changed: the cell would run: %v (%s), want %v", m.what, runs, why, m.runs)
		}
		if m.undo != nil {
			m.undo()
		}
		h.params = map[string]string{"n": "3"}
		if m.runs {
			relevant++
		} else {
			irrelevant++
		}
	}
	h.nb = original.Clone()
	if runs, why := h.state(); runs {
		t.Errorf("after everything was undone, the cell would run: %s", why)
	}
	t.Logf("%d relevant changes, %d irrelevant ones", relevant, irrelevant)
}
