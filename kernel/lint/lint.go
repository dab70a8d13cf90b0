// Package lint holds the rules of this house for notebooks: what makes one run
// everywhere Go does, on our engine and on stock GoNB, and show the same.
//
//   - It lies one folder below the module's root.
//   - Its first code cell is [Setup], which makes stock GoNB see the module.
//   - Its second code cell imports whatever later ones use.
//   - A cell that shows something by package display prints nothing beside: on
//     stock GoNB the order of the two is chance.
//   - There are no widgets, no WebAssembly, no go get, no scripts from the
//     network and no paths of one machine.
package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"mixmodel/kernel/nbformat"
)

// Setup is the first code cell of every notebook.
const Setup = "%noautoget\n!*test -f go.work || (go work init . && go work use . \"$GONB_DIR/..\")"

// Fault is a rule that a cell breaks.
type Fault struct {
	CellID  string
	Line    int // in the cell, from 1; 0 is the whole cell
	Message string
}

// rule is what no line of code may hold.
type rule struct {
	pattern *regexp.Regexp
	message string
}

var rules = []rule{
	{regexp.MustCompile(`^!.*\bgo get\b`), "go get changes what versions are used (want them in go.mod)"},
	{regexp.MustCompile(`^%(wasm|widgets)\b|gonbui/(widgets|wasm|dom|comms)"`), "widgets and WebAssembly need a browser"},
	{regexp.MustCompile(`<script[^>]+src=|gonbui/plotly"|cdn\.`), "a script from the network (want figures as SVG)"},
	{regexp.MustCompile("[\"`](/(home|Users|root|tmp|mnt|var|opt)/|[A-Z]:\\\\)"), "a path of one machine (want one relative to the notebook)"},
}

var (
	shows   = regexp.MustCompile(`\bdisplay\.(Show|HTML|Markdown|NewProgress)\(`)
	prints  = regexp.MustCompile(`(^|[^.\w])(fmt\.Print(ln|f)?|print(ln)?)\(`)
	imports = regexp.MustCompile(`(?m)^import\b`)
)

// House returns the rules that the notebook, to be read from the file at path,
// breaks.
func House(nb *nbformat.Notebook, path string) []Fault {
	var faults []Fault
	var code []*nbformat.Cell
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			code = append(code, c)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "..", "go.mod")); err != nil {
		faults = append(faults, Fault{Message: "it does not lie one folder below a go.mod"})
	}
	if len(code) == 0 || strings.TrimSpace(code[0].Source) != Setup {
		faults = append(faults, Fault{CellID: id(code), Message: fmt.Sprintf("the first code cell is not the set-up (want %q)", Setup)})
	}
	for i, c := range code {
		faults = append(faults, cell(c)...)
		if at := imports.FindStringIndex(c.Source); i > 1 && at != nil {
			faults = append(faults, Fault{c.ID, 1 + strings.Count(c.Source[:at[0]], "\n"), "an import (want all of them in the second code cell)"})
		}
	}
	return faults
}

func id(cells []*nbformat.Cell) string {
	if len(cells) == 0 {
		return ""
	}
	return cells[0].ID
}

// cell applies the rules for single cells.
func cell(c *nbformat.Cell) []Fault {
	var faults []Fault
	rich := shows.MatchString(c.Source)
	n := 0
	for line := range strings.Lines(c.Source) {
		n++
		code, _, _ := strings.Cut(line, "// ")
		for _, r := range rules {
			if r.pattern.MatchString(code) {
				faults = append(faults, Fault{c.ID, n, r.message})
			}
		}
		if rich && prints.MatchString(code) {
			faults = append(faults, Fault{c.ID, n, "a print beside a display: their order is chance on stock GoNB (want display.Markdown)"})
		}
	}
	return faults
}
