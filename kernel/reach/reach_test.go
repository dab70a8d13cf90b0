package reach

import (
	"crypto/sha256"
	"fmt"
	"io"
	gopath "path"
	"slices"
	"strings"
	"testing"
)

// hash is that of a program whose packages are given by path and text.
func hash(t testing.TB, lines bool, sources map[string]Source) string {
	t.Helper()
	var main *Package
	packages := map[string]*Package{}
	for path, s := range sources {
		s.Path = path
		s.Name = func(p string) string { return strings.TrimPrefix(gopath.Base(p), "go-") }
		p, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if path == "main" {
			main = p
		} else {
			packages[path] = p
		}
	}
	h := sha256.New()
	From(main, packages).WriteHash(h, lines)
	return fmt.Sprintf("%x", h.Sum(nil)[:6])
}

func text(s string) Source { return Source{Files: []File{{"a.go", []byte(s)}}} }

const mainText = `package main
import (
	"m/a"
	. "m/b"
)
func main() { a.F(B()) }
`

const aText = `package a
import "m/go-c"
type T struct{ c.Embedded; mean int }
func (T) M() {}
func F(x int) T { mean := helper(x, 1); return T{mean: mean} }
func helper(x, unused int) int { return x + unused }
func mean() int { return 1 }
func unused() int { return 1 }
var waiting = 1
var idle = map[string]int{"a": 1}
type alone struct{}
func (alone) M() { println("alone") }
var _ interface{ M() } = (*alone)(nil)
const ( zero = iota; one )
`

func program(replace ...string) map[string]Source {
	all := map[string]string{
		"main": mainText, "m/a": aText,
		"m/b":    "package b\nfunc B() int { return 2 }\nfunc C() int { return 3 }\n",
		"m/go-c": "package c\ntype Embedded struct{}\nfunc (Embedded) M2() { println(4) }\nfunc G() { println(5) }\n",
	}
	sources := map[string]Source{}
	for path, s := range all {
		sources[path] = text(strings.NewReplacer(replace...).Replace(s))
	}
	return sources
}

func TestWhatIsReachedCountsAndNothingElse(t *testing.T) {
	base := hash(t, false, program())
	for _, same := range [][]string{
		{"func unused() int { return 1 }", "func unused() int { return 2 }"},
		{"func unused() int { return 1 }", ""},
		{"func mean() int { return 1 }", "func mean() int { return 2 }"}, // a field, a parameter and a variable are called alike
		{`println("alone")`, `println("not")`},
		{"var waiting = 1", "var waiting = 2"},
		{`{"a": 1}`, `{"a": 2}`},
		{"iota; one", "iota + 1; one"},
		{"return 3", "return 4"},
		{"println(5)", "println(6)"},
		{"helper(x, 1)", "helper( // twice\nx, 1,\n)"},
		{"{ c.Embedded; mean int }", "{\n// it has\nc.Embedded\nmean int // and\n}"},
		{"import \"m/go-c\"", "import (\n\"m/go-c\"\n)"},
	} {
		if hash(t, false, program(same...)) != base {
			t.Errorf("%q: counts", same)
		}
	}
	for _, other := range [][]string{
		{"x + unused", "x - unused"},
		{"helper(x, 1)", "helper(x, 2)"},
		{"func (T) M() {}", "func (T) M() { println() }"},
		{"println(4)", "println(5)"}, // a promoted method
		{"return 2", "return 3"},     // a dot import
		{"var waiting = 1", "var waiting = unused()"},
		{"mean int", "mean int8"},
		{"func unused", "func init"},
		{"import \"m/go-c\"", "import (\n\"m/go-c\"\n_ \"embed\"\n)"},
		{"package b", "//go:build go1.21\n\npackage b"},
		{"func helper", "//go:noinline\nfunc helper"},
	} {
		if hash(t, false, program(other...)) == base {
			t.Errorf("%q: does not count", other)
		}
	}
}

func TestLinesCountIfAskedFor(t *testing.T) {
	base := hash(t, true, program())
	if hash(t, true, program("func unused", "// never\nfunc unused")) != base {
		t.Error("a line after all that is reached counts")
	}
	if hash(t, true, program("type T", "\ntype T")) == base {
		t.Error("a line before something that is reached does not count")
	}
}

