package complete

import (
	"errors"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// Status says whether a cell's text can be run as it stands.
type Status string

// The answers of [IsComplete], as the protocol spells them.
const (
	Complete   Status = "complete"
	Incomplete Status = "incomplete" // more lines are needed
	Invalid    Status = "invalid"    // no more lines would help
)

// IsComplete says whether a cell's text can be run, or whether more should be
// typed first: then indent is how the next line should begin.
func IsComplete(cell string) (status Status, indent string) {
	t := translate(cell)
	last := strings.TrimRight(cell, " \t")
	switch {
	case strings.HasSuffix(last, `\`) && t.blank[t.line(len(cell))]:
		return Incomplete, ""
	case t.magic != "" && !strings.HasSuffix(cell, "\n"):
		return Incomplete, ""
	case t.magic != "":
		return Complete, ""
	}
	src := t.src
	if t.inMain {
		src += "\n}"
	}
	_, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	var list scanner.ErrorList
	if err == nil || !errors.As(err, &list) {
		return Complete, ""
	}
	tokens, unfinished := lex(t.src)
	if unfinished != nil && (unfinished.lit[0] == '`' || strings.HasPrefix(unfinished.lit, "/*")) {
		return Incomplete, ""
	}
	end := len(header)
	if len(tokens) > 0 {
		end = tokens[len(tokens)-1].end
	}
	if list[0].Pos.Offset < end || t.inMain && len(open(tokens)) == 0 {
		return Invalid, "" // the last: main's own bracket is closed
	}
	return Incomplete, strings.Repeat("\t", depth(tokens, t.inMain))
}

// depth is how far the next line is indented: the body of main that %% opens is
// not.
func depth(tokens []lexed, inMain bool) int {
	n := len(open(tokens))
	if inMain {
		n--
	}
	return max(n, 0)
}
