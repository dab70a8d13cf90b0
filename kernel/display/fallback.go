package display

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"mixmodel/kernel/display/typed"
)

// page is a typed value as readers see it who do not know its type: blocks of
// one kind each, from top to bottom.
type page []block

// block is a sentence with a lead in bold, a list, or a table.
type block struct {
	lead, text string
	list       []string
	table      grid
}

// grid is a table with its cells formatted. left is the number of columns, from
// the left, that hold text.
type grid struct {
	caption string
	header  []string
	rows    [][]string
	left    int
}

func (p page) html() string {
	var sb strings.Builder
	for _, b := range p {
		if b.lead+b.text != "" {
			fmt.Fprintf(&sb, "<p>%s</p>\n", joined(bold("<strong>", escape(b.lead), "</strong>"), escape(b.text)))
		}
		if len(b.list) > 0 {
			sb.WriteString("<ul>\n")
			for _, s := range b.list {
				fmt.Fprintf(&sb, "<li>%s</li>\n", escape(s))
			}
			sb.WriteString("</ul>\n")
		}
		b.table.html(&sb)
	}
	return sb.String()
}

func (g grid) html(sb *strings.Builder) {
	if len(g.header) == 0 {
		return
	}
	row := func(tag string, cells []string) {
		sb.WriteString("<tr>")
		for i, c := range cells {
			align, name, scope := "right", tag, ""
			if i < g.left {
				align = "left"
			}
			switch {
			case tag == "th":
				scope = ` scope="col"`
			case i == 0 && g.left > 0:
				name, scope = "th", ` scope="row"`
			}
			fmt.Fprintf(sb, `<%s%s style="text-align:%s">%s</%s>`, name, scope, align, escape(c), name)
		}
		sb.WriteString("</tr>\n")
	}
	sb.WriteString("<table>\n")
	if g.caption != "" {
		fmt.Fprintf(sb, "<caption>%s</caption>\n", escape(g.caption))
	}
	sb.WriteString("<thead>\n")
	row("th", g.header)
	sb.WriteString("</thead>\n<tbody>\n")
	for _, r := range g.rows {
		row("td", r)
	}
	sb.WriteString("</tbody>\n</table>\n")
}

func (p page) markdown() string {
	var parts []string
	for _, b := range p {
		if b.lead+b.text != "" {
			parts = append(parts, joined(bold("**", literal(b.lead), "**"), literal(b.text)))
		}
		var items []string
		for _, s := range b.list {
			items = append(items, "- "+literal(s))
		}
		if len(items) > 0 {
			parts = append(parts, strings.Join(items, "\n"))
		}
		if len(b.table.header) > 0 {
			if b.table.caption != "" {
				parts = append(parts, "**"+literal(b.table.caption)+"**")
			}
			parts = append(parts, b.table.markdown())
		}
	}
	return strings.Join(parts, "\n\n")
}

func (g grid) markdown() string {
	rule := make([]string, len(g.header))
	for i := range rule {
		rule[i] = "---:"
		if i < g.left {
			rule[i] = ":---"
		}
	}
	lines := []string{pipes(g.header), "| " + strings.Join(rule, " | ") + " |"}
	for _, r := range g.rows {
		lines = append(lines, pipes(r))
	}
	return strings.Join(lines, "\n")
}

func pipes(cells []string) string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = literal(c)
	}
	return "| " + strings.Join(out, " | ") + " |"
}

func (p page) text() string {
	var lines []string
	for _, b := range p {
		if b.lead+b.text != "" {
			lines = append(lines, joined(b.lead, b.text))
		}
		for _, s := range b.list {
			lines = append(lines, "- "+s)
		}
		lines = append(lines, b.table.text()...)
	}
	return strings.Join(lines, "\n")
}

// text pads the columns to their widest cell.
func (g grid) text() []string {
	var lines []string
	if g.caption != "" {
		lines = append(lines, g.caption)
	}
	if len(g.header) == 0 {
		return lines
	}
	rows := append([][]string{g.header}, g.rows...)
	widths := make([]int, len(g.header))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], len([]rune(c)))
		}
	}
	for _, r := range rows {
		var sb strings.Builder
		for i, c := range r {
			pad := strings.Repeat(" ", widths[i]-len([]rune(c)))
			if i < g.left {
				sb.WriteString(c + pad + "  ")
			} else {
				sb.WriteString(pad + c + "  ")
			}
		}
		lines = append(lines, strings.TrimRight(sb.String(), " "))
	}
	return lines
}

