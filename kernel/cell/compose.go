package cell

import (
	"fmt"
	"slices"
	"strconv"
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

	imports []imported
	free    map[string]bool // names that its declarations leave open
	program Program
	cell    *Cell
}

// ImportPlace returns where an import stands; ok is false if it was added by
// Compose.
func (s *Source) ImportPlace(path string) (id string, line, col int, ok bool) {
	for _, i := range s.imports {
		if i.path == path && i.at.line > 0 {
			return i.at.cell, i.at.line, i.at.col, true
		}
	}
	return "", 0, 0, false
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
	s := &Source{Test: c.Test, program: p, cell: c}
	body := p.body() + c.mainText("main")
	used, free, err := references(body)
	if err != nil {
		return nil, err
	}
	s.free, s.imports = free, p.imports(used, names)
	paths, missing := complete(used)
	for _, path := range paths {
		s.imports = append(s.imports, imported{name: assumedName(path), path: path, text: strconv.Quote(path)})
	}
	s.Missing = missing
	s.write(body)
	s.Runs = c.HasMain() || c.Test || p.effects()
	return s, nil
}

// write makes the text of the imports and the rest.
func (s *Source) write(body string) {
	var sb strings.Builder
	sb.WriteString("package main\n")
	for _, i := range s.imports {
		sb.WriteString("import " + i.text + "\n")
		s.Imports = append(s.Imports, i.path)
	}
	slices.Sort(s.Imports)
	s.Imports = slices.Compact(s.Imports)
	sb.WriteString(body)
	s.Text = []byte(sb.String())
}

// directive says where a fragment comes from.
func directive(f fragment) string {
	return fmt.Sprintf("/*line %s:%d:%d*/", File(f.cell), f.line, f.col)
}

// body renders everything but imports and main.
func (p Program) body() string {
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
	return sb.String()
}

// mainText renders the cell's main under another name.
func (c *Cell) mainText(name string) string {
	if !c.HasMain() {
		return ownLine + "func " + name + "() { flag.Parse() }\n"
	}
	main := c.main
	main.text = main.text[:c.mainAt] + name + main.text[c.mainAt+len("main"):]
	var sb strings.Builder
	function(&sb, main)
	return sb.String()
}

// ownLine begins code that stands in no cell.
const ownLine = "//line /In/_.go:1:1\n"

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
