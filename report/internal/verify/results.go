package verify

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/sim"
	"mixmodel/report/internal/source"
)

// results is what is compared; what there is not is nil.
type results struct {
	*checks
	kpis        []typed.KPI
	base        *typed.Base
	channels    *typed.Channels
	plan        *typed.Plan
	forecast    *typed.Forecast
	diagnostics *typed.Diagnostics
	manifest    *typed.Manifest
	simulator   *typed.Simulator
}

func some[T typed.Value](s *source.Source) *T {
	if v, ok := source.Last[T](s); ok {
		return &v
	}
	return nil
}

// Results checks the results of a notebook or a page against each other.
func Results(s *source.Source) []Check {
	r := &results{checks: &checks{}, kpis: source.All[typed.KPI](s), base: some[typed.Base](s), channels: some[typed.Channels](s), plan: some[typed.Plan](s),
		forecast: some[typed.Forecast](s), diagnostics: some[typed.Diagnostics](s), manifest: some[typed.Manifest](s), simulator: some[typed.Simulator](s)}
	if len(s.Values) == 0 {
		r.skip("results", "there are none of the kinds that can be checked")
		return r.list
	}
	for _, v := range s.Values {
		r.valid(v)
	}
	r.checkBase()
	r.checkChannels()
	r.checkPlan()
	r.checkKPIs()
	r.checkSimulator()
	r.checkRun()
	return r.list
}

// valid reports what the value itself says is wrong: sums of its own parts,
// intervals the wrong way round, probabilities that are none.
func (r *results) valid(v source.Value) {
	what := v.Where + ": a result"
	if v.Value != nil {
		what = fmt.Sprintf("%s: %s %q holds together", v.Where, v.Kind(), v.Name())
	}
	if v.Err == nil {
		r.add(true, what, "", "")
		return
	}
	for _, line := range strings.Split(v.Err.Error(), "\n") {
		r.add(false, what, line, "no fault")
	}
}

func (r *results) checkBase() {
	b := r.base
	if b == nil {
		return
	}
	var means []float64
	for _, p := range b.Parts {
		means = append(means, p.Mean)
	}
	r.sum("base: parts add up to expected sales", means, b.Expected.Mean)
}

// media is the part of sales that media brought.
func media(b typed.Base) (f typed.Finding, ok bool) {
	for _, p := range b.Parts {
		if p.Group == typed.GroupMedia {
			return p.Finding, true
		}
	}
	return f, false
}

func (r *results) checkChannels() {
	c := r.channels
	if c == nil {
		return
	}
	var spend, contribution, share, roas, marginal []float64
	for _, x := range c.Channels {
		spend, contribution, share = append(spend, x.Spend), append(contribution, x.Contribution.Mean), append(share, x.MediaShare.Mean)
		roas, marginal = append(roas, x.BestROAS), append(marginal, x.BestMarginal)
	}
	total := sum(spend)
	r.sum("channels: mean shares of media add up to 1", share, 1)
	r.sum("channels: probabilities of the highest return add up to 1", roas, 1)
	r.sum("channels: probabilities of the highest marginal return add up to 1", marginal, 1)
	for _, x := range c.Channels {
		r.equal("channels: share of spend of "+x.Name, x.SpendShare, x.Spend/total, 0)
		r.finding("channels: return of "+x.Name+" is contribution by spend", withEvidence(x.ROAS), divided(withEvidence(x.Contribution), x.Spend))
		r.equal("channels: mean spend of "+x.Name, x.Saturation.MeanSpend, x.Spend/float64(c.Periods), 0)
		r.add(x.Saturation.MeanSpend <= x.Saturation.MaxSpend*(1+exact) && x.Saturation.RecentSpend <= x.Saturation.MaxSpend*(1+exact), "channels: no mean spend of "+x.Name+" is above its largest",
			number(max(x.Saturation.MeanSpend, x.Saturation.RecentSpend)), "at most "+number(x.Saturation.MaxSpend))
		r.tiers(x)
	}
	if b := r.base; b != nil {
		r.equal("channels: spends add up to that of base", total, b.Spend, 0)
		if m, ok := media(*b); ok {
			r.equal("channels: contributions add up to what media brought", sum(contribution), m.Mean, 0)
		}
		r.text("channels and base: window", fmt.Sprint(c.Periods, c.From, c.To, c.Step, c.Currency), fmt.Sprint(b.Periods, b.From, b.To, b.Step, b.Currency))
	}
}

// withEvidence leaves out the measures of evidence: those of a quantity and of
// a multiple of it differ by rounding. The tier stays.
func withEvidence(f typed.Finding) typed.Finding {
	if f.Evidence != nil {
		f.Evidence = &typed.Evidence{Tier: f.Evidence.Tier}
	}
	return f
}

