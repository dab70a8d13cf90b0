package plot

import (
	"fmt"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// Allocation compares the current with the optimal spend per week of each
// channel. lower and upper are the bounds that the optimum had to keep, drawn
// as whiskers; nil draws none. A bound that binds (the optimum lies on it) is
// named.
func Allocation(channels []string, current, optimal, lower, upper []float64, o Options) *Figure {
	some("Allocation", "the list of channels", len(channels))
	same("Allocation", "current", len(current), len(channels))
	same("Allocation", "optimal", len(optimal), len(channels))
	bounded := lower != nil || upper != nil
	if bounded {
		same("Allocation", "lower", len(lower), len(channels))
		same("Allocation", "upper", len(upper), len(channels))
	}
	money := format{currency: o.Currency}
	keys := []key{{"current", keyBar, pale}, {"optimal, in the channel's colour", keyChannels, nil}}
	if bounded {
		keys = append(keys, key{"allowed range", keyWhisker, ink})
	}
	s := newSheet(or(o.Title, "Current and optimal budget"),
		fmt.Sprintf("Money per week. In all: current %s, optimal %s", money.value(total(current)), money.value(total(optimal))), keys...)
	p := newPanel(0)
	p.X.Tick.Marker = numbers{format: money}
	a := tableColumn{head: "current", style: labelText.in(soft)}
	b := tableColumn{head: "optimal", style: labelText.strong()}
	d := tableColumn{head: "change", style: labelText}
	e := tableColumn{head: "bound", style: labelText.in(soft)}
	data := []typed.Column{textColumn("channel", channels), numberColumn("current", o.money(), current), numberColumn("optimal", o.money(), optimal)}
	if bounded {
		data = append(data, numberColumn("lower bound", o.money(), lower), numberColumn("upper bound", o.money(), upper))
	}
	var words []string
	for c, name := range channels {
		y := -float64(c)
		p.add(bar{x1: current[c], y: y, thickness: 11, up: 6.5, color: pale},
			bar{x1: optimal[c], y: y, thickness: 11, up: -5.5, color: ChannelColor(c)})
		binds := ""
		if bounded {
			p.add(whisker{lo: lower[c], hi: upper[c], y: y, up: -5.5, color: ink})
			binds = binding(optimal[c], lower[c], upper[c])
		}
		a.cells = append(a.cells, money.value(current[c]))
		b.cells = append(b.cells, money.value(optimal[c]))
		d.cells = append(d.cells, change(current[c], optimal[c]))
		e.cells = append(e.cells, binds)
		word := fmt.Sprintf("%s from %s to %s (%s", name, a.cells[c], b.cells[c], d.cells[c])
		if binds != "" {
			word += ", at its " + binds + " bound"
		}
		words = append(words, word+")")
	}
	p.xFromZero()
	p.categories(channels, 40)
	p.table = []tableColumn{a, b, d}
	if bounded {
		p.table = append(p.table, e)
	}
	s.grid(1, 0, p)
	return s.figure("Allocation", o, "Two bars per channel, current and optimal spend per week: "+strings.Join(words, ", ")+".",
		movers(channels, current, optimal), data...)
}

// binding names the bound on which v lies, if any.
func binding(v, lower, upper float64) string {
	slack := 1e-6 * max(upper-lower, 1e-9*upper)
	switch {
	case v >= upper-slack && v <= lower+slack:
		return "both"
	case v <= lower+slack:
		return "lower"
	case v >= upper-slack:
		return "upper"
	}
	return ""
}

// movers says which channels gain and which lose more than 1 %.
func movers(channels []string, from, to []float64) string {
	var gain, loss []string
	for c, name := range channels {
		switch d := to[c] - from[c]; {
		case d > 0.01*from[c]:
			gain = append(gain, name)
		case d < -0.01*from[c]:
			loss = append(loss, name)
		}
	}
	switch {
	case gain == nil && loss == nil:
		return "The optimal plan keeps every channel where it is."
	case gain == nil:
		return fmt.Sprintf("The optimal plan takes money from %s.", list(loss))
	case loss == nil:
		return fmt.Sprintf("The optimal plan gives more money to %s.", list(gain))
	}
	return fmt.Sprintf("The optimal plan moves money to %s and takes it from %s.", list(gain), list(loss))
}

// ResponseVsSpend sets what each channel spends beside what it brings and
// the ratio of the two. spend and response count over the same time, for
// example a week. The response is shown as mean and 94 % interval.
func ResponseVsSpend(channels []string, spend []float64, response mmm.ByChannel, o Options) *Figure {
	some("ResponseVsSpend", "the list of channels", len(channels))
	same("ResponseVsSpend", "spend", len(spend), len(channels))
	same("ResponseVsSpend", "response.Draws", len(response.Draws), len(channels))
	money := format{currency: o.Currency}
	s := newSheet(or(o.Title, "What each channel costs and what it brings"),
		fmt.Sprintf("Left: spend. Right: contribution to %s, mean and 94 %% interval. Return: mean contribution per unit of spend.", o.target()))
	cost, gain := newPanel(0), newPanel(0)
	cost.note, gain.note = "spend", "contribution"
	cost.X.Tick.Marker, gain.X.Tick.Marker = numbers{format: money, n: 3}, numbers{format: money, n: 4}
	contribution := tableColumn{head: "mean", style: labelText.strong()}
	ratio := tableColumn{head: "return", style: labelText.strong()}
	spent := tableColumn{head: "", style: labelText}
	var words []string
	for c, e := range estimates(response) {
		y := -float64(c)
		cost.add(bar{x1: spend[c], y: y, thickness: 18, color: pale})
		gain.add(bar{x1: e.Mean, y: y, thickness: 18, color: fade(ChannelColor(c), 0.75)},
			whisker{lo: e.HDI94[0], hi: e.HDI94[1], y: y, color: ink})
		spent.cells = append(spent.cells, money.value(spend[c]))
		contribution.cells = append(contribution.cells, money.value(e.Mean))
		back := "–"
		if spend[c] != 0 {
			back = format{}.value(e.Mean / spend[c])
		}
		ratio.cells = append(ratio.cells, back)
		words = append(words, fmt.Sprintf("%s spends %s and brings %s (94 %% interval %s to %s), return %s",
			channels[c], spent.cells[c], contribution.cells[c], money.value(e.HDI94[0]), money.value(e.HDI94[1]), back))
	}
	cost.xFromZero()
	gain.xFromZero()
	cost.categories(channels, 34)
	gain.categories(channels, 34)
	gain.hideY = true
	cost.table = []tableColumn{spent}
	gain.table = []tableColumn{contribution, ratio}
	s.columns([]float64{1, 1.6}, 14, cost, gain)
	return s.figure("ResponseVsSpend", o, sentence(strings.Join(words, "; "))+".", "Spend and contribution of each channel over the same time.",
		textColumn("channel", channels), numberColumn("spend", o.money(), spend), estimateColumn("contribution", o.sales(), estimates(response)))
}
