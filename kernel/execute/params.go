package execute

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"mixmodel/kernel/nbformat"
)

// Tags of the cells that hold parameters.
const (
	TagParameters = "parameters"
	TagInjected   = "injected-parameters"
)

// Inject sets parameters of the notebook.
//
// Parameters are the variables that the cell tagged "parameters" declares,
// with the literal values that are their defaults:
//
//	var (
//		data    = "../testdata/case_study.csv"
//		draws   = 1000
//		target  = 0.9
//		quick   = false
//		timeout = 5 * time.Minute
//	)
//
// Inject puts a cell after it, tagged "injected-parameters", that declares the
// variables named in params anew, which for GoNB replaces them; an injected
// cell that is already there is replaced. Values are given as text and must
// suit the variable's type: string, bool, time.Duration, or a number. All
// names and values that do not fit are reported at once, wrapping ErrParams.
//
// Cells run in dir, the notebook's folder. So that a user can name files as
// seen from where they are, a string that is the relative path of an existing
// file, as seen from the current directory, becomes the path of the same file
// relative to dir.
//
// Nothing changes if params is empty.
func Inject(nb *nbformat.Notebook, params map[string]string, dir string) error {
	if len(params) == 0 {
		return nil
	}
	at := slices.IndexFunc(nb.Cells, func(c *nbformat.Cell) bool {
		return c.Type == nbformat.Code && c.HasTag(TagParameters)
	})
	if at < 0 {
		return fmt.Errorf("%w: no code cell is tagged %q, so %s cannot be set", ErrParams, TagParameters, quoted(params))
	}
	known, err := declared(nb.Cells[at].Source)
	if err != nil {
		return fmt.Errorf("%w: cell %q: %w", ErrParams, nb.Cells[at].ID, err)
	}
	var lines []string
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(params)) {
		line, err := known.declaration(name, params[name], dir)
		if err != nil {
			faults = append(faults, fmt.Errorf("%w: %w", ErrParams, err))
		}
		lines = append(lines, line)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	after := nb.Cells[at]
	nb.Cells = slices.DeleteFunc(nb.Cells, func(c *nbformat.Cell) bool { return c.HasTag(TagInjected) })
	taken := make(map[string]bool)
	for _, c := range nb.Cells {
		taken[c.ID] = true
	}
	cell := &nbformat.Cell{
		ID:       nbformat.FreeID(TagInjected, taken),
		Type:     nbformat.Code,
		Source:   strings.Join(lines, "\n"),
		Metadata: nbformat.Metadata{},
	}
	cell.Metadata.Set("tags", []string{TagInjected})
	nb.Cells = slices.Insert(nb.Cells, slices.Index(nb.Cells, after)+1, cell)
	return nil
}

func quoted(params map[string]string) string {
	return strings.Join(slices.Sorted(maps.Keys(params)), ", ")
}

// variables are the parameters of a notebook: types by name.
type variables map[string]string

// Types of parameters. A variable of any other kind is known, but cannot be set.
const (
	typeString   = "string"
	typeInt      = "int"
	typeFloat    = "float64"
	typeBool     = "bool"
	typeDuration = "time.Duration"
	typeOther    = ""
)

// integerBits are the sizes of the integer types; of unsigned ones negative.
var integerBits = map[string]int{
	"int": strconv.IntSize, "int8": 8, "int16": 16, "int32": 32, "int64": 64,
	"uint": -strconv.IntSize, "uint8": -8, "uint16": -16, "uint32": -32, "uint64": -64,
}

// declared reads the variables that a cell declares.
func declared(source string) (variables, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "cell", goPart(source), parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("no Go declarations: %w", err)
	}
	known := make(variables)
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.ValueSpec)
			for i, name := range spec.Names {
				known[name.Name] = typeOther
				if len(spec.Names) == len(spec.Values) {
					known[name.Name] = literalType(spec.Type, spec.Values[i])
				}
			}
		}
	}
	return known, nil
}

// goPart makes a Go file of a cell's declarations: the first line must be the
// package clause, on the line of the cell's own first, to keep line numbers.
func goPart(source string) string {
	lines := strings.Split(source, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "%") || strings.HasPrefix(l, "!") {
			lines[i] = ""
			if l == "%%" || strings.HasPrefix(l, "%% ") || strings.HasPrefix(l, "%main") {
				lines = lines[:i] // the rest is the body of main
				break
			}
		}
	}
	return "package cell; " + strings.Join(lines, "\n")
}