// literal escapes what Markdown or HTML would read as markup.
func literal(s string) string { return markup.Replace(s) }

var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "$", `\$`, "~", `\~`, "#", `\#`, "\n", " ", "\r", " ",
)

func escape(s string) string { return template.HTMLEscapeString(s) }

func bold(open, s, end string) string {
	if s == "" {
		return ""
	}
	return open + s + end
}

func joined(lead, text string) string {
	if lead == "" || text == "" {
		return lead + text
	}
	return lead + " " + text
}

// fallback is what a reader sees who does not know the type.
func fallback(v typed.Value) page {
	switch v := v.(type) {
	case typed.KPI:
		return kpiPage(v)
	case typed.Figure:
		return page{{lead: v.Title, text: v.Caption}, {text: v.Alt}}
	case typed.Table:
		return page{{table: columnsGrid(v)}}
	case typed.Channels:
		return channelsPage(v)
	case typed.Base:
		return basePage(v)
	case typed.Plan:
		return planPage(v)
	case typed.Forecast:
		return forecastPage(v)
	case typed.Diagnostics:
		return diagnosticsPage(v)
	case typed.Manifest:
		return manifestPage(v)
	case typed.Simulator:
		return simulatorPage(v)
	}
	return page{{text: fmt.Sprintf("%s %q", v.Kind(), v.Name())}}
}

func kpiPage(k typed.KPI) page {
	p := page{{lead: k.Label + ": " + withInterval(k.Unit, k.Estimate)}}
	p = append(p, block{text: priorSentence(k.Finding, k.Unit)}, block{text: k.Note})
	var list []string
	for _, d := range k.Doubts {
		list = append(list, fmt.Sprintf("Probability that %s: %s", d.Claim, percent1(d.P)))
	}
	return append(p, block{list: list})
}

// priorSentence says what was believed before the data, and what that is worth
// now.
func priorSentence(x typed.Finding, u typed.Unit) string {
	if x.Prior == nil {
		return ""
	}
	s := "Before the data: " + withInterval(u, *x.Prior) + "."
	if x.Evidence == nil {
		return s
	}
	switch x.Evidence.Tier {
	case typed.PriorDriven:
		return s + " The answer is prior-driven: it is mostly what was believed before."
	case typed.Mixed:
		return s + " The answer is mixed: the data moved what was believed before, and did not settle it."
	}
	return s + " The answer is data-driven."
}

// percent1 prints a probability; those that draws cannot tell from certainty
// keep a doubt.
func percent1(p float64) string {
	switch {
	case p > 0.999:
		return "more than 99.9 %"
	case p < 0.001:
		return "less than 0.1 %"
	case p > 0.99 || p < 0.01:
		return fmt.Sprintf("%.1f %%", 100*p)
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

func columnsGrid(t typed.Table) grid {
	g := grid{caption: t.Caption, rows: make([][]string, t.Len())}
	for i, c := range t.Columns {
		if len(c.Text) > 0 && i == g.left {
			g.left++
		}
		g.header = append(g.header, columnLabel(c))
		for r := range g.rows {
			g.rows[r] = append(g.rows[r], cell(c, r))
		}
	}
	return g
}

func columnLabel(c typed.Column) string {
	s := c.Label
	if c.Unit.Per != "" {
		s += " per " + c.Unit.Per
	}
	if len(c.Low) > 0 {
		s += fmt.Sprintf(" (%.0f %% interval)", 100*c.Prob)
	}
	return s
}

func cell(c typed.Column, r int) string {
	if len(c.Text) > 0 {
		return c.Text[r]
	}
	if math.IsNaN(c.Values[r]) {
		return "-"
	}
	if len(c.Low) == 0 || math.IsNaN(c.Low[r]) || math.IsNaN(c.High[r]) {
		return number(c.Unit, c.Values[r])
	}
	return within(c.Unit, typed.Estimate{Mean: c.Values[r], Low: c.Low[r], High: c.High[r], Prob: c.Prob})
}

// within is an estimate in a table: the probability is in the header.
func within(u typed.Unit, e typed.Estimate) string {
	s := withInterval(u, e)
	mean, _, _ := strings.Cut(s, " (")
	return mean + " (" + interval(u, e.Low, e.High) + ")"
}
