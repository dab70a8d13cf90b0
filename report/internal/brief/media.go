package brief

import (
	"cmp"
	"fmt"
	"math"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/words"
)

// cards are the numbers to lead with.
func (r Results) cards() []Block {
	if len(r.KPIs) == 0 {
		return nil
	}
	var cards Cards
	for _, k := range r.KPIs {
		cards = append(cards, CardOf(k))
	}
	return []Block{cards}
}

// CardOf writes a KPI as a card.
func CardOf(k typed.KPI) Card {
	c := Card{
		ID: k.ID, Label: k.Label, Value: words.Mean(k.Unit, k.Estimate), Tier: tierOf(k.Finding), Note: k.Note,
		Interval: level(k.Estimate) + " " + words.Interval(k.Unit, k.Estimate),
	}
	if k.Unit.Per != "" {
		c.Value += " " + words.A(k.Unit.Per)
	}
	if k.Prior != nil {
		c.Prior = "before the data " + words.Short(k.Unit, *k.Prior)
	}
	for _, d := range k.Doubts {
		c.Doubts = append(c.Doubts, Doubt{d.Claim, words.Probability(d.P)})
	}
	axis := axisOf(k.Finding)
	if k.Unit.Of == typed.Ratio {
		axis.Reference = ptr(1.0)
		axis.include(1)
	}
	c.Bar = axis.bar(k.Finding, "", c.Value+", "+c.Interval)
	return c
}

func ptr(x float64) *float64 { return &x }

// axis is what the bars of a column share.
type axis struct {
	low, high float64
	Reference *float64
}

// estimate is a cell with the mean, and the interval below it.
func estimate(u typed.Unit, e typed.Estimate) Cell {
	return Cell{Text: words.Mean(u, e), Sub: words.Interval(u, e)}
}

// axisOf spans the intervals of findings, priors included, and zero.
func axisOf(list ...typed.Finding) *axis {
	a := &axis{}
	for _, f := range list {
		a.include(f.Low, f.High, f.Mean)
		if f.Prior != nil {
			a.include(f.Prior.Low, f.Prior.High, f.Prior.Mean)
		}
	}
	return a
}

func (a *axis) include(xs ...float64) {
	for _, x := range xs {
		a.low, a.high = min(a.low, x), max(a.high, x)
	}
}

func (a *axis) bar(f typed.Finding, color, text string) *Bar {
	if a.high <= a.low {
		return nil
	}
	return &Bar{Min: a.low, Max: a.high, Value: &f.Estimate, Prior: f.Prior, Reference: a.Reference, Color: color, Text: text}
}

// drivers is base against incremental sales, part by part.
func (r Results) drivers() []Block {
	var blocks []Block
	if s := r.MediaSentence(); s != "" {
		blocks = append(blocks, Paragraph{s})
	}
	if r.Base != nil {
		blocks = append(blocks, baseTable(*r.Base))
	}
	if r.Channels != nil {
		blocks = append(blocks, contributionTable(*r.Channels))
	}
	return blocks
}

func baseTable(b typed.Base) Table {
	unit := sales(b.Currency)
	t := Table{ID: b.ID + "-parts", Caption: fmt.Sprintf("Sales by source, %s to %s (mean and %s)", words.Day(b.From), words.Day(b.To), level(b.Expected)), Total: true,
		Columns: []Column{{Label: "Source"}, {Label: "Sales", Numeric: true}, {Label: "Interval", Numeric: true}, {Label: "Share of sales", Numeric: true}, {Label: "Share", Bars: true}}}
	low, high := 0.0, 0.0
	for _, p := range b.Parts {
		low, high = min(low, p.Mean), max(high, p.Mean)
	}
	names, values, lows, highs, shares := []string{}, typed.Numbers{}, typed.Numbers{}, typed.Numbers{}, typed.Numbers{}
	add := func(name string, e typed.Estimate) {
		share := e.Mean / b.Expected.Mean
		bar := &Bar{Min: low, Max: high, Value: &e, Share: true, Text: words.Percent(share) + " of sales"}
		text := words.Percent(share)
		if b.Expected.Mean <= 0 || math.IsNaN(share) || math.IsInf(share, 0) {
			text, bar, share = "–", nil, math.NaN()
		}
		t.Rows = append(t.Rows, []Cell{{Text: name}, {Text: words.Mean(unit, e)}, {Text: words.Interval(unit, e)}, {Text: text}, {Bar: bar}})
		names, values, lows, highs, shares = append(names, name), append(values, e.Mean), append(lows, e.Low), append(highs, e.High), append(shares, share)
	}
	for _, p := range b.Parts {
		add(words.Capital(p.Name), p.Estimate)
	}
	add("Sum, as the model expects", b.Expected)
	t.Rows[len(t.Rows)-1][4] = Cell{} // the whole is no part
	t.Data = typed.Table{Columns: []typed.Column{{Label: "source", Text: names},
		{Label: "sales", Unit: unit, Values: values, Low: lows, High: highs, Prob: b.Expected.Prob}, {Label: "share", Unit: fraction, Values: shares}}}
	return t
}

