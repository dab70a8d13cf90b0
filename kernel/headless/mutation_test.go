//go:build unix

package headless

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// state says whether a cell would run.
func (h *house) state(id string) (runs bool, why string) {
	h.t.Helper()
	o := h.options()
	steps, err := execute.Plan(h.t.Context(), h.nb, Own(o.Dir, true), o)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range steps {
		if s.ID == id {
			return s.Runs, s.Why
		}
	}
	h.t.Fatalf("no cell %s", id)
	return
}

const target = `%%
data, _ := os.ReadFile("../data/sales.csv")
name := "MUTATION_" + "COMPUTED"
_, err := os.Stat("../data/missing.csv")
fmt.Println(used(), len(data), os.Getenv("MUTATION_NAMED"), os.Getenv(name), err != nil)`

// local is a package of which the target uses some.
const local = `package local

import (
	_ "embed"

	"dep.example/dep"
	"m/local/deep"
)

//go:embed text
var text string

var factor = two()

func two() int { return 2 }

const (
	offset = 10
	idle   = 11
)

type numbered interface{ Number() int }

type thing struct{ n int }

func (t thing) Number() int { return 4 + t.n }

type lazy struct{ sum int }

func (lazy) Number() int { return 12 }

var _ numbered = (*lazy)(nil)

func sum[T int | float64](list ...T) (s T) {
	for _, x := range list {
		s += x
	}
	return s
}

// X is a number.
func X() int {
	var n numbered = thing{1}
	unused := 1
	return len(text)*dep.Y() + factor + offset + n.Number() + sum(1, 2) + deep.Z() + unused
}

func unused() int { return 13 }
`

func newHouse(t *testing.T) *house {
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, root: filepath.Join(base, "m"), store: freeze.Store{Dir: filepath.Join(base, "store")}, params: map[string]string{"n": "3"}}
	h.write("go.mod", "module m\n\ngo 1.25\n\nrequire dep.example/dep v1.0.0\n\nreplace dep.example/dep => ../dep\n")
	h.write("../dep/go.mod", "module dep.example/dep\n\ngo 1.25\n")
	h.write("../dep/dep.go", "package dep\n\n//go:noinline\nfunc Y() int { return 2 }\n\nfunc unused() int { return 7 }\n")
	h.write("local/local.go", local)
	h.write("local/deep/deep.go", "package deep\n\nfunc Z() int { return 5 }\n\nfunc unused() int { return 6 }\n")
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
	if runs, why := h.state("target"); runs {
		t.Fatalf("unchanged, the cell would run: %s", why)
	}
	env := func(name, value string) func() {
		return func() { os.Setenv(name, value) }
	}
	var undo []func() // what edit and add did, and others say
	edit := func(name, old, new string) func() {
		return func() {
			before := string(must(os.ReadFile(filepath.Join(h.root, name))))
			undo = append(undo, func() { h.write(name, before) })
			h.edit(name, old, new)
		}
	}
	local := func(old, new string) func() { return edit("local/local.go", old, new) }
	add := func(name, text string) func() {
		return func() {
			undo = append(undo, func() { os.Remove(filepath.Join(h.root, name)) })
			h.write(name, text)
		}
	}
	type mutation struct {
		what     string
		do, more func()
		undo     func() // of what is not the notebook, nor done by edit or add
		runs     bool
		param    string
	}
	original := h.nb
	// thaws reports whether the target would run after all of the changes.
	thaws := func(list ...mutation) (bool, string) {
		h.nb = original.Clone()
		h.params = map[string]string{"n": "3"}
		for _, m := range list {
			if m.param != "" {
				h.params["n"] = m.param
			}
			for _, do := range []func(){m.do, m.more} {
				if do != nil {
					do()
				}
			}
			if m.undo != nil {
				undo = append(undo, m.undo)
			}
		}
		defer func() {
			for _, f := range slices.Backward(undo) {
				f()
			}
			undo = nil
			h.nb, h.params = original.Clone(), map[string]string{"n": "3"}
		}()
		return h.state("target")
	}
	mutations := []mutation{
		{what: "the cell's code", runs: true, do: func() { h.change("target", "len(data)", "len(data)+1") }},
		{what: "a literal", runs: true, do: func() { h.change("target", `"MUTATION_"`, `"mutation_"`) }},
		{what: "a function it calls", runs: true, do: func() { h.change("helpers", "n * local", "2 * n * local") }},
		{what: "a function of a local package", runs: true, do: local("len(text)", "1 + len(text)")},
		{what: "what initialises a variable in one", runs: true, do: local("return 2", "return 3")},
		{what: "a constant in one", runs: true, do: local("offset = 10", "offset = 20")},
		{what: "a method that only an interface calls", runs: true, do: local("return 4", "return 5")},
		{what: "a field's type", runs: true, do: local("n int }", "n int8 }")},
		{what: "a generic function", runs: true, do: local("s += x", "s -= x")},
		{what: "a new method of a type in use", runs: true, do: local("type lazy", "func (thing) String() string { return \"\" }\n\ntype lazy")},
		{what: "a new init function", runs: true, do: local("type lazy", "func init() { println() }\n\ntype lazy")},
		{what: "a new variable that takes a call", runs: true, do: local("type lazy", "var late = two()\n\ntype lazy")},
		{what: "a new import", runs: true, do: local("_ \"embed\"", "_ \"embed\"\n\t_ \"image/png\"")},
		{what: "a package that one imports", runs: true, do: edit("local/deep/deep.go", "return 5", "return 6")},
		{what: "a file with a build constraint that holds", runs: true, do: add("local/more.go", "//go:build !none\n\npackage local\n\nfunc init() { println() }\n")},
		{what: "a linkname", runs: true, do: local("func unused()", "//go:linkname unused m/local/deep.unused\nfunc unused()")},
		{what: "the version of the language", runs: true, do: edit("go.mod", "go 1.25", "go 1.24")},
		{what: "a file embedded in one", runs: true, do: func() { h.write("local/text", "hello!") }, undo: func() { h.write("local/text", "hello") }},
		{what: "a dependency", runs: true, do: edit("../dep/dep.go", "return 2", "return 3")},
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
		{what: "a comment in the middle of a local package", do: local("var factor", "// factor is one.\n\nvar factor")},
		{what: "a comment in a function that is used", do: local("unused := 1", "unused := 1 // twice\n\t// see above")},
		{what: "the layout of a local package", do: local("dep.Y() + factor", "dep.Y() +\n\t\tfactor")},
		{what: "the layout of a call", do: local("sum(1, 2)", "sum(\n\t\t1,\n\t\t2,\n\t)")},
		{what: "an unused function of a local package", do: local("return 13", "return 14")},
		{what: "a new function in one", do: local("type lazy", "func more() int { return two() }\n\ntype lazy")},
		{what: "the order of functions in one", do: local("func two() int { return 2 }\n", ""), more: local("// X is", "func two() int { return 2 }\n\n// X is")},
		{what: "a method of an unused type", do: local("return 12", "return 13")},
		{what: "an unused constant", do: local("idle   = 11", "idle   = 12")},
		{what: "an unused function of a package that one imports", do: edit("local/deep/deep.go", "return 6", "return 7")},
		{what: "an unused function of a module replaced by a folder", do: edit("../dep/dep.go", "return 7", "return 8")},
		{what: "a file with a build constraint that does not hold", do: add("local/more.go", "//go:build none\n\npackage local\n\nfunc init() { println() }\n")},
		{what: "a test of a local package", do: add("local/local_test.go", "package local\n")},
		{what: "the cell's tags and outputs", do: func() {
			h.cell("target").Metadata.Set("tags", []string{"mine"})
			h.cell("other").Outputs = nil
		}},
	}
	var irrelevant []mutation
	relevant := 0
	for _, m := range mutations {
		if !m.runs {
			irrelevant = append(irrelevant, m)
			continue
		}
		relevant++
		if runs, why := thaws(m); !runs {
			t.Errorf("%s changed: the cell would not run (%s)", m.what, why)
		}
	}
	if runs, _ := thaws(irrelevant...); runs { // which one?
		for _, m := range irrelevant {
			if runs, why := thaws(m); runs {
				t.Errorf("%s changed: the cell would run: %s", m.what, why)
			}
		}
	}
	if runs, why := thaws(); runs {
		t.Errorf("after everything was undone, the cell would run: %s", why)
	}
	t.Logf("%d relevant changes, %d irrelevant ones", relevant, len(irrelevant))
}

