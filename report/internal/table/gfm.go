package table

import "strings"

// GFM returns t as a pipe table, with the caption above it, or false if a pipe
// table cannot hold it: irregular, or without any cell.
func (t Table) GFM() (string, bool) {
	if !t.Regular || len(t.Rows) == 0 || t.HeaderRows > 1 {
		return "", false
	}
	head, body := make([]Cell, len(t.Rows[0])), t.Rows
	if t.HeaderRows == 1 {
		head, body = t.Rows[0], t.Rows[1:]
	}
	var b strings.Builder
	if t.Caption != "" {
		b.WriteString("**" + Escape(t.Caption) + "**\n\n")
	}
	writeRow(&b, head)
	for i, numeric := range t.Numeric() {
		b.WriteString("|" + delimiter(t.columnAlign(i), numeric))
	}
	b.WriteString("|\n")
	for _, row := range body {
		writeRow(&b, row)
	}
	return b.String(), true
}

func writeRow(b *strings.Builder, row []Cell) {
	for _, c := range row {
		text := Escape(c.Text)
		if c.Header && len(row) > 0 && text != "" && row[0].node == c.node && !allHeaders(row) {
			text = "**" + text + "**"
		}
		b.WriteString("| " + text + " ")
	}
	b.WriteString("|\n")
}

// columnAlign is the alignment all data cells of a column agree on.
func (t Table) columnAlign(col int) Align {
	align := Unset
	for i, row := range t.Rows[t.HeaderRows:] {
		if i > 0 && row[col].Align != align {
			return Unset
		}
		align = row[col].Align
	}
	return align
}

func delimiter(a Align, numeric bool) string {
	switch {
	case a == Right || a == Unset && numeric:
		return "---:"
	case a == Center:
		return ":---:"
	case a == Left:
		return ":---"
	}
	return "---"
}

// Escape returns s as Markdown text on one line: what Markdown would read as
// markup is escaped, line breaks become <br>.
func Escape(s string) string { return escape(s) }

var escape = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;",
	"&", "&amp;", "$", `\$`, "~", `\~`, "\r\n", "<br>", "\n", "<br>", "\r", "<br>").Replace