func contributionTable(c typed.Channels) Table {
	unit := sales(c.Currency)
	t := Table{ID: c.ID + "-contributions", Caption: fmt.Sprintf("What each channel cost and brought (mean and %s)", level(c.Channels[0].Contribution.Estimate)),
		Columns: []Column{{Label: "Channel"}, {Label: "Spend", Numeric: true}, {Label: "Share of spend", Numeric: true}, {Label: "Sales brought", Numeric: true}, {Label: "Share of what media brought", Numeric: true}}}
	var spends []float64
	for _, x := range c.Channels {
		spends = append(spends, x.Spend)
	}
	spend := words.ScaleOfAll(money(c.Currency), spends...)
	names, shares := []string{}, typed.Numbers{}
	brought, media := estimates{}, estimates{}
	for _, x := range c.Channels {
		t.Rows = append(t.Rows, []Cell{{Text: x.Name}, {Text: spend.Full(x.Spend)}, {Text: words.Percent(x.SpendShare)},
			estimate(unit, x.Contribution.Estimate), estimate(fraction, x.MediaShare.Estimate)})
		names, shares = append(names, x.Name), append(shares, x.SpendShare)
		brought, media = append(brought, x.Contribution.Estimate), append(media, x.MediaShare.Estimate)
	}
	t.Data = typed.Table{Columns: []typed.Column{{Label: "channel", Text: names}, {Label: "spend", Unit: money(c.Currency), Values: spends},
		{Label: "share of spend", Unit: fraction, Values: shares}, brought.column("sales brought", unit), media.column("share of media", fraction)}}
	return t
}

type estimates []typed.Estimate

func (list estimates) column(label string, u typed.Unit) typed.Column {
	c := typed.Column{Label: label, Unit: u}
	for _, e := range list {
		c.Values, c.Low, c.High, c.Prob = append(c.Values, e.Mean), append(c.Low, e.Low), append(c.High, e.High), e.Prob
	}
	return c
}

// returns is ROAS and marginal ROAS, with the prior beside the posterior.
func (r Results) returns() []Block {
	if r.Channels == nil {
		return nil
	}
	c := *r.Channels
	blocks := []Block{
		Paragraph{r.BestSentence()},
		Paragraph{fmt.Sprintf("The table says what %s brought back in sales over the period, and what the next one would bring. The pale bar is what was believed before the data, the strong one what is believed after: where they look alike, the data said little. Returns are sales, not profit.", each(c.Currency))},
		ReturnTable(c),
	}
	if s := marginalSentence(c); s != "" {
		blocks = append(blocks, Paragraph{s})
	}
	return blocks
}

