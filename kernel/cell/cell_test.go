package cell

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/reach"
)

// parse takes a cell apart that is valid.
func parse(t testing.TB, id, source string) *Cell {
	t.Helper()
	c, err := Parse(id, source)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	return c
}

func TestCommandsAreSplitAsGoNBDoes(t *testing.T) {
	for _, test := range []struct {
		in   string
		want []string
	}{
		// The known answer of GoNB's own test of splitCmd.
		{"--msg=\"hello world\" \t\n --msg2=\"it replied \\\"\\nhello\\t\\\"\" \"", []string{"--msg=hello world", "--msg2=it replied \"\nhello\t\"", ""}},
		{`args -x="" ""`, []string{"args", "-x=", ""}},
		{`a\b "c\\d"`, []string{`a\b`, `c\d`}},
		{"  ", nil},
		{`"open\`, []string{"open"}},
		{"größe=ü", []string{"größe=ü"}},
	} {
		if d := cmp.Diff(test.want, Split(test.in)); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.in, d)
		}
	}
}

func TestCommandsAreFoundInOrder(t *testing.T) {
	c := parse(t, "a", "package main\n%args -x \"a b\"\n!echo a \\\n b \\\n c\n//gonb:!*ls\nvar x = 1\n%\t\n%  env A=b\n//gonb:%%\nprintln(x)\n!last")
	want := []Command{
		{Line: 2, Name: "args", Args: []string{"-x", "a b"}, Text: `args -x "a b"`},
		{Line: 3, Shell: true, Text: "echo a   b   c"},
		{Line: 6, Shell: true, InTemp: true, Text: "ls"},
		{Line: 9, Name: "env", Args: []string{"A=b"}, Text: "env A=b"},
		{Line: 10, Name: "%", Args: []string{}, Text: "%"},
		{Line: 12, Shell: true, Text: "last"},
	}
	if d := cmp.Diff(want, c.Commands); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if !c.Go || !c.HasMain() || c.Test || c.Magic != nil {
		t.Errorf("got Go %v, HasMain %v, Test %v", c.Go, c.HasMain(), c.Test)
	}
}

func TestWhatCountsAsGo(t *testing.T) {
	for _, test := range []struct {
		source             string
		isGo, hasMain, tst bool
	}{
		{"", false, false, false},
		{"\n  \n", false, false, false},
		{"%%", false, false, false}, // as in GoNB: nothing to run
		{"!ls", false, false, false},
		{"// only a comment", true, false, false}, // as in GoNB: an empty program
		{"package main", true, false, false},
		{"%%\nprintln()", true, true, false},
		{"%main -x\nprintln()", true, true, false},
		{"%exec f 1", true, true, false},
		{"%test", true, false, true},
		{"func main() {}", true, true, false},
		{"%maintain\nvar x int", true, false, false},
	} {
		c := parse(t, "a", test.source)
		if c.Go != test.isGo || c.HasMain() != test.hasMain || c.Test != test.tst {
			t.Errorf("%q: got Go %v, HasMain %v, Test %v", test.source, c.Go, c.HasMain(), c.Test)
		}
	}
}

func TestMagicTakesTheWholeCell(t *testing.T) {
	for _, test := range []struct {
		source string
		want   *Magic
	}{
		{"%%writefile -a \"a b\"\nx\n%%\n!y", &Magic{"writefile", []string{"-a", "a b"}, "x\n%%\n!y\n"}},
		{"//gonb:%%bash\n", &Magic{"bash", []string{}, "\n"}},
		{"%%script bc", &Magic{"script", []string{"bc"}, "\n"}},
		{"%%shell\n", nil},
		{" %%sh\n", &Magic{"sh", []string{}, "\n"}},
		{"\n%%sh\n", nil},
	} {
		c, _ := Parse("a", test.source)
		if d := cmp.Diff(test.want, c.Magic); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.source, d)
		}
	}
}

func TestTheArgumentsOfATestCell(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"%test", "-test.v"},
		{"%test\nfunc TestA(t *testing.T) {}\nfunc TestMain(m *testing.M) {}\nfunc helper() {}", "-test.v -test.run=^TestA$"},
		{"%test\nfunc TestA(t *testing.T) {}\nfunc BenchmarkB(b *testing.B) {}", "-test.v -test.bench=. -test.run=^TestA$|^BenchmarkB$"},
	} {
		if got := strings.Join(parse(t, "a", test.source).TestArgs(), " "); got != test.want {
			t.Errorf("%q: got %s, want %s", test.source, got, test.want)
		}
	}
}

func TestSyntaxErrorsNameTheirLine(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"%%\nfmt.Println(\"a\"", "a:2:16: missing ',' before newline in argument list"},
		{"!ls\n\nvar x = \n", "a:4: expected operand, found 'EOF'"},
		{"%%\nx := 1\n}", "a:3: expected declaration, found '}'"},
		{"%%\nif true {", "a:2: expected '}', found 'EOF'"},
		{"func f() {}\nfunc main() {}\n%%\n", "a:3:1: main redeclared: a cell has one func main, %% or %exec"},
		{"func f() {}\nx", "a:2:1: expected declaration, found x"},
		{"//line x.go:100\nvar x = ", "a:2: expected operand, found 'EOF'"},
		{"var a, b = 1, 2, 3", "a:1:5: assignment mismatch: 2 variables but 3 values"},
	} {
		c, err := Parse("a", test.source)
		var ds Diagnostics
		if !errors.As(err, &ds) || c == nil || ds[0].Error() != test.want {
			t.Errorf("%q: got %v, want %s first", test.source, err, test.want)
		}
	}
}

// declared lists the keys of a program: "var x", "func T~M".
func declared(p Program) string {
	var list []string
	for _, d := range p.Declarations() {
		list = append(list, d.Kind.String()+" "+d.Key)
	}
	return strings.Join(list, ", ")
}

func TestDeclarationsAreKeyedAsInGoNB(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"import (\n\"fmt\"\nother \"fmt\"\n\"github.com/pkg/errors\"\n. \"gomlx/computation\"\n)", "import .~gomlx/computation, import errors, import fmt, import other"},
		{"import \"math/rand/v2\"\nimport \"gopkg.in/yaml.v3\"", "import v2, import v3"},
		{"import _ \"image/png\"\nimport _ \"image/jpeg\"", "import _~image/jpeg, import _~image/png"},
		{"func f() {}\nfunc init_a() {}\nfunc init() {}\nfunc (k *Kg) Gain() {}\nfunc (n N) Weight() {}", "func Kg~Gain, func N~Weight, func f, func init, func init_a"},
		{"func (m *Model[T]) F() {}\nfunc (m Pair[K, V]) G() {}", "func Model~F, func Pair~G"},
		{"type ( A int; B = string; C[T any] struct { x T } )", "type A, type B, type C"},
		{"const A, B = 1, 2\nconst (\nK0 = 1 << iota\n_\nK2\n)", "const A, const B, const K0, const K2, const _~a~1"},
		{"var x, y float32 = 1, 2\nvar z int\nvar a, _, c = f()", "var _~a~1, var a, var c, var x, var y, var z"},
		{"func main() {}", ""},
	} {
		if got := declared(Program{}.With(parse(t, "a", test.source))); got != test.want {
			t.Errorf("%q:\ngot  %s\nwant %s", test.source, got, test.want)
		}
	}
}

// remember returns the program after cells with the ids a, b, c, ...
func remember(t testing.TB, sources ...string) Program {
	t.Helper()
	var p Program
	for i, source := range sources {
		p = p.With(parse(t, string(rune('a'+i)), source))
	}
	return p
}

// compose returns a program's text without places, on few lines.
func compose(t testing.TB, p Program, c *Cell) string {
	t.Helper()
	s, err := p.Compose(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(s.Text)) {
		if !strings.HasPrefix(line, "//line ") && strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimSpace(inline.ReplaceAllString(line, "")))
		}
	}
	return strings.Join(lines, "\n")
}

func TestLaterDeclarationsTakeThePlaceOfEarlierOnes(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells []string
		want  string
	}{
		{"function", []string{"func f() int { return 1 }", "func f() int { return 2 }"}, "func f() int { return 2 }"},
		{"method", []string{"type T int\nfunc (t T) F() {}", "func (t *T) F() {}"}, "type T int\nfunc (t *T) F() {}"},
		{"variable", []string{"var x, y = 1, 2", "var x = \"s\""}, "var x = \"s\"\nvar y = 2"},
		{"tuple: all of it goes", []string{"var a, _, c = f()", "var c = float32(1.5)"}, "var c = float32(1.5)"},
		{"tuple by tuple", []string{"var a, b = f()", "var a, b = g()"}, "var a, b = g()"},
		{"constant", []string{"const A = 1", "const A = 2"}, "const (\nA = 2\n)"},
		{"constant of a block: iota counts on", []string{"const (\nA = iota\nB\nC\n)", "const B = \"b\""}, "const (\nA = iota\n_\nC\n)\nconst (\nB = \"b\"\n)"},
		{"a block that is declared anew", []string{"const (\nA = iota\nB\n)", "const (\nB = iota\nA\n)"}, "const (\nB = iota\nA\n)"},
		{"a line of several names", []string{"const (\na, b = iota, -iota\nc, d\n)"}, "const (\na, b = iota, -iota\nc, d\n)"},
		{"type", []string{"type T struct {\n\tx int\n}", "type T = string"}, "type T = string"},
		{"init functions", []string{"func init_a() { p() }\nfunc init() { q() }", "func init_b() {}"}, "func init() { q() }\nfunc init() { p() }\nfunc init() {}"},
		{"a comment above a function may be a directive", []string{"// f is.\n//go:noinline\nfunc f() {} // end"}, "// f is.\n//go:noinline\nfunc f() {}"},
		{"order", []string{"var b = f()\nvar a = 1\nfunc z() {}\nfunc f() int { return a }\ntype t int"}, "type t int\nvar a = 1\nvar b = f()\nfunc f() int { return a }\nfunc z() {}"},
		{"split variables keep type and value", []string{"var x, y float32 = 1, float32(\n2)"}, "var x float32 = 1\nvar y float32 = float32(\n2)"},
	} {
		got := compose(t, remember(t, test.cells...), nil)
		got = strings.TrimSuffix(strings.TrimPrefix(got, "package main\nimport \"flag\"\n"), "func main() { flag.Parse() }")
		if got = strings.TrimSpace(got); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestProgramsDoNotChange(t *testing.T) {
	p := remember(t, "var a, b = f()\nconst (\nA = iota\nB\n)\nfunc f() (int, int) { return 1, 2 }")
	before := compose(t, p, nil)
	q := p.With(parse(t, "z", "var a = 1\nconst A = 7\nfunc f() {}"))
	if _, _, found := q.Without("B"); !found || compose(t, p, nil) != before {
		t.Errorf("the program changed to\n%s\nfrom\n%s", compose(t, p, nil), before)
	}
}

func TestRemoveTakesOneKind(t *testing.T) {
	p := remember(t, "import \"fmt\"\nimport _ \"image/png\"\nfunc fmt_() {}\ntype x int\nvar v = 1")
	for _, test := range []struct {
		key   string
		kind  Kind
		found bool
	}{{"fmt", Import, true}, {"fmt", 0, false}, {"x", Type, true}, {"v", Var, true}, {"_", Import, true}, {"nothing", 0, false}} {
		rest, kind, found := p.Without(test.key)
		if kind != test.kind && found || found != test.found {
			t.Errorf("%s: got %s %v", test.key, kind, found)
		}
		p = rest
	}
	if got := declared(p); got != "func fmt_" {
		t.Errorf("left is %s", got)
	}
}

func TestImportsArePrunedAndCompleted(t *testing.T) {
	names := func(paths []string) []string {
		list := make([]string, len(paths))
		for i, p := range paths {
			list[i] = map[string]string{"example.com/odd-thing": "strange"}[p]
		}
		return list
	}
	for _, test := range []struct {
		source string
		want   []string
	}{
		{"%%\nfmt.Println(1)", []string{"flag", "fmt"}},
		{"import \"strings\"\nimport \"math\"\n%%\nprintln(math.Pi)", []string{"flag", "math"}},
		{"import m \"math\"\n%%\nprintln(m.Pi)", []string{"flag", "math"}},
		{"import m \"math\"\n%%\nprintln(math.Pi)", []string{"flag", "math"}},
		{"import _ \"image/png\"\nimport . \"math\"\n%%\n", []string{"flag", "image/png", "math"}},
		{"import \"math/rand/v2\"\n%%\nprintln(rand.IntN(3))", []string{"flag", "math/rand/v2"}},
		{"%%\nprintln(rand.IntN(3))", []string{"flag", "math/rand/v2"}},
		{"%%\nprintln(rand.Intn(3))", []string{"flag", "math/rand"}},
		{"%%\nrand.Read(nil)", []string{"crypto/rand", "flag"}},
		{"%%\ntemplate.New(\"\")", []string{"flag"}}, // text or html: it cannot be told
		{"%%\nvar x template.JS", []string{"flag", "html/template"}},
		{"import \"example.com/odd-thing\"\n%%\nstrange.Do()", []string{"example.com/odd-thing", "flag"}},
		{"import \"example.com/odd-thing\"\n%%\n", []string{"flag"}},
		{"import \"gopkg.in/yaml.v3\"\n%%\nyaml.Marshal(1)", []string{"flag", "gopkg.in/yaml.v3"}},
		{"import \"example.com/go-thing\"\n%%\nthing.X()", []string{"example.com/go-thing", "flag"}},
		{"%%\nfmt := t{}\nfmt.Println()", []string{"flag"}}, // a local one
		{"var fmt t\n%%\nfmt.Println()", []string{"flag"}},
		{"type os struct{ Exit func() }\nfunc f(x os) { x.Exit() }", []string{"flag"}},
		{"func main() {}", nil},
	} {
		c := parse(t, "a", test.source)
		s, err := Program{}.With(c).Compose(c, names)
		if err != nil {
			t.Errorf("%q: %v", test.source, err)
			continue
		}
		if d := cmp.Diff(test.want, s.Imports); d != "" {
			t.Errorf("%q (-want +got):\n%s\n%s", test.source, d, s.Text)
		}
	}
}

func TestEveryPieceSaysWhereItComesFrom(t *testing.T) {
	p := remember(t, "import (\n\t\"fmt\"\n)\n\nvar x,\n  y = 1,\n\n  2", "\nfunc f() {\n\tfmt.Println(x)\n}")
	c := parse(t, "an id: 7/8\n", "// one\n%%\nf()")
	s, err := p.With(c).Compose(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"import /*line /In/a.go:2:2*/\"fmt\"\n",
		"var /*line /In/a.go:5:5*/x = /*line /In/a.go:6:7*/1\n",
		"var /*line /In/a.go:6:3*/y = /*line /In/a.go:8:3*/2\n",
		"//line /In/b.go:2:1\nfunc f() {\n",
		"//line /In/an%20id%3a%207%2f8%0a.go:1:1\n// one\nfunc main() { flag.Parse();\nf()\n",
	} {
		if !strings.Contains(string(s.Text), want) {
			t.Errorf("no %q in\n%s", want, s.Text)
		}
	}
	ds, rest := ParseDiagnostics("# mixmodel/x\n/In/an%20id%3a%207%2f8%0a.go:3:1: no\n\thint at /In/b.go:2:3\nother\n")
	want := Diagnostics{{"an id: 7/8\n", 3, 1, "no\n\thint at b:2:3"}}
	if d := cmp.Diff(want, ds); d != "" || rest != "other" {
		t.Errorf("(-want +got):\n%s\nrest %q", d, rest)
	}
	if id, line, col, ok := s.ImportPlace("fmt"); id != "a" || line != 2 || col != 2 || !ok {
		t.Errorf("fmt is imported at %s:%d:%d %v", id, line, col, ok)
	}
}

func TestOnlyWhatMayShowSomethingRuns(t *testing.T) {
	for _, test := range []struct {
		source string
		want   bool
	}{
		{"import \"fmt\"", false},
		{"var x = 1\nvar s = []string{\"a\"}\nvar f = func() { panic(1) }\nvar d = 3 * time.Second\nvar m = map[string]float64{\"a\": float64(2)}", false},
		{"var p = &T{x: 1}\ntype T struct{ x int }", false},
		{"func f() { panic(1) }", false},
		{"var x = f()\nfunc f() int { return 1 }", true},
		{"var x = func() int { return 1 }()", true},
		{"var x = a[3]\nvar a []int", true},
		{"var x = *p\nvar p *int", true},
		{"var x = 1 / y\nvar y int", true},
		{"var x = <-c\nvar c chan int", true},
		{"func init_x() {}", true},
		{"%%\n//", true},
		{"// comment", false},
	} {
		c := parse(t, "a", test.source)
		s, err := Program{}.With(c).Compose(c, nil)
		if err != nil || s.Runs != test.want {
			t.Errorf("%q: got %v, %v, want %v", test.source, s.Runs, err, test.want)
		}
	}
}

// finger returns the fingerprint of the last cell, after the others.
func finger(t testing.TB, cells ...string) string {
	t.Helper()
	var p Program
	var c *Cell
	for i, source := range cells {
		c = parse(t, string(rune('a'+i)), source)
		p = p.With(c)
	}
	s, err := p.Compose(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	main, err := reach.Parse(reach.Source{Path: "main", All: s.Test, Files: []reach.File{{Name: "main.go", Text: s.Text}}})
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	reach.From(main, nil).WriteHash(h, false)
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

func TestTheFingerprintSeesWhatMattersAndNothingElse(t *testing.T) {
	decl := "type T struct{ x int }\nfunc (t T) F() int { return t.x }\nconst (\nA = iota\nB\n)\nvar v = T{B}\nfunc f() int { return v.F() }\nfunc unused() int { return 1 }"
	main := "%%\nfmt.Println(f())"
	base := finger(t, decl, main)
	replace := func(old, new string) []string {
		if !strings.Contains(decl+main, old) {
			t.Fatalf("no %q to change", old)
		}
		return []string{strings.Replace(decl, old, new, 1), strings.Replace(main, old, new, 1)}
	}
	for _, same := range [][]string{
		{"// a comment\n" + decl, "// one\n\n%%\n\nfmt.Println( // two\n\tf())"},
		{decl, "", main},
		replace("return 1", "return 2"),
		{decl + "\nfunc other() {}\nvar w = 3", main},
		{decl, "var w = 3\n" + main},
		{"", decl, main},
		{"func f() {}", decl, main},
	} {
		if finger(t, same...) != base {
			t.Errorf("%q: another fingerprint", same)
		}
	}
	for _, other := range [][]string{
		replace("f())", "f()+1)"),
		replace("return t.x", "return -t.x"),
		replace("x int", "x int8"),
		replace("T{B}", "T{A}"),
		replace("A = iota", "A = iota + 1"),
		replace("(t T) F", "(t *T) F"),
		replace("return v.F()", "return 1"),
		{decl + "\nfunc (t T) String() string { return \"\" }", main}, // found by reflection
		{decl + "\nvar w = f()", main},
		{decl + "\nfunc init_x() {}", main},
		{decl, main + "\n_ = math.Pi"},
		{decl, "import _ \"image/png\"\n" + main},
		{decl, "%%\nfmt.Println([]any{f()}...)"},
	} {
		if finger(t, other...) == base {
			t.Errorf("%q: the same fingerprint", other)
		}
	}
	if finger(t, "%%\nprintln([]int{}...)") == finger(t, "%%\nprintln([]int{})") {
		t.Error("f(x...) is as f(x)")
	}
	if finger(t, "type A = int\n%%\nvar _ A") == finger(t, "type A int\n%%\nvar _ A") {
		t.Error("an alias is as a type")
	}
	if finger(t, "%test\nfunc TestA(t *testing.T) {}") == finger(t, "%test\nfunc TestA(t *testing.T) { t.Fail() }") {
		t.Error("a test does not count")
	}
}

func TestStandardPackagesAreListedOnce(t *testing.T) {
	seen := map[string]bool{}
	for name, paths := range std {
		for _, p := range paths {
			if seen[p] || assumedName(p) != name {
				t.Errorf("%s: twice, or not called %s", p, name)
			}
			seen[p] = true
			if len(paths) > 1 && exports[p] == "" {
				t.Errorf("%s shares its name with %v, and what it exports is not known", p, paths)
			}
		}
	}
	if !slices.Equal(std["fmt"], []string{"fmt"}) || len(seen) < 150 {
		t.Errorf("%d packages", len(seen))
	}
}
