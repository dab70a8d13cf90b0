package typed

import (
	"fmt"
	"regexp"
)

// Channels is what each channel did in the training window, and on what the
// statement rests.
type Channels struct {
	ID       string `json:"id"`
	Currency string `json:"currency,omitempty"`
	Step     string `json:"step"` // what a period is: "week"
	Periods  int    `json:"periods"`
	From     string `json:"from"` // first day of the first period, 2014-08-03
	To       string `json:"to"`   // first day of the last
	// Channels are in the order of the data.
	Channels []Channel `json:"channels"`
}

// Channel is one of them. Money and sales are totals over the window unless
// they are per period.
type Channel struct {
	Name  string `json:"name"`
	Color string `json:"color"` // of the channel in every figure: "#1f77b4"

	Spend      float64 `json:"spend"`
	SpendShare float64 `json:"spend_share"`

	Contribution Finding `json:"contribution"` // sales
	// MediaShare is the part of the contribution of all media.
	MediaShare Finding `json:"media_share"`
	// ROAS is contribution by spend; its evidence is the channel's.
	ROAS Finding `json:"roas"`
	// MarginalROAS is what the next unit of money would bring, spread over
	// time like the spend of the window.
	MarginalROAS Finding `json:"marginal_roas"`

	// BestROAS and BestMarginal are the probabilities that the channel has the
	// highest return of all, on average and at the margin.
	BestROAS     float64 `json:"p_best_roas"`
	BestMarginal float64 `json:"p_best_marginal"`

	Saturation Saturation `json:"saturation"`
	// Carryover is the mean age of the effect, in periods: 0 means that spend
	// works at once.
	Carryover Finding `json:"carryover"`
}

// Saturation says in money per period where on its curve a channel stands.
type Saturation struct {
	// HalfSpend is the steady spend that brings half of the most that the
	// channel could ever bring; nil if its curve has no ceiling.
	HalfSpend *Finding `json:"half_spend,omitempty"`
	// Reached is the part of that ceiling that mean spend reaches, a fraction.
	Reached *Finding `json:"reached,omitempty"`

	MeanSpend   float64 `json:"mean_spend"`   // over the window
	RecentSpend float64 `json:"recent_spend"` // mean over the last Recent periods
	Recent      int     `json:"recent"`
	MaxSpend    float64 `json:"max_spend"` // beyond it the curve is an assumption
}

// Kind returns KindChannels.
func (Channels) Kind() Kind { return KindChannels }

// Name returns the id.
func (c Channels) Name() string { return c.ID }

// Validate returns all faults, joined.
func (c Channels) Validate() error {
	f := newFaults(c)
	f.some("step", c.Step)
	f.check(c.Periods > 0, "periods is %d (want 1 or more)", c.Periods)
	f.dates(c.From, c.To)
	f.check(len(c.Channels) > 0, "it has no channels")
	var spend, roas, marginal []float64
	for i, x := range c.Channels {
		f.channel(i, x)
		spend, roas, marginal = append(spend, x.SpendShare), append(roas, x.BestROAS), append(marginal, x.BestMarginal)
	}
	f.sum("shares of spend", spend, 1)
	f.sum("probabilities of the best ROAS", roas, 1)
	f.sum("probabilities of the best marginal ROAS", marginal, 1)
	return f.err()
}

var colorPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)

func (f *faults) channel(i int, x Channel) {
	f.check(x.Name != "", "channel %d has no name", i+1)
	f.check(colorPattern.MatchString(x.Color), "colour of %s is %q (want #rrggbb)", x.Name, x.Color)
	f.notNegative("spend of "+x.Name, x.Spend, x.Saturation.MeanSpend, x.Saturation.RecentSpend, x.Saturation.MaxSpend)
	f.fraction("share of spend of "+x.Name, x.SpendShare)
	for _, q := range []struct {
		what string
		f    *Finding
	}{
		{"contribution", &x.Contribution}, {"share of media", &x.MediaShare}, {"ROAS", &x.ROAS}, {"marginal ROAS", &x.MarginalROAS},
		{"half-saturation spend", x.Saturation.HalfSpend}, {"part of the ceiling", x.Saturation.Reached}, {"carry-over", &x.Carryover},
	} {
		if q.f != nil {
			f.finding(fmt.Sprintf("%s of %s", q.what, x.Name), *q.f)
		}
	}
	f.check(x.ROAS.Prior == nil || x.ROAS.Evidence != nil, "ROAS of %s has a prior but no tier", x.Name)
	f.fraction("probability that the ROAS of "+x.Name+" is best", x.BestROAS)
	f.fraction("probability that the marginal ROAS of "+x.Name+" is best", x.BestMarginal)
}
