package cell

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// Cell is one cell, taken apart.
type Cell struct {
	ID     string
	Source string

	// Magic is the command on the first line that takes the whole cell
	// (%%writefile, %%script, %%bash, %%sh); nil if there is none. With it there
	// are no Commands and no Go.
	Magic *Magic

	// Commands are the % and ! lines, in order. They come before any Go.
	Commands []Command

	// Go reports whether there is anything to compile and run: Go code, or a
	// %test or %exec that calls for it.
	Go bool

	// Test reports whether the cell is compiled with go test, not go build.
	Test bool

	decls     []*decl // in the order of the source
	main      fragment
	mainAt    int    // where in it the name is
	exec      string // the function of %exec, to be called by main
	tests     []string
	benchmark bool
}

// HasMain reports whether the cell has a main of its own: func main, %%, %main
// or %exec.
func (c *Cell) HasMain() bool { return c.main.text != "" }

// TestArgs returns the arguments of a test cell that gives none: verbose, and
// the cell's own tests and benchmarks if it has any.
func (c *Cell) TestArgs() []string {
	args := []string{"-test.v"}
	if c.benchmark {
		args = append(args, "-test.bench=.")
	}
	if len(c.tests) > 0 {
		args = append(args, "-test.run=^"+strings.Join(c.tests, "$|^")+"$")
	}
	return args
}

// Parse takes a cell apart. The error, if any, is a [Diagnostics] with the
// syntax errors of the Go code, at most ten and one a line; the returned cell is never nil and holds the
// commands in any case, since these come first.
func Parse(id, source string) (*Cell, error) {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	c := &Cell{ID: id, Source: source}
	lines := strings.Split(source, "\n")
	if c.Magic = parseMagic(lines); c.Magic != nil {
		return c, nil
	}
	used := c.parseCommands(lines)
	c.Go = c.Test || c.exec != "" || hasGo(lines, used)
	if !c.Go {
		return c, nil
	}
	return c, c.parseGo(goText(lines, used))
}

// hasGo reports whether a line is neither used by a command nor empty. A
// comment counts, as it does in GoNB.
func hasGo(lines []string, used []bool) bool {
	for i, l := range lines {
		if !used[i] && strings.TrimSpace(l) != "" {
			return true
		}
	}
	return false
}

// goText returns the Go file that a cell is: line n of the cell is line n+1 of
// the file. Commands are blank, %% opens main, which the last line closes.
func goText(lines []string, used []bool) string {
	var sb strings.Builder
	sb.WriteString("package main\n")
	open := false
	for i, l := range lines {
		command := strings.TrimPrefix(l, prefix)
		switch {
		case opensMain(command):
			sb.WriteString("func main() { flag.Parse();")
			open = true
		case isCommand(command, "exec"):
			sb.WriteString("func main() { flag.Parse(); " + execName(command) + "() }")
		case used[i], packageClause.MatchString(l):
		default:
			sb.WriteString(l)
		}
		sb.WriteByte('\n')
	}
	if open {
		sb.WriteString("}\n")
	}
	return sb.String()
}

func (c *Cell) parseGo(text string) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return c.syntax(err, text)
	}
	r := reader{cell: c, fset: fset, text: text}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			r.function(d)
		case *ast.GenDecl:
			r.general(d)
		}
	}
	return r.err()
}
