package brief

import (
	"gonum.org/v1/gonum/floats"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/budget"
)

// Plan is a recommended budget beside the one it was compared with.
func (s Study) Plan(p *budget.Plan) typed.Plan {
	curves := p.Curves()
	train := curves.Draws().Train()
	now, next, marginal := curves.PerDraw(p.Current), curves.PerDraw(p.Spend), curves.MarginalPerDraw(p.Spend)
	gain := p.Gain()
	today, planned := total(now), total(next)
	out := typed.Plan{
		ID: "plan", Currency: s.Currency, Step: period(train), Periods: p.Periods,
		Total: floats.Sum(p.Spend), CurrentTotal: floats.Sum(p.Current),
		Current: estimate(today), Planned: estimate(planned), Gain: estimate(gain.Draws), GainSales: estimate(minus(planned, today)),
		BeatsCurrent: gain.ProbAbove(0), MarginalReturn: p.MarginalReturn(), Exact: p.Certificate.Global,
		Warnings: warnings(p.Warnings),
	}
	for c, name := range p.Channels {
		out.Channels = append(out.Channels, typed.PlanChannel{
			Name: name, Color: channelColor(c), Current: p.Current[c], Recommended: p.Spend[c], Lower: p.Lower[c], Upper: p.Upper[c],
			MaxSpend: floats.Max(train.Spend(c)), Held: held[p.Certificate.Binding[c]],
			CurrentResponse: estimate(now.Draws[c]), PlannedResponse: estimate(next.Draws[c]), MarginalReturn: estimate(marginal.Draws[c]),
		})
	}
	return out
}

var held = map[budget.Bound]typed.Held{budget.AtLower: typed.AtLower, budget.Free: typed.Free, budget.AtUpper: typed.AtUpper}

// total sums the channels per draw.
func total(b mmm.ByChannel) []float64 {
	sum := make([]float64, len(b.Draws[0]))
	for _, draws := range b.Draws {
		floats.Add(sum, draws)
	}
	return sum
}

func warnings(list mmm.Warnings) []typed.Warning {
	var out []typed.Warning
	for _, w := range list {
		out = append(out, typed.Warning{Code: w.Code, Subject: w.Subject, Text: w.Text})
	}
	return out
}
