package cell

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// A Kind is what a declaration declares.
type Kind int

// The kinds, in the order in which a program lists them.
const (
	Import Kind = iota
	Const
	Type
	Var
	Func
)

// String returns the Go keyword.
func (k Kind) String() string {
	return [...]string{"import", "const", "type", "var", "func"}[k]
}

// Declaration names one remembered declaration.
type Declaration struct {
	Kind Kind
	Key  string // the name; "Type~Method" for methods, "_~..." where there is no name
	Cell string // the id of the cell it came from
	Line int    // in that cell, from 1
}

// fragment is a piece of a cell's Go code, and where it begins.
type fragment struct {
	cell      string
	line, col int
	text      string
}

// decl is one declaration: of one key, or of several that only make sense
// together. The pieces of all but imports are rendered one after another.
type decl struct {
	kind  Kind
	keys  []string
	names []fragment // of a var or const, one for each key; of an import its alias
	rest  fragment   // what follows: type and value; the whole of a type or func
	init  fragment   // a var's value, where it is not part of rest
	block *block     // of a const
	path  string     // of an import
	tuple bool       // a var of several names with one value
	value ast.Expr   // of a var, nil if there is none
}

// block is a const declaration with its lines, which may count by iota.
type block struct {
	specs []*decl
	paren bool
}

// reader makes declarations of a parsed cell.
type reader struct {
	cell  *Cell
	fset  *token.FileSet
	text  string
	blank int // how many declarations without a name there were
	errs  Diagnostics
}

func (r *reader) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return r.errs
}

// cut returns the source between two positions. Line directives in the cell
// have no say.
func (r *reader) cut(from, to token.Pos) fragment {
	p, q := r.fset.PositionFor(from, false), r.fset.PositionFor(to, false)
	return fragment{cell: r.cell.ID, line: p.Line - 1, col: p.Column, text: r.text[p.Offset:q.Offset]}
}

func (r *reader) node(n ast.Node) fragment { return r.cut(n.Pos(), n.End()) }

func (r *reader) add(d *decl) { r.cell.decls = append(r.cell.decls, d) }

// unnamed is the key of a declaration without a name. It sorts as GoNB's do.
func (r *reader) unnamed() string {
	r.blank++
	return fmt.Sprintf("_~%s~%d", r.cell.ID, r.blank)
}

func (r *reader) function(f *ast.FuncDecl) {
	from := f.Pos()
	if f.Doc != nil {
		from = f.Doc.Pos() // may hold directives, such as //go:noinline
	}
	whole, key := r.cut(from, f.End()), f.Name.Name
	at := r.fset.PositionFor(f.Name.Pos(), false).Offset - r.fset.PositionFor(from, false).Offset
	switch {
	case f.Recv != nil && len(f.Recv.List) > 0:
		key = receiver(f.Recv.List[0].Type) + "~" + key
	case key == "main":
		if r.cell.main.text != "" {
			r.errs = append(r.errs, Diagnostic{r.cell.ID, whole.line, whole.col, "main redeclared: a cell has one func main, %% or %exec"})
		}
		r.cell.main, r.cell.mainAt = whole, at
		return
	case strings.HasPrefix(key, "init_"):
		whole.text = whole.text[:at] + "init" + whole.text[at+len(key):]
	case key == "_":
		key = r.unnamed()
	}
	r.test(key)
	r.add(&decl{kind: Func, keys: []string{key}, rest: whole})
}

func (r *reader) test(name string) {
	switch {
	case strings.Contains(name, "~"):
	case strings.HasPrefix(name, "Test") && name != "TestMain":
		r.cell.tests = append(r.cell.tests, name)
	case strings.HasPrefix(name, "Benchmark"):
		r.cell.tests = append(r.cell.tests, name)
		r.cell.benchmark = true
	}
}

// receiver is the name of a method's type, without * and type parameters.
func receiver(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "unknown"
		}
	}
}

func (r *reader) general(d *ast.GenDecl) {
	b := &block{paren: d.Lparen.IsValid()}
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.ImportSpec:
			r.imported(s)
		case *ast.TypeSpec:
			key := s.Name.Name
			if key == "_" {
				key = r.unnamed()
			}
			r.add(&decl{kind: Type, keys: []string{key}, rest: r.node(s)})
		case *ast.ValueSpec:
			if d.Tok == token.CONST {
				r.constant(b, s)
			} else {
				r.variable(s)
			}
		}
	}
	for _, s := range b.specs {
		r.add(s)
	}
}

var lastWord = regexp.MustCompile(`\w+\s*$`)

// imported remembers an import under its alias, or the last word of its path.
func (r *reader) imported(s *ast.ImportSpec) {
	d := &decl{kind: Import, rest: r.node(s.Path), path: importPath(s.Path.Value)}
	key := lastWord.FindString(d.path)
	if key == "" {
		key = d.path
	}
	if s.Name != nil {
		d.names = []fragment{r.node(s.Name)}
		key = s.Name.Name
		if key == "." || key == "_" { // there may be many of these
			key += "~" + d.path
		}
	}
	d.keys = []string{key}
	r.add(d)
}

func (r *reader) constant(b *block, s *ast.ValueSpec) {
	d := &decl{kind: Const, block: b}
	for _, n := range s.Names {
		d.names = append(d.names, r.node(n))
		d.keys = append(d.keys, r.key(n))
	}
	d.rest = r.cut(s.Names[len(s.Names)-1].End(), s.End())
	b.specs = append(b.specs, d)
}

// variable remembers each name by itself, but those of a call that gives
// several values together.
func (r *reader) variable(s *ast.ValueSpec) {
	if len(s.Names) > 1 && len(s.Values) == 1 {
		d := &decl{kind: Var, tuple: true, value: s.Values[0]}
		for _, n := range s.Names {
			d.names = append(d.names, r.node(n))
			d.keys = append(d.keys, r.key(n))
		}
		d.rest = r.cut(s.Names[len(s.Names)-1].End(), s.End())
		r.add(d)
		return
	}
	for i, n := range s.Names {
		d := &decl{kind: Var, keys: []string{r.key(n)}, names: []fragment{r.node(n)}}
		switch {
		case len(s.Names) == 1:
			d.rest = r.cut(n.End(), s.End())
		case s.Type != nil:
			d.rest = r.node(s.Type)
			d.rest.text = " " + d.rest.text
		}
		if i < len(s.Values) {
			d.value = s.Values[i]
			if len(s.Names) > 1 {
				d.init = r.node(s.Values[i])
			}
		}
		r.add(d)
	}
	if len(s.Values) > len(s.Names) || len(s.Values) > 0 && len(s.Values) < len(s.Names) {
		p := r.node(s)
		r.errs = append(r.errs, Diagnostic{r.cell.ID, p.line, p.col,
			fmt.Sprintf("assignment mismatch: %d variables but %d values", len(s.Names), len(s.Values))})
	}
}

func (r *reader) key(n *ast.Ident) string {
	if n.Name == "_" {
		return r.unnamed()
	}
	return n.Name
}

// importPath unquotes the path of an import, which the parser has accepted.
func importPath(literal string) string {
	path, err := strconv.Unquote(literal)
	if err != nil {
		return literal
	}
	return path
}
