package brief

import (
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
	low, high := 0.0, b.Expected.Mean
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
	t.Data = typed.Table{Columns: []typed.Column{{Label: "source", Text: names},
		{Label: "sales", Unit: unit, Values: values, Low: lows, High: highs, Prob: b.Expected.Prob}, {Label: "share", Unit: fraction, Values: shares}}}
	return t
}

func contributionTable(c typed.Channels) Table {
	unit := sales(c.Currency)
	t := Table{ID: c.ID + "-contributions", Caption: fmt.Sprintf("What each channel cost and brought (mean and %s)", level(c.Channels[0].Contribution.Estimate)),
		Columns: []Column{{Label: "Channel"}, {Label: "Spend", Numeric: true}, {Label: "Share of spend", Numeric: true}, {Label: "Sales brought", Numeric: true}, {Label: "Interval", Numeric: true},
			{Label: "Share of what media brought", Numeric: true}}}
	var spends []float64
	for _, x := range c.Channels {
		spends = append(spends, x.Spend)
	}
	spend := words.ScaleOfAll(money(c.Currency), spends...)
	names, shares := []string{}, typed.Numbers{}
	brought, media := estimates{}, estimates{}
	for _, x := range c.Channels {
		t.Rows = append(t.Rows, []Cell{{Text: x.Name}, {Text: spend.Full(x.Spend)}, {Text: words.Percent(x.SpendShare)},
			{Text: words.Mean(unit, x.Contribution.Estimate)}, {Text: words.Interval(unit, x.Contribution.Estimate)}, {Text: words.Short(fraction, x.MediaShare.Estimate)}})
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
		Paragraph{fmt.Sprintf("The table says what %s brought back in sales over the period, and what the next one would bring. The pale bar is what was believed before the data, the dark one what is believed after: where they look alike, the data said little. Returns are sales, not profit.", each(c.Currency))},
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
	t := Table{ID: c.ID + "-returns", Caption: fmt.Sprintf("Return on ad spend: sales per %s of spend (mean and %s)", oneOf(c.Currency), level(c.Channels[0].ROAS.Estimate)),
		Columns: []Column{{Label: "Channel"}, {Label: "Return", Numeric: true}, {Label: "Interval", Numeric: true}, {Label: "Before (pale) and after (dark) the data", Bars: true},
			{Label: "Before the data", Numeric: true}, {Label: "Probability that it is the highest", Numeric: true},
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
		before := "–"
		if x.ROAS.Prior != nil {
			before = words.Short(unit, *x.ROAS.Prior)
			prior = append(prior, *x.ROAS.Prior)
		}
		interval := words.Interval(unit, x.ROAS.Estimate)
		t.Rows = append(t.Rows, []Cell{{Text: x.Name}, {Text: words.Mean(unit, x.ROAS.Estimate)}, {Text: interval},
			{Bar: axis.bar(x.ROAS, x.Color, "interval "+interval+"; before the data "+before)}, {Text: before},
			{Text: words.Probability(x.BestROAS)}, {Text: words.Short(unit, x.MarginalROAS.Estimate)}, tierCell(x.ROAS)})
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
		h, full := "no ceiling", "–"
		halfMean, reachedMean := math.NaN(), math.NaN()
		rests := Cell{Text: "not judged"}
		if f := x.Saturation.HalfSpend; f != nil {
			h, halfMean, rests = words.Short(unit, f.Estimate), f.Mean, tierCell(*f)
		}
		if f := x.Saturation.Reached; f != nil {
			full, reachedMean = words.Short(fraction, f.Estimate), f.Mean
		}
		t.Rows = append(t.Rows, []Cell{{Text: x.Name}, {Text: spend.Full(x.Saturation.RecentSpend)}, {Text: highest.Full(x.Saturation.MaxSpend)},
			{Text: h}, {Text: full}, {Text: duration(x.Carryover.Estimate, c.Step)}, rests})
		names, half, reached, age = append(names, x.Name), append(half, halfMean), append(reached, reachedMean), append(age, x.Carryover.Estimate)
	}
	t.Data = typed.Table{Columns: []typed.Column{{Label: "channel", Text: names}, {Label: "recent spend", Unit: unit, Values: recent}, {Label: "highest spend", Unit: unit, Values: most},
		{Label: "spend at half of the ceiling", Unit: unit, Values: half}, {Label: "ceiling reached", Unit: fraction, Values: reached}, age.column("mean age of the effect", typed.Unit{Of: typed.Periods})}}
	return []Block{Paragraph{"Each channel brings less for every further amount. The table shows in money how far each has come, how steady spending would reach half of the most it can ever bring, and how long its effect lasts. Beyond the highest spend in the data, a curve is an assumption."}, t}
}

func duration(e typed.Estimate, step string) string {
	u := typed.Unit{Of: typed.Periods}
	return words.Mean(u, e) + words.Space + step + "s (" + words.Interval(u, e) + ")"
}
