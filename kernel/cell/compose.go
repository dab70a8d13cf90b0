package cell

import (
	"fmt"
	"slices"
	"strings"
)

// Source is a program as Go source.
type Source struct {
	Text []byte

	// Imports are the paths the program imports, sorted.
	Imports []string

	// Missing are names that are used like those of packages, and that neither
	// an import nor the standard library explains.
	Missing []string

	// Test reports whether it is the text of a _test.go file.
	Test bool

	// Runs reports whether running the program may show anything: it has a main
	// of its own, an init function, or a variable whose value takes a call to
	// compute.
	Runs bool

	places map[string]fragment // of imports
}

// ImportPlace returns where an import stands; ok is false if it was added by
// Compose.
func (s *Source) ImportPlace(path string) (id string, line, col int, ok bool) {
	f, ok := s.places[path]
	return f.cell, f.line, f.col, ok
}

// Names tells the package names of import paths, "" for one it does not know.
type Names func(paths []string) []string

// Compose returns the program that c is, with p as what is remembered, c
// included: p.With(c).Compose(c, nil). A nil c composes the declarations
// alone, with an empty main.
//
// Imports that are not used are left out; those of the standard library that
// are used but missing are added, if the name leaves no doubt. names is asked
// for package names that the paths do not show; nil knows none.
func (p Program) Compose(c *Cell, names Names) (*Source, error) {
	if c == nil {
		c = &Cell{}
	}
	s := &Source{Test: c.Test, places: map[string]fragment{}}
	body := p.body(c)
	used, err := references(body)
	if err != nil {
		return nil, err
	}
	var sb strings.Builder
	sb.WriteString("package main\n")
	for _, d := range p.imports(used, names) {
		if len(d.names) > 0 {
			fmt.Fprintf(&sb, "import %s %s\n", directive(d.names[0])+d.names[0].text, directive(d.rest)+d.rest.text)
		} else {
			fmt.Fprintf(&sb, "import %s\n", directive(d.rest)+d.rest.text)
		}
		s.Imports = append(s.Imports, d.path)
		s.places[d.path] = d.rest
	}
	paths, missing := complete(used)
	for _, path := range paths {
		fmt.Fprintf(&sb, "import %q\n", path)
		s.Imports = append(s.Imports, path)
	}
	s.Missing = missing
	slices.Sort(s.Imports)
	s.Imports = slices.Compact(s.Imports)
	sb.WriteString(body)
	s.Text = []byte(sb.String())
	s.Runs = c.HasMain() || c.Test || p.effects()
	return s, nil
}

// directive says where a fragment comes from.
func directive(f fragment) string {
	return fmt.Sprintf("/*line %s:%d:%d*/", File(f.cell), f.line, f.col)
}

// body renders everything but imports.
func (p Program) body(c *Cell) string {
	var sb strings.Builder
	for _, n := range p.names(Type) {
		d := p.decls[n]
		fmt.Fprintf(&sb, "type %s%s\n", directive(d.rest), d.rest.text)
	}
	p.constants(&sb)
	for _, n := range p.names(Var) {
		if d := p.decls[n]; d.keys[0] == n.key {
			variable(&sb, d)
		}
	}
	for _, n := range p.names(Func) {
		function(&sb, p.decls[n].rest)
	}
	if c.HasMain() {
		function(&sb, c.main)
	} else {
		sb.WriteString("//line /In/_.go:1:1\nfunc main() { flag.Parse() }\n")
	}
	return sb.String()
}

func function(sb *strings.Builder, f fragment) {
	fmt.Fprintf(sb, "//line %s:%d:%d\n%s\n", File(f.cell), f.line, f.col, f.text)
}

func variable(sb *strings.Builder, d *decl) {
	sb.WriteString("var ")
	for i, n := range d.names {
		if i > 0 {
			sb.WriteString(", ")
		}
		sb.WriteString(directive(n) + n.text)
	}
	rest(sb, d)
}

func rest(sb *strings.Builder, d *decl) {
	if strings.TrimSpace(d.rest.text) != "" {
		sb.WriteString(directive(d.rest) + d.rest.text)
	}
	if d.init.text != "" {
		sb.WriteString(" = " + directive(d.init) + d.init.text)
	}
	sb.WriteByte('\n')
}

// constants renders the blocks that have a name left, whole: a line may count
// by iota and repeat the one before. Names declared elsewhere since become _.
func (p Program) constants(sb *strings.Builder) {
	done := map[*block]bool{}
	for _, n := range p.names(Const) {
		b := p.decls[n].block
		if done[b] {
			continue
		}
		done[b] = true
		sb.WriteString("const (\n")
		for _, d := range b.specs {
			p.constant(sb, d)
		}
		sb.WriteString(")\n")
	}
}

func (p Program) constant(sb *strings.Builder, d *decl) {
	for i, n := range d.names {
		if i > 0 {
			sb.WriteString(", ")
		}
		text := n.text
		if !p.live(d, i) {
			text = "_"
		}
		sb.WriteString(directive(n) + text)
	}
	rest(sb, d)
}
