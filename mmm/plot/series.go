package plot

import (
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
)

// Sales draws the target over time and names its highest peaks by date.
func Sales(dates []time.Time, sales []float64, o Options) *Figure {
	same("Sales", "sales", len(sales), len(dates))
	some("Sales", "sales", len(sales))
	period, money := periodName(dates), format{currency: o.Currency}
	s := newSheet(or(o.Title, sentence(o.target())+" over time"),
		fmt.Sprintf("%s per %s, %s", sentence(o.target()), period, between(dates)))
	p := newPanel(270)
	p.datesOf(dates)
	p.Y.Tick.Marker = numbers{format: money}
	p.add(line{x: seconds(dates), y: sales, color: ink, width: 1.6})
	p.fromZero()
	p.Y.Max *= 1.04 // room for the names of peaks
	p.add(peaks(dates, sales, 4, money)...)
	s.grid(1, 0, p)
	lo, hi := lowest(sales), highest(sales)
	alt := fmt.Sprintf("Line of %s, %s: mean %s, lowest %s on %s, highest %s on %s.",
		count(len(sales), period), between(dates), money.value(average(sales)),
		money.value(sales[lo]), day(dates[lo]), money.value(sales[hi]), day(dates[hi]))
	return s.figure("Sales", o, alt, fmt.Sprintf("%s per %s; the highest was %s, %s.",
		sentence(o.target()), period, day(dates[hi]), money.value(sales[hi])), dayColumn(dates), numberColumn(o.target(), o.sales(), sales))
}

// Split draws the target with the boundary between the first train periods,
// which the model learns from, and the rest, which it has to predict.
// It panics unless 0 < train < len(dates).
func Split(dates []time.Time, sales []float64, train int, o Options) *Figure {
	same("Split", "sales", len(sales), len(dates))
	if train <= 0 || train >= len(dates) {
		panic(fmt.Sprintf("plot: Split: train is %d (want 1 to %d)", train, len(dates)-1))
	}
	period, money := periodName(dates), format{currency: o.Currency}
	s := newSheet(or(o.Title, "Training and test data"),
		fmt.Sprintf("%s per %s; the model sees only what is left of the line", sentence(o.target()), period))
	x := seconds(dates)
	p := newPanel(270)
	p.datesOf(dates)
	p.Y.Tick.Marker = numbers{format: money}
	p.add(
		line{x: x[:train], y: sales[:train], color: modelColor, width: 1.6},
		// The line into the test data is a test line: it starts at the last training point.
		line{x: x[train-1:], y: sales[train-1:], color: holdoutColor, width: 1.6},
	)
	p.fromZero()
	p.Y.Max *= 1.08
	p.boundary((x[train-1]+x[train])/2,
		"train, "+count(train, period), "test, "+count(len(dates)-train, period))
	s.grid(1, 0, p)
	alt := fmt.Sprintf("Line of %s per %s. Training: %s, %s to %s, mean %s. Test: %s, %s to %s, mean %s.",
		o.target(), period,
		count(train, period), day(dates[0]), day(dates[train-1]), money.value(average(sales[:train])),
		count(len(dates)-train, period), day(dates[train]), day(dates[len(dates)-1]), money.value(average(sales[train:])))
	return s.figure("Split", o, alt, fmt.Sprintf("The first %s train the model, the last %s test it (from %s on).",
		count(train, period), count(len(dates)-train, period), day(dates[train])),
		stacked("data", []string{"train", "test"}, [][]typed.Column{
			{dayColumn(dates[:train]), numberColumn(o.target(), o.sales(), sales[:train])},
			{dayColumn(dates[train:]), numberColumn(o.target(), o.sales(), sales[train:])},
		})...)
}

// boundary marks where training data end, with a word on either side.
func (p *panel) boundary(at float64, left, right string) {
	word, top := labelText.strong(), p.Y.Max
	// What the box is too short for on the right of the boundary stands outside.
	inside := (figureWidth - 100) * vg.Length((p.X.Max-at)/(p.X.Max-p.X.Min))
	p.right = max(0, word.width(right)+6-inside)
	p.add(
		rule{at: at, vertical: true, color: soft, dash: []vg.Length{4, 3}},
		note{x: at, y: top, dx: -6, dy: -11, text: left, style: word.at(end).in(modelColor)},
		note{x: at, y: top, dx: 6, dy: -11, text: right, style: word.in(holdoutColor)},
	)
}

// peaks names up to n high points that stand out and are far enough apart.
func peaks(dates []time.Time, y []float64, n int, f format) (marks []plotter) {
	mean, sd := stat.MeanStdDev(finiteOnly(y), nil)
	order := indexes(len(y))
	slices.SortStableFunc(order, func(a, b int) int { return compare(y[b], y[a]) })
	span := dates[len(dates)-1].Sub(dates[0])
	var taken []int
	for _, i := range order {
		if len(taken) == n || !(y[i] > mean+2*sd) {
			break
		}
		if slices.ContainsFunc(taken, func(j int) bool { return dates[i].Sub(dates[j]).Abs() < span/7 }) {
			continue
		}
		taken = append(taken, i)
		a := middle
		if dates[i].Sub(dates[0]) < span/12 {
			a = start
		} else if dates[len(dates)-1].Sub(dates[i]) < span/12 {
			a = end
		}
		marks = append(marks, note{x: float64(dates[i].Unix()), y: y[i], dy: 5,
			text: dates[i].Format("2 Jan 2006") + ": " + f.value(y[i]), style: tickText.at(a)})
	}
	return marks
}

