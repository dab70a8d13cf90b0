package render

import (
	"fmt"
	"strings"

	"mixmodel/report/internal/brief"
	"mixmodel/report/internal/table"
	"mixmodel/report/internal/words"
)

// report writes the Markdown for stakeholders.
func (b *book) report() {
	d := b.d
	b.block("# " + table.Escape(d.title))
	mark, _ := gradeMark(d.results.Grade())
	head := "**" + mark + " " + d.results.Grade().String() + "**"
	if s := d.results.Subtitle(); s != "" {
		head += " · " + table.Escape(s)
	}
	for _, caution := range d.results.Cautions() {
		head += " · **! " + table.Escape(caution) + "**"
	}
	b.block(head)
	if d.results.Grade() == brief.Failed {
		v := brief.Verdict(*d.results.Diagnostics)
		b.block("> [!CAUTION]\n> **" + v.Title + ".** " + table.Escape(v.Text))
	}
	for _, s := range d.sections {
		b.block("## " + s.title)
		for _, x := range s.parts {
			if x.block != nil {
				b.brief(x.block)
			}
			for _, f := range x.figures {
				b.item(f)
			}
			for _, c := range x.cells {
				b.cell(c)
			}
		}
	}
	b.block("## Appendix: the notebook")
	for _, c := range d.blocks {
		if c.inAppendix() {
			b.cell(c)
		}
	}
	if m := d.results.Manifest; m != nil {
		b.block("## How this report was made")
		b.brief(brief.ManifestTable(*m))
	}
}

// result writes a typed output where its cell stands.
func (b *book) result(c *block, it *result) {
	if len(b.d.sections) > 0 && sectionOf(it.value) != "" {
		if !c.inAppendix() {
			return
		}
		b.block("*" + table.Escape(words.Capital(resultTitle(it.value))) + ": see above.*")
		return
	}
	for _, x := range blocksOf(it.value) {
		b.brief(x)
	}
}

func (b *book) brief(x brief.Block) {
	switch x := x.(type) {
	case brief.Lead:
		b.block("**" + table.Escape(x.Text) + "**")
	case brief.Paragraph:
		b.block(table.Escape(x.Text))
	case brief.List:
		var lines []string
		for i, s := range x.Items {
			mark := "-"
			if x.Ordered {
				mark = fmt.Sprintf("%d.", i+1)
			}
			lines = append(lines, mark+" "+table.Escape(s))
		}
		b.block(strings.Join(lines, "\n"))
	case brief.Callout:
		kind := "NOTE"
		if x.Bad {
			kind = "CAUTION"
		}
		b.block("> [!" + kind + "]\n> **" + table.Escape(x.Title) + ".** " + table.Escape(x.Text))
	case brief.Cards:
		b.cards(x)
	case brief.Table:
		b.pipes(firstRows(x, maxRows))
	case brief.Terms:
		for _, t := range x {
			b.block("**" + table.Escape(t.Word) + ".** " + table.Escape(t.Meaning))
		}
	case brief.Simulator:
		b.pipes(brief.ScenarioTable(x.Value))
	}
}

// cards are a table in Markdown.
func (b *book) cards(cards brief.Cards) {
	t := brief.Table{Columns: []brief.Column{{Label: "Figure"}, {Label: "Value", Numeric: true}, {Label: "Interval", Numeric: true}, {Label: "Before the data"}, {Label: "How sure"}}}
	for _, c := range cards {
		var doubts []string
		for _, d := range c.Doubts {
			doubts = append(doubts, d.Probability+" that "+d.Claim)
		}
		if c.Tier != "" {
			doubts = append(doubts, "rests on "+tierWords[c.Tier])
		}
		t.Rows = append(t.Rows, []brief.Cell{{Text: c.Label}, {Text: c.Value}, {Text: c.Interval}, {Text: strings.TrimPrefix(c.Prior, "before the data ")}, {Text: strings.Join(doubts, "\n")}})
	}
	b.pipes(t)
}

// pipes writes a table with its caption above it. Columns that only repeat
// others as pictures are left out.
func (b *book) pipes(t brief.Table) {
	if t.Caption != "" {
		b.block("**" + table.Escape(t.Caption) + "**")
	}
	var head, rule strings.Builder
	for _, c := range t.Columns {
		if c.Bars {
			continue
		}
		head.WriteString("| " + table.Escape(c.Label) + " ")
		rule.WriteString("|" + map[bool]string{true: "---:", false: ":---"}[c.Numeric])
	}
	lines := []string{head.String() + "|", rule.String() + "|"}
	for _, row := range t.Rows {
		var line strings.Builder
		for j, c := range t.Columns {
			if c.Bars {
				continue
			}
			text := ""
			if j < len(row) {
				text = table.Escape(row[j].Text)
				if row[j].Sub != "" {
					text += " (" + table.Escape(row[j].Sub) + ")"
				}
				if row[j].Tier != "" {
					text = tierMark[row[j].Tier] + " " + text
				}
			}
			line.WriteString("| " + text + " ")
		}
		lines = append(lines, line.String()+"|")
	}
	b.block(strings.Join(lines, "\n"))
}
