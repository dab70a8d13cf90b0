package plot

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// Label is what text refers to the figure by: Options.Label, or else "fig-" and
// Options.Title, or else "fig-" and the name of the function, in lower case
// with hyphens: "fig-waterfall".
func (f *Figure) Label() string { return f.label }

// Data are the numbers drawn, for who wants to draw or check them anew: means
// with 94 % intervals where bands are drawn, rounded to four significant
// digits, which is finer than the eye. Three leave out what is large
// or stands elsewhere: [Trace] describes its parameters instead of listing
// their draws, [DirectContribution] has its curves without the points, and
// [SpendVsSales] its correlations without the series.
func (f *Figure) Data() typed.Table { return f.data }

// Typed returns the figure's words and data, without the picture.
func (f *Figure) Typed() typed.Value {
	return typed.Figure{ID: f.label, Title: f.title, Caption: f.caption, Alt: f.alt, Data: f.data}
}

// labelOf makes a label of a title or a function's name.
func labelOf(title string) string {
	var sb strings.Builder
	hyphen := func() {
		if sb.Len() > 0 && !strings.HasSuffix(sb.String(), "-") {
			sb.WriteByte('-')
		}
	}
	lower := false // the character before
	for _, r := range title {
		upper := r >= 'A' && r <= 'Z'
		if upper && lower {
			hyphen()
		}
		lower = r >= 'a' && r <= 'z'
		switch {
		case upper || lower || r >= '0' && r <= '9':
			sb.WriteString(strings.ToLower(string(r)))
		default:
			hyphen()
		}
	}
	s := "fig-" + sb.String()
	return strings.TrimRight(s[:min(len(s), 60)], "-")
}

func (o Options) money() typed.Unit { return typed.Unit{Of: typed.Money, Currency: o.Currency} }
func (o Options) sales() typed.Unit { return typed.Unit{Of: typed.Sales, Currency: o.Currency} }

// number is the unit of a quantity by the name that package mmm gives it.
func (o Options) number(unit string) typed.Unit {
	switch {
	case unit == "fraction":
		return typed.Unit{Of: typed.Fraction}
	case strings.Contains(unit, "per unit of spend"):
		return typed.Unit{Of: typed.Ratio, Currency: o.Currency}
	case strings.HasPrefix(unit, "sales"):
		return o.sales()
	}
	return typed.Unit{}
}

func textColumn(label string, text []string) typed.Column {
	return typed.Column{Label: label, Text: text}
}

// dayColumn holds the first days of the periods.
func dayColumn(dates []time.Time) typed.Column {
	c := typed.Column{Label: periodName(dates)}
	for _, d := range dates {
		c.Text = append(c.Text, d.Format(time.DateOnly))
	}
	return c
}

func numberColumn(label string, u typed.Unit, x []float64) typed.Column {
	return typed.Column{Label: label, Unit: u, Values: rounded(x)}
}

// intervalColumn holds means with their 94 % intervals.
func intervalColumn(label string, u typed.Unit, mean []float64, hdi94 [][2]float64) typed.Column {
	lo, hi := ends(hdi94)
	return typed.Column{Label: label, Unit: u, Values: rounded(mean), Low: rounded(lo), High: rounded(hi), Prob: 0.94}
}

func bandColumn(label string, u typed.Unit, b mmm.Band) typed.Column {
	return intervalColumn(label, u, b.Mean, b.HDI94)
}

func estimateColumn(label string, u typed.Unit, es []mmm.Estimate) typed.Column {
	var mean []float64
	var hdi [][2]float64
	for _, e := range es {
		mean, hdi = append(mean, e.Mean), append(hdi, e.HDI94)
	}
	return intervalColumn(label, u, mean, hdi)
}

// rounded keeps four significant digits; what is not finite is missing.
func rounded(x []float64) typed.Numbers {
	out := make(typed.Numbers, len(x))
	for i, v := range x {
		out[i] = math.NaN()
		if finite(v) {
			out[i], _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
		}
	}
	return out
}

// stacked joins columns of the same labels one below the other, and puts the
// name of each in front of its rows.
func stacked(label string, names []string, parts [][]typed.Column) []typed.Column {
	head := typed.Column{Label: label}
	var out []typed.Column
	for i, columns := range parts {
		for range columns[0].Len() {
			head.Text = append(head.Text, names[i])
		}
		if i == 0 {
			for _, c := range columns {
				c.Text, c.Values, c.Low, c.High = slices.Clone(c.Text), slices.Clone(c.Values), slices.Clone(c.Low), slices.Clone(c.High)
				out = append(out, c)
			}
			continue
		}
		for j, c := range columns {
			out[j].Text = append(out[j].Text, c.Text...)
			out[j].Values = append(out[j].Values, c.Values...)
			out[j].Low = append(out[j].Low, c.Low...)
			out[j].High = append(out[j].High, c.High...)
		}
	}
	return append([]typed.Column{head}, out...)
}
