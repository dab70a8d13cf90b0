package cell

import (
	"fmt"
	"strings"
)

// Text returns everything that is remembered as one Go file, for tools that
// complete and inspect: unlike [Program.Compose] it keeps imports that are not
// used yet.
func (p Program) Text() string {
	var sb strings.Builder
	sb.WriteString("package main\n")
	for _, n := range p.names(Import) {
		d := p.decls[n]
		for _, alias := range d.names {
			fmt.Fprintf(&sb, "import %s %q\n", alias.text, d.path)
		}
		if len(d.names) == 0 {
			fmt.Fprintf(&sb, "import %q\n", d.path)
		}
	}
	return sb.String() + p.body() + new(Cell).mainText("main")
}
