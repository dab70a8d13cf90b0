package cell

import (
	"go/ast"
	"go/token"
)

// effects reports whether a program of these declarations may do anything
// before its main begins.
func (p Program) effects() bool {
	for n, d := range p.decls {
		if d.acts(n) {
			return true
		}
	}
	return false
}

// acts reports whether the declaration, remembered as n, does anything before
// main begins.
func (d *decl) acts(n name) bool {
	return n.kind == Func && isInit(n.key) || n.kind == Var && d.value != nil && !inert(d.value)
}

// isInit reports whether the function with this key is an init function.
func isInit(key string) bool {
	return key == "init" || len(key) >= 5 && key[:5] == "init_"
}

// Conversions to these, and calls of these, do nothing to be seen.
var harmless = map[string]bool{
	"bool": true, "byte": true, "rune": true, "string": true, "error": true, "any": true,
	"int": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true, "uintptr": true,
	"float32": true, "float64": true, "complex64": true, "complex128": true,
	"len": true, "cap": true, "new": true, "complex": true, "real": true, "imag": true,
	"min": true, "max": true, "append": true,
}

// inert reports whether to compute e shows nothing and cannot fail. It is
// cautious: false means maybe.
func inert(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // not called: a call of it is seen first
		case *ast.CallExpr:
			ok = ok && harmlessCall(n)
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW
		case *ast.BinaryExpr:
			ok = ok && n.Op != token.QUO && n.Op != token.REM && n.Op != token.SHL && n.Op != token.SHR
		case *ast.IndexExpr, *ast.IndexListExpr, *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr:
			ok = false
		}
		return ok
	})
	return ok
}

func harmlessCall(c *ast.CallExpr) bool {
	switch f := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		return harmless[f.Name]
	case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.InterfaceType, *ast.StructType, *ast.FuncType:
		return true
	}
	return false
}
