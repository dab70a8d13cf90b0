package mmm

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Table is a small table for people: cells are formatted already. It prints
// as text, HTML and Markdown.
type Table struct {
	Title  string
	Header []string
	Rows   [][]string
	Left   int // columns from the left that hold text; the others hold numbers and are aligned right
}

func (t Table) writer() pretty.Writer {
	w := pretty.NewWriter()
	w.SetStyle(pretty.StyleLight)
	w.Style().Format.Header = text.FormatDefault
	w.Style().HTML.CSSClass = "mmm-table"
	w.AppendHeader(tableRow(t.Header))
	for _, r := range t.Rows {
		w.AppendRow(tableRow(r))
	}
	var columns []pretty.ColumnConfig
	for i := range t.Header {
		align := text.AlignRight
		if i < max(1, t.Left) {
			align = text.AlignLeft
		}
		columns = append(columns, pretty.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align})
	}
	w.SetColumnConfigs(columns)
	return w
}

func tableRow(cells []string) pretty.Row {
	r := make(pretty.Row, len(cells))
	for i, c := range cells {
		r[i] = c
	}
	return r
}

// String renders the table for a terminal.
func (t Table) String() string {
	s := t.writer().Render()
	if t.Title != "" {
		s = t.Title + "\n" + s
	}
	return s
}

// HTML renders the table as an HTML table with the title as its caption.
func (t Table) HTML() string {
	w := t.writer()
	if t.Title != "" {
		w.SetTitle("%s", t.Title)
	}
	return w.RenderHTML()
}

// Markdown renders the table as a GitHub pipe table under its title in bold.
func (t Table) Markdown() string {
	s := t.writer().RenderMarkdown()
	if t.Title != "" {
		s = "**" + t.Title + "**\n\n" + s
	}
	return s
}

// FormatNumber prints x with digits significant digits and thousands
// separators: FormatNumber(1234567, 3) is "1,234,567", FormatNumber(0.01234, 3)
// is "0.0123". Integers are never rounded away.
func FormatNumber(x float64, digits int) string {
	switch {
	case math.IsNaN(x):
		return "-"
	case math.IsInf(x, 0):
		return strconv.FormatFloat(x, 'f', -1, 64)
	case x == 0:
		return "0"
	}
	decimals := digits - 1 - int(math.Floor(math.Log10(math.Abs(x))))
	return group(strconv.FormatFloat(x, 'f', max(0, decimals), 64))
}

// group puts commas between the thousands of a decimal number.
func group(s string) string {
	sign, whole := "", s
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	whole, fraction, found := strings.Cut(whole, ".")
	if strings.Trim(whole+fraction, "0") == "" {
		sign = ""
	}
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if found {
		b.WriteString("." + fraction)
	}
	return sign + b.String()
}

// FormatPercent prints a fraction as a percentage: FormatPercent(0.1234, 1) is
// "12.3 %".
func FormatPercent(x float64, decimals int) string {
	return group(strconv.FormatFloat(100*x, 'f', decimals, 64)) + " %"
}

// FormatMoney prints an amount in thousands, millions or billions with three
// significant digits: FormatMoney(351597977) is "352 M".
func FormatMoney(x float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, " bn"}, {1e6, " M"}, {1e3, " k"}} {
		if math.Abs(x) >= u.size {
			return FormatNumber(x/u.size, 3) + u.name
		}
	}
	return FormatNumber(x, 3)
}

// format prints a value of the given unit: fractions as percentages, large
// amounts short.
func formatUnit(x float64, unit string) string {
	switch {
	case unit == "fraction":
		return FormatPercent(x, 1)
	case math.Abs(x) >= 1e4:
		return FormatMoney(x)
	}
	return FormatNumber(x, 3)
}

// formatInterval prints both ends with the decimals that suit the larger one.
func formatInterval(h [2]float64, unit string) string {
	size := math.Max(math.Abs(h[0]), math.Abs(h[1]))
	if unit == "fraction" || size >= 1e4 || size == 0 {
		return fmt.Sprintf("%s to %s", formatUnit(h[0], unit), formatUnit(h[1], unit))
	}
	decimals := max(0, 2-int(math.Floor(math.Log10(size))))
	return fmt.Sprintf("%s to %s", fixed(h[0], decimals), fixed(h[1], decimals))
}

// Table shows each channel's estimate and how likely it is the best.
func (b ByChannel) Table() Table {
	t := Table{Title: fmt.Sprintf("%s (%s)", b.Name, b.Unit), Header: []string{"channel", "mean", "median", "94 % interval", "P(highest)"}}
	best := b.ProbHighest()
	for c, e := range b.Estimates() {
		t.Rows = append(t.Rows, []string{b.Channels[c], formatUnit(e.Mean, b.Unit), formatUnit(e.Median, b.Unit),
			formatInterval(e.HDI94, b.Unit), FormatPercent(best[c], 0)})
	}
	return t
}

// Table shows the score, one row per measure.
func (s Score) Table() Table { return ScoreTable(map[string]Score{"": s}, "") }

// ScoreTable sets scores side by side, one column per name in the given order.
func ScoreTable(scores map[string]Score, names ...string) Table {
	t := Table{Title: "Prediction score", Header: append([]string{"measure"}, names...)}
	add := func(name string, f func(Score) string) {
		row := []string{name}
		for _, n := range names {
			row = append(row, f(scores[n]))
		}
		t.Rows = append(t.Rows, row)
	}
	add("periods", func(s Score) string { return FormatNumber(float64(s.Periods), 1) })
	add("CRPS (sales)", func(s Score) string { return FormatMoney(s.CRPS) })
	add("RMSE (sales)", func(s Score) string { return FormatMoney(s.RMSE) })
	add("MAPE", func(s Score) string { return FormatPercent(s.MAPE, 1) })
	add("R²", func(s Score) string { return FormatNumber(s.R2, 2) })
	add("bias (sales)", func(s Score) string { return FormatMoney(s.Bias) })
	add("inside 50 % interval", func(s Score) string { return FormatPercent(s.Coverage50, 0) })
	add("inside 94 % interval", func(s Score) string { return FormatPercent(s.Coverage94, 0) })
	return t
}