// literalType returns the type of a declaration `name typ = value`.
func literalType(typ, value ast.Expr) string {
	lit := typeOfValue(value)
	if typ == nil {
		return lit
	}
	declared := exprName(typ)
	switch {
	case declared == lit,
		declared == typeFloat && lit == typeInt,
		declared == typeDuration && lit == typeInt,
		integerBits[declared] != 0 && lit == typeInt:
		return declared
	}
	return typeOther
}

func typeOfValue(value ast.Expr) string {
	switch v := value.(type) {
	case *ast.BasicLit:
		switch v.Kind {
		case token.STRING:
			return typeString
		case token.INT:
			return typeInt
		case token.FLOAT:
			return typeFloat
		}
	case *ast.UnaryExpr:
		if v.Op == token.SUB || v.Op == token.ADD {
			if t := typeOfValue(v.X); t == typeInt || t == typeFloat || t == typeDuration {
				return t
			}
		}
	case *ast.ParenExpr:
		return typeOfValue(v.X)
	case *ast.Ident:
		if v.Name == "true" || v.Name == "false" {
			return typeBool
		}
	case *ast.SelectorExpr:
		switch exprName(v) {
		case "time.Nanosecond", "time.Microsecond", "time.Millisecond", "time.Second", "time.Minute", "time.Hour":
			return typeDuration
		}
	case *ast.BinaryExpr:
		a, b := typeOfValue(v.X), typeOfValue(v.Y)
		if v.Op == token.MUL && (a == typeInt && b == typeDuration || a == typeDuration && b == typeInt) {
			return typeDuration
		}
	}
	return typeOther
}

func exprName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return exprName(e.X) + "." + e.Sel.Name
	}
	return ""
}

// declaration returns Go source that declares the parameter with the value.
func (v variables) declaration(name, value, dir string) (string, error) {
	typ, ok := v[name]
	if !ok {
		known := "it has none"
		if len(v) > 0 {
			known = "it has " + strings.Join(slices.Sorted(maps.Keys(v)), ", ")
		}
		return "", fmt.Errorf("the notebook has no parameter %q (%s)", name, known)
	}
	literal, err := literalOf(typ, value, dir)
	if err != nil {
		return "", fmt.Errorf("%s=%s: %w", name, value, err)
	}
	return fmt.Sprintf("var %s %s = %s", name, typ, literal), nil
}

func literalOf(typ, value, dir string) (string, error) {
	if bits := integerBits[typ]; bits != 0 {
		return integerLiteral(typ, bits, value)
	}
	switch typ {
	case typeString:
		value, err := seenFrom(dir, value)
		return strconv.Quote(value), err
	case typeFloat:
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return "", errors.New("want a float64, such as 0.9")
		}
		return strconv.FormatFloat(f, 'g', -1, 64), nil
	case typeBool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return "", errors.New("want a bool: true or false")
		}
		return strconv.FormatBool(b), nil
	case typeDuration:
		d, err := time.ParseDuration(value)
		if err != nil {
			return "", errors.New("want a time.Duration, such as 90s or 5m")
		}
		return fmt.Sprintf("%d // %v", d.Nanoseconds(), d), nil
	}
	return "", errors.New("the notebook gives it no literal value (of type string, bool, time.Duration or a number), so it cannot be set")
}

func integerLiteral(typ string, bits int, value string) (string, error) {
	var err error
	if bits < 0 {
		_, err = strconv.ParseUint(value, 10, -bits)
	} else {
		_, err = strconv.ParseInt(value, 10, bits)
	}
	if err != nil {
		return "", fmt.Errorf("want %s %s, such as 1000", article(typ), typ)
	}
	return strings.TrimPrefix(value, "+"), nil
}

func article(typ string) string {
	if strings.HasPrefix(typ, "int") {
		return "an"
	}
	return "a"
}

// seenFrom returns path as seen from dir, if it is the relative path of an
// existing file, else path itself.
func seenFrom(dir, path string) (string, error) {
	if path == "" || filepath.IsAbs(path) || strings.Contains(path, "://") {
		return path, nil
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return path, nil
	}
	// The kernel resolves ".." in real folders, so links must be gone first.
	from, err := realPath(dir)
	if err != nil {
		return "", err
	}
	folder, err := realPath(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(from, filepath.Join(folder, filepath.Base(path)))
	if err != nil {
		return "", err
	}
	return filepath.ToSlash(rel), nil
}

func realPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}
