package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// references returns the names that the code takes from packages: for every
// x.Sel with an x that is declared nowhere, Sel under x. free are all names
// that are declared nowhere.
func references(body string) (used map[string][]string, free map[string]bool, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", "package main\n"+body, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("cell: the remembered declarations do not fit together: %w", err)
	}
	unresolved := make(map[*ast.Ident]bool, len(file.Unresolved))
	free = map[string]bool{}
	for _, id := range file.Unresolved {
		unresolved[id], free[id.Name] = true, true
	}
	used = map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && unresolved[x] && !slices.Contains(used[x.Name], sel.Sel.Name) {
				used[x.Name] = append(used[x.Name], sel.Sel.Name)
			}
		}
		return true
	})
	return used, free, nil
}

// imported is an import of a program, and the name it has there.
type imported struct {
	name string // "_" and "." are what they are in Go
	path string
	text string // what follows the keyword
	at   fragment
}

func (d *decl) imported(name string) imported {
	i := imported{name: name, path: d.path, text: directive(d.rest) + d.rest.text, at: d.rest}
	if len(d.names) > 0 {
		i.text = directive(d.names[0]) + d.names[0].text + " " + i.text
	}
	return i
}

// imports returns the remembered imports that are used, and takes their names
// out of used. Of dot imports it cannot be told; they and blank ones are kept.
func (p Program) imports(used map[string][]string, names Names) []imported {
	var keep []imported
	var unsure []*decl
	take := func(d *decl, name string) bool {
		if _, ok := used[name]; !ok {
			return false
		}
		delete(used, name)
		keep = append(keep, d.imported(name))
		return true
	}
	for _, n := range p.names(Import) {
		switch d := p.decls[n]; {
		case len(d.names) > 0 && (d.names[0].text == "_" || d.names[0].text == "."):
			keep = append(keep, d.imported(d.names[0].text))
		case len(d.names) > 0:
			take(d, d.names[0].text)
		case !take(d, assumedName(d.path)) && !isStd(d.path):
			unsure = append(unsure, d)
		}
	}
	for i, name := range ask(names, unsure, used) {
		take(unsure[i], name)
	}
	slices.SortFunc(keep, func(a, b imported) int { return strings.Compare(a.path, b.path) })
	return keep
}

// ask returns the package names of imports whose paths may not show them, if
// there are uses left that they could explain. Every main uses flag.
func ask(names Names, unsure []*decl, used map[string][]string) []string {
	_, flag := used["flag"]
	if names == nil || len(unsure) == 0 || len(used) == 0 || flag && len(used) == 1 {
		return nil
	}
	paths := make([]string, len(unsure))
	for i, d := range unsure {
		paths[i] = d.path
	}
	return names(paths)
}

// assumedName guesses a package's name from its path, as goimports does:
// "math/rand/v2" is rand, "github.com/x/go-yaml.v3" is yaml.
func assumedName(importPath string) string {
	base := path.Base(importPath)
	if v, ok := strings.CutPrefix(base, "v"); ok {
		if _, err := strconv.Atoi(v); err == nil && path.Dir(importPath) != "." {
			base = path.Base(path.Dir(importPath))
		}
	}
	base = strings.TrimPrefix(base, "go-")
	if i := strings.IndexFunc(base, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}); i >= 0 {
		base = base[:i]
	}
	return base
}

// isStd reports whether a path belongs to the standard library.
func isStd(importPath string) bool {
	return slices.Contains(std[assumedName(importPath)], importPath)
}

// complete returns the standard packages that are used but not imported, and
// the names for which there is none.
func complete(used map[string][]string) (paths, missing []string) {
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if p := standard(name, used[name]); p != "" {
			paths = append(paths, p)
		} else if len(std[name]) == 0 {
			missing = append(missing, name)
		}
	}
	return paths, missing
}

// standard returns the package of the standard library that has this name and
// these symbols, "" if there is none or more than one.
func standard(name string, symbols []string) string {
	candidates := std[name]
	if len(candidates) == 1 {
		return candidates[0]
	}
	fits := func(p string) bool {
		for _, s := range symbols {
			if !slices.Contains(strings.Fields(exports[p]), s) {
				return false
			}
		}
		return true
	}
	var found []string
	for _, p := range candidates {
		if fits(p) {
			found = append(found, p)
		}
	}
	// Both generators of random numbers have Int and more. goimports prefers
	// the one for secrets, then the newer.
	if len(found) == 1 || len(found) > 1 && name == "rand" {
		return found[0]
	}
	return ""
}