// SpendSeries draws the spend of each channel over time in a panel of its
// own, one below the other with a common time axis and with own money axes,
// so that small channels have a shape too.
// spend is [channel][period].
func SpendSeries(dates []time.Time, channels []string, spend [][]float64, o Options) *Figure {
	matrix("SpendSeries", "spend", spend, len(channels), len(dates))
	period, money := periodName(dates), format{currency: o.Currency}
	s := newSheet(or(o.Title, "Spend per channel over time"),
		fmt.Sprintf("Money per %s, %s; each channel on its own scale", period, between(dates)))
	var panels []*panel
	alt := fmt.Sprintf("%s of spend per %s. ", count(len(channels), "panel"), period)
	for c, name := range channels {
		p := newPanel(62)
		p.datesOf(dates)
		p.Y.Tick.Marker = numbers{format: money, n: 2}
		p.head, p.headIn = name, headText.in(inkOf(ChannelColor(c)))
		hi, mean := highest(spend[c]), average(spend[c])
		p.note = fmt.Sprintf("mean %s, highest %s (%s)", money.value(mean), money.value(spend[c][hi]), dates[hi].Format("Jan 2006"))
		x := seconds(dates)
		p.add(band{x: x, lo: make([]float64, len(x)), hi: spend[c], color: fade(ChannelColor(c), 0.22)},
			line{x: x, y: spend[c], color: ChannelColor(c), width: 1.3})
		p.fromZero()
		p.hideX = c < len(channels)-1
		panels = append(panels, p)
		alt += fmt.Sprintf("%s: mean %s, highest %s on %s. ", name, money.value(mean), money.value(spend[c][hi]), day(dates[hi]))
	}
	s.grid(1, 0, panels...)
	return s.figure("SpendSeries", o, alt, fmt.Sprintf("Spend per %s of %s.", period, count(len(channels), "channel")),
		append([]typed.Column{dayColumn(dates)}, spendColumns(channels, spend, o)...)...)
}

func spendColumns(channels []string, spend [][]float64, o Options) []typed.Column {
	var out []typed.Column
	for c, name := range channels {
		out = append(out, numberColumn(name, o.money(), spend[c]))
	}
	return out
}

// SpendVsSales sets the spend of each channel, a coloured line, against the
// target, a grey area, and prints their correlation. Both are shown as
// multiples of their own mean, so that one axis serves both.
// spend is [channel][period].
func SpendVsSales(dates []time.Time, channels []string, spend [][]float64, sales []float64, o Options) *Figure {
	matrix("SpendVsSales", "spend", spend, len(channels), len(dates))
	same("SpendVsSales", "sales", len(sales), len(dates))
	s := newSheet(or(o.Title, sentence(o.target())+" and spend, and how they correlate"),
		"Both as multiples of their own mean: 1 is an average "+periodName(dates)+". Panels are sorted by correlation.",
		key{o.target(), keyBand, over(pale, 0.5)}, key{"spend of the channel", keyChannelLines, nil})
	r := make([]float64, len(channels))
	for c := range r {
		r[c] = correlation(spend[c], sales)
	}
	order := indexes(len(channels))
	slices.SortStableFunc(order, func(a, b int) int { return compare(r[b], r[a]) })
	x, level := seconds(dates), relative(sales)
	var panels []*panel
	alt := "Correlation of " + o.target() + " with spend: "
	for i, c := range order {
		p := newPanel(78)
		p.datesOf(dates)
		p.Y.Tick.Marker = numbers{format: format{suffix: "×"}, n: 3}
		p.head, p.headIn = channels[c], headText.in(inkOf(ChannelColor(c)))
		p.note = "correlation " + signed(r[c])
		p.add(band{x: x, lo: make([]float64, len(x)), hi: level, color: fade(pale, 0.5)},
			line{x: x, y: relative(spend[c]), color: ChannelColor(c), width: 1.3})
		p.fromZero()
		p.hideX = i < len(order)-1
		panels = append(panels, p)
		alt += fmt.Sprintf("%s %s", channels[c], signed(r[c]))
		alt += map[bool]string{true: ".", false: ", "}[i == len(order)-1]
	}
	s.grid(1, 0, panels...)
	best, worst := order[0], order[len(order)-1]
	return s.figure("SpendVsSales", o, alt, fmt.Sprintf("%s moves most with %s (correlation %s) and least with %s (%s); correlation is not effect.",
		sentence(o.target()), channels[best], signed(r[best]), channels[worst], signed(r[worst])),
		textColumn("channel", pick(channels, order)), numberColumn("correlation with "+o.target(), typed.Unit{}, pick(r, order)))
}

// relative returns y as multiples of its mean, zeros if that is not positive.
func relative(y []float64) []float64 {
	out := make([]float64, len(y))
	mean := average(finiteOnly(y))
	if !(mean > 0) {
		return out
	}
	for i, v := range y {
		out[i] = v / mean
	}
	return out
}

// correlation is Pearson's, 0 if one of the series is constant.
func correlation(a, b []float64) float64 {
	if r := stat.Correlation(a, b, nil); finite(r) {
		return r
	}
	return 0
}

// signed prints a correlation: "0.15", "−0.20".
func signed(r float64) string {
	if r < 0 && math.Round(r*100) != 0 {
		return fmt.Sprintf("−%.2f", -r)
	}
	return fmt.Sprintf("%.2f", math.Abs(r))
}
