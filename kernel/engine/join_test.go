package engine

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mixmodel/kernel/nbformat"
)

// bundled returns how the cells' programs are put together, by cell.
func bundled(t *testing.T, s *Session, cells []Cell) (list []string) {
	t.Helper()
	units := s.compose(t.Context(), s.current(), cells)
	s.found(t.Context(), units)
	units = slices.DeleteFunc(units, func(u *unit) bool { return !u.src.Runs })
	for len(units) > 0 {
		var batch []bundle
		batch, units = bundles(units, len(units))
		for _, b := range batch {
			var ids []string
			for _, u := range b {
				ids = append(ids, u.id)
			}
			list = append(list, strings.Join(ids, " "))
		}
	}
	return list
}

func TestCellsAreLinkedTogetherOnlyIfTheyDoTheSameBeforeMainBegins(t *testing.T) {
	s := open(t, Options{Dir: module(t)})
	got := bundled(t, s, []Cell{
		{"a", "import \"fmt\"\nvar n = 1\n%%\nfmt.Println(n, max(n, 2))"},
		{"function", "func twice(x int) int { return 2 * x }\n%%\nfmt.Println(twice(n))"},
		{"number", "var m = 3\ntype T struct{}\nfunc (T) String() string { return \"T\" }\n%%\nfmt.Println(T{}, m)"},
		{"import", "import \"example.com/main/lib\"\n%%\nlib.F()"},
		{"without", "%%\nfmt.Println(n)"},
		{"call", "var c = twice(n)\n%%\nfmt.Println(c)"},
		{"same call", "%%\nfmt.Println(c)"},
		{"init", "func init_x() { fmt.Println(\"init\") }\n%%\nfmt.Println(c)"},
		{"method", "func (T) Error() string { return \"E\" }\n%%\nfmt.Println(T{})"},
		{"again", "func twice(x int) int { return 3 * x }\n%%\nfmt.Println(twice(n))"},
		{"local", "%%\nthird := 1\nfmt.Println(third)"},
		{"third", "func third() int { return 3 }\n%%\nfmt.Println(third())"},
		{"built in", "func max(a, b int) int { return a }\n%%\nfmt.Println(max(1, 2))"},
		{"after", "%%\nfmt.Println(max(1, 2))"},
		{"clash", "import fmt \"log\"\n%%\nfmt.Println(1)"},
		{"stack", "import \"runtime\"\n%%\n_, file, _, _ := runtime.Caller(0)\nlog.Println(file)"},
		{"flags", "%goflags -gcflags=-N\n%%\nlog.Println(c)"},
	})
	want := []string{
		"a function number without", "import", "call same call", "init", "method", "again local third built in after", "clash", "stack", "flags",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestACellLinkedWithOthersActsAsItDoesAlone(t *testing.T) {
	cells := []Cell{
		{"vars", "import \"fmt\"\nvar n = 1\nvar name = flag.String(\"name\", \"none\", \"\")"},
		{"plain", "%%\nfmt.Println(n, *name)"},
		{"args", "%% -name=given\nfmt.Println(n, *name, filepath.Base(os.Args[0])[0:1], len(os.Args))"},
		{"exe", "%%\nexe, err := os.Executable()\nfmt.Println(filepath.Base(exe) == filepath.Base(os.Args[0]), err)"},
		{"own main", "// main is this cell's.\nfunc main() { n++; fmt.Println(n) }"},
		{"exec", "func hello() { fmt.Println(\"hello\", n) }\n%exec hello"},
		{"no main", "func unused() {}"},
		{"status", "%%\nos.Exit(3)"},
		{"panic", "%%\nfunc() {\n\tpanic(\"oh\")\n}()"},
		{"goroutine", "%%\ngo func() { panic(\"there\") }()\nselect {}"},
		{"deadlock", "%%\nselect {}"},
		{"last", "%env NAME value\n%%\nfmt.Println(os.Getenv(\"NAME\"))"},
	}
	alone, together := open(t, Options{}), open(t, Options{})
	if got := bundled(t, together, cells); len(got) != 3 { // one imports more, one has another environment
		t.Errorf("bundles %q", got)
	}
	together.Prepare(cells)
	for _, c := range cells {
		want, wantErr := execute(t, alone, c.ID, c.Source)
		got, err := execute(t, together, c.ID, c.Source)
		if got != want || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%s:\ngot  %s %v\nwant %s %v", c.ID, got, err, want, wantErr)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(together.work.dir, "build", "*", "c*")); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

func TestTheCaseStudyIsLinkedAsAFewPrograms(t *testing.T) {
	nb, err := nbformat.ReadFile("../../notebooks/case_study.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, Options{Dir: "../../notebooks"})
	var cells []Cell
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			cells = append(cells, Cell{c.ID, c.Source})
		}
	}
	got := bundled(t, s, cells)
	t.Logf("%d cells, %d programs:\n%s", len(cells), len(got), strings.Join(got, "\n"))
	if len(got) > 12 {
		t.Errorf("%d programs", len(got))
	}
}
