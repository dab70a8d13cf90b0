package render

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/brief"
	"mixmodel/report/internal/sim"
	"mixmodel/report/internal/words"
)

// report writes the page for stakeholders: title band, sections, appendix.
func (p *page) report() {
	d := p.d
	grade := d.results.Grade()
	p.write(`<div class="band"><h1>`, esc(d.title), `</h1>`)
	if s := d.results.Subtitle(); s != "" {
		p.write(`<p class="subtitle">`, esc(s), "</p>")
	}
	mark, class := gradeMark(grade)
	p.write(`<p class="badge `, class, `"><span aria-hidden="true">`, mark, "</span> ", grade.String(), "</p>")
	for _, caution := range d.results.Cautions() {
		p.write(` <p class="badge open"><span aria-hidden="true">!</span> `, esc(caution), "</p>")
	}
	p.write("</div>\n")
	p.notices()
	if grade == brief.Failed {
		v := brief.Verdict(*d.results.Diagnostics)
		p.write(`<div class="notice bad" role="note"><p><strong>`, v.Title, ".</strong> ", esc(v.Text), ` <a href="#trust">How sure are we</a></p></div>`, "\n")
	}
	for _, s := range d.sections {
		p.write(`<section aria-labelledby="`, s.id, `"><h2 id="`, s.id, `">`, esc(s.title), "</h2>\n")
		for _, part := range s.parts {
			p.part(part)
		}
		p.write("</section>\n")
	}
	p.appendix()
}

// say escapes a sentence, and keeps a minus sign with the currency after it.
func say(s string) string { return strings.ReplaceAll(esc(s), "−", "−\u2060") }

func gradeMark(g brief.Grade) (mark, class string) {
	switch g {
	case brief.Passed:
		return "✓", "good"
	case brief.Failed:
		return "✕", "bad"
	}
	return "?", "open"
}

func (p *page) part(x part) {
	if x.block != nil {
		p.brief(x.block)
	}
	for _, f := range x.figures {
		p.figure(f)
	}
	p.place, p.top = inPart, 0
	for _, b := range x.cells {
		p.block(b)
	}
	p.place = inNotebook
}

// place is where in a page cells are written.
type place int

const (
	inNotebook place = iota // in their own order: their headings are the page's
	inPart                  // in a part of the report, whose heading is an h2
	inAppendix              // folded at the end
)

// appendix is the notebook itself, folded.
func (p *page) appendix() {
	cells := 0
	for _, b := range p.d.blocks {
		if b.inAppendix() {
			cells++
		}
	}
	p.write(`<section aria-labelledby="appendix" class="appendix"><h2 id="appendix">Appendix: the notebook</h2>`, "\n",
		`<p>Every number above comes from the cells below, in the order in which they were run.</p>`, "\n",
		`<details class="fold"><summary>Show `, counted(cells, "cell"), "</summary>\n")
	p.place, p.top = inAppendix, 0
	for _, b := range p.d.blocks {
		if b.inAppendix() {
			p.block(b)
		}
	}
	p.place = inNotebook
	p.write("</details></section>\n")
}

// result writes a typed output where its cell stands; in the appendix, if it is
// a part of the report, where to find it.
func (p *page) result(it *result) {
	id := resultID(it.value)
	if len(p.d.sections) > 0 {
		if s := sectionOf(it.value); s != "" {
			if p.place < inAppendix {
				return
			}
			p.write(`<p class="label" id="`, id, `">`, words.Capital(esc(resultTitle(it.value))), `: see <a href="#`, s, `">above</a>.</p>`, "\n")
			return
		}
	}
	p.write(`<div class="result" id="`, id, `">`, "\n")
	for _, b := range blocksOf(it.value) {
		p.brief(b)
	}
	p.write("</div>\n")
}

// sectionOf is the section that shows a result.
func sectionOf(v typed.Value) string {
	switch v.Kind() {
	case typed.KindKPI:
		return "key-figures"
	case typed.KindChannels:
		return "returns"
	case typed.KindBase:
		return "drivers"
	case typed.KindPlan:
		return "plan"
	case typed.KindForecast:
		return "forecast"
	case typed.KindDiagnostics:
		return "trust"
	case typed.KindSimulator:
		return "what-if"
	}
	return ""
}

func (p *page) brief(b brief.Block) {
	switch b := b.(type) {
	case brief.Lead:
		p.write(`<p class="lead">`, say(b.Text), "</p>\n")
	case brief.Paragraph:
		p.write("<p>", say(b.Text), "</p>\n")
	case brief.List:
		p.list(b)
	case brief.Callout:
		class := "notice good"
		if b.Bad {
			class = "notice bad"
		}
		p.write(`<div class="`, class, `" role="note"><p><strong>`, esc(b.Title), ".</strong> ", say(b.Text), "</p></div>\n")
	case brief.Cards:
		p.cards(b)
	case brief.Table:
		p.briefTable(firstRows(b, maxRows))
		p.download(b, b.ID)
	case brief.Terms:
		p.write(`<dl class="terms">`)
		for _, t := range b {
			p.write("<dt>", esc(t.Word), "</dt><dd>", say(t.Meaning), "</dd>\n")
		}
		p.write("</dl>\n")
	case brief.Simulator:
		p.simulator(b.Value)
	}
}

