package cell

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Program is what is remembered of the cells so far: a set of declarations.
// It is a value and never changes; the zero Program is empty.
type Program struct {
	decls map[name]*decl
}

// name is what a declaration is remembered by.
type name struct {
	kind Kind
	key  string
}

func (d *decl) all(yield func(name) bool) {
	for _, k := range d.keys {
		if !yield(name{d.kind, k}) {
			return
		}
	}
}

// With returns the program after c: its declarations are added, and replace
// those of the same kind and key. Of variables that share one value, as in
// "var a, b = f()", all are forgotten when one is declared anew.
func (p Program) With(c *Cell) Program {
	m := maps.Clone(p.decls)
	if m == nil {
		m = make(map[name]*decl)
	}
	for _, d := range c.decls {
		for n := range d.all {
			if old := m[n]; old != nil && old.tuple {
				for o := range old.all {
					delete(m, o)
				}
			}
		}
		for n := range d.all {
			m[apart(m, n, d)] = d
		}
	}
	return Program{m}
}

// apart is the name under which d is remembered: an import keeps away from
// another whose path ends alike but whose package has another name.
func apart(m map[name]*decl, n name, d *decl) name {
	if old := m[n]; d.kind == Import && old != nil && old.path != d.path &&
		len(old.names) == 0 && len(d.names) == 0 && assumedName(old.path) != assumedName(d.path) {
		n.key += "~" + d.path
	}
	return n
}

// Without returns the program without the declarations of that key, and what
// kind the first of them was, in GoNB's order: imports, constants, types,
// variables, functions. Only one kind is removed.
func (p Program) Without(key string) (rest Program, kind Kind, found bool) {
	for kind = Import; kind <= Func; kind++ {
		n := name{kind, key}
		_, ok := p.decls[n]
		if !ok && kind == Import {
			n, ok = p.special(key)
		}
		if !ok {
			continue
		}
		m := maps.Clone(p.decls)
		delete(m, n)
		return Program{m}, kind, true
	}
	return p, 0, false
}

// WithImports returns the program with further imports, which stand in no cell.
// One that is not used is left out by Compose.
func (p Program) WithImports(paths []string) Program {
	c := &Cell{ID: "_"}
	for _, path := range paths {
		c.decls = append(c.decls, &decl{kind: Import, keys: []string{"+" + path}, path: path,
			rest: fragment{cell: "_", line: 1, col: 1, text: strconv.Quote(path)}})
	}
	return p.With(c)
}

// WithoutImport returns the program without imports of that path.
func (p Program) WithoutImport(path string) Program {
	m := maps.Clone(p.decls)
	maps.DeleteFunc(m, func(n name, d *decl) bool { return n.kind == Import && d.path == path })
	return Program{m}
}

// special finds an import that was renamed to "_" or "." by that key.
func (p Program) special(key string) (name, bool) {
	if key == "_" || key == "." {
		for _, n := range p.names(Import) {
			if strings.HasPrefix(n.key, key+"~") {
				return n, true
			}
		}
	}
	return name{}, false
}

// names returns the sorted names of one kind.
func (p Program) names(k Kind) []name {
	var list []name
	for n := range p.decls {
		if n.kind == k {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b name) int { return strings.Compare(a.key, b.key) })
	return list
}

// Imports lists the paths that are imported, used or not, sorted.
func (p Program) Imports() []string {
	var paths []string
	for _, n := range p.names(Import) {
		paths = append(paths, p.decls[n].path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// live reports whether the i-th name of d is still declared by it.
func (p Program) live(d *decl, i int) bool {
	return p.decls[name{d.kind, d.keys[i]}] == d
}

// Declarations lists what is remembered, by kind and key.
func (p Program) Declarations() []Declaration {
	var list []Declaration
	for n, d := range p.decls {
		at := d.rest
		for i, k := range d.keys {
			if k == n.key && i < len(d.names) && d.kind != Import {
				at = d.names[i]
			}
		}
		list = append(list, Declaration{Kind: n.kind, Key: n.key, Cell: at.cell, Line: at.line})
	}
	slices.SortFunc(list, func(a, b Declaration) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Key, b.Key))
	})
	return list
}
