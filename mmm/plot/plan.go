package plot

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// PlanOptions name the plans that a figure compares and say what to draw
// besides.
type PlanOptions struct {
	Options
	Optimal    string   // "" is "optimal plan"
	Naive      string   // "" is "current plan"
	Difference mmm.Band // optimal minus naive per period, from paired draws; drawn in a second panel unless empty
	Transient  int      // first periods in which spend from before the plan still works, shaded
}

// PlanComparison draws what two plans bring over time. The bands of the
// optimal plan are filled, those of the naive one are outlined, so that both
// can be seen where they overlap; a second panel has the difference.
func PlanComparison(optimal, naive mmm.Band, o PlanOptions) *Figure {
	whole("PlanComparison", "optimal", optimal)
	whole("PlanComparison", "naive", naive)
	same("PlanComparison", "naive.Dates", naive.Len(), optimal.Len())
	best, base := or(o.Optimal, "optimal plan"), or(o.Naive, "current plan")
	money, period := format{currency: o.Currency}, periodName(optimal.Dates)
	quantity := or(optimal.Name, o.target())
	keys := []key{{best, keyLine, gainColor}, {"its 50 % and 94 % bands", keyBand, over(gainColor, opacity50, opacity94)},
		{base, keyLine, ink}, {"its 50 % and 94 % limits", keyDash, soft}}
	if o.Transient > 0 {
		keys = append(keys, key{"earlier spend still works", keyBand, over(pale, opacityShade)})
	}
	s := newSheet(or(o.Title, sentence(quantity)+" under two plans"),
		fmt.Sprintf("%s per %s, %s", sentence(quantity), period, between(optimal.Dates)), keys...)
	p := newPanel(250)
	p.datesOf(optimal.Dates)
	p.Y.Tick.Marker = numbers{format: money}
	p.bands(optimal, gainColor, 2.2)
	x := seconds(naive.Dates)
	for i, hdi := range [][][2]float64{naive.HDI94, naive.HDI50} {
		lo, hi := ends(hdi)
		dash := [][]vg.Length{{2, 3}, {5, 3}}[i]
		p.add(line{x: x, y: lo, color: soft, width: 1.1, dash: dash}, line{x: x, y: hi, color: soft, width: 1.1, dash: dash})
	}
	p.add(line{x: x, y: naive.Mean, color: ink, width: 1.8})
	p.fromZero()
	p.transient(x, o.Transient)
	panels := []*panel{p}
	data := []typed.Column{dayColumn(optimal.Dates), bandColumn(best, o.sales(), optimal), bandColumn(base, o.sales(), naive)}
	meanOf := func(b mmm.Band) string { return money.value(average(b.Mean)) }
	gain := change(average(naive.Mean), average(optimal.Mean))
	alt := fmt.Sprintf("Mean per %s: %s %s, %s %s (%s).", period, best, meanOf(optimal), base, meanOf(naive), gain)
	if o.Difference.Len() > 0 {
		whole("PlanComparison", "o.Difference", o.Difference)
		same("PlanComparison", "o.Difference", o.Difference.Len(), optimal.Len())
		data = append(data, bandColumn("difference", o.sales(), o.Difference))
		p.hideX = true
		d := newPanel(130)
		d.datesOf(optimal.Dates)
		d.Y.Tick.Marker = numbers{format: format{currency: o.Currency, sign: true}, n: 4}
		d.head = "Difference per " + period
		d.note = best + " minus " + base + ", from paired draws"
		d.bands(o.Difference, gainColor, 2)
		room(&d.Y, 0.05)
		d.Y.Min, d.Y.Max = min(d.Y.Min, 0), max(d.Y.Max, 0)
		d.transient(x, o.Transient)
		panels = append(panels, d)
		alt += fmt.Sprintf(" The paired difference is %s on average.", format{currency: o.Currency, sign: true}.value(average(o.Difference.Mean)))
	}
	s.grid(1, 0, panels...)
	return s.figure("PlanComparison", o.Options, alt, fmt.Sprintf("The %s brings %s per %s on average, the %s %s (%s).", best, meanOf(optimal), period, base, meanOf(naive), gain), data...)
}

// transient shades the first n periods, in which earlier spend still works.
func (p *panel) transient(x []float64, n int) {
	if n <= 0 || n >= len(x) {
		return
	}
	edge := (x[n-1] + x[n]) / 2
	shade := band{x: []float64{p.X.Min, edge}, lo: []float64{p.Y.Min, p.Y.Min}, hi: []float64{p.Y.Max, p.Y.Max}, color: fade(pale, opacityShade)}
	p.marks = append([]plotter{shade}, p.marks...)
}

const opacityShade = 0.25
