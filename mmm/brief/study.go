package brief

import (
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/floats"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/budget"
	"mixmodel/mmm/plot"
)

// Study is a posterior with what its results are shown beside. Its methods
// return one typed result each, for [mixmodel/kernel/display.Show].
type Study struct {
	Posterior *mmm.Draws
	// Prior stands beside the posterior everywhere; nil means 4,000 draws from
	// the posterior's own model.
	Prior *mmm.Draws
	// Currency stands before money and sales: "$". "" means that the data do
	// not say.
	Currency string
}

func (s Study) prior() *mmm.Draws {
	if s.Prior != nil {
		return s.Prior
	}
	// The model was compiled before, for the posterior.
	return mmm.Must(s.Posterior.Model().PriorDraws(s.Posterior.Train(), 4000, 1))
}

func (s Study) unit(of typed.Measure) typed.Unit {
	return typed.Unit{Of: of, Currency: s.Currency}
}

// Return is the return on ad spend of all channels together.
func (s Study) Return() typed.KPI {
	spend := floats.Sum(s.Posterior.Train().TotalSpend())
	over := func(d *mmm.Draws) []float64 { return scaled(d.MediaTotal().Draws, inverse(spend)) }
	roas := s.Posterior.ROAS()
	best, p := highest(roas)
	posterior := over(s.Posterior)
	return typed.KPI{
		ID: "kpi-return", Label: "Return on ad spend, all channels", Unit: s.unit(typed.Ratio), Good: typed.Up,
		Finding: finding(posterior, over(s.prior())),
		Doubts: []typed.Doubt{
			{ID: "above-break-even", Claim: "media bring more sales than they cost", P: above(posterior, 1)},
			{ID: "best-channel", Claim: fmt.Sprintf("%s has the highest return of the %d channels", roas.Channels[best], len(roas.Channels)), P: p},
		},
		Note: "Sales that media brought in the training window by the money spent in it. Sales are not profit.",
	}
}

// MediaShare is the part of sales that media brought.
func (s Study) MediaShare() typed.KPI {
	posterior := mediaPart(parts(s.Posterior))
	return typed.KPI{
		ID: "kpi-media-share", Label: "Part of sales that media bring", Unit: typed.Unit{Of: typed.Fraction}, Good: typed.Up,
		Finding: finding(posterior, mediaPart(parts(s.prior()))),
		Doubts:  []typed.Doubt{{ID: "above-tenth", Claim: "media bring more than a tenth of sales", P: above(posterior, 0.1)}},
		Note:    "The rest is base: sales that would have come without media.",
	}
}

// NextUnit is the channel that most likely brings the most for the next unit
// of money, and what that is.
func (s Study) NextUnit() typed.KPI {
	after, before := s.Posterior.MarginalROAS(), s.prior().MarginalROAS()
	best, p := highest(after)
	name := after.Channels[best]
	return typed.KPI{
		ID: "kpi-next-unit", Label: "Return of the next unit of money: " + name, Unit: s.unit(typed.Ratio), Good: typed.Up,
		Finding: finding(after.Draws[best], before.Draws[best]),
		Doubts: []typed.Doubt{
			{ID: "best-channel", Claim: fmt.Sprintf("%s has the highest marginal return of the %d channels", name, len(after.Channels)), P: p},
			{ID: "above-break-even", Claim: "it brings more sales than it costs", P: above(after.Draws[best], 1)},
		},
		Note: "What a little more of the same spend would have brought in the training window.",
	}
}

// Gain is what a plan brings more than today's.
func (s Study) Gain(p *budget.Plan) typed.KPI {
	gain := p.Gain()
	return typed.KPI{
		ID: "kpi-gain", Label: "Gain of the recommended plan in sales from media", Unit: typed.Unit{Of: typed.Fraction}, Good: typed.Up,
		Finding: finding(gain.Draws, nil),
		Doubts:  []typed.Doubt{{ID: "plan-beats-today", Claim: "the recommended plan beats today's", P: gain.ProbAbove(0)}},
		Note:    fmt.Sprintf("Over %d %ss, carry-over after them included, %s.", p.Periods, period(s.Posterior.Train()), budgetWords(floats.Sum(p.Current), p.Total)),
	}
}

// budgetWords compares the size of two budgets.
func budgetWords(from, to float64) string {
	if math.Abs(to-from) <= 1e-6*from {
		return "for a budget of the same size"
	}
	if to > from {
		return "for a budget larger by " + mmm.FormatPercent(to*inverse(from)-1, 1)
	}
	return "for a budget smaller by " + mmm.FormatPercent(1-to*inverse(from), 1)
}

// highest returns the channel that is most likely the highest, and how likely.
func highest(b mmm.ByChannel) (channel int, p float64) {
	ps := b.ProbHighest()
	p = slices.Max(ps)
	return slices.Index(ps, p), p
}

func above(draws []float64, x float64) float64 { return mmm.Quantity{Draws: draws}.ProbAbove(x) }

func scaled(draws []float64, by float64) []float64 {
	return floats.ScaleTo(make([]float64, len(draws)), by, draws)
}

// inverse is 1/x, and 0 for 0: nothing spent brings nothing per unit.
func inverse(x float64) float64 {
	if x == 0 {
		return 0
	}
	return 1 / x
}

// period names what a row of the data is: "week".
func period(d *mmm.Data) string {
	if s := d.Step().String(); s != "" {
		return s
	}
	return "period"
}

func window(d *mmm.Data) (from, to string) {
	dates := d.Dates()
	return dates[0].Format(time.DateOnly), dates[len(dates)-1].Format(time.DateOnly)
}

func channelColor(c int) string {
	rgb := plot.ChannelColor(c)
	return fmt.Sprintf("#%02x%02x%02x", rgb.R, rgb.G, rgb.B)
}