func (p *page) list(l brief.List) {
	element := "ul"
	if l.Ordered {
		element = "ol"
	}
	p.write("<", element, ` class="facts">`, "\n")
	for _, s := range l.Items {
		p.write("<li>", say(s), "</li>\n")
	}
	p.write("</", element, ">\n")
}

func (p *page) cards(cards brief.Cards) {
	class := "cards"
	if p.d.results.Grade() == brief.Failed {
		class = "cards doubtful"
	}
	p.write(`<div class="`, class, `">`, "\n")
	for _, c := range cards {
		p.write(`<div class="card"><p class="card-label">`, esc(c.Label), `</p><p class="card-value">`, say(c.Value), `</p>`)
		p.bar(c.Bar)
		p.write(`<p>`, say(c.Interval), "</p>")
		if c.Prior != "" {
			p.write(`<p class="soft">`, say(words.Capital(c.Prior)), "</p>")
		}
		if c.Tier != "" {
			p.write("<p>Rests on ")
			p.tier(c.Tier)
			p.write("</p>")
		}
		for _, d := range c.Doubts {
			p.write(`<p class="doubt"><b>`, esc(d.Probability), "</b> ", say("that "+d.Claim), "</p>")
		}
		if c.Note != "" {
			p.write(`<p class="soft">`, say(c.Note), "</p>")
		}
		p.write("</div>\n")
	}
	p.write("</div>\n")
}

// tierWords is a tier in words, and tierMark its sign: full, half and empty.
var (
	tierWords = map[typed.Tier]string{typed.DataDriven: "data", typed.Mixed: "data and prior", typed.PriorDriven: "prior"}
	tierMark  = map[typed.Tier]string{typed.DataDriven: "●", typed.Mixed: "◐", typed.PriorDriven: "○"}
)

func (p *page) tier(t typed.Tier) {
	p.write(`<span class="tier"><span aria-hidden="true">`, tierMark[t], "</span> ", tierWords[t], "</span>")
}

// briefTable writes a table whose first column heads the rows.
func (p *page) briefTable(t brief.Table) {
	p.table++
	class := "table brief"
	if len(t.Rows) <= shortTable {
		class += " short"
	}
	p.write(`<div class="`, class, `" role="group" tabindex="0" aria-label="`, esc("Table "+itoa(p.table)+": "+cmp.Or(t.Caption, "without a caption")), `"><table>`)
	if t.Caption != "" {
		p.write("<caption><span>", esc(t.Caption), "</span></caption>")
	}
	p.write("<thead><tr>")
	for _, c := range t.Columns {
		p.write(`<th scope="col"`, classIf(c.Numeric, "num"), ">", esc(c.Label), "</th>")
	}
	p.write("</tr></thead>\n<tbody>\n")
	for i, row := range t.Rows {
		p.write("<tr", classIf(t.Total && i == len(t.Rows)-1, "sum"), ">")
		for j, c := range t.Columns {
			cell := brief.Cell{}
			if j < len(row) {
				cell = row[j]
			}
			p.cell(cell, c, j == 0)
		}
		p.write("</tr>\n")
	}
	p.write("</tbody></table></div>\n")
}

func classIf(yes bool, name string) string {
	if !yes {
		return ""
	}
	return ` class="` + name + `"`
}

func (p *page) cell(c brief.Cell, column brief.Column, heads bool) {
	switch {
	case heads:
		p.write(`<th scope="row">`, esc(c.Text), "</th>")
	case column.Bars:
		p.write(`<td class="bars">`)
		p.bar(c.Bar)
		p.write("</td>")
	case c.Tier != "":
		p.write("<td>")
		p.tier(c.Tier)
		p.write("</td>")
	default:
		p.write("<td", classIf(column.Numeric, "num"), ">", say(c.Text))
		if c.Sub != "" {
			p.write("<small>", say(c.Sub), "</small>")
		}
		p.write("</td>")
	}
}