// Bounds of the tiers, as the project's model library has them.
const (
	sameOverlap             = 0.8
	wideWidth, apartOverlap = 0.75, 0.65
	narrowWidth             = 1. / 3
)

// tier is what the measures of evidence say.
func tier(e typed.Evidence) typed.Tier {
	switch {
	case e.Overlap >= sameOverlap, e.Width >= wideWidth && e.Overlap >= apartOverlap:
		return typed.PriorDriven
	case e.Width <= narrowWidth:
		return typed.DataDriven
	}
	return typed.Mixed
}

// tiers checks that what an estimate rests on follows from its measures.
func (r *results) tiers(x typed.Channel) {
	for _, q := range []struct {
		what string
		f    *typed.Finding
	}{
		{"contribution", &x.Contribution}, {"share of media", &x.MediaShare}, {"return", &x.ROAS}, {"marginal return", &x.MarginalROAS}, {"carry-over", &x.Carryover},
		{"half-saturation", x.Saturation.HalfSpend}, {"reached part of the ceiling", x.Saturation.Reached},
	} {
		if q.f != nil {
			r.evidence(fmt.Sprintf("%s of %s", q.what, x.Name), *q.f)
		}
	}
}

func (r *results) evidence(what string, f typed.Finding) {
	if f.Evidence == nil {
		return
	}
	r.text("evidence: "+what+" rests on what its measures say", string(f.Evidence.Tier), string(tier(*f.Evidence)))
}

func (r *results) checkPlan() {
	p := r.plan
	if p == nil {
		return
	}
	var now, next, responseNow, responseNext []float64
	for _, c := range p.Channels {
		now, next = append(now, c.Current), append(next, c.Recommended)
		responseNow, responseNext = append(responseNow, c.CurrentResponse.Mean), append(responseNext, c.PlannedResponse.Mean)
		r.planChannel(c)
	}
	r.sum("plan: spends add up to the budget", next, p.Total)
	r.sum("plan: today's spends add up to today's budget", now, p.CurrentTotal)
	r.sum("plan: responses add up to the plan's", responseNext, p.Planned.Mean)
	r.sum("plan: today's responses add up to today's", responseNow, p.Current.Mean)
	r.sum("plan: today's response and the gain are the plan's", []float64{p.Current.Mean, p.GainSales.Mean}, p.Planned.Mean)
	r.sign("gain in sales", p.GainSales, p.BeatsCurrent)
	r.sign("relative gain", p.Gain, p.BeatsCurrent)
}

// sign checks an interval that lies on one side of 0 against the probability
// to be above. Two intervals of draws with the same signs may differ in that:
// each is the shortest, and one may reach just across.
func (r *results) sign(what string, e typed.Estimate, above float64) {
	const slack = 0.005 // intervals are of whole draws, probabilities rounded
	r.add((e.Low <= 0 || above >= e.Prob-slack) && (e.High >= 0 || above <= 1-e.Prob+slack),
		"plan: "+what+" has the sign that its probability says",
		estimate(e), fmt.Sprintf("above 0 with probability %v", above))
}

func (r *results) planChannel(c typed.PlanChannel) {
	slack := 1e-9 * max(c.Upper, 1)
	held := typed.Free
	switch {
	case c.Upper-c.Recommended <= slack:
		held = typed.AtUpper
	case c.Recommended-c.Lower <= slack:
		held = typed.AtLower
	}
	r.text("plan: what holds "+c.Name, string(c.Held), string(held))
	if c.Recommended > c.MaxSpend {
		warned := slices.ContainsFunc(r.plan.Warnings, func(w typed.Warning) bool { return w.Code == "extrapolation" && w.Subject == c.Name })
		r.add(warned, "plan: it warns that "+c.Name+" goes beyond what was ever spent", "no warning", "a warning: "+number(c.Recommended)+" is above "+number(c.MaxSpend))
	}
}

func (r *results) kpi(id string) (k typed.KPI, ok bool) {
	i := slices.IndexFunc(r.kpis, func(k typed.KPI) bool { return k.ID == id })
	if i < 0 {
		return k, false
	}
	return r.kpis[i], true
}

