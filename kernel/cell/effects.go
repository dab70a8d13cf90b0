package cell

import "mixmodel/kernel/reach"

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
	return n.kind == Func && isInit(n.key) || n.kind == Var && d.value != nil && !reach.Inert(d.value)
}

// isInit reports whether the function with this key is an init function.
func isInit(key string) bool {
	return key == "init" || len(key) >= 5 && key[:5] == "init_"
}
