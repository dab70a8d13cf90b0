package plot

import (
	"fmt"
	"slices"
	"strings"
)

// TotalSpend draws what each channel spent in all, largest first, with
// values and shares.
func TotalSpend(channels []string, spend []float64, o Options) *Figure {
	return spendBars("TotalSpend", channels, spend, "Total spend per channel",
		"Money over the whole period, and its share", o)
}

// WeeklySpend draws what each channel spends per week, largest first, with
// values and shares.
func WeeklySpend(channels []string, spend []float64, o Options) *Figure {
	return spendBars("WeeklySpend", channels, spend, "Average spend per week",
		"Money per week and channel, and its share", o)
}

func spendBars(function string, channels []string, spend []float64, title, subtitle string, o Options) *Figure {
	some(function, "the list of channels", len(channels))
	same(function, "spend", len(spend), len(channels))
	money, share := format{currency: o.Currency}, format{percent: true}
	order := indexes(len(channels))
	slices.SortStableFunc(order, func(a, b int) int { return compare(spend[b], spend[a]) })
	sum := total(spend)
	s := newSheet(or(o.Title, title), fmt.Sprintf("%s. All channels: %s", subtitle, money.value(sum)))
	p := newPanel(0)
	p.categories(pick(channels, order), 30)
	p.X.Tick.Marker = numbers{format: money}
	values := tableColumn{head: "spend", style: labelText.strong()}
	shares := tableColumn{head: "share", style: labelText}
	var words []string
	for i, c := range order {
		p.add(bar{x1: spend[c], y: -float64(i), thickness: 18, color: ChannelColor(c)})
		values.cells = append(values.cells, money.value(spend[c]))
		shares.cells = append(shares.cells, share.value(fraction(spend[c], sum)))
		words = append(words, fmt.Sprintf("%s %s (%s)", channels[c], values.cells[i], shares.cells[i]))
	}
	p.xFromZero()
	p.categories(pick(channels, order), 30)
	p.table = []tableColumn{values, shares}
	s.grid(1, 0, p)
	top := order[0]
	return s.figure(o, "Bars, largest first: "+strings.Join(words, ", ")+".",
		fmt.Sprintf("%s takes %s of %s.", channels[top], share.value(fraction(spend[top], sum)), money.value(sum)))
}

// pick returns the elements of s in the given order.
func pick[T any](s []T, order []int) []T {
	out := make([]T, len(order))
	for i, j := range order {
		out[i] = s[j]
	}
	return out
}

// ChangeOptions name the two situations that a figure compares.
type ChangeOptions struct {
	Options
	Before string // "" is "train"
	After  string // "" is "test"
}

// WeeklySpendChange compares the spend per week of each channel in two
// situations and prints the change.
func WeeklySpendChange(channels []string, before, after []float64, o ChangeOptions) *Figure {
	some("WeeklySpendChange", "the list of channels", len(channels))
	same("WeeklySpendChange", "before", len(before), len(channels))
	same("WeeklySpendChange", "after", len(after), len(channels))
	was, is := or(o.Before, "train"), or(o.After, "test")
	money := format{currency: o.Currency}
	s := newSheet(or(o.Title, "Average spend per week: "+was+" and "+is),
		fmt.Sprintf("Money per week. All channels: %s %s, %s %s (%s)", was, money.value(total(before)),
			is, money.value(total(after)), change(total(before), total(after))),
		key{was, keyBar, pale}, key{is + ", in the channel's colour", keyChannels, nil})
	p := newPanel(0)
	p.X.Tick.Marker = numbers{format: money}
	a := tableColumn{head: was, style: labelText.in(soft)}
	b := tableColumn{head: is, style: labelText.strong()}
	d := tableColumn{head: "change", style: labelText}
	var words []string
	for c := range channels {
		p.add(bar{x1: before[c], y: -float64(c), thickness: 11, up: 6.5, color: pale},
			bar{x1: after[c], y: -float64(c), thickness: 11, up: -5.5, color: ChannelColor(c)})
		a.cells = append(a.cells, money.value(before[c]))
		b.cells = append(b.cells, money.value(after[c]))
		d.cells = append(d.cells, change(before[c], after[c]))
		words = append(words, fmt.Sprintf("%s from %s to %s (%s)", channels[c], a.cells[c], b.cells[c], d.cells[c]))
	}
	p.xFromZero()
	p.categories(channels, 38)
	p.table = []tableColumn{a, b, d}
	s.grid(1, 0, p)
	return s.figure(o.Options, fmt.Sprintf("Two bars per channel, %s and %s: %s.", was, is, strings.Join(words, ", ")),
		fmt.Sprintf("Average spend per week and channel, %s against %s; in all %s.", is, was, change(total(before), total(after))))
}

// change prints a relative change: "+12 %", "−94 %", "new" from zero.
func change(from, to float64) string {
	if from == 0 {
		if to == 0 {
			return "0" + nbsp + "%"
		}
		return "new"
	}
	f := format{percent: true, sign: true}
	r := to/from - 1
	v := f.join(r, 100*r, 0, nbsp+"%")
	if r > -0.0995 && r < 0.0995 {
		v = f.join(r, 100*r, 1, nbsp+"%")
	}
	return v
}

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
	up, down := movers(channels, current, optimal)
	caption := "The optimal plan keeps every channel where it is."
	if up != "" && down != "" {
		caption = fmt.Sprintf("The optimal plan moves money to %s and takes it from %s.", up, down)
	}
	return s.figure(o, "Two bars per channel, current and optimal spend per week: "+strings.Join(words, ", ")+".", caption)
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

// movers lists the channels that gain and those that lose more than 1 %.
func movers(channels []string, from, to []float64) (up, down string) {
	var gain, loss []string
	for c, name := range channels {
		switch d := to[c] - from[c]; {
		case d > 0.01*from[c]:
			gain = append(gain, name)
		case d < -0.01*from[c]:
			loss = append(loss, name)
		}
	}
	return list(gain), list(loss)
}

// ResponseVsSpend sets what each channel spends beside what it brings and
// the ratio of the two. spend and response count over the same time, for
// example a week. The response is shown as mean and 94 % interval.
func ResponseVsSpend(channels []string, spend []float64, response byChannel, o Options) *Figure {
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
	return s.figure(o, sentence(strings.Join(words, "; "))+".", "Spend and contribution of each channel over the same time.")
}
