package brief

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/words"
)

// summary is the first thing read: what to do, and how sure that is.
func (r Results) summary() []Block {
	if r.Empty() {
		return nil
	}
	blocks := []Block{Lead{r.Recommendation()}}
	if r.Grade() == Unchecked {
		blocks = append(blocks, Paragraph{"Whether the computation behind these numbers can be trusted is unknown: the notebook shows no diagnostics."})
	}
	if text := r.GainSentence(); text != "" {
		blocks = append(blocks, Paragraph{text})
	}
	var facts []string
	for _, s := range []string{r.MediaSentence(), r.BestSentence(), r.ForecastSentence(), r.EvidenceSentence()} {
		if s != "" {
			facts = append(facts, s)
		}
	}
	if len(facts) > 0 {
		blocks = append(blocks, List{Items: facts})
	}
	return blocks
}

// Recommendation is one sentence, or two: what to do.
func (r Results) Recommendation() string {
	switch {
	case r.Grade() == Failed:
		return "Decide nothing on this report yet: " + r.failedChecks() + ". The numbers below may be wrong."
	case r.Plan == nil:
		return "This report makes no recommendation on the budget: the notebook holds no plan."
	}
	p := *r.Plan
	verdict := ""
	switch {
	case p.GainSales.Mean <= 0:
		return "Keep today's budget: no plan that was tried is expected to bring more."
	case len(moves(p)) == 0:
		return "Keep today's budget: the best plan is the same to within 1" + words.Space + "%."
	case p.BeatsCurrent < 0.6:
		verdict = "Keep today's budget for now. The plan that looks best would "
	case p.BeatsCurrent < 0.8:
		verdict = "Consider a careful change: "
	}
	return words.Capital(verdict + shift(p) + ".")
}

func (r Results) failedChecks() string {
	var names []string
	for _, c := range r.Diagnostics.Checks {
		if !c.Pass {
			names = append(names, c.Label)
		}
	}
	n := fmt.Sprintf("%d of %s of the computation failed", len(names), words.Count(len(r.Diagnostics.Checks), "check"))
	return n + " (" + words.First(names, 3) + ")"
}

// move is a change of one channel's spend.
type move struct {
	name            string
	amount, percent float64 // percent is a fraction; +Inf from nothing
}

// moves lists the changes that matter, largest first: those of at least 1 % of
// the budget.
func moves(p typed.Plan) []move {
	var list []move
	for _, c := range p.Channels {
		d := c.Recommended - c.Current
		if math.Abs(d) >= 0.01*max(p.Total, p.CurrentTotal) && d != 0 {
			list = append(list, move{c.Name, d, d / c.Current})
		}
	}
	slices.SortStableFunc(list, func(a, b move) int { return cmp.Compare(math.Abs(b.amount), math.Abs(a.amount)) })
	return list
}

// shift says what a plan changes, in the infinitive.
func shift(p typed.Plan) string {
	var up, down []string
	raised := 0.0
	for _, m := range moves(p) {
		if m.amount > 0 {
			up, raised = append(up, m.describe()), raised+m.amount
		} else {
			down = append(down, m.describe())
		}
	}
	unit, rate := money(p.Currency), words.A(p.Step)
	change := p.Total - p.CurrentTotal
	if math.Abs(change) < 0.005*p.CurrentTotal && len(up) > 0 && len(down) > 0 {
		return fmt.Sprintf("move %s %s from %s to %s", ofSpend(p.Currency, words.Amount(unit, raised)), rate, words.First(down, 3), words.First(up, 3))
	}
	var parts []string
	if len(up) > 0 {
		parts = append(parts, "spend more on "+words.First(up, 3))
	}
	if len(down) > 0 {
		parts = append(parts, "spend less on "+words.First(down, 3))
	}
	text := strings.Join(parts, ", and ")
	if math.Abs(change) < 0.005*p.CurrentTotal {
		return text
	}
	more := "more"
	if change < 0 {
		more = "less"
	}
	return fmt.Sprintf("%s; in all %s %s, %s %s than today", text, ofSpend(p.Currency, words.Amount(unit, p.Total)), rate, words.Amount(unit, math.Abs(change)), more)
}

// ofSpend says what an amount without a currency is.
func ofSpend(currency, amount string) string {
	if currency == "" {
		return amount + " of spend"
	}
	return amount
}

func (m move) describe() string {
	if math.IsInf(m.percent, 0) {
		return m.name + " (from nothing)"
	}
	return m.name + " (" + signedPercent(m.percent) + ")"
}

func signedPercent(f float64) string {
	return words.Scale{Factor: 100, Step: 1, Suffix: words.Space + "%"}.Signed(f)
}

