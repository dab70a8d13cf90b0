package cell

import (
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash"
	"io"
	"reflect"
)

// Fingerprint is a hash of the code that a run of the program can reach: its
// main, init functions and variables whose values take a call to compute, and
// whatever these mention. Comments, layout and places do not count, nor do
// declarations that are not reached. What is imported counts in full, since
// packages act as they are imported.
func (s *Source) Fingerprint() ([32]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", s.Text, parser.SkipObjectResolution)
	if err != nil {
		return [32]byte{}, err
	}
	h := sha256.New()
	for _, d := range reached(file, s.Test) {
		write(h, reflect.ValueOf(d))
	}
	return [32]byte(h.Sum(nil)), nil
}

// reached returns the declarations that a run reaches, in the file's order.
func reached(file *ast.File, all bool) []ast.Node {
	g := graph{byName: map[string][]int{}, seen: map[int]bool{}}
	for _, d := range file.Decls {
		g.declare(d)
	}
	for i, d := range g.nodes {
		if all || isRoot(d) {
			g.visit(i)
		}
	}
	var list []ast.Node
	for i, n := range g.nodes {
		if g.seen[i] {
			list = append(list, n)
		}
	}
	return list
}

// graph knows which declarations mention which.
type graph struct {
	nodes  []ast.Node
	byName map[string][]int // a type's methods are under its name too
	seen   map[int]bool
}

func (g *graph) add(n ast.Node, names ...string) {
	for _, name := range names {
		g.byName[name] = append(g.byName[name], len(g.nodes))
	}
	g.nodes = append(g.nodes, n)
}

func (g *graph) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil && len(d.Recv.List) > 0 {
			name = receiver(d.Recv.List[0].Type)
		}
		g.add(d, name)
	case *ast.GenDecl:
		if d.Tok == token.CONST { // a line may depend on those before it
			var names []string
			for _, s := range d.Specs {
				names = append(names, specNames(s)...)
			}
			g.add(d, names...)
			return
		}
		for _, s := range d.Specs {
			g.add(s, specNames(s)...)
		}
	}
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

// isRoot reports whether a declaration acts by itself.
func isRoot(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return true
	case *ast.FuncDecl:
		return n.Recv == nil && (n.Name.Name == "main" || n.Name.Name == "init")
	case *ast.ValueSpec:
		for _, v := range n.Values {
			if !inert(v) {
				return true
			}
		}
	}
	return false
}

func (g *graph) visit(i int) {
	if g.seen[i] {
		return
	}
	g.seen[i] = true
	mention := func(name string) {
		for _, j := range g.byName[name] {
			g.visit(j)
		}
	}
	var look func(ast.Node) bool
	look = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr: // x.Sel: only x can be one of ours
			ast.Inspect(n.X, look)
			return false
		case *ast.Ident:
			mention(n.Name)
		}
		return true
	}
	ast.Inspect(g.nodes[i], look)
}

// write writes the shape of a syntax tree: kinds of nodes, names, literals and
// operators. Of places only whether they are there: it tells f(x...) from f(x).
func write(h hash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			io.WriteString(h, "nil;")
			return
		}
		write(h, v.Elem())
	case reflect.Struct:
		fmt.Fprintf(h, "%s{", v.Type().Name())
		for i := range v.NumField() {
			write(h, v.Field(i))
		}
		io.WriteString(h, "}")
	case reflect.Slice:
		fmt.Fprintf(h, "%d[", v.Len())
		for i := range v.Len() {
			write(h, v.Index(i))
		}
		io.WriteString(h, "]")
	default:
		if pos, ok := v.Interface().(token.Pos); ok {
			fmt.Fprintf(h, "%t,", pos.IsValid())
			return
		}
		fmt.Fprintf(h, "%q,", fmt.Sprint(v.Interface()))
	}
}
