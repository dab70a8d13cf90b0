package reach

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Source is a package that is to be parsed.
type Source struct {
	Path  string // as it is imported
	Files []File // in the order in which they are compiled

	// Name tells the names of imported packages; nil, or "", leaves it to the
	// last element of the path.
	Name func(path string) string

	// Version is that of the language.
	Version string

	// Other is what else is compiled into it, such as assembly: it may call
	// anything, so that all of the package counts. Embedded is what go:embed
	// finds; it counts with the variables that hold it.
	Other, Embedded []byte

	// All says that every declaration is reached, as in a test.
	All bool
}

// File is a Go file.
type File struct {
	Name string
	Text []byte
}

// Package is a package that has been parsed. It may be part of many programs,
// one at a time.
type Package struct {
	source Source
	fset   *token.FileSet
	decls  []*decl
	names  map[string][]*decl // what a mention of a name reaches
	roots  []*decl
	types  map[string]bool

	imports map[string]bool // initialised before the package

	other, embedded [32]byte // hashes
}

// decl is a declaration at the top level.
type decl struct {
	file    *file
	node    ast.Node
	tok     token.Token // var, const, type; func
	start   token.Pos   // of its directives
	ordered bool        // its place among others of this kind counts
	embeds  bool

	looked   bool
	reaches  []*decl // in the package
	mentions []Name  // of others
	sum      [32]byte
}

type file struct {
	text    []byte
	parsed  *ast.File
	imports map[string]string // paths by name
	dots    []string
	head    string // build constraints: they set the language's version, too
}

// Name is a name of a package.
type Name struct{ Path, Name string }

// Mention is a name that the package at By mentions.
type Mention struct {
	By string
	Name
}

// Parse reads a package.
func Parse(s Source) (*Package, error) {
	p := &Package{
		source: s, fset: token.NewFileSet(), names: map[string][]*decl{}, types: map[string]bool{}, imports: map[string]bool{},
		other: sum(s.Other), embedded: sum(s.Embedded),
	}
	for _, f := range s.Files {
		if err := p.parse(f); err != nil {
			return nil, fmt.Errorf("reach: package %s: %w", s.Path, err)
		}
	}
	for _, d := range p.decls {
		if p.source.All || len(s.Other) > 0 || p.actsAlone(d) {
			p.roots = append(p.roots, d)
		}
	}
	return p, nil
}

func (p *Package) parse(f File) error {
	parsed, err := parser.ParseFile(p.fset, f.Name, f.Text, parser.ParseComments)
	if err != nil {
		return err
	}
	one := &file{text: f.Text, parsed: parsed, imports: map[string]string{}}
	for _, group := range parsed.Comments {
		for _, c := range group.List {
			switch {
			case strings.HasPrefix(c.Text, "//go:build ") && c.Pos() < parsed.Package:
				one.head += c.Text + "\n"
			case strings.HasPrefix(c.Text, "//go:linkname "): // calls from elsewhere
				one.head += c.Text + "\n"
				p.source.All = true
			}
		}
	}
	for _, spec := range parsed.Imports {
		if at, err := strconv.Unquote(spec.Path.Value); err == nil {
			p.imports[at] = true
			one.addImport(spec, at, p.source.Name)
		}
	}
	for _, d := range parsed.Decls {
		p.declare(one, d)
	}
	return nil
}

func (f *file) addImport(spec *ast.ImportSpec, at string, names func(string) string) {
	switch {
	case spec.Name != nil && spec.Name.Name == ".":
		f.dots = append(f.dots, at)
	case spec.Name != nil:
		f.imports[spec.Name.Name] = at
	default:
		name := ""
		if names != nil {
			name = names(at)
		}
		if name == "" {
			name = path.Base(at)
		}
		f.imports[name] = at
	}
}

func (p *Package) declare(f *file, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name, init := d.Name.Name, d.Recv == nil && d.Name.Name == "init"
		if d.Recv != nil && len(d.Recv.List) > 0 {
			name = receiver(d.Recv.List[0].Type)
		}
		p.add(&decl{file: f, node: d, tok: token.FUNC, start: from(d, d.Doc), ordered: init}, name)
	case *ast.GenDecl:
		if d.Tok == token.CONST && counts(d) {
			var names []string
			for _, s := range d.Specs {
				names = append(names, specNames(s)...)
			}
			p.add(&decl{file: f, node: d, tok: d.Tok, start: d.Pos()}, names...)
			return
		}
		for _, s := range d.Specs {
			p.declareSpec(f, d, s)
		}
	}
}

