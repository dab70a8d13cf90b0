package complete

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

// checked is a cell's text up to the cursor, type-checked as far as it makes
// sense, together with what earlier cells declared.
type checked struct {
	fset *token.FileSet
	cell *ast.File
	all  []*ast.File // cell, and what is remembered
	pkg  *types.Package
	info types.Info
	path []ast.Node // from the identifier under the cursor outwards
}

// check type-checks src with what is remembered. at is the offset of the
// identifier under the cursor.
func (s *Source) check(ctx context.Context, remembered, src string, at int) *checked {
	c := &checked{fset: token.NewFileSet(), info: types.Info{
		Types:      make(map[ast.Expr]types.TypeAndValue),
		Defs:       make(map[*ast.Ident]types.Object),
		Uses:       make(map[*ast.Ident]types.Object),
		Selections: make(map[*ast.SelectorExpr]*types.Selection),
		Scopes:     make(map[ast.Node]*types.Scope),
	}}
	const mode = parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	c.cell, _ = parser.ParseFile(c.fset, "cell", src, mode) // what can be parsed
	earlier, _ := parser.ParseFile(c.fset, "earlier", remembered, mode)
	files := []*ast.File{c.cell}
	if earlier != nil {
		forgetBodies(earlier)
		shareImports(c.cell, earlier)
		files = append(files, earlier) // later, so that the cell's own declarations count
	}
	c.all = files
	if err := s.packages.load(ctx, imported(files)); err != nil && ctx.Err() != nil {
		return c
	}
	config := types.Config{
		Importer:                 &s.packages,
		Error:                    func(error) {}, // half a cell is never right
		DisableUnusedImportCheck: true,
		FakeImportC:              true,
	}
	c.pkg, _ = config.Check("main", c.fset, files, &c.info)
	c.path = enclosing(c.cell, c.fset.File(c.cell.FileStart).Pos(at))
	return c
}

// forgetBodies drops what functions do, which other cells cannot see, for speed.
func forgetBodies(f *ast.File) {
	for _, d := range f.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			f.Body = nil
		}
	}
}

// shareImports gives both files the imports of either.
func shareImports(a, b *ast.File) {
	inA, inB := importDecls(a), importDecls(b)
	a.Decls = slices.Concat(a.Decls, inB)
	a.Imports = slices.Concat(a.Imports, b.Imports)
	b.Decls = slices.Concat(b.Decls, inA)
}

func importDecls(f *ast.File) []ast.Decl {
	var list []ast.Decl
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			list = append(list, d)
		}
	}
	return list
}

// imported returns the paths that files import.
func imported(files []*ast.File) []string {
	var paths []string
	for _, f := range files {
		for _, spec := range f.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil && path != "" && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// enclosing returns the nodes around the identifier at pos, innermost first, or
// nil if there is none.
func enclosing(f *ast.File, pos token.Pos) []ast.Node {
	var stack, found []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		if id, ok := n.(*ast.Ident); ok && id.Pos() <= pos && pos < id.End() && found == nil {
			found = slices.Clone(stack)
			slices.Reverse(found)
		}
		return true
	})
	return found
}

// object returns what an identifier means.
func (c *checked) object(id *ast.Ident) types.Object {
	if o := c.info.Uses[id]; o != nil {
		return o
	}
	return c.info.Defs[id]
}