// Where code stands is of no consequence, unless the program tells it.
func TestLinesCountForProgramsThatTellThem(t *testing.T) {
	h := newHouse(t)
	h.nb.Cells = h.nb.Cells[:3] // imports, p, helpers
	counts := map[string]bool{}
	for i, c := range []struct {
		source string
		counts bool
	}{
		{"%%\nfmt.Println(used())", false},
		{"%%\nlog.Println(used())", false},
		{"%%\n_, file, line, _ := runtime.Caller(0)\nfmt.Println(used(), file, line)", true},
		{"%%\nlog.SetFlags(log.Lshortfile)\nlog.Println(used())", true},
		{"%%\nslog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{AddSource: true})).Info(fmt.Sprint(used()))", true},
	} {
		id := fmt.Sprint("cell-", i)
		counts[id] = c.counts
		h.nb.Cells = append(h.nb.Cells, &nbformat.Cell{ID: id, Type: nbformat.Code, Source: c.source, Metadata: nbformat.Metadata{}})
	}
	o := h.options()
	original := h.nb.Clone()
	if err := execute.Run(t.Context(), h.nb, Own(o.Dir, true), o); err != nil {
		t.Fatal(execute.Describe(err))
	}
	wantRuns := func(what string, want func(counts bool) bool) {
		t.Helper()
		for _, s := range must(execute.Plan(t.Context(), h.nb, Own(o.Dir, true), o)) {
			if c, ok := counts[s.ID]; ok && s.Runs != want(c) {
				t.Errorf("%s: %q would run: %v (%s), want %v", what, h.cell(s.ID).Source, s.Runs, s.Why, want(c))
			}
		}
	}
	h.nb = original.Clone()
	wantRuns("unchanged", func(bool) bool { return false })
	for id := range counts {
		h.change(id, "%%\n", "%%\n\n")
	}
	wantRuns("a line more in the cell", func(counts bool) bool { return counts })
	h.nb = original.Clone()
	h.edit("local/local.go", "var factor", "// factor is one.\n\nvar factor")
	wantRuns("a line more in a package", func(counts bool) bool { return counts })
}
