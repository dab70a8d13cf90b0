package typed

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// The samples are the case study in numbers of the right size, made up.
var samples = []Value{kpi, figure, table, channels, base, plan, forecast, diagnostics, manifest, simulator}

func estimate(mean, sd float64) Estimate {
	return Estimate{Mean: mean, SD: sd, Low: mean - 1.9*sd, High: mean + 1.9*sd, Prob: 0.94}
}

// finding is an estimate that has the given part of the prior's sd.
func finding(mean, sd, part float64) Finding {
	prior := estimate(1.2*mean, sd/part)
	e := Evidence{Tier: Mixed, Overlap: 0.3 + 0.7*part*part, Width: part}
	switch {
	case part > 0.8:
		e.Tier = PriorDriven
	case part < 0.4:
		e.Tier = DataDriven
	}
	return Finding{Estimate: estimate(mean, sd), Prior: &prior, Evidence: &e}
}

var kpi = KPI{
	ID: "kpi-roas", Label: "Return on ad spend", Finding: finding(14.8, 3.1, 0.6), Unit: Unit{Of: Ratio, Currency: "$"}, Good: Up,
	Doubts: []Doubt{
		{ID: "above-break-even", Claim: "media bring more sales than they cost", P: 0.9997},
		{ID: "best-channel", Claim: "Insert has the highest return of the 7 channels", P: 0.38},
	},
	Note: "Sales that media brought in the training weeks, by money spent in them.",
}

var table = Table{
	ID: "table-truth", Caption: "ROAS: estimate and truth", Columns: []Column{
		{Label: "channel", Text: []string{"Direct Mail", "Insert", "TV"}},
		{Label: "ROAS", Unit: Unit{Of: Ratio}, Values: Numbers{12.1, 31.4, 9.7}, Low: Numbers{1.2, 4.4, 0.3}, High: Numbers{22.4, 60.3, 19.9}, Prob: 0.94},
		{Label: "truth", Unit: Unit{Of: Ratio}, Values: Numbers{10.4, 22.7, math.NaN()}},
	},
}

var figure = Figure{
	ID: "fig-total-spend", Title: "Total spend per channel", Caption: "Direct Mail takes 58.6 % of 275 M.",
	Alt: "Total spend per channel. Bars, largest first: Direct Mail 161 M, Newspaper 53.6 M, Online Display 46.5 M.",
	Data: Table{Columns: []Column{
		{Label: "channel", Text: []string{"Direct Mail", "Newspaper", "Online Display"}},
		{Label: "spend", Unit: Unit{Of: Money}, Values: Numbers{161e6, 53.6e6, 46.5e6}},
	}},
}

// media are the channels of the samples: name, colour, spend per week, ROAS
// and its sd, the part of the prior's sd that is left.
var media = []struct {
	name, color           string
	spend, roas, sd, part float64
}{
	{"Direct Mail", "#4477aa", 769e3, 15.1, 4.8, 0.55},
	{"Insert", "#ee6677", 81.6e3, 31.4, 16.2, 0.9},
	{"Newspaper", "#228833", 256e3, 17.9, 8.1, 0.7},
	{"Online Display", "#ccbb44", 222e3, 9.2, 5.5, 0.65},
	{"Radio", "#66ccee", 118e3, 20.3, 12.4, 0.85},
	{"Social Media", "#aa3377", 116e3, 14.4, 10.1, 0.95},
	{"TV", "#bbbbbb", 169e3, 24.6, 5.0, 0.35},
}

