package memo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"mixmodel/kernel/reach"
)

// program is a package as the parser sees it. Names are taken for what they
// say: a variable that is called like a function counts as a use of it. That
// finds too much at times, never too little.
type program struct {
	fset  *token.FileSet
	src   map[*token.File][]byte
	decls map[string][]ast.Node // what declares a name at the top level; methods go with their type
	files []*ast.File

	newest time.Time // when a file changed, unless an engine vouches for it
}

func parseProgram(w place) (*program, error) {
	paths, err := sourceFiles(w)
	if err != nil {
		return nil, err
	}
	p := &program{fset: token.NewFileSet(), src: make(map[*token.File][]byte), decls: make(map[string][]ast.Node)}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(w.file, "_test.go") {
			continue
		}
		src, changed, err := readSource(path)
		if err != nil {
			return nil, err
		}
		if _, vouched := cellFile(w); !vouched {
			p.newest = later(p.newest, changed)
		}
		// Comments are wanted for //line only, which the scanner heeds anyway.
		f, err := parser.ParseFile(p.fset, path, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, f)
		p.src[p.fset.File(f.Pos())] = src
		for _, d := range f.Decls {
			p.declare(d)
		}
	}
	return p, nil
}

func (p *program) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil && len(d.Recv.List) > 0 {
			name = baseName(d.Recv.List[0].Type)
		}
		p.decls[name] = append(p.decls[name], d)
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				p.decls[s.Name.Name] = append(p.decls[s.Name.Name], s)
			case *ast.ValueSpec:
				var node ast.Node = s
				if d.Tok == token.CONST && counts(d) {
					node = d
				}
				for _, n := range s.Names {
					p.decls[n.Name] = append(p.decls[n.Name], node)
				}
			}
		}
	}
}

// counts reports whether the lines of constants depend on one another.
func counts(d *ast.GenDecl) bool {
	return slices.ContainsFunc(d.Specs, func(s ast.Spec) bool {
		return len(s.(*ast.ValueSpec).Values) == 0
	}) || names(d)["iota"]
}

// baseName is T for T, *T and T[P].
func baseName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.IndexExpr:
		return baseName(e.X)
	case *ast.IndexListExpr:
		return baseName(e.X)
	case *ast.ParenExpr:
		return baseName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// fingerprint identifies what the function at w does, and names the variables
// it uses whose value its code does not tell.
func (p *program) fingerprint(w place) (code string, open []string, err error) {
	roots, inputs := p.at(w)
	if len(roots) == 0 {
		return "", nil, errNoSource
	}
	used := p.closure(roots)
	h := sha256.New()
	fmt.Fprintln(h, platform())
	var texts []string
	for n := range used.nodes {
		texts = append(texts, p.tokens(n))
	}
	slices.Sort(texts) // where things stand does not count
	for _, t := range texts {
		fmt.Fprintf(h, "%d %s\n", len(t), t)
	}
	newest, err := p.imported(h, used)
	if err != nil {
		return "", nil, err
	}
	if later(newest, p.newest).After(built()) {
		return "", nil, errNoSource // changed since: the program does something else
	}
	return hex.EncodeToString(h.Sum(nil)), p.open(used, inputs), nil
}

// at returns the functions that begin on the line, with what surrounds a
// literal as far as it has a say, and the names of the inputs beside it.
func (p *program) at(w place) (found []ast.Node, inputs []string) {
	for _, f := range p.files {
		for _, d := range f.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.FuncDecl, *ast.FuncLit:
				default:
					return true
				}
				pos := p.fset.Position(n.Pos())
				if pos.Line != w.line || filepath.Base(pos.Filename) != filepath.Base(w.file) {
					return true
				}
				beside := inputsBeside(d, n)
				found, inputs = append(found, n), append(inputs, beside...)
				if captures(d, n, beside) {
					found = append(found, d)
				}
				return false
			})
		}
	}
	return found, inputs
}

// captures reports whether the literal uses variables of the function around
// it that are not among its inputs.
func captures(around ast.Decl, literal ast.Node, inputs []string) bool {
	outer, ok := around.(*ast.FuncDecl)
	if !ok || ast.Node(outer) == literal {
		return false
	}
	theirs := make(map[string]bool)
	ast.Inspect(outer, func(n ast.Node) bool {
		if n == literal {
			return false
		}
		for _, name := range bound(n) {
			theirs[name] = true
		}
		return true
	})
	for _, name := range inputs {
		delete(theirs, name)
	}
	ast.Inspect(literal, func(n ast.Node) bool {
		for _, name := range bound(n) {
			delete(theirs, name)
		}
		return true
	})
	for name := range names(literal) {
		if theirs[name] {
			return true
		}
	}
	return false
}

// bound are the names of variables that a node introduces.
func bound(n ast.Node) []string {
	var ids []ast.Expr
	var names []string
	switch n := n.(type) {
	case *ast.Field:
		for _, id := range n.Names {
			names = append(names, id.Name)
		}
	case *ast.ValueSpec:
		for _, id := range n.Names {
			names = append(names, id.Name)
		}
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			ids = n.Lhs
		}
	case *ast.RangeStmt:
		if n.Tok == token.DEFINE {
			ids = []ast.Expr{n.Key, n.Value}
		}
	}
	for _, e := range ids {
		if id, ok := e.(*ast.Ident); ok {
			names = append(names, id.Name)
		}
	}
	return slices.DeleteFunc(names, func(s string) bool { return s == "_" })
}

