package execute

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"

	"mixmodel/kernel/cell"
	"mixmodel/kernel/nbformat"
)

// variable is a parameter.
type variable struct {
	typ  types.Type // nil if it is not known
	why  string     // it is not known
	name func(types.Type) string
}

// declared returns the variables that the cell at that place declares, with
// their types, as all cells of the notebook have it.
func declared(cells []*nbformat.Cell, at int) (variables, error) {
	parsed, err := cell.Parse(cells[at].ID, cells[at].Source)
	if err != nil {
		return nil, fmt.Errorf("no Go declarations: %w", err)
	}
	var program cell.Program
	for i, c := range cells {
		if c.Type != nbformat.Code || i == at || c.HasTag(TagInjected) {
			continue
		}
		if other, err := cell.Parse(c.ID, c.Source); err == nil {
			program = program.With(other)
		}
	}
	src, err := program.With(parsed).Compose(nil, nil)
	if err != nil {
		return nil, err
	}
	checked, err := check(src.Text)
	if err != nil {
		return nil, err
	}
	known := make(variables)
	for _, d := range (cell.Program{}).With(parsed).Declarations() {
		if d.Kind == cell.Var && token.IsIdentifier(d.Key) {
			known[d.Key] = checked.variable(d.Key)
		}
	}
	return known, nil
}

// program is a notebook's declarations, type-checked as far as that goes.
type program struct {
	fset   *token.FileSet
	file   *ast.File
	pkg    *types.Package
	faults []types.Error
}

// check type-checks a program. What packages export that are not of the
// standard library is not looked at: that would take compiling them.
func check(text []byte) (*program, error) {
	p := &program{fset: token.NewFileSet()}
	var err error
	if p.file, err = parser.ParseFile(p.fset, "", text, parser.SkipObjectResolution); err != nil {
		return nil, err
	}
	config := types.Config{
		Importer:                 &lookedAt{standard(p.file), importer.Default()},
		Error:                    func(err error) { p.note(err) },
		IgnoreFuncBodies:         true,
		DisableUnusedImportCheck: true,
		FakeImportC:              true,
	}
	p.pkg, _ = config.Check("main", p.fset, []*ast.File{p.file}, nil) // faults are noted
	return p, nil
}

func (p *program) note(err error) {
	if e, ok := err.(types.Error); ok {
		p.faults = append(p.faults, e)
	}
}

// variable returns what is known of the variable.
func (p *program) variable(name string) variable {
	v := variable{name: p.name, why: "it comes from a package that has not been looked at"}
	o, ok := p.pkg.Scope().Lookup(name).(*types.Var)
	if !ok {
		return v
	}
	if o.Type() != nil && o.Type() != types.Typ[types.Invalid] {
		v.typ = o.Type()
		return v
	}
	line := p.fset.Position(o.Pos()).Line
	for _, e := range p.faults {
		if p.fset.Position(e.Pos).Line == line {
			v.why = e.Msg
		}
	}
	return v
}

// name is how the program calls a type.
func (p *program) name(t types.Type) string {
	return types.TypeString(t, func(of *types.Package) string {
		if of == p.pkg {
			return ""
		}
		for _, spec := range p.file.Imports {
			if at, _ := strconv.Unquote(spec.Path.Value); at == of.Path() && spec.Name != nil && spec.Name.Name != "_" && spec.Name.Name != "." {
				return spec.Name.Name
			}
		}
		return of.Name()
	})
}

// lookedAt imports those packages of the standard library of which there is
// something in the program outside of functions; others are empty.
type lookedAt struct {
	paths map[string]bool
	of    types.Importer
}

func (l *lookedAt) Import(at string) (*types.Package, error) {
	if l.paths[at] {
		if p, err := l.of.Import(at); err == nil {
			return p, nil
		}
	}
	p := types.NewPackage(at, path.Base(at))
	p.MarkComplete()
	return p, nil
}

// standard returns the paths of those packages.
func standard(f *ast.File) map[string]bool {
	names := make(map[string]bool)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			return false
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok {
				names[id.Name] = true
			}
		}
		return true
	})
	paths := make(map[string]bool)
	for _, spec := range f.Imports {
		at, _ := strconv.Unquote(spec.Path.Value)
		first, _, _ := strings.Cut(at, "/")
		name := path.Base(strings.TrimSuffix(at, "/v2"))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		paths[at] = names[name] && !strings.Contains(first, ".")
	}
	return paths
}
