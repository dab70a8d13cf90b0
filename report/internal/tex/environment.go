package tex

import "strings"

// environment describes what \begin{name} opens: the fences around its rows,
// and the alignment of its columns, repeated as needed (r, c, l).
type environment struct {
	open, close string
	columns     string
}

var environments = map[string]environment{
	"aligned": {columns: "rl"}, "align": {columns: "rl"}, "align*": {columns: "rl"}, "split": {columns: "rl"},
	"eqnarray": {columns: "rcl"}, "eqnarray*": {columns: "rcl"},
	"gathered": {columns: "c"}, "gather": {columns: "c"}, "gather*": {columns: "c"},
	"equation": {columns: "c"}, "equation*": {columns: "c"}, "multline": {columns: "c"}, "multline*": {columns: "c"},
	"array": {columns: "c"}, "matrix": {columns: "c"}, "smallmatrix": {columns: "c"},
	"pmatrix": {"(", ")", "c"}, "bmatrix": {"[", "]", "c"}, "vmatrix": {"|", "|", "c"}, "Vmatrix": {"‖", "‖", "c"}, "Bmatrix": {"{", "}", "c"},
	"cases": {"{", "", "l"},
}

// environment reads \begin{name} ... \end{name}, \begin being read.
func (p *parser) environment() string {
	defer p.enter()()
	name := p.text()
	env, ok := environments[name]
	if !ok {
		fail("unknown environment %q", name)
	}
	if name == "array" {
		env.columns = columns(p.text())
	}
	body := p.table(env.columns)
	p.expect(`\end`)
	if got := p.text(); got != name {
		fail(`\begin{%s} ends with \end{%s}`, name, got)
	}
	if env.open == "" && env.close == "" {
		return body
	}
	return "<mrow>" + fence(env.open, true) + body + fence(env.close, true) + "</mrow>"
}

func columns(spec string) string {
	spec = strings.Map(func(r rune) rune {
		if strings.ContainsRune("lcr", r) {
			return r
		}
		return -1
	}, spec)
	if spec == "" {
		return "c"
	}
	return spec
}

// rows reads a whole formula: as it is if it has one row and one column, else
// as a table, as if it stood in an aligned environment.
func (p *parser) rows(closing string) string {
	ml := p.list(`\\`, "&", closing)
	if p.peek() == "" {
		return ml
	}
	return p.tableFrom(ml, "rl")
}

func (p *parser) table(columns string) string { return p.tableFrom(p.list(`\\`, "&", `\end`), columns) }

// tableFrom reads the rest of a table whose first cell is read.
func (p *parser) tableFrom(first, columns string) string {
	var b strings.Builder
	b.WriteString("<mtable><mtr>")
	col := 0
	cell := func(ml string) {
		b.WriteString(`<mtd class="` + string(columns[col%len(columns)]) + `">` + ml + "</mtd>")
		col++
	}
	cell(first)
	for {
		switch tok := p.peek(); tok {
		case "&":
			p.next()
		case `\\`:
			p.next()
			p.rowGap()
			if t := p.peek(); t == "" || t == `\end` {
				continue
			}
			b.WriteString("</mtr><mtr>")
			col = 0
		case "", `\end`:
			b.WriteString("</mtr></mtable>")
			return b.String()
		default:
			fail("unexpected %q", tok)
		}
		cell(p.list(`\\`, "&", `\end`))
	}
}

// rowGap skips the [2pt] that may follow a row.
func (p *parser) rowGap() {
	if !strings.HasPrefix(p.rest, "[") {
		return
	}
	gap, rest, ok := strings.Cut(p.rest[1:], "]")
	if ok && len(gap) <= 8 && strings.ContainsAny(gap, "0123456789") {
		p.rest = rest
	}
}