// GainSentence says what the plan brings, and with what probability.
func (r Results) GainSentence() string {
	if r.Plan == nil {
		return ""
	}
	p := *r.Plan
	unit := sales(p.Currency)
	var b strings.Builder
	horizon := words.Count(p.Periods, p.Step)
	if p.GainSales.Mean > 0 {
		fmt.Fprintf(&b, "Over %s the plan is expected to bring %s more in sales (%s %s), %s of what media bring under today's budget (%s). ",
			horizon, words.Mean(unit, p.GainSales), level(p.GainSales), words.Interval(unit, p.GainSales), words.Mean(fraction, p.Gain), words.Interval(fraction, p.Gain))
	} else {
		fmt.Fprintf(&b, "Over %s the best plan found is expected to bring %s less in sales than today's budget (%s %s). ",
			horizon, words.Mean(unit, absolute(p.GainSales)), level(p.GainSales), words.Interval(unit, absolute(p.GainSales)))
		if p.GainSales.Low < 0 && p.GainSales.High > 0 {
			b.Reset()
			fmt.Fprintf(&b, "Over %s the best plan found is expected to change sales by %s (%s %s). ",
				horizon, words.ScaleOf(unit, p.GainSales).Signed(p.GainSales.Mean), level(p.GainSales), words.Interval(unit, p.GainSales))
		}
	}
	fmt.Fprintf(&b, "The probability that it beats today's budget is %s.", words.Probability(p.BeatsCurrent))
	if names := r.raisedOnPrior(); len(names) > 0 && p.GainSales.Mean > 0 {
		fmt.Fprintf(&b, " It moves money to %s, whose %s on the prior more than on the data: test before moving much.",
			words.First(names, 3), plural(len(names), "return rests", "returns rest"))
	}
	return b.String()
}

// absolute turns an estimate of something negative around.
func absolute(e typed.Estimate) typed.Estimate {
	if e.Mean < 0 {
		e.Mean, e.Low, e.High = -e.Mean, -e.High, -e.Low
	}
	return e
}