func (r *results) checkKPIs() {
	if k, ok := r.kpi("kpi-return"); ok && r.base != nil {
		if m, ok := media(*r.base); ok {
			r.finding("KPI return: it is what media brought by spend", withEvidence(k.Finding), divided(withEvidence(m), r.base.Spend))
		}
	}
	if k, ok := r.kpi("kpi-media-share"); ok && r.base != nil {
		r.finding("KPI part of media: it is that of base", k.Finding, r.base.Media)
	}
	if k, ok := r.kpi("kpi-gain"); ok && r.plan != nil {
		r.estimate("KPI gain: it is that of the plan", k.Estimate, r.plan.Gain)
		r.doubt(k, "plan-beats-today", r.plan.BeatsCurrent, "")
	}
	if c := r.channels; c != nil {
		best, marginal := c.Channels[0], c.Channels[0]
		for _, x := range c.Channels {
			if x.BestROAS > best.BestROAS {
				best = x
			}
			if x.BestMarginal > marginal.BestMarginal {
				marginal = x
			}
		}
		if k, ok := r.kpi("kpi-return"); ok {
			r.doubt(k, "best-channel", best.BestROAS, best.Name)
		}
		if k, ok := r.kpi("kpi-next-unit"); ok {
			r.finding("KPI next unit: it is the marginal return of "+marginal.Name, k.Finding, marginal.MarginalROAS)
			r.doubt(k, "best-channel", marginal.BestMarginal, marginal.Name)
		}
	}
	for _, k := range r.kpis {
		if b := r.base; b != nil && k.Unit.Of != typed.Fraction {
			r.text("KPI "+k.ID+": currency", k.Unit.Currency, b.Currency)
		}
		r.evidence("KPI "+k.ID, k.Finding)
	}
}

// doubt checks the probability of a claim, and that it names who it should.
func (r *results) doubt(k typed.KPI, id string, p float64, name string) {
	for _, d := range k.Doubts {
		if d.ID == id {
			r.equal("KPI "+k.ID+": probability that "+d.Claim, d.P, p, 1)
			r.add(strings.HasPrefix(d.Claim, name), "KPI "+k.ID+": whom the claim is about", quote(d.Claim), "one about "+name)
		}
	}
}

// checkSimulator lets the draws speak: its scenarios must follow from them,
// and today's and the recommended plan must be those of the plan.
func (r *results) checkSimulator() {
	s := r.simulator
	if s == nil {
		return
	}
	r.scenarios(*s)
	if r.plan != nil {
		r.sameAsPlan(*s, *r.plan)
	}
	if c := r.channels; c != nil && len(c.Channels) == len(s.Channels) {
		for i, x := range c.Channels {
			y := s.Channels[i]
			r.text("simulator: channel "+x.Name, y.Name+" "+y.Color, x.Name+" "+x.Color)
			r.equal("simulator: largest spend of "+x.Name, y.MaxSpend, x.Saturation.MaxSpend, 0)
			r.equal("simulator: mean spend of "+x.Name, y.MeanSpend, x.Saturation.MeanSpend, 0)
		}
	}
}

func (r *results) scenarios(s typed.Simulator) {
	m, err := sim.NewModel(s)
	if err != nil {
		r.skip("simulator: scenarios follow from the draws", err.Error())
		return
	}
	for _, x := range s.Scenarios {
		got, beats := m.Outcome(x.Spend)
		size := math.Abs(got.Mean) + got.SD
		ok := got.Prob == x.Response.Prob
		for _, p := range [][2]float64{{got.Mean, x.Response.Mean}, {got.SD, x.Response.SD}, {got.Low, x.Response.Low}, {got.High, x.Response.High}} {
			ok = ok && math.Abs(p[0]-p[1]) <= 1e-9*size
		}
		r.add(ok, "simulator: "+x.Name+" brings what its draws give", estimate(x.Response), estimate(got))
		r.within("simulator: share of draws in which "+x.Name+" beats today's", x.BeatsCurrent, beats, 0.5/float64(s.Draws))
	}
	for i, spend := range [][]float64{s.Scenarios[0].Spend, s.Scenarios[1].Spend} {
		for j, c := range s.Channels {
			r.equal(fmt.Sprintf("simulator: spend on %s in %s", c.Name, s.Scenarios[i].Name), spend[j], []float64{c.Current, c.Optimal}[i], 0)
		}
	}
}

