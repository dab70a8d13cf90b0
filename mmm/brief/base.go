package brief

import (
	"slices"

	"gonum.org/v1/gonum/floats"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// Base splits sales of the training window into base and media. Each part is
// summed per draw, so it has its interval, and the means add up.
func (s Study) Base() typed.Base {
	d := s.Posterior.Train()
	out := typed.Base{ID: "base", Currency: s.Currency, Step: period(d), Periods: d.Len(), Observed: floats.Sum(d.Target()), Spend: floats.Sum(d.TotalSpend())}
	out.From, out.To = window(d)
	after, before := parts(s.Posterior), parts(s.prior())
	expected := make([]float64, s.Posterior.Len())
	for i, p := range after {
		prior := before[i].draws
		if p.group == typed.GroupFloor {
			prior = nil // an artefact of sales below zero, which the prior has plenty of
		}
		out.Parts = append(out.Parts, typed.Part{Name: p.name, Group: p.group, Finding: finding(p.draws, prior)})
		floats.Add(expected, p.draws)
	}
	out.Expected = estimate(expected)
	out.Media = finding(mediaPart(after), mediaPart(before))
	return out
}

// mediaPart is the part of media in the sum of all, per draw.
func mediaPart(parts []part) []float64 {
	var media, sum []float64
	for _, p := range parts {
		if sum == nil {
			sum = make([]float64, len(p.draws))
		}
		floats.Add(sum, p.draws)
		if p.group == typed.GroupMedia {
			media = slices.Clone(p.draws)
		}
	}
	for i := range media {
		media[i] *= inverse(sum[i])
	}
	return media
}

// part is one part of sales per draw, a total over the training window.
type part struct {
	name  string
	group typed.Group
	draws []float64
}

// parts are all there are in the model, in one order for prior and posterior.
func parts(d *mmm.Draws) []part {
	train, unit := d.Train(), d.SalesScale()
	mu, expected := d.MuTotal().Draws, d.ExpectedTotal().Draws
	intercept := scaled(slices.Concat(d.Parameter("intercept")...), unit*float64(train.Len()))
	media := d.MediaTotal().Draws
	out := []part{{"base", typed.GroupBase, intercept}}
	rest := minus(minus(mu, intercept), media) // season and controls
	if slices.Contains(d.Blocks(), controlsBlock) {
		controls := make([]float64, d.Len())
		for k, chains := range d.Block(controlsBlock) {
			floats.AddScaled(controls, unit*floats.Sum(train.Control(k)), slices.Concat(chains...))
		}
		out = append(out, part{"controls", typed.GroupControls, controls})
		rest = minus(rest, controls)
	}
	if d.Model().Seasonality.Order > 0 {
		out = append(out, part{"season", typed.GroupSeason, rest})
	}
	out = append(out, part{"media", typed.GroupMedia, media})
	if _, truncated := d.Model().Likelihood.(mmm.TruncatedNormal); truncated {
		out = append(out, part{"floor at zero", typed.GroupFloor, minus(expected, mu)})
	}
	return out
}

const controlsBlock = "gamma_control"

func minus(a, b []float64) []float64 { return floats.SubTo(make([]float64, len(a)), a, b) }