// ReturnTable is the returns of all channels.
func ReturnTable(c typed.Channels) Table {
	unit := sales(c.Currency)
	t := Table{ID: c.ID + "-returns", Caption: fmt.Sprintf("Return on ad spend: sales per %s (mean and %s)", perOne(c.Currency), level(c.Channels[0].ROAS.Estimate)),
		Columns: []Column{{Label: "Channel"}, {Label: "Return", Numeric: true}, {Label: "Before the data", Numeric: true}, {Label: "Before (pale) and after (strong) the data", Bars: true},
			{Label: "Chance to be the highest", Numeric: true},
			{Label: "The next " + oneOf(c.Currency) + " brings", Numeric: true}, {Label: "Rests on"}}}
	var all []typed.Finding
	for _, x := range c.Channels {
		all = append(all, x.ROAS)
	}
	axis := axisOf(all...)
	axis.Reference = ptr(1.0)
	axis.include(1)
	names, tiers, best := []string{}, []string{}, typed.Numbers{}
	roas, prior, marginal := estimates{}, estimates{}, estimates{}
	for _, x := range c.Channels {
		before := Cell{Text: "–"}
		if x.ROAS.Prior != nil {
			before = estimate(unit, *x.ROAS.Prior)
			prior = append(prior, *x.ROAS.Prior)
		}
		after := estimate(unit, x.ROAS.Estimate)
		t.Rows = append(t.Rows, []Cell{{Text: x.Name}, after, before, {Bar: axis.bar(x.ROAS, x.Color, "interval "+after.Sub+"; before the data "+cmp.Or(before.Sub, "unknown"))},
			{Text: words.Probability(x.BestROAS)}, estimate(unit, x.MarginalROAS.Estimate), tierCell(x.ROAS)})
		names, tiers, best = append(names, x.Name), append(tiers, string(tierOf(x.ROAS))), append(best, x.BestROAS)
		roas, marginal = append(roas, x.ROAS.Estimate), append(marginal, x.MarginalROAS.Estimate)
	}
	ratio := typed.Unit{Of: typed.Ratio}
	t.Data = typed.Table{Columns: []typed.Column{{Label: "channel", Text: names}, roas.column("return", ratio)}}
	if len(prior) == len(roas) {
		t.Data.Columns = append(t.Data.Columns, prior.column("return before the data", ratio))
	}
	t.Data.Columns = append(t.Data.Columns, typed.Column{Label: "probability of the highest return", Unit: fraction, Values: best},
		marginal.column("marginal return", ratio), typed.Column{Label: "rests on", Text: tiers})
	return t
}

// ofSales says what a return consists of.
func ofSales(currency, amount string) string {
	if currency == "" {
		return amount + " units of sales"
	}
	return amount + " of sales"
}

func perOne(currency string) string {
	if currency == "" {
		return oneOf(currency)
	}
	return oneOf(currency) + " of spend"
}

func oneOf(currency string) string {
	if currency == "" {
		return "unit of spend"
	}
	return currency + "1"
}

// tierCell says in words what a finding rests on.
func tierCell(f typed.Finding) Cell {
	text := map[typed.Tier]string{typed.DataDriven: "data", typed.Mixed: "data and prior", typed.PriorDriven: "prior", "": "not judged"}[tierOf(f)]
	return Cell{Text: text, Tier: tierOf(f)}
}

func marginalSentence(c typed.Channels) string {
	if len(c.Channels) < 2 {
		return ""
	}
	best := c.Channels[0]
	for _, x := range c.Channels {
		if x.BestMarginal > best.BestMarginal {
			best = x
		}
	}
	return fmt.Sprintf("For the next %s, the likeliest best place is %s, with a probability of %s: it would bring %s (%s %s).",
		oneOf(c.Currency), best.Name, words.Probability(best.BestMarginal), ofSales(c.Currency, words.Mean(sales(c.Currency), best.MarginalROAS.Estimate)),
		level(best.MarginalROAS.Estimate), words.Interval(sales(c.Currency), best.MarginalROAS.Estimate))
}

// saturation says in money where each channel stands on its curve.
func (r Results) saturation() []Block {
	if r.Channels == nil {
		return nil
	}
	c := *r.Channels
	unit := money(c.Currency)
	t := Table{ID: c.ID + "-saturation", Caption: fmt.Sprintf("Spend, and where each channel stands on its curve (mean and %s)", level(c.Channels[0].Carryover.Estimate)),
		Columns: []Column{{Label: "Channel"}, {Label: "Recent spend a " + c.Step, Numeric: true}, {Label: "Highest in the data", Numeric: true},
			{Label: "Half of its ceiling at", Numeric: true}, {Label: "Ceiling reached", Numeric: true}, {Label: "Mean age of the effect", Numeric: true}, {Label: "Curve rests on"}}}
	var recent, most []float64
	for _, x := range c.Channels {
		recent, most = append(recent, x.Saturation.RecentSpend), append(most, x.Saturation.MaxSpend)
	}
	spend, highest := words.ScaleOfAll(unit, recent...), words.ScaleOfAll(unit, most...)
	names := []string{}
	half, reached, age := typed.Numbers{}, typed.Numbers{}, estimates{}
	for _, x := range c.Channels {
		h, full := Cell{Text: "no ceiling"}, Cell{Text: "–"}
		halfMean, reachedMean := math.NaN(), math.NaN()
		rests := Cell{Text: "not judged"}
		if f := x.Saturation.HalfSpend; f != nil {
			h, halfMean, rests = estimate(unit, f.Estimate), f.Mean, tierCell(*f)
		}
		if f := x.Saturation.Reached; f != nil {
			full, reachedMean = estimate(fraction, f.Estimate), f.Mean
		}
		t.Rows = append(t.Rows, []Cell{{Text: x.Name}, {Text: spend.Full(x.Saturation.RecentSpend)}, {Text: highest.Full(x.Saturation.MaxSpend)},
			h, full, duration(x.Carryover.Estimate, c.Step), rests})
		names, half, reached, age = append(names, x.Name), append(half, halfMean), append(reached, reachedMean), append(age, x.Carryover.Estimate)
	}
	t.Data = typed.Table{Columns: []typed.Column{{Label: "channel", Text: names}, {Label: "recent spend", Unit: unit, Values: recent}, {Label: "highest spend", Unit: unit, Values: most},
		{Label: "spend at half of the ceiling", Unit: unit, Values: half}, {Label: "ceiling reached", Unit: fraction, Values: reached}, age.column("mean age of the effect", typed.Unit{Of: typed.Periods})}}
	return []Block{Paragraph{"Each channel brings less for every further amount. The table shows in money how far each has come, how steady spending would reach half of the most it can ever bring, and how long its effect lasts. Beyond the highest spend in the data, a curve is an assumption."}, t}
}