// sameAsPlan compares with the plan, which is computed from all draws: the
// simulator has a part of them, so its numbers may differ by its Monte Carlo
// error.
func (r *results) sameAsPlan(s typed.Simulator, p typed.Plan) {
	r.text("simulator and plan: horizon and currency", fmt.Sprint(s.Periods, s.Step, s.Currency), fmt.Sprint(p.Periods, p.Step, p.Currency))
	r.equal("simulator and plan: number of channels", float64(len(s.Channels)), float64(len(p.Channels)), 0)
	if len(s.Channels) != len(p.Channels) {
		return
	}
	for i, c := range p.Channels {
		x := s.Channels[i]
		r.text("simulator and plan: channel "+c.Name, x.Name+" "+x.Color, c.Name+" "+c.Color)
		for _, q := range []struct {
			what      string
			got, want float64
		}{{"today's spend on ", x.Current, c.Current}, {"recommended spend on ", x.Optimal, c.Recommended}, {"lower bound of ", x.Lower, c.Lower}, {"upper bound of ", x.Upper, c.Upper}, {"largest spend on ", x.MaxSpend, c.MaxSpend}} {
			r.equal("simulator and plan: "+q.what+c.Name, q.got, q.want, 0)
		}
	}
	for i, want := range []typed.Estimate{p.Current, p.Planned} {
		x := s.Scenarios[i]
		r.within(fmt.Sprintf("simulator and plan: %s, to the error of %d of %d draws", x.Name, s.Draws, s.FullDraws), x.Response.Mean, want.Mean, monteCarlo(s, want.SD)+exact*math.Abs(want.Mean))
	}
	if m, err := sim.NewModel(s); err == nil {
		for i, c := range p.Channels {
			r.response(s, m, i, c.Current, c.CurrentResponse, "today")
			r.response(s, m, i, c.Recommended, c.PlannedResponse, "under the plan")
		}
	}
	b := p.BeatsCurrent
	r.within("simulator and plan: probability that the plan beats today's", s.Scenarios[1].BeatsCurrent, b, monteCarlo(s, math.Sqrt(b*(1-b)))+1/float64(s.Draws))
}

// response compares what the plan says that a channel brings with the draws of
// the simulator.
func (r *results) response(s typed.Simulator, m *sim.Model, c int, b float64, want typed.Estimate, when string) {
	values, _ := m.Response(c, b)
	got := sum(values) / float64(len(values))
	r.within(fmt.Sprintf("simulator and plan: %s brings %s, to the error of %d of %d draws", s.Channels[c].Name, when, s.Draws, s.FullDraws), got, want.Mean, monteCarlo(s, want.SD)+exact*math.Abs(want.Mean))
}

// monteCarlo is four standard errors of a mean over the simulator's draws as a
// stand-in for all: 0 if it has all.
func monteCarlo(s typed.Simulator, sd float64) float64 {
	return 4 * sd * math.Sqrt(1/float64(s.Draws)-1/float64(s.FullDraws))
}

// checkRun compares what the results say of the run that made them.
func (r *results) checkRun() {
	d, m := r.diagnostics, r.manifest
	if d != nil && m != nil {
		r.text("diagnostics and manifest: chains and draws", fmt.Sprint(d.Chains, " x ", d.Draws), fmt.Sprint(m.Sampler.Chains, " x ", m.Sampler.Draws))
		for _, x := range [][2]string{{"r-hat", "largest R-hat"}, {"ess-bulk", "least bulk ESS"}, {"ess-tail", "least tail ESS"}, {"divergences", "divergences"}} {
			r.reading(*d, *m, x[0], x[1])
		}
	}
	if s := r.simulator; s != nil && m != nil {
		r.equal("simulator and manifest: number of all draws", float64(s.FullDraws), float64(m.Sampler.Chains*m.Sampler.Draws), 0)
	}
	if m == nil {
		return
	}
	if c := r.channels; c != nil {
		r.text("channels and manifest: training periods and channels", fmt.Sprint(c.Periods, " ", len(c.Channels), " ", c.Step, " ", c.From), fmt.Sprint(m.Data.Train, " ", m.Data.Channels, " ", m.Data.Step, " ", m.Data.From))
	}
	if f := r.forecast; f != nil {
		r.text("forecast and manifest: training periods", fmt.Sprint(f.Train.Periods, " from ", f.Train.From), fmt.Sprint(m.Data.Train, " from ", m.Data.From))
		r.equal("forecast and manifest: periods", float64(f.Train.Periods+f.Test.Periods), float64(m.Data.Periods), 0)
		r.text("forecast and manifest: last period", f.Test.To, m.Data.To)
		if b := r.base; b != nil {
			r.text("forecast and base: step and currency", f.Step+" "+f.Currency, b.Step+" "+b.Currency)
			r.equal("forecast and base: observed sales", f.Train.MeanSales*float64(f.Train.Periods), b.Observed, 0)
			r.text("forecast and base: last training period", f.Train.To, b.To)
		}
	}
}

func (r *results) reading(d typed.Diagnostics, m typed.Manifest, id, name string) {
	i := slices.IndexFunc(d.Checks, func(c typed.Check) bool { return c.ID == id })
	j := slices.IndexFunc(m.Results, func(x typed.Reading) bool { return x.Name == name })
	if i >= 0 && j >= 0 {
		r.equal("diagnostics and manifest: "+name, d.Checks[i].Value, m.Results[j].Value, 0)
	}
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}