var channels = func() Channels {
	out := Channels{ID: "channels", Currency: "$", Step: "week", Periods: 183, From: "2014-08-03", To: "2018-01-28"}
	total, best := 0.0, []float64{0.04, 0.38, 0.07, 0.02, 0.17, 0.11, 0.21}
	for _, m := range media {
		total += m.spend
	}
	for i, m := range media {
		spend := 183 * m.spend
		part := m.spend * m.roas / 25.7e6
		half, reached := finding(1.3*m.spend, 0.5*m.spend, m.part), finding(0.42, 0.11, m.part)
		out.Channels = append(out.Channels, Channel{
			Name: m.name, Color: m.color, Spend: spend, SpendShare: m.spend / total,
			Contribution: finding(spend*m.roas, spend*m.sd, m.part), MediaShare: finding(part, part/3, m.part),
			ROAS: finding(m.roas, m.sd, m.part), MarginalROAS: finding(0.6*m.roas, 0.4*m.sd, m.part),
			BestROAS: best[i], BestMarginal: best[6-i],
			Saturation: Saturation{HalfSpend: &half, Reached: &reached, MeanSpend: m.spend, RecentSpend: 0.8 * m.spend, Recent: 26, MaxSpend: 2.9 * m.spend},
			Carryover:  finding(0.7, 0.3, m.part),
		})
	}
	return out
}()

var base = func() Base {
	out := Base{
		ID: "base", Currency: "$", Step: "week", Periods: 183, From: "2014-08-03", To: "2018-01-28", Observed: 20.6e9,
		Parts: []Part{
			{"base", GroupBase, finding(13.3e9, 1.0e9, 0.5)},
			{"season", GroupSeason, finding(-0.05e9, 0.2e9, 0.1)},
			{"holidays", GroupControls, finding(2.5e9, 0.3e9, 0.1)},
			{"floor at zero", GroupFloor, Finding{Estimate: estimate(0.2e9, 0.03e9)}},
		},
	}
	contribution := 0.0
	for _, c := range channels.Channels {
		contribution += c.Contribution.Mean
		out.Spend += c.Spend
	}
	out.Parts = append(out.Parts, Part{"media", GroupMedia, finding(contribution, 0.2*contribution, 0.6)})
	total := 0.0
	for _, p := range out.Parts {
		total += p.Mean
	}
	out.Expected = estimate(total, 0.5e9)
	out.Media = finding(contribution/total, 0.2*contribution/total, 0.6)
	return out
}()

var plan = func() Plan {
	out := Plan{
		ID: "plan", Currency: "$", Step: "week", Periods: 26, Gain: estimate(0.038, 0.03),
		BeatsCurrent: 0.91, MarginalReturn: 8.2, Exact: true,
		Warnings: []Warning{{Code: "extrapolation", Subject: "Social Media", Text: "the plan spends 416 k per period, above the largest ever spent (390 k): its response there is the model's assumption"}},
	}
	change := []float64{0, 0.5, 0.5, -0.5, 0.5, -0.2, 0}
	moved := 0.0
	for i, m := range media {
		out.CurrentTotal += m.spend
		moved += change[i] * m.spend
	}
	change[0] = -moved / media[0].spend // the budget stays the same
	for i, m := range media {
		c := PlanChannel{
			Name: m.name, Color: m.color, Current: m.spend, Recommended: m.spend * (1 + change[i]), Lower: 0.5 * m.spend, Upper: 1.5 * m.spend, MaxSpend: 1.4 * m.spend,
			Held: Free, CurrentResponse: estimate(26*m.spend*m.roas, 8*m.spend*m.roas), PlannedResponse: estimate(27*m.spend*m.roas, 8*m.spend*m.roas),
			MarginalReturn: estimate(8.2, 2.9),
		}
		switch change[i] {
		case 0.5:
			c.Held = AtUpper
		case -0.5:
			c.Held = AtLower
		}
		out.Total += c.Recommended
		out.Current.Mean += c.CurrentResponse.Mean
		out.Planned.Mean += c.PlannedResponse.Mean
		out.Channels = append(out.Channels, c)
	}
	out.GainSales = estimate(out.Planned.Mean-out.Current.Mean, 20e6)
	out.Current, out.Planned = estimate(out.Current.Mean, 0.2*out.Current.Mean), estimate(out.Planned.Mean, 0.2*out.Planned.Mean)
	return out
}()