func (p *Package) declareSpec(f *file, d *ast.GenDecl, s ast.Spec) {
	one := &decl{file: f, node: s, tok: d.Tok, start: s.Pos()}
	var doc *ast.CommentGroup
	switch s := s.(type) {
	case *ast.ImportSpec:
		return
	case *ast.TypeSpec:
		p.types[s.Name.Name] = true
		doc = s.Doc
	case *ast.ValueSpec:
		doc = s.Doc
		one.ordered = d.Tok == token.VAR && len(s.Values) > 0
	}
	if !d.Lparen.IsValid() {
		doc = d.Doc
	}
	one.start = from(s, doc)
	one.embeds = doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
	p.add(one, specNames(s)...)
}

func (p *Package) add(d *decl, names ...string) {
	p.decls = append(p.decls, d)
	for _, name := range names {
		if name != "_" {
			p.names[name] = append(p.names[name], d)
		}
	}
}

// from is where a declaration begins, its directives included.
func from(n ast.Node, doc *ast.CommentGroup) token.Pos {
	if doc != nil && doc.Pos() < n.Pos() {
		return doc.Pos()
	}
	return n.Pos()
}

// receiver is T for T, *T and T[P].
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.ParenExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func specNames(s ast.Spec) (names []string) {
	switch s := s.(type) {
	case *ast.TypeSpec:
		names = []string{s.Name.Name}
	case *ast.ValueSpec:
		for _, n := range s.Names {
			names = append(names, n.Name)
		}
	}
	return names
}

// counts reports whether the lines of constants depend on one another.
func counts(d *ast.GenDecl) bool {
	found := false
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			found = found || len(n.Values) == 0
		case *ast.Ident:
			found = found || n.Name == "iota"
		}
		return !found
	})
	return found
}

// actsAlone reports whether a declaration acts without being mentioned.
func (p *Package) actsAlone(d *decl) bool {
	switch n := d.node.(type) {
	case *ast.FuncDecl:
		return n.Recv == nil && (n.Name.Name == "init" || n.Name.Name == "main" && p.source.Path == "main")
	case *ast.ValueSpec:
		return d.tok == token.VAR && slices.ContainsFunc(n.Values, func(v ast.Expr) bool { return !Inert(v) && !p.isNilOf(v) })
	}
	return false
}

// isNilOf reports whether e is (*T)(nil), by which it is asserted that *T has
// some methods.
func (p *Package) isNilOf(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	star, ok := ast.Unparen(call.Fun).(*ast.StarExpr)
	if !ok {
		return false
	}
	typ, _ := star.X.(*ast.Ident)
	arg, _ := call.Args[0].(*ast.Ident)
	return typ != nil && p.types[typ.Name] && arg != nil && arg.Name == "nil"
}

// between is the source of a declaration with its directives.
func (p *Package) between(d *decl) []byte {
	at := p.fset.File(d.node.Pos())
	return d.file.text[at.Offset(d.start):at.Offset(d.node.End())]
}

// look finds out what the declaration says and mentions.
func (p *Package) look(d *decl) {
	if d.looked {
		return
	}
	d.looked = true
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s%s %s", d.file.head, d.tok, Tokens(p.between(d)))
	d.sum = sum(text.Bytes())
	seen := map[Name]bool{}
	mention := func(path, name string) {
		n := Name{path, name}
		switch {
		case seen[n]:
			return
		case path == p.source.Path:
			d.reaches = append(d.reaches, p.names[name]...)
		default:
			d.mentions = append(d.mentions, n)
		}
		seen[n] = true
	}
	var visit func(ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			id, ok := n.X.(*ast.Ident)
			if path := ""; ok && !d.file.isLocal(id) {
				if path, ok = d.file.imports[id.Name]; ok {
					mention(path, n.Sel.Name)
					return false
				}
			}
			ast.Inspect(n.X, visit)
			return false
		case *ast.Field: // what it is called is no mention
			ast.Inspect(n.Type, visit)
			return false
		case *ast.Ident:
			if d.file.isLocal(n) {
				return true
			}
			mention(p.source.Path, n.Name)
			for _, path := range d.file.dots {
				mention(path, n.Name)
			}
		}
		return true
	}
	ast.Inspect(d.node, visit)
}

// isLocal reports whether the name is known to mean something inside a
// function.
func (f *file) isLocal(id *ast.Ident) bool {
	return id.Obj != nil && f.parsed.Scope.Lookup(id.Name) != id.Obj
}