func duration(e typed.Estimate, step string) Cell {
	c := estimate(typed.Unit{Of: typed.Periods}, e)
	c.Text += words.Space + step + "s"
	return c
}

// TableOf rounds a table for reading: a column of numbers keeps three digits of
// its largest, one of estimates two of the width of each interval.
func TableOf(t typed.Table) Table {
	out := Table{ID: t.ID, Caption: t.Caption, Total: t.Total, Data: t}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, Column{Label: c.Label, Numeric: len(c.Text) == 0})
		if len(c.Low) > 0 {
			out.Columns = append(out.Columns, Column{Label: words.Percent(c.Prob) + " interval", Numeric: true})
		}
	}
	scales := make([]words.Scale, len(t.Columns))
	for j, c := range t.Columns {
		scales[j] = words.ScaleOfAll(c.Unit, c.Values...)
	}
	for i := range t.Len() {
		var row []Cell
		for j, c := range t.Columns {
			row = append(row, cellsOf(c, i, scales[j])...)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func cellsOf(c typed.Column, i int, s words.Scale) []Cell {
	switch {
	case len(c.Text) > 0:
		return []Cell{{Text: c.Text[i]}}
	case len(c.Low) > 0 && math.IsNaN(c.Values[i]):
		return []Cell{{Text: "–"}, {Text: "–"}}
	case len(c.Low) > 0:
		e := typed.Estimate{Mean: c.Values[i], Low: c.Low[i], High: c.High[i], Prob: c.Prob}
		return []Cell{{Text: words.Mean(c.Unit, e)}, {Text: words.Interval(c.Unit, e)}}
	}
	if i >= len(c.Values) || math.IsNaN(c.Values[i]) {
		return []Cell{{Text: "–"}}
	}
	return []Cell{{Text: s.Full(c.Values[i])}}
}

// ManifestTable says what the numbers came from.
func ManifestTable(m typed.Manifest) Table {
	t := Table{ID: m.ID, Caption: "What the numbers came from", Columns: []Column{{Label: "What"}, {Label: "Value"}}}
	add := func(name, text string) { t.Rows = append(t.Rows, []Cell{{Text: name}, {Text: text}}) }
	d, s := m.Data, m.Sampler
	add("Data", fmt.Sprintf("%s: %s from %s to %s, %s used for fitting; %s, %s", d.Name, words.Count(d.Periods, d.Step), words.Day(d.From), words.Day(d.To),
		words.Count(d.Train, d.Step), words.Count(d.Channels, "channel"), words.Count(d.Controls, "control")))
	add("SHA-256 of the data", d.SHA256)
	add("Fingerprint of the fit", m.Fit)
	add("Sampler", fmt.Sprintf("%s: %s of %s after %s of warm-up, target acceptance %v, seed %s", s.Name, words.Count(s.Chains, "chain"),
		words.Count(s.Draws, "draw"), words.Count(s.Warmup, "draw"), s.TargetAccept, s.Seed))
	for _, list := range [][]typed.Entry{m.Model, m.Priors, m.Version} {
		for _, e := range list {
			add(words.Capital(e.Name), e.Text)
		}
	}
	for _, r := range m.Results {
		add(words.Capital(r.Name), plain(r.Value))
	}
	return t
}
