package plot

import (
	"fmt"
	"slices"
	"strings"

	"mixmodel/kernel/display/typed"
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
	return s.figure(function, o, "Bars, largest first: "+strings.Join(words, ", ")+".",
		fmt.Sprintf("%s takes %s of %s.", channels[top], share.value(fraction(spend[top], sum)), money.value(sum)),
		textColumn("channel", pick(channels, order)), numberColumn("spend", o.money(), pick(spend, order)),
		numberColumn("share", typed.Unit{Of: typed.Fraction}, sharesOf(pick(spend, order))))
}

func sharesOf(x []float64) []float64 {
	sum, out := total(x), make([]float64, len(x))
	for i, v := range x {
		out[i] = fraction(v, sum)
	}
	return out
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
	return s.figure("WeeklySpendChange", o.Options, fmt.Sprintf("Two bars per channel, %s and %s: %s.", was, is, strings.Join(words, ", ")),
		fmt.Sprintf("Average spend per week and channel, %s against %s; in all %s.", is, was, change(total(before), total(after))),
		textColumn("channel", channels), numberColumn(was, o.money(), before), numberColumn(is, o.money(), after))
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