// inputsBeside are the names in the arguments that stand beside the literal in
// a call, as those of Inputs in the call of Do.
func inputsBeside(outer ast.Decl, literal ast.Node) []string {
	var beside []string
	ast.Inspect(outer, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return ast.Node(e) == literal }) {
			return true
		}
		for _, arg := range call.Args {
			if inputs, ok := arg.(*ast.CallExpr); ok {
				for _, value := range inputs.Args {
					if id, ok := value.(*ast.Ident); ok {
						beside = append(beside, id.Name)
					}
				}
			}
		}
		return true
	})
	return beside
}

// names are the identifiers in a node, but for selected ones.
func names(n ast.Node) map[string]bool {
	found := make(map[string]bool)
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			maps.Copy(found, names(n.X))
			return false
		case *ast.Ident:
			found[n.Name] = true
		}
		return true
	})
	return found
}

// use is what a function needs: top-level declarations, and all names in them.
type use struct {
	nodes map[ast.Node]bool
	names map[string]bool
}

func (p *program) closure(roots []ast.Node) use {
	u := use{nodes: make(map[ast.Node]bool), names: make(map[string]bool)}
	todo := roots
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		if u.nodes[n] {
			continue
		}
		u.nodes[n] = true
		for name := range names(n) {
			if !u.names[name] {
				u.names[name] = true
				todo = append(todo, p.declarations(name)...)
			}
		}
	}
	return u
}

// declarations of a name, and the functions that set it if it is a variable.
func (p *program) declarations(name string) []ast.Node {
	nodes := slices.Clone(p.decls[name])
	if !slices.ContainsFunc(nodes, func(n ast.Node) bool { _, ok := n.(*ast.ValueSpec); return ok }) {
		return nodes
	}
	for _, f := range p.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && (sets(fn, name) || fn.Name.Name == "init" && names(fn)[name]) {
				nodes = append(nodes, fn)
			}
		}
	}
	return nodes
}

// sets reports whether the function assigns to the variable or takes its
// address.
func sets(fn *ast.FuncDecl, name string) bool {
	found := false
	is := func(e ast.Expr) bool {
		for {
			switch x := e.(type) {
			case *ast.SelectorExpr:
				e = x.X
			case *ast.IndexExpr:
				e = x.X
			case *ast.StarExpr:
				e = x.X
			case *ast.ParenExpr:
				e = x.X
			case *ast.Ident:
				return x.Name == name
			default:
				return false
			}
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			found = found || n.Tok != token.DEFINE && slices.ContainsFunc(n.Lhs, is)
		case *ast.IncDecStmt:
			found = found || is(n.X)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && is(n.X)
		}
		return !found
	})
	return found
}

// open are the variables in use that get their value from other packages, and
// so maybe from a file, and are not among the inputs.
func (p *program) open(used use, inputs []string) []string {
	var open []string
	for n := range used.nodes {
		if s, ok := n.(*ast.ValueSpec); ok && p.asksOthers(s) {
			for _, id := range s.Names {
				if used.names[id.Name] && !slices.Contains(inputs, id.Name) {
					open = append(open, id.Name)
				}
			}
		}
	}
	slices.Sort(open)
	return open
}

// asksOthers reports whether the variable is initialised by a call into a
// package that is not of the standard library, or one that sees the world.
func (p *program) asksOthers(s *ast.ValueSpec) bool {
	asks := false
	for _, v := range s.Values {
		ast.Inspect(v, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok {
					asks = asks || p.worldly(id.Name)
				}
			}
			return true
		})
	}
	return asks
}

// worldly reports whether a name is that of such a package.
func (p *program) worldly(name string) bool {
	for _, f := range p.files {
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if spec.Name != nil && spec.Name.Name != name || spec.Name == nil && packageName(path) != name {
				continue
			}
			first, _, _ := strings.Cut(path, "/")
			switch first {
			case "os", "io", "bufio", "net", "time", "flag":
				return true
			}
			_, isLocal := modules().dir(path)
			return isLocal || strings.Contains(first, ".")
		}
	}
	return false
}

// tokens is the text of a node without comments and layout.
func (p *program) tokens(n ast.Node) string {
	file := p.fset.File(n.Pos())
	return string(reach.Tokens(p.src[file][file.Offset(n.Pos()):file.Offset(n.End())]))
}

// imported writes what identifies the packages that the names stand for.
func (p *program) imported(h io.Writer, used use) (newest time.Time, err error) {
	paths := make(map[string]bool)
	for _, f := range p.files {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return newest, err
			}
			if p.needs(f, spec, path, used) {
				paths[path] = true
			}
		}
	}
	return modules().fingerprint(h, slices.Sorted(maps.Keys(paths)))
}

// needs reports whether a name in use may be that of the import. If the file
// shows no name like the import's path, the package is called otherwise.
func (p *program) needs(f *ast.File, spec *ast.ImportSpec, path string, used use) bool {
	if spec.Name != nil {
		return spec.Name.Name == "." || spec.Name.Name != "_" && used.names[spec.Name.Name]
	}
	name := packageName(path)
	return used.names[name] || !names(f)[name]
}

// packageName is the usual name of a package: the last element of its path
// that is no version.
func packageName(path string) string {
	elements := strings.Split(path, "/")
	last := elements[len(elements)-1]
	if len(elements) > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		last = elements[len(elements)-2]
	}
	last, _, _ = strings.Cut(last, ".v")
	return last
}
