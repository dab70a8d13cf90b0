package diff

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/words"
)

// Text writes the report for a terminal.
func (r *Report) Text(w io.Writer) error { return r.write(w, text{}) }

// Markdown writes the report as GitHub Markdown, for a comment.
func (r *Report) Markdown(w io.Writer) error { return r.write(w, markdown{}) }

// format is how a report is laid out.
type format interface {
	heading(level int, s string) string
	item(s string) string
	table(head []string, rows [][]string) string
	escape(s string) string
}

func (r *Report) write(w io.Writer, f format) error {
	var b strings.Builder
	b.WriteString(f.heading(2, f.escape("From "+r.Old+" to "+r.New)) + f.escape(r.Headline()) + "\n")
	if len(r.Reasons) > 0 {
		b.WriteString(f.heading(3, "What may be the cause"))
		for _, s := range r.Reasons {
			b.WriteString(f.item(f.escape(s)))
		}
	}
	if rows := r.planRows(f); len(rows) > 0 {
		b.WriteString(f.heading(3, "Recommendation") + f.table([]string{"channel", "it was", "it is", ""}, rows))
	}
	if rows := r.numberRows(f); len(rows) > 0 {
		b.WriteString(f.heading(3, "Estimates") + f.table([]string{"", "old", "new", "P(new > old)", "change"}, rows))
	}
	if n := r.count(Noise); n > 0 {
		b.WriteString(f.item(words.Count(n, "estimate") + " within noise."))
	}
	if n := r.count(Same); n > 0 {
		b.WriteString(f.item(words.Count(n, "estimate") + " the same."))
	}
	if len(r.Facts) > 0 {
		var rows [][]string
		for _, x := range r.Facts {
			rows = append(rows, []string{f.escape(x.What), f.escape(x.Old), f.escape(x.New)})
		}
		b.WriteString(f.heading(3, "Besides") + f.table([]string{"", "old", "new"}, rows))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// planRows are the channels whose plan changed.
func (r *Report) planRows(f format) (rows [][]string) {
	for _, m := range r.Plan {
		if close(m.Old[0], m.New[0]) && close(m.Old[1], m.New[1]) {
			continue
		}
		word := ""
		if m.Turned {
			word = "turned"
		}
		rows = append(rows, []string{f.escape(m.Channel), f.escape(move(m.Old, m.Currency)), f.escape(move(m.New, m.Currency)), word})
	}
	return rows
}

// move is "$1.2 M to $1.5 M (+25 %)".
func move(m [2]float64, currency string) string {
	s := words.ScaleOfAll(typed.Unit{Of: typed.Money, Currency: currency}, m[0], m[1])
	text := s.Full(m[0]) + " to " + s.Full(m[1])
	if m[0] > 0 {
		text += " (" + words.Scale{Factor: 100, Step: 1, Suffix: words.Space + "%"}.Signed(m[1]/m[0]-1) + ")"
	}
	return text
}

// numberRows are the estimates that changed by more than noise; if there are
// none, those that changed most.
func (r *Report) numberRows(f format) (rows [][]string) {
	shown := func(c Change) bool { return c.Verdict == Clear || c.Verdict == Likely }
	for _, c := range r.Numbers {
		if shown(c) || strings.HasPrefix(c.What, "Gain of the plan") && c.Verdict != Same {
			rows = append(rows, []string{f.escape(c.What), f.escape(words.Short(c.Unit, c.Old)), f.escape(words.Short(c.Unit, c.New)), words.Probability(c.PHigher), string(c.Verdict)})
		}
	}
	return rows
}

type text struct{}

func (text) heading(_ int, s string) string {
	return "\n" + s + "\n" + strings.Repeat("-", utf8.RuneCountInString(s)) + "\n"
}
func (text) item(s string) string   { return "- " + s + "\n" }
func (text) escape(s string) string { return printable(s) }

func (text) table(head []string, rows [][]string) string {
	width := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		for i, s := range row {
			width[i] = max(width[i], utf8.RuneCountInString(s))
		}
	}
	var b strings.Builder
	for _, row := range append([][]string{head}, rows...) {
		line := ""
		for i, s := range row {
			line += s + strings.Repeat(" ", width[i]-utf8.RuneCountInString(s)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// printable replaces control characters: names come from data.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}

type markdown struct{}

func (markdown) heading(level int, s string) string {
	return "\n" + strings.Repeat("#", level) + " " + s + "\n\n"
}
func (markdown) item(s string) string { return "- " + s + "\n" }

var special = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "$", `\$`, "~", `\~`, "#", `\#`, "@", "&#64;")

func (markdown) escape(s string) string { return special.Replace(printable(s)) }

func (markdown) table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	rule := make([]string, len(head))
	for i := range rule {
		rule[i] = "---"
	}
	line(rule)
	for _, r := range rows {
		line(r)
	}
	return b.String()
}
