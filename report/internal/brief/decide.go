package brief

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/words"
)

// plan is the recommended budget.
func (r Results) plan() []Block {
	if r.Plan == nil {
		return nil
	}
	p := *r.Plan
	blocks := []Block{Paragraph{r.Recommendation() + " " + r.GainSentence()}, PlanTable(p)}
	if held := heldSentence(p); held != "" {
		blocks = append(blocks, Paragraph{held})
	}
	how := "It is the best of a search; a better plan may exist."
	if p.Exact {
		how = "No plan within the limits has a higher expected response."
	}
	unit := sales(p.Currency)
	blocks = append(blocks, Paragraph{fmt.Sprintf("%s Its last %s brings %s.", how, oneOf(p.Currency), ofSales(p.Currency, words.Amount(unit, p.MarginalReturn)))})
	var warnings []string
	for _, w := range p.Warnings {
		warnings = append(warnings, sentence(w))
	}
	if len(warnings) > 0 {
		blocks = append(blocks, List{Items: warnings})
	}
	return blocks
}

func sentence(w typed.Warning) string {
	text := words.Capital(w.Text)
	if w.Subject != "" {
		text = w.Subject + ": " + w.Text
	}
	if n := len(text); n > 0 && text[n-1] != '.' {
		text += "."
	}
	return text
}

// PlanTable is the plan beside today's budget.
func PlanTable(p typed.Plan) Table {
	unit, out := money(p.Currency), sales(p.Currency)
	t := Table{ID: p.ID + "-budget", Total: true, Caption: fmt.Sprintf("The budget per %s, and the sales it brings over %s (mean and %s)", p.Step, words.Count(p.Periods, p.Step), level(p.Planned)),
		Columns: []Column{{Label: "Channel"}, {Label: "Today", Numeric: true}, {Label: "Plan", Numeric: true}, {Label: "Change", Numeric: true}, {Label: "From today to the plan", Bars: true},
			{Label: "Allowed", Numeric: true}, {Label: "Sales today", Numeric: true}, {Label: "Sales under the plan", Numeric: true}}}
	var today, planned, lower, upper []float64
	most := 0.0
	for _, c := range p.Channels {
		today, planned, lower, upper = append(today, c.Current), append(planned, c.Recommended), append(lower, c.Lower), append(upper, c.Upper)
		most = max(most, c.Current, c.Recommended)
	}
	spend := words.ScaleOfAll(unit, append(append([]float64{}, today...), planned...)...)
	names, before, after := []string{}, estimates{}, estimates{}
	for _, c := range p.Channels {
		limits := Cell{Text: words.ScaleOfAll(unit, c.Upper).Range(c.Lower, c.Upper),
			Sub: map[typed.Held]string{typed.AtLower: "at the lower limit", typed.AtUpper: "at the upper limit"}[c.Held]}
		t.Rows = append(t.Rows, []Cell{{Text: c.Name}, {Text: spend.Full(c.Current)}, {Text: spend.Full(c.Recommended)}, {Text: changeOf(c.Current, c.Recommended)},
			{Bar: changeBar(most, c.Current, c.Recommended, c.Color, spend)}, limits,
			estimate(out, c.CurrentResponse), estimate(out, c.PlannedResponse)})
		names, before, after = append(names, c.Name), append(before, c.CurrentResponse), append(after, c.PlannedResponse)
	}
	t.Rows = append(t.Rows, []Cell{{Text: "Total"}, {Text: words.Amount(unit, p.CurrentTotal)}, {Text: words.Amount(unit, p.Total)}, {Text: changeOf(p.CurrentTotal, p.Total)}, {}, {},
		estimate(out, p.Current), estimate(out, p.Planned)})
	names, before, after = append(names, "Total"), append(before, p.Current), append(after, p.Planned)
	nan := math.NaN()
	t.Data = typed.Table{Total: true, Columns: []typed.Column{{Label: "channel", Text: names},
		{Label: "today", Unit: unit, Values: append(today, p.CurrentTotal)}, {Label: "plan", Unit: unit, Values: append(planned, p.Total)},
		{Label: "lower limit", Unit: unit, Values: append(lower, nan)}, {Label: "upper limit", Unit: unit, Values: append(upper, nan)},
		before.column("sales today", out), after.column("sales under the plan", out)}}
	return t
}

