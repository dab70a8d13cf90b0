package plot

import (
	"image/color"
	"strings"
)

// ScoreBar is one bar of a figure of scores.
type ScoreBar struct {
	Name   string
	Value  float64
	Note   string // below the name, for example what was computed
	Hollow bool   // a number printed elsewhere, drawn as an outline
}

// CRPS draws scores on one scale: the mean continuous ranked probability
// score, in units of the target, smaller is better.
func CRPS(scores []ScoreBar, o Options) *Figure {
	some("CRPS", "scores", len(scores))
	money := format{currency: o.Currency}
	s := newSheet(or(o.Title, "How far predictions are off (CRPS)"),
		"Continuous ranked probability score, mean over periods, in units of "+o.target()+"; smaller is better")
	p := newPanel(0)
	p.X.Tick.Marker = numbers{format: money}
	values := tableColumn{style: labelText.strong()}
	var rows, words, names []string
	var crps []float64
	for i, b := range scores {
		c := []color.RGBA{modelColor, holdoutColor}[i%2]
		if b.Hollow {
			c = soft
		}
		p.add(bar{x1: b.Value, y: -float64(i), thickness: 24, color: c, hollow: b.Hollow})
		row := b.Name
		names, crps = append(names, b.Name), append(crps, b.Value)
		if b.Note != "" {
			row += "\n" + b.Note
		}
		rows = append(rows, row)
		values.cells = append(values.cells, money.value(b.Value))
		words = append(words, strings.TrimSpace(b.Name+" "+values.cells[i]))
	}
	p.xFromZero()
	p.categories(rows, 46)
	p.table = []tableColumn{values}
	s.grid(1, 0, p)
	return s.figure("CRPS", o, "Bars: "+strings.Join(words, ", ")+".", "CRPS on one scale: "+strings.Join(words, ", ")+".",
		textColumn("prediction of", names), numberColumn("CRPS", o.sales(), crps))
}
