package typed

import "slices"

// Plan is a recommended budget beside today's. Money is per period, responses
// are sales over the horizon, carry-over after it included.
type Plan struct {
	ID       string `json:"id"`
	Currency string `json:"currency,omitempty"`
	Step     string `json:"step"`
	Periods  int    `json:"periods"` // the horizon
	// Total is the budget per period; the spends of the channels add up to it.
	Total        float64       `json:"total"`
	CurrentTotal float64       `json:"current_total"` // today's, likewise
	Channels     []PlanChannel `json:"channels"`

	Current Estimate `json:"current_response"` // what media bring under today's plan
	Planned Estimate `json:"planned_response"`
	// Gain is planned minus current, per draw, as a fraction of current.
	Gain Estimate `json:"gain"`
	// GainSales is the same in sales.
	GainSales Estimate `json:"gain_sales"`
	// BeatsCurrent is the probability that the gain is above zero.
	BeatsCurrent float64 `json:"p_beats_current"`

	// MarginalReturn is what the last unit of the budget brings, in sales per
	// unit of money.
	MarginalReturn float64 `json:"marginal_return"`
	// Exact says that no plan within the bounds has a higher mean; otherwise
	// the plan is the best of a search.
	Exact    bool      `json:"exact"`
	Warnings []Warning `json:"warnings,omitempty"`
}

// PlanChannel is the plan of one channel. Money is per period.
type PlanChannel struct {
	Name        string  `json:"name"`
	Color       string  `json:"color"`
	Current     float64 `json:"current"`
	Recommended float64 `json:"recommended"`
	Lower       float64 `json:"lower"`
	Upper       float64 `json:"upper"`
	// MaxSpend is the most that was ever spent in a period of training: beyond
	// it the response is the model's assumption.
	MaxSpend float64 `json:"max_spend"`
	// Held names the bound that holds the channel.
	Held Held `json:"held"`

	CurrentResponse Estimate `json:"current_response"` // sales over the horizon
	PlannedResponse Estimate `json:"planned_response"`
	// MarginalReturn is what the next unit of money brings under the plan, in
	// sales per unit of money.
	MarginalReturn Estimate `json:"marginal_return"`
}

// Held is the bound that holds a channel.
type Held string

// The bounds.
const (
	Free    Held = "free"
	AtLower Held = "lower"
	AtUpper Held = "upper"
)

// Kind returns KindPlan.
func (Plan) Kind() Kind { return KindPlan }

// Name returns the id.
func (p Plan) Name() string { return p.ID }

// Validate returns all faults, joined.
func (p Plan) Validate() error {
	f := newFaults(p)
	f.some("step", p.Step)
	f.check(p.Periods > 0, "periods is %d (want 1 or more)", p.Periods)
	f.check(len(p.Channels) > 0, "it has no channels")
	var current, planned, currentResponse, plannedResponse []float64
	for _, c := range p.Channels {
		f.planChannel(c)
		current, planned = append(current, c.Current), append(planned, c.Recommended)
		currentResponse, plannedResponse = append(currentResponse, c.CurrentResponse.Mean), append(plannedResponse, c.PlannedResponse.Mean)
	}
	f.sum("spends of the plan", planned, p.Total)
	f.sum("today's spends", current, p.CurrentTotal)
	f.sum("responses to today's plan", currentResponse, p.Current.Mean)
	f.sum("responses to the plan", plannedResponse, p.Planned.Mean)
	f.estimate("response to today's plan", p.Current)
	f.estimate("response to the plan", p.Planned)
	f.estimate("gain", p.Gain)
	f.estimate("gain in sales", p.GainSales)
	f.sum("response to today's plan and gain in sales", []float64{p.Current.Mean, p.GainSales.Mean}, p.Planned.Mean)
	f.fraction("probability that the plan beats today's", p.BeatsCurrent)
	f.finite("marginal return", p.MarginalReturn)
	for _, w := range p.Warnings {
		f.some("text of a warning", w.Text)
	}
	return f.err()
}

func (f *faults) planChannel(c PlanChannel) {
	f.some("name of a channel", c.Name)
	f.check(colorPattern.MatchString(c.Color), "colour of %s is %q (want #rrggbb)", c.Name, c.Color)
	f.notNegative("spend of "+c.Name, c.Current, c.Recommended, c.Lower, c.Upper, c.MaxSpend)
	slack := 1e-6 * c.Upper
	f.check(c.Lower-slack <= c.Recommended && c.Recommended <= c.Upper+slack, "plan of %s is %v (want %v to %v)", c.Name, c.Recommended, c.Lower, c.Upper)
	f.check(slices.Contains([]Held{Free, AtLower, AtUpper}, c.Held), "%s is held by %q (want %q, %q or %q)", c.Name, c.Held, Free, AtLower, AtUpper)
	f.estimate("response of "+c.Name+" today", c.CurrentResponse)
	f.estimate("response of "+c.Name, c.PlannedResponse)
	f.estimate("marginal return of "+c.Name, c.MarginalReturn)
}