var forecast = Forecast{
	ID: "forecast", Currency: "$", Step: "week",
	Train: Accuracy{Periods: 183, From: "2014-08-03", To: "2018-01-28", MeanSales: 112e6, CRPS: 18.1e6, NaiveCRPS: 24.9e6, RMSE: 35.4e6, MAPE: 0.41, R2: 0.52, Bias: 0.2e6, Coverage50: 0.55, Coverage94: 0.956},
	Test:  Accuracy{Periods: 26, From: "2018-02-04", To: "2018-07-29", MeanSales: 91e6, CRPS: 19.6e6, NaiveCRPS: 20.4e6, RMSE: 36.1e6, MAPE: 0.62, R2: 0.04, Bias: 9.8e6, Coverage50: 0.46, Coverage94: 0.923},
}

var diagnostics = Diagnostics{
	ID: "diagnostics", Chains: 4, Draws: 4000, DecisionGrade: true, Checks: []Check{
		{ID: "r-hat", Label: "largest R-hat", Value: 1.0008, Want: AtMost, Limit: 1.01, Pass: true, Meaning: "Do the chains agree? 1 means that they do.", Subject: "gamma_control[Cyber Monday]"},
		{ID: "ess-bulk", Label: "least effective sample size, bulk", Value: 9120, Want: AtLeast, Limit: 400, Pass: true, Meaning: "How many independent draws the means are worth."},
		{ID: "ess-tail", Label: "least effective sample size, tail", Value: 7311, Want: AtLeast, Limit: 400, Pass: true, Meaning: "How many independent draws the intervals are worth."},
		{ID: "divergences", Label: "divergent draws", Value: 0, Want: AtMost, Limit: 0, Pass: true, Meaning: "Did the sampler miss a part of what is plausible?"},
		{ID: "tree-depth", Label: "draws at the largest tree depth", Value: 0, Want: AtMost, Limit: 0, Pass: true, Meaning: "Did the sampler have to stop early?"},
		{ID: "e-bfmi", Label: "least E-BFMI", Value: 0.93, Want: AtLeast, Limit: 0.3, Pass: true, Meaning: "Did the sampler move freely between likely and unlikely regions?"},
		{ID: "complete", Label: "draws taken of those asked for", Value: 1, Want: AtLeast, Limit: 1, Pass: true, Meaning: "Was sampling stopped before its end?"},
	},
}

var manifest = Manifest{
	ID: "manifest",
	Data: DataFile{Name: "case_study_twin.csv", SHA256: "3f2b0c9f8e5d4a7b6c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e1f2a3b",
		Periods: 209, Train: 183, Step: "week", From: "2014-08-03", To: "2018-07-29", Channels: 7, Controls: 22},
	Fit:     "9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b",
	Sampler: Sampler{Name: "No-U-Turn sampler", Chains: 4, Warmup: 1000, Draws: 4000, TargetAccept: 0.9, Seed: "2018"},
	Model: []Entry{{"adstock", "geometric, 6 weights, normalised"}, {"saturation", "logistic"}, {"seasonality", "5 yearly Fourier pairs"},
		{"likelihood", "normal cut off at zero"}},
	Priors:  []Entry{{"intercept", "Normal(0.2, 0.05)"}, {"saturation_lam", "Gamma(3, 1)"}, {"adstock_alpha", "Beta(1, 3)"}},
	Version: []Entry{{"mixmodel", "0.1.0"}, {"go", "go1.26.8"}, {"gonum.org/v1/gonum", "v0.17.0"}},
	Results: []Reading{{"max R-hat", 1.0008}, {"CRPS test", 19.6e6}},
}

