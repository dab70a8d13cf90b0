package cell

import (
	"errors"
	"fmt"
	"go/scanner"
	"regexp"
	"strconv"
	"strings"
)

// Diagnostic is a fault in a cell, found without running it.
type Diagnostic struct {
	CellID    string
	Line, Col int // in the cell, from 1; 0 if unknown
	Message   string
}

// Error returns "cell:line:col: message".
func (d Diagnostic) Error() string {
	var sb strings.Builder
	sb.WriteString(d.CellID)
	if d.Line > 0 {
		fmt.Fprintf(&sb, ":%d", d.Line)
		if d.Col > 0 {
			fmt.Fprintf(&sb, ":%d", d.Col)
		}
	}
	if sb.Len() > 0 {
		sb.WriteString(": ")
	}
	return sb.String() + d.Message
}

// Diagnostics are the faults of one cell, or of several, in order.
type Diagnostics []Diagnostic

// Error returns one line for each fault.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// syntax makes diagnostics of the parser's errors. What is wrong at the end of
// the file, a missing brace say, is put on the cell's last line, unless it only
// follows from something before.
func (c *Cell) syntax(err error, text string) error {
	lines := strings.Split(c.Source, "\n")
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return Diagnostics{{CellID: c.ID, Message: err.Error()}}
	}
	var ds Diagnostics
	for _, e := range list {
		before := text[:min(e.Pos.Offset, len(text))] // the line itself may be what a directive says
		d := Diagnostic{CellID: c.ID, Message: e.Msg}
		d.Line = max(1, strings.Count(before, "\n"))
		d.Col = len(before) - strings.LastIndexByte(before, '\n')
		if d.Line > len(lines) {
			if len(ds) > 0 {
				break
			}
			d.Line, d.Col = len(lines), 0
		}
		if d.Col > len(lines[d.Line-1])+1 {
			d.Col = 0
		}
		ds = append(ds, d)
	}
	return ds
}

// File is the name under which the compiler knows a cell.
func File(id string) string { return "/In/" + escape(id) + ".go" }

// escape makes any text fit for a file name in a line directive.
func escape(id string) string {
	var sb strings.Builder
	for i := range len(id) {
		switch b := id[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '-', b == '_', b == '.':
			sb.WriteByte(b)
		default:
			fmt.Fprintf(&sb, "%%%02x", b)
		}
	}
	return sb.String()
}

var escaped = regexp.MustCompile(`%[0-9a-f]{2}`)

func unescapeID(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		n, _ := strconv.ParseUint(e[1:], 16, 8)
		return string([]byte{byte(n)})
	})
}

var place = regexp.MustCompile(`(?:[A-Za-z]:)?[/\\]In[/\\]([A-Za-z0-9._%-]*)\.go:(\d+)(?::(\d+))?(?:\[[^\]\n]*:\d+\])?`)

// Places replaces every place in a text of the compiler's or the runtime's,
// "/In/eda.go:3:5", by what name returns for it.
func Places(text string, name func(id string, line, col int) string) string {
	return place.ReplaceAllStringFunc(text, func(s string) string {
		m := place.FindStringSubmatch(s)
		line, _ := strconv.Atoi(m[2])
		col, _ := strconv.Atoi(m[3])
		return name(unescapeID(m[1]), line, col)
	})
}

var compilerLine = regexp.MustCompile(`^` + place.String() + `: (.*)$`)

// ParseDiagnostics reads the compiler's output: a line of the form
// "/In/eda.go:3:5: message" begins a diagnostic, lines indented by a tab
// continue it, others are returned as rest.
func ParseDiagnostics(output string) (ds Diagnostics, rest string) {
	var others []string
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		switch m := compilerLine.FindStringSubmatch(line); {
		case m != nil:
			d := Diagnostic{CellID: unescapeID(m[1]), Message: m[4]}
			d.Line, _ = strconv.Atoi(m[2])
			d.Col, _ = strconv.Atoi(m[3])
			ds = append(ds, d)
		case strings.HasPrefix(line, "\t") && len(ds) > 0 && len(others) == 0:
			ds[len(ds)-1].Message += "\n" + line
		case line == "" || strings.HasPrefix(line, "# "):
		default:
			others = append(others, line)
		}
	}
	for i := range ds {
		ds[i].Message = Places(ds[i].Message, func(id string, line, col int) string {
			return fmt.Sprintf("%s:%d:%d", id, line, col)
		})
	}
	return ds, strings.Join(others, "\n")
}
