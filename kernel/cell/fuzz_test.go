package cell

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"regexp"
	"testing"

	"mixmodel/kernel/reach"
)

var inline = regexp.MustCompile(`/\*line [^*]*\*/`)

// FuzzParse shows that a cell that is accepted composes to valid Go which
// declares each of its keys, and that errors name a line of the cell.
//
//	go test ./kernel/cell -fuzz FuzzParse -fuzztime 1m
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "%%", "%%\nfmt.Println(1)", "%exec f x", "!ls \\\n x", "%%bash\nls", "%test\nfunc TestA(t *testing.T) {}",
		"import (\n\"fmt\"\n. \"os\"\n_ \"x/y\"\nz `w`\n)\nvar a, b = f()\nconst (\nA = iota\n_\nB, C = 1, 2\n)",
		"func (t *T[K]) F() {}\ntype T[K any] struct{}\nvar x, y int = 1, 2 // c",
		"//gonb:%%\nx := `\n%env a b\n`", "package x\nvar _ = 1", "func init_a() {}\nfunc _() {}", "//line a.go:7\nvar x = 1",
		"var x = /* a\nb */ 1\n", "%%\nif x {", "var (\n\ta = 1; b int\n)", "const a = 1; type _ int", "%exec", "%main\n%main",
		"func main() {}\n", "import \"C\"", "var x =1//\n\r\n", "/*", "\x00", "type T struct{\n\ta int `x:\"y\"`\n}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		c, err := Parse("id", source)
		if c == nil {
			t.Fatal("no cell")
		}
		if err != nil {
			checkDiagnostics(t, source, err)
			return
		}
		p := Program{}.With(c).With(c)
		s, err := p.Compose(c, nil)
		if err != nil {
			t.Fatalf("%q is accepted and does not compose: %v", source, err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", s.Text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%q is accepted and composes to what is no Go: %v\n%s", source, err, s.Text)
		}
		main, err := reach.Parse(reach.Source{Path: "main", Files: []reach.File{{Name: "main.go", Text: s.Text}}})
		if err != nil {
			t.Fatal(err)
		}
		reach.From(main, nil).WriteHash(io.Discard, false)
		checkDeclared(t, p, file, s)
	})
}

func checkDiagnostics(t *testing.T, source string, err error) {
	t.Helper()
	var ds Diagnostics
	if !errors.As(err, &ds) || len(ds) == 0 {
		t.Fatalf("%q: an error without places: %v", source, err)
	}
	lines := 1
	for _, r := range source {
		if r == '\n' {
			lines++
		}
	}
	for _, d := range ds {
		if d.CellID != "id" || d.Line < 1 || d.Line > lines {
			t.Fatalf("%q: %+v names none of %d lines", source, d, lines)
		}
	}
}

// checkDeclared finds every key of the program in the composed file.
func checkDeclared(t *testing.T, p Program, file *ast.File, s *Source) {
	t.Helper()
	count := map[Kind]int{}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			count[Func]++
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					count[Type]++
				case *ast.ValueSpec:
					if d.Tok == token.CONST {
						count[Const] += len(spec.Names)
					} else {
						count[Var] += len(spec.Names)
					}
				}
			}
		}
	}
	count[Func]-- // main
	want := map[Kind]int{}
	for n := range p.decls {
		want[n.kind]++
	}
	for _, k := range []Kind{Type, Var, Func} {
		if count[k] != want[k] {
			t.Fatalf("%d of kind %s, want %d in\n%s", count[k], k, want[k], s.Text)
		}
	}
	if count[Const] < want[Const] {
		t.Fatalf("%d constants, want at least %d in\n%s", count[Const], want[Const], s.Text)
	}
}