var simulator = func() Simulator {
	s := Simulator{
		ID: "simulator", Currency: "$", Step: "week", Periods: 26, Adstock: Adstock{Name: "geometric", Lags: 6, Normalized: true}, Saturation: "logistic",
		SalesScale: 346e6, Draws: 500, FullDraws: 16000,
	}
	rng := rand.New(rand.NewPCG(1, 2))
	scenarios := []Scenario{{ID: "current", Name: "today's plan"}, {ID: "optimal", Name: "the recommended plan"}, {ID: "less", Name: "today's plan less 20 %"}, {ID: "more", Name: "today's plan plus 20 %"}}
	for i, m := range media {
		p := plan.Channels[i]
		c := SimulatorChannel{Name: m.name, Color: m.color, SpendScale: 2.9 * m.spend, Current: p.Current, Optimal: p.Recommended, Lower: p.Lower, Upper: p.Upper, MeanSpend: m.spend, MaxSpend: p.MaxSpend}
		var alpha, beta, lam Floats
		for range s.Draws {
			a := 0.25 + 0.15*rng.NormFloat64()
			alpha = append(alpha, float32(math.Min(0.95, math.Abs(a))))
			beta = append(beta, float32(math.Abs(m.spend*m.roas/s.SalesScale*(3+rng.NormFloat64()))))
			lam = append(lam, float32(0.3+rng.ExpFloat64()+rng.ExpFloat64()+rng.ExpFloat64()))
		}
		c.Adstock, c.Saturation = []Floats{alpha}, []Floats{beta, lam}
		s.Channels = append(s.Channels, c)
		for j, b := range []float64{c.Current, c.Optimal, 0.8 * c.Current, 1.2 * c.Current} {
			scenarios[j].Spend = append(scenarios[j].Spend, b)
		}
	}
	today := responses(s, scenarios[0].Spend)
	for _, x := range scenarios {
		r := responses(s, x.Spend)
		x.Response = summarize(r)
		better := 0
		for d := range r {
			if r[d] > today[d] {
				better++
			}
		}
		x.BeatsCurrent = float64(better) / float64(len(r))
		s.Scenarios = append(s.Scenarios, x)
	}
	return s
}()

// responses computes the documented formula for geometric adstock and logistic
// saturation: what all channels bring, per draw.
func responses(s Simulator, spend []float64) []float64 {
	if s.Adstock.Name != "geometric" || s.Saturation != "logistic" {
		panic(fmt.Sprintf("no formula for %s and %s", s.Adstock.Name, s.Saturation))
	}
	out := make([]float64, s.Draws)
	for d := range out {
		for c, x := range s.Channels {
			out[d] += s.SalesScale * response(s, x, d, spend[c]/x.SpendScale)
		}
	}
	return out
}

func response(s Simulator, x SimulatorChannel, d int, b float64) float64 {
	alpha, beta, lam := float64(x.Adstock[0][d]), float64(x.Saturation[0][d]), float64(x.Saturation[1][d])
	h, l := s.Periods, s.Adstock.Lags
	w, sum := make([]float64, l), 0.0
	for i := range w {
		w[i] = math.Pow(alpha, float64(i))
		sum += w[i]
	}
	total := 0.0
	for t := range h + l - 1 {
		q := 0.0
		for i := max(0, t-h+1); i <= min(t, l-1); i++ {
			q += w[i] / sum
		}
		total += beta * math.Tanh(lam*q*b/2)
	}
	return total
}

func summarize(x []float64) Estimate {
	s := slices.Sorted(slices.Values(x))
	n, k := len(s), int(0.94*float64(len(s)))
	e := Estimate{Prob: 0.94}
	best := 0
	for i := range n - k {
		if s[i+k]-s[i] < s[best+k]-s[best] {
			best = i
		}
	}
	e.Low, e.High = s[best], s[best+k]
	for _, v := range s {
		e.Mean += v / float64(n)
	}
	for _, v := range s {
		e.SD += (v - e.Mean) * (v - e.Mean) / float64(n-1)
	}
	e.SD = math.Sqrt(e.SD)
	return e
}