// bar draws estimates as lines on one axis. Places are percentages, so that
// the picture takes the width it gets; colours follow the page.
func (p *page) bar(b *brief.Bar) {
	if b == nil {
		return
	}
	at := func(x float64) string {
		return strconv.FormatFloat(2+96*math.Min(1, math.Max(0, (x-b.Min)/(b.Max-b.Min))), 'f', 1, 64) + "%"
	}
	line := func(class, from, to, y string) {
		p.write(`<line class="`, class, `" x1="`, from, `" x2="`, to, `" y1="`, y, `" y2="`, y, `"/>`)
	}
	paint := ""
	if b.Color != "" {
		paint = ` stroke="` + esc(b.Color) + `" fill="` + esc(b.Color) + `"`
	}
	p.write(`<svg class="bar" role="img" aria-label="`, esc(b.Text), `" width="100%" height="22"`, paint, `>`)
	if b.Min < 0 || b.Reference != nil {
		x := at(0)
		if b.Reference != nil {
			x = at(*b.Reference)
		}
		p.write(`<line class="ref" x1="`, x, `" x2="`, x, `" y1="0" y2="22"/>`)
	}
	switch {
	case b.Change:
		line("axis", at(b.Min), at(b.Max), "11")
		line("change", at(b.From), at(b.To), "11")
		p.write(`<circle class="was" cx="`, at(b.From), `" cy="11" r="4"/><circle cx="`, at(b.To), `" cy="11" r="5"/>`)
	case b.Share:
		line("share", at(0), at(b.Value.Mean), "11")
	default:
		if b.Prior != nil {
			line("before", at(b.Prior.Low), at(b.Prior.High), "6")
			p.write(`<circle class="before" cx="`, at(b.Prior.Mean), `" cy="6" r="3"/>`)
		}
		line("after", at(b.Value.Low), at(b.Value.High), "15")
		p.write(`<circle cx="`, at(b.Value.Mean), `" cy="15" r="4.5"/>`)
	}
	p.write("</svg>")
}

// shownRows is how many rows of a figure's data are in the page; the CSV has
// all.
const shownRows = 20

// maxRows is how many rows of a table of its own are in the page.
const maxRows = 500

// firstRows cuts a table and says so.
func firstRows(t brief.Table, most int) brief.Table {
	if len(t.Rows) > most {
		t.Caption = strings.TrimSpace(t.Caption + " (the first " + itoa(most) + " of " + grouped(len(t.Rows)) + " rows; the CSV has all)")
		t.Rows, t.Total = t.Rows[:most], false
	}
	return t
}

// data writes the numbers of a figure: folded, with a file to download.
func (p *page) data(t brief.Table, name string) {
	p.write(`<details class="data"><summary>Data</summary>`)
	p.briefTable(firstRows(t, shownRows))
	p.download(t, name)
	p.write("</details>")
}

// download writes a link to the numbers of a table, which are in the page.
func (p *page) download(t brief.Table, name string) {
	if len(t.Data.Columns) == 0 {
		return
	}
	p.write(`<p class="get"><a download="`, esc(name), `.csv" href="data:text/csv;charset=utf-8,`, escapeCSV(csvOf(t.Data)), `">Download as CSV</a></p>`, "\n")
}

// escapeCSV escapes what would end the attribute or the URI.
var escapeCSV = strings.NewReplacer("%", "%25", "#", "%23", "<", "%3C", ">", "%3E", `"`, "%22", "&", "%26", " ", "%20", "\r", "%0D", "\n", "%0A", "\t", "%09").Replace

// csvOf writes a table with six digits, more than anything measured has. An estimate has three columns.
func csvOf(t typed.Table) string {
	var b strings.Builder
	cells := func(list []string) { b.WriteString(strings.Join(list, ",") + "\r\n") }
	var head []string
	for _, c := range t.Columns {
		label := c.Label
		if unit := unitName(c.Unit); unit != "" {
			label += " (" + unit + ")"
		}
		head = append(head, csvText(label))
		if len(c.Low) > 0 {
			head = append(head, csvText(c.Label+", low"), csvText(c.Label+", high"))
		}
	}
	cells(head)
	for i := range t.Len() {
		var row []string
		for _, c := range t.Columns {
			if i < len(c.Text) {
				row = append(row, csvText(c.Text[i]))
			} else {
				row = append(row, csvNumber(c.Values, i))
			}
			if len(c.Low) > 0 {
				row = append(row, csvNumber(c.Low, i), csvNumber(c.High, i))
			}
		}
		cells(row)
	}
	return b.String()
}

func unitName(u typed.Unit) string {
	name := u.Currency
	if name == "" && u.Of != typed.Count {
		name = string(u.Of)
	}
	if u.Per != "" {
		name += " per " + u.Per
	}
	return name
}

func csvNumber(list typed.Numbers, i int) string {
	if i >= len(list) || math.IsNaN(list[i]) {
		return ""
	}
	return strconv.FormatFloat(list[i], 'g', 6, 64)
}

// csvText quotes text. A spreadsheet would take one that begins like a formula
// for one: it gets an apostrophe.
func csvText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		s = "'" + s
	}
	if strings.ContainsAny(s, ",\"\r\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// provenance says what the numbers came from.
func (p *page) provenance(m typed.Manifest) {
	p.write(`<h2 id="result-manifest">How this report was made</h2>`, "\n")
	p.briefTable(brief.ManifestTable(m))
}

// simulator writes the what-if calculator, with an id that no heading has. If
// its draws are not sound, it is a table of scenarios and says so.
func (p *page) simulator(s typed.Simulator) {
	s.ID = p.d.ids.fresh("sim-" + s.ID[:min(len(s.ID), 50)])
	section, err := sim.Render(s)
	if err != nil {
		p.brief(brief.ScenarioTable(s))
		return
	}
	p.table += strings.Count(section.HTML, "<table")
	p.write(section.HTML, "\n")
}
