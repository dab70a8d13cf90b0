package brief

import (
	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/words"
)

// Results are the typed results of a notebook. What it does not have is nil.
type Results struct {
	KPIs        []typed.KPI
	Channels    *typed.Channels
	Base        *typed.Base
	Plan        *typed.Plan
	Forecast    *typed.Forecast
	Diagnostics *typed.Diagnostics
	Manifest    *typed.Manifest
	Simulator   *typed.Simulator
}

// Add takes a result in. Of a kind that a report has once, the last counts.
func (r *Results) Add(v typed.Value) {
	switch v := v.(type) {
	case typed.KPI:
		r.kpi(v)
	case typed.Channels:
		r.Channels = &v
	case typed.Base:
		r.Base = &v
	case typed.Plan:
		r.Plan = &v
	case typed.Forecast:
		r.Forecast = &v
	case typed.Diagnostics:
		r.Diagnostics = &v
	case typed.Manifest:
		r.Manifest = &v
	case typed.Simulator:
		r.Simulator = &v
	}
}

// kpi adds a card, or replaces the one of the same id.
func (r *Results) kpi(k typed.KPI) {
	for i := range r.KPIs {
		if r.KPIs[i].ID == k.ID {
			r.KPIs[i] = k
			return
		}
	}
	r.KPIs = append(r.KPIs, k)
}

// Empty tells whether there is nothing to report.
func (r Results) Empty() bool {
	return len(r.KPIs) == 0 && r.Channels == nil && r.Base == nil && r.Plan == nil && r.Forecast == nil
}

// Grade is whether the numbers may be used for decisions.
type Grade int

// The grades.
const (
	Unchecked Grade = iota // the notebook shows no diagnostics
	Passed
	Failed
)

// String is what the badge says.
func (g Grade) String() string {
	return [...]string{"Not checked", "Decision grade", "Not decision grade"}[g]
}

// Grade returns it.
func (r Results) Grade() Grade {
	switch {
	case r.Diagnostics == nil:
		return Unchecked
	case r.Diagnostics.DecisionGrade:
		return Passed
	}
	return Failed
}

// Sections returns the report in reading order, without empty sections.
func (r Results) Sections() []Section {
	return []Section{
		{"summary", "Summary", append(r.summary(), Cells{Tag: "exec-summary"})},
		{"key-figures", "Key figures", r.cards()},
		{"drivers", "What drove sales", append(r.drivers(), Figures{[]string{"components", "waterfall", "decomposition", "parts", "drivers", "base"}})},
		{"returns", "Return on spend", append(r.returns(), Figures{[]string{"roas", "roi", "return", "returns", "efficiency"}})},
		{"saturation", "Saturation and carry-over", append(r.saturation(), Figures{[]string{"saturation", "response", "curve", "curves", "carryover", "adstock", "direct"}})},
		{"plan", "Recommended budget", append(r.plan(), Figures{[]string{"plan", "plans", "budget", "allocation", "optimum", "optimal", "uplift", "allocated"}})},
		{"what-if", "What if", r.whatIf()},
		{"forecast", "Forecast check", append(r.forecast(), Figures{[]string{"forecast", "forecasts", "holdout", "unseen", "crps", "sample"}})},
		{"trust", "How sure are we", append(r.trust(), Figures{[]string{"evidence", "learnt"}})},
		{"findings", "Further findings", []Block{Cells{Tag: "stakeholder"}}},
		{"limits", "Limits and next steps", r.limits()},
		{"glossary", "Glossary", r.glossary()},
	}
}

func (r Results) whatIf() []Block {
	if r.Simulator == nil {
		return nil
	}
	return []Block{Paragraph{"Move a slider, or type an amount, to see what the model expects. Every result is computed in this page from the same draws as the rest of the report."}, Simulator{*r.Simulator}}
}

// Subtitle says what the report is about: period, size, data.
func (r Results) Subtitle() string {
	var from, to, step string
	var periods, channels int
	switch {
	case r.Channels != nil:
		c := r.Channels
		from, to, step, periods, channels = c.From, c.To, c.Step, c.Periods, len(c.Channels)
	case r.Base != nil:
		from, to, step, periods = r.Base.From, r.Base.To, r.Base.Step, r.Base.Periods
	default:
		return ""
	}
	s := words.Day(from) + " to " + words.Day(to) + " · " + words.Count(periods, step)
	if channels > 0 {
		s += " · " + words.Count(channels, "channel")
	}
	if r.Manifest != nil {
		s += " · " + r.Manifest.Data.Name
	}
	return s
}

func money(currency string) typed.Unit { return typed.Unit{Of: typed.Money, Currency: currency} }
func sales(currency string) typed.Unit { return typed.Unit{Of: typed.Sales, Currency: currency} }

// each is the unit of money that a return is for: "each $1".
func each(currency string) string {
	if currency == "" {
		return "each unit of money"
	}
	return "each " + currency + "1"
}

var fraction = typed.Unit{Of: typed.Fraction}

// level is the interval's: "94 % interval".
func level(e typed.Estimate) string { return words.Percent(e.Prob) + " interval" }