func changeOf(from, to float64) string {
	switch {
	case from == 0 && to == 0:
		return "0" + words.Space + "%"
	case from == 0:
		return "new"
	}
	return signedPercent(to/from - 1)
}

func changeBar(most, from, to float64, color string, s words.Scale) *Bar {
	if most <= 0 {
		return nil
	}
	return &Bar{Max: most, From: from, To: to, Change: true, Color: color, Text: "from " + s.Full(from) + " to " + s.Full(to)}
}

func heldSentence(p typed.Plan) string {
	var names []string
	for _, c := range p.Channels {
		if c.Held != typed.Free {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	if len(names) == len(p.Channels) {
		return "Every channel is at a limit set for the plan: other limits would give another plan."
	}
	return fmt.Sprintf("%s %s at a limit set for the plan: wider limits would move more.", words.List(names), plural(len(names), "is", "are"))
}

// ScenarioTable is what plans bring, for readers who cannot try their own.
func ScenarioTable(s typed.Simulator) Table {
	t := Table{ID: s.ID + "-scenarios", Caption: fmt.Sprintf("Plans, and the sales they bring over %s (mean and %s)", words.Count(s.Periods, s.Step), level(s.Scenarios[0].Response)),
		Columns: []Column{{Label: "Plan"}, {Label: "Budget a " + s.Step, Numeric: true}, {Label: "Sales", Numeric: true}, {Label: "Interval", Numeric: true}, {Label: "Probability that it beats today's", Numeric: true}}}
	var names []string
	budgets, beats, responses := typed.Numbers{}, typed.Numbers{}, estimates{}
	for i, x := range s.Scenarios {
		total := 0.0
		for _, b := range x.Spend {
			total += b
		}
		p := words.Probability(x.BeatsCurrent)
		if i == 0 {
			p = "–"
		}
		t.Rows = append(t.Rows, []Cell{{Text: words.Capital(x.Name)}, {Text: words.Amount(money(s.Currency), total)}, {Text: words.Mean(sales(s.Currency), x.Response)},
			{Text: words.Interval(sales(s.Currency), x.Response)}, {Text: p}})
		names, budgets, beats, responses = append(names, x.Name), append(budgets, total), append(beats, x.BeatsCurrent), append(responses, x.Response)
	}
	t.Data = typed.Table{Columns: []typed.Column{{Label: "plan", Text: names}, {Label: "budget", Unit: money(s.Currency), Values: budgets},
		responses.column("sales", sales(s.Currency)), {Label: "probability that it beats today's", Unit: fraction, Values: beats}}}
	return t
}

// forecast is how well unseen periods were predicted.
func (r Results) forecast() []Block {
	if r.Forecast == nil {
		return nil
	}
	return []Block{Paragraph{r.ForecastSentence()}, ForecastTable(*r.Forecast)}
}

// ForecastTable compares periods seen and unseen.
func ForecastTable(f typed.Forecast) Table {
	unit := sales(f.Currency)
	t := Table{ID: f.ID + "-accuracy", Caption: "How far predictions were from what happened",
		Columns: []Column{{Label: "Measure"}, {Label: "Periods it learnt from", Numeric: true}, {Label: "Periods it had not seen", Numeric: true}}}
	var names []string
	train, test := typed.Numbers{}, typed.Numbers{}
	add := func(name string, u typed.Unit, a, b float64) {
		s := words.ScaleOfAll(u, a, b)
		if u == fraction {
			s = words.Scale{Factor: 100, Step: 1, Suffix: words.Space + "%"}
		}
		t.Rows = append(t.Rows, []Cell{{Text: name}, {Text: s.Full(a)}, {Text: s.Full(b)}})
		names, train, test = append(names, name), append(train, a), append(test, b)
	}
	add(words.Capital(f.Step)+"s", typed.Unit{Of: typed.Count}, float64(f.Train.Periods), float64(f.Test.Periods))
	add("Average sales a "+f.Step, unit, f.Train.MeanSales, f.Test.MeanSales)
	add("Average error of the whole distribution (CRPS)", unit, f.Train.CRPS, f.Test.CRPS)
	add("The same of a forecast that only knows past sales", unit, f.Train.NaiveCRPS, f.Test.NaiveCRPS)
	add("Typical error of the best guess (RMSE)", unit, f.Train.RMSE, f.Test.RMSE)
	add("Average error in percent (MAPE)", fraction, f.Train.MAPE, f.Test.MAPE)
	add("Predicted minus actual, on average", unit, f.Train.Bias, f.Test.Bias)
	add("Within the 50 % interval (should be 50 %)", fraction, f.Train.Coverage50, f.Test.Coverage50)
	add("Within the 94 % interval (should be 94 %)", fraction, f.Train.Coverage94, f.Test.Coverage94)
	t.Data = typed.Table{Columns: []typed.Column{{Label: "measure", Text: names}, {Label: "seen", Values: train}, {Label: "unseen", Values: test}}}
	return t
}

// trust says in plain words whether the numbers hold, and what they rest on.
func (r Results) trust() []Block {
	var blocks []Block
	if d := r.Diagnostics; d != nil {
		blocks = append(blocks, Verdict(*d), ChecksTable(*d))
		var warnings []string
		for _, w := range d.Warnings {
			warnings = append(warnings, sentence(w))
		}
		if len(warnings) > 0 {
			blocks = append(blocks, List{Items: warnings})
		}
	} else if !r.Empty() {
		blocks = append(blocks, Callout{Title: "Not checked", Text: "The notebook shows no diagnostics: whether the computation can be trusted is unknown.", Bad: true})
	}
	if s := r.EvidenceSentence(); s != "" {
		blocks = append(blocks, Paragraph{s}, evidenceTable(*r.Channels))
	}
	return blocks
}

// Verdict is the outcome of the checks.
func Verdict(d typed.Diagnostics) Callout {
	if d.DecisionGrade {
		return Callout{Title: "Decision grade", Text: fmt.Sprintf("The computation passed all %s. That says that the numbers follow from model and data; whether the model is right, no check can say.", words.Count(len(d.Checks), "check"))}
	}
	return Callout{Title: "Not decision grade", Text: words.Capital(Results{Diagnostics: &d}.failedChecks()) + ". The numbers may be wrong: sample longer or repair the model before deciding anything.", Bad: true}
}

// ChecksTable lists the checks.
func ChecksTable(d typed.Diagnostics) Table {
	t := Table{ID: d.ID + "-checks", Caption: fmt.Sprintf("Checks of the computation: %s of %s each", words.Count(d.Chains, "chain"), words.Count(d.Draws, "draw")),
		Columns: []Column{{Label: "Check"}, {Label: "Result"}, {Label: "Value", Numeric: true}, {Label: "Wanted", Numeric: true}, {Label: "What it asks"}}}
	var ids, pass []string
	values, limits := typed.Numbers{}, typed.Numbers{}
	for _, c := range d.Checks {
		result := "passed"
		if !c.Pass {
			result = "failed"
			if c.Subject != "" {
				result += " for " + c.Subject
			}
		}
		t.Rows = append(t.Rows, []Cell{{Text: words.Capital(c.Label)}, {Text: result}, {Text: plain(c.Value)}, {Text: string(c.Want) + " " + plain(c.Limit)}, {Text: c.Meaning}})
		ids, pass, values, limits = append(ids, c.ID), append(pass, result), append(values, c.Value), append(limits, c.Limit)
	}
	t.Data = typed.Table{Columns: []typed.Column{{Label: "check", Text: ids}, {Label: "result", Text: pass}, {Label: "value", Values: values}, {Label: "limit", Values: limits}}}
	return t
}

// plain writes a number with what digits a check needs: 1.0003, 0.878, 11,204.
func plain(x float64) string {
	if math.Abs(x) >= 1000 || x == math.Trunc(x) {
		return words.Scale{Factor: 1}.Bare(x)
	}
	significant := 5
	if math.Abs(x) < 1 {
		significant = 3
	}
	digits := strconv.FormatFloat(x, 'g', significant, 64)
	if v, err := strconv.ParseFloat(digits, 64); err == nil {
		digits = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strings.Replace(digits, "-", "−", 1)
}

// evidenceTable says for each channel what its numbers rest on, and how it
// shows.
func evidenceTable(c typed.Channels) Table {
	t := Table{ID: c.ID + "-evidence", Caption: "What the return of each channel rests on (narrowed: its interval in units or in ratio, whichever less)",
		Columns: []Column{{Label: "Channel"}, {Label: "Rests on"}, {Label: "Narrowed by the data", Numeric: true}, {Label: "Overlap of before and after", Numeric: true}, {Label: "In words"}}}
	var names, tiers []string
	overlap, width := typed.Numbers{}, typed.Numbers{}
	for _, x := range c.Channels {
		e := x.ROAS.Evidence
		if e == nil {
			continue
		}
		narrowed := "not at all"
		if e.Width < 0.995 {
			narrowed = "by " + words.Percent(1-e.Width)
		}
		t.Rows = append(t.Rows, []Cell{{Text: x.Name}, tierCell(x.ROAS), {Text: narrowed}, {Text: words.Percent(e.Overlap)}, {Text: inWords[e.Tier]}})
		names, tiers, overlap, width = append(names, x.Name), append(tiers, string(e.Tier)), append(overlap, e.Overlap), append(width, e.Width)
	}
	t.Data = typed.Table{Columns: []typed.Column{{Label: "channel", Text: names}, {Label: "rests on", Text: tiers},
		{Label: "overlap of prior and posterior", Unit: fraction, Values: overlap}, {Label: "width of the interval relative to the prior's", Values: width}}}
	return t
}

var inWords = map[typed.Tier]string{
	typed.DataDriven:  "The data speak: whoever started with other beliefs would end near here.",
	typed.Mixed:       "The data moved what was believed before, but did not settle it.",
	typed.PriorDriven: "This is, by and large, what was believed before the data.",
}

// limits says what the report cannot know, and what to do about it.
func (r Results) limits() []Block {
	if r.Empty() {
		return nil
	}
	var blocks []Block
	if steps := r.nextSteps(); len(steps) > 0 {
		blocks = append(blocks, List{Items: steps, Ordered: true})
	}
	notes := []string{"A model of sales over time finds what moves together. It cannot tell cause from coincidence where a channel always moves with another, or with the season: experiments can."}
	if b := r.Base; b != nil && b.Observed > 0 && b.Spend > 0 && b.Spend < 0.1*b.Observed {
		notes = append(notes, fmt.Sprintf("All media together cost %s of sales. Effects of that size are hard to tell from noise, whatever the model.", words.Percent(b.Spend/b.Observed)))
	}
	if p := r.Plan; p != nil {
		var beyond []string
		for _, c := range p.Channels {
			if c.MaxSpend > 0 && c.Recommended > c.MaxSpend {
				beyond = append(beyond, c.Name)
			}
		}
		if len(beyond) > 0 {
			notes = append(notes, fmt.Sprintf("The plan spends more on %s than was ever observed in a %s. There the response is the model's assumption.", words.List(beyond), p.Step))
		}
		notes = append(notes, "The plan assumes that media work in the coming periods as they did in the data, and that competitors, prices and seasons do nothing new.")
	}
	return append(blocks, List{Items: notes})
}

// nextSteps lists what would help most, first things first.
func (r Results) nextSteps() []string {
	var steps []string
	if r.Grade() == Failed {
		steps = append(steps, "Repair the computation first: see the failed checks above.")
	}
	if r.Channels == nil {
		return steps
	}
	c := *r.Channels
	unknown := slices.DeleteFunc(slices.Clone(c.Channels), func(x typed.Channel) bool {
		return tierOf(x.ROAS) != typed.PriorDriven && tierOf(x.ROAS) != typed.Mixed
	})
	// What is least known about most money comes first: the width of the
	// interval of what a channel brought.
	slices.SortStableFunc(unknown, func(a, b typed.Channel) int {
		return cmp.Compare(b.Contribution.High-b.Contribution.Low, a.Contribution.High-a.Contribution.Low)
	})
	for i, x := range unknown[:min(2, len(unknown))] {
		lead := "Then test "
		if i == 0 {
			lead = "Test "
		}
		why := "it takes " + words.Percent(x.SpendShare) + " of media spend, and what it brought may be anything from " + words.Interval(sales(c.Currency), x.Contribution.Estimate)
		steps = append(steps, lead+x.Name+": "+why+". Switch it off, or double it, in part of the market or for some "+c.Step+"s, and give the result to the model.")
	}
	if r.Plan != nil && r.Plan.GainSales.Mean > 0 && len(moves(*r.Plan)) > 0 && r.Plan.BeatsCurrent < 0.95 {
		steps = append(steps, "Carry the plan out in steps, and compare sales with the forecast after each: stop if they fall below its interval.")
	}
	return append(steps, fmt.Sprintf("Fit the model again when new %ss are in, and compare with this report.", c.Step))
}

// glossary explains the words that the report uses.
func (r Results) glossary() []Block {
	if r.Empty() {
		return nil
	}
	terms := Terms{
		{"Base sales", "What would have been sold without media: the level, the season, holidays and prices."},
		{"Carry-over", "An advertisement works for some time after it was paid for. The mean age of the effect says how long."},
		{"CRPS", "The continuous ranked probability score: the average error of a forecast that states a whole distribution. 0 is perfect; for a forecast of one number it is the mean absolute error."},
		{"Decision grade", "All checks of the computation passed: the numbers are what model and data imply."},
		{"Interval", "The narrowest range that holds the stated share of what is plausible after the data. A 94" + words.Space + "% interval misses the truth in 6 of 100 cases, if the model is right."},
		{"Marginal return", "The sales that the next unit of money would bring. It is below the average return where a channel is saturated."},
		{"Prior", "What was believed before the data. Where the data say little, the answer stays near it."},
		{"Return on ad spend", "Sales brought by a channel, divided by what was spent on it. Sales are not profit: with a margin of 25" + words.Space + "%, a return below 4 loses money."},
		{"Saturation", "Each further amount spent on a channel brings less than the one before, up to a ceiling."},
	}
	return []Block{terms}
}

// Blocks shows one typed value by itself, where its cell stands.
func Blocks(v typed.Value) []Block {
	var r Results
	r.Add(v)
	switch v := v.(type) {
	case typed.KPI:
		return []Block{Cards{CardOf(v)}}
	case typed.Channels:
		return append([]Block{ReturnTable(v), contributionTable(v)}, r.saturation()[1:]...)
	case typed.Base:
		return []Block{Paragraph{r.MediaSentence()}, baseTable(v)}
	case typed.Plan:
		return r.plan()
	case typed.Forecast:
		return r.forecast()
	case typed.Diagnostics:
		return r.trust()
	case typed.Simulator:
		return []Block{Simulator{v}}
	}
	return nil
}