func TestAPackageCountsWholeIfOtherCodeMayCallIt(t *testing.T) {
	with := func(change func(*Source), replace ...string) string {
		sources := program(replace...)
		a := sources["m/a"]
		change(&a)
		sources["m/a"] = a
		return hash(t, false, sources)
	}
	for name, change := range map[string]func(*Source){
		"assembly": func(s *Source) { s.Other = []byte("TEXT ·f(SB)") },
		"a test":   func(s *Source) { s.All = true },
		"linkname": func(s *Source) { s.Files[0].Text = append(s.Files[0].Text, "//go:linkname f g.f\nfunc f() {}\n"...) },
	} {
		if with(change) == with(change, "func unused() int { return 1 }", "func unused() int { return 2 }") {
			t.Errorf("%s: an unused function does not count", name)
		}
		if with(change) != with(change, "func unused()", "// c\nfunc unused()") {
			t.Errorf("%s: a comment counts", name)
		}
	}
	one := with(func(s *Source) { s.Other = []byte("1") })
	if one == with(func(s *Source) { s.Other = []byte("2") }) {
		t.Error("assembly does not count")
	}
}

func TestEmbeddedFilesCountWithTheirVariable(t *testing.T) {
	with := func(embedded string, replace ...string) string {
		sources := program(append(replace, "var waiting = 1", "//go:embed x\nvar waiting string")...)
		a := sources["m/a"]
		a.Embedded = []byte(embedded)
		sources["m/a"] = a
		return hash(t, false, sources)
	}
	if with("1") != with("2") {
		t.Error("a file of a variable that is not used counts")
	}
	if use := []string{"x + unused", "x + len(waiting)"}; with("1", use...) == with("2", use...) {
		t.Error("a file of a variable that is used does not count")
	}
}

func TestTheOrderOfFunctionsDoesNotCountAndThatOfInitialisersDoes(t *testing.T) {
	f, g := "func f() { println(1) }\n", "func g() { println(2) }\n"
	head := "package main\nfunc main() { f(); g() }\n"
	if hash(t, false, map[string]Source{"main": text(head + f + g)}) != hash(t, false, map[string]Source{"main": text(head + g + f)}) {
		t.Error("the order of functions counts")
	}
	f, g = "var a = f()\n", "var b = g()\n"
	if hash(t, false, map[string]Source{"main": text(head + f + g)}) == hash(t, false, map[string]Source{"main": text(head + g + f)}) {
		t.Error("the order of initialisers does not count")
	}
}

func TestMentionsOfOtherPackagesAreTold(t *testing.T) {
	main := text("package main\nimport rt \"runtime\"\nfunc main() { rt.Caller(0) }\nfunc f() { rt.GC() }")
	main.Path = "main"
	p, err := Parse(main)
	if err != nil {
		t.Fatal(err)
	}
	got := slices.Collect(From(p, nil).Outside())
	if want := []Mention{{"main", Name{"runtime", "Caller"}}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSourceThatIsNoGoIsAnError(t *testing.T) {
	s := text("package a\nfunc {")
	s.Path = "m/a"
	if _, err := Parse(s); err == nil || !strings.HasPrefix(err.Error(), "reach: package m/a: a.go:2:6: ") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkParse(b *testing.B) {
	var sb strings.Builder
	sb.WriteString("package a\n")
	for i := range 2000 {
		fmt.Fprintf(&sb, "// f%d is one of many.\nfunc f%d(x int) int {\n\tif x > %d {\n\t\treturn f%d(x - 1)\n\t}\n\treturn x\n}\n\n", i, i, i, (i+1)%2000)
	}
	sb.WriteString("func init() { f0(1) }\n")
	s := text(sb.String())
	b.SetBytes(int64(len(s.Files[0].Text)))
	for b.Loop() {
		p, err := Parse(s)
		if err != nil {
			b.Fatal(err)
		}
		From(p, nil).WriteHash(io.Discard, false)
	}
}