// raisedOnPrior names the channels that the plan raises and that rest on the
// prior.
func (r Results) raisedOnPrior() []string {
	if r.Channels == nil || r.Plan == nil {
		return nil
	}
	var names []string
	for _, m := range moves(*r.Plan) {
		for _, c := range r.Channels.Channels {
			if m.amount > 0 && c.Name == m.name && tierOf(c.ROAS) == typed.PriorDriven {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

func tierOf(f typed.Finding) typed.Tier {
	if f.Evidence == nil {
		return ""
	}
	return f.Evidence.Tier
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// MediaSentence says what media brought in all.
func (r Results) MediaSentence() string {
	if r.Base == nil {
		return ""
	}
	b := *r.Base
	text := fmt.Sprintf("Media brought %s of sales from %s to %s (%s %s)", words.Mean(fraction, b.Media.Estimate),
		words.Day(b.From), words.Day(b.To), level(b.Media.Estimate), words.Interval(fraction, b.Media.Estimate))
	if part, ok := mediaPart(b); ok {
		text += fmt.Sprintf(": %s (%s) for %s spent", words.Mean(sales(b.Currency), part.Estimate), words.Interval(sales(b.Currency), part.Estimate), words.Amount(money(b.Currency), b.Spend))
	}
	return text + "." + beside(fraction, b.Media)
}

func mediaPart(b typed.Base) (typed.Part, bool) {
	var found []typed.Part
	for _, p := range b.Parts {
		if p.Group == typed.GroupMedia {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return typed.Part{}, false
	}
	return found[0], true
}

// beside says what was believed before the data, and which of the two speaks.
func beside(u typed.Unit, f typed.Finding) string {
	prior := ""
	if f.Prior != nil {
		prior = words.Short(u, *f.Prior)
	}
	switch tier := tierOf(f); {
	case tier == typed.PriorDriven && prior != "":
		return " This is the prior's answer more than the data's: before the data it was " + prior + "."
	case tier == typed.PriorDriven:
		return " This is the prior's answer more than the data's."
	case tier == typed.Mixed && prior != "":
		return " Data and prior both speak here: before the data it was " + prior + "."
	case tier == typed.Mixed:
		return " Data and prior both speak here."
	case tier == typed.DataDriven && prior != "":
		return " This rests on the data: before them it was " + prior + "."
	case tier == typed.DataDriven:
		return " This rests on the data."
	case prior != "":
		return " Before the data it was " + prior + "."
	}
	return ""
}

// BestSentence names the channel with the highest return, as far as one can.
func (r Results) BestSentence() string {
	if r.Channels == nil {
		return ""
	}
	list := r.Channels.Channels
	cur := r.Channels.Currency
	best := slices.MaxFunc(list, func(a, b typed.Channel) int { return cmp.Compare(a.BestROAS, b.BestROAS) })
	back := fmt.Sprintf("%s spent on it brought back %s (%s %s)", each(cur), ofSales(cur, words.Mean(sales(cur), best.ROAS.Estimate)),
		level(best.ROAS.Estimate), words.Interval(sales(cur), best.ROAS.Estimate))
	switch {
	case len(list) == 1:
		return fmt.Sprintf("%s is the only channel: %s.", best.Name, back) + beside(sales(cur), best.ROAS)
	case best.BestROAS >= 0.8:
		return fmt.Sprintf("%s has the highest return of the %d channels with a probability of %s: %s.", best.Name, len(list), words.Probability(best.BestROAS), back) + beside(sales(cur), best.ROAS)
	case best.BestROAS >= 0.5:
		return fmt.Sprintf("%s probably has the highest return of the %d channels, but the probability of that is only %s: %s.", best.Name, len(list), words.Probability(best.BestROAS), back) + beside(sales(cur), best.ROAS)
	}
	return fmt.Sprintf("Which of the %d channels has the highest return is open. The likeliest is %s, with a probability of %s: %s.", len(list), best.Name, words.Probability(best.BestROAS), back) + beside(sales(cur), best.ROAS)
}

// ForecastSentence says how unseen periods were predicted.
func (r Results) ForecastSentence() string {
	if r.Forecast == nil {
		return ""
	}
	t := r.Forecast.Test
	text := fmt.Sprintf("Tested on %s that the model had not seen, its average error (CRPS) was %s %s, %s of average sales",
		words.Count(t.Periods, r.Forecast.Step), words.Amount(sales(r.Forecast.Currency), t.CRPS), words.A(r.Forecast.Step), words.Percent(t.CRPS/t.MeanSales))
	if t.MeanSales <= 0 {
		text, _, _ = strings.Cut(text, ", ")
	}
	switch better := 1 - t.CRPS/t.NaiveCRPS; {
	case t.NaiveCRPS == 0:
	case better >= 0.005:
		text += fmt.Sprintf(": %s below that of a forecast that only knows past sales", words.Percent(better))
	default:
		text += ": no better than that of a forecast that only knows past sales"
	}
	text += fmt.Sprintf(". Of these %ss, %s fell into the 94"+words.Space+"%% interval", r.Forecast.Step, words.Percent(t.Coverage94))
	if tooNarrow(t) {
		text += ", fewer than should: the model is too sure of itself"
	}
	return text + "."
}

// tooNarrow tells that fewer periods fell into the 94 % interval than chance
// explains.
func tooNarrow(a typed.Accuracy) bool {
	return a.Coverage94 < 0.94-2*math.Sqrt(0.94*0.06/float64(a.Periods))
}

// Cautions are what a reader should know before the first number although the
// computation passed.
func (r Results) Cautions() []string {
	var list []string
	if f := r.Forecast; f != nil && tooNarrow(f.Test) {
		list = append(list, "Intervals too narrow on unseen "+f.Step+"s")
	}
	if f := r.Forecast; f != nil && f.Test.NaiveCRPS > 0 && f.Test.CRPS >= f.Test.NaiveCRPS {
		list = append(list, "No better at forecasting than past sales alone")
	}
	return list
}

// EvidenceSentence counts what rests on data and what on priors.
func (r Results) EvidenceSentence() string {
	if r.Channels == nil {
		return ""
	}
	by := map[typed.Tier][]string{}
	for _, c := range r.Channels.Channels {
		by[tierOf(c.ROAS)] = append(by[tierOf(c.ROAS)], c.Name)
	}
	n := len(r.Channels.Channels) - len(by[""])
	prior, mixed, data := by[typed.PriorDriven], by[typed.Mixed], by[typed.DataDriven]
	switch {
	case n == 0:
		return ""
	case n == 1 && len(prior) == 1:
		return fmt.Sprintf("The return of %s rests on the prior more than on the data: only an experiment can settle it.", prior[0])
	case n == 1:
		return ""
	case len(prior) == n:
		return fmt.Sprintf("The returns of all %d channels rest on the prior more than on the data: they show what was assumed, and only experiments can settle them.", n)
	case len(data) == n:
		return fmt.Sprintf("The returns of all %d channels rest on the data.", n)
	}
	var parts []string
	if len(data) > 0 {
		parts = append(parts, fmt.Sprintf("%d on the data (%s)", len(data), words.List(data)))
	}
	if len(mixed) > 0 {
		parts = append(parts, fmt.Sprintf("%d on data and prior together (%s)", len(mixed), words.List(mixed)))
	}
	if len(prior) > 0 {
		parts = append(parts, fmt.Sprintf("%d on the prior more than on the data (%s)", len(prior), words.List(prior)))
	}
	if len(parts) == 1 {
		return fmt.Sprintf("The returns of all %d channels rest on data and prior together.", n)
	}
	text := fmt.Sprintf("Of the returns of %d channels, %s.", n, words.List(withVerb(parts)))
	if len(prior) > 0 {
		text += " Only experiments can settle the last."
	}
	return text
}

// withVerb puts the verb into the first part.
func withVerb(parts []string) []string {
	number, rest, _ := strings.Cut(parts[0], " ")
	verb := "rest"
	if number == "1" {
		verb = "rests"
	}
	parts[0] = number + " " + verb + " " + rest
	return parts
}
