package diff

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/source"
	"mixmodel/report/internal/words"
)

// Report is what changed.
type Report struct {
	Old string `json:"old"`
	New string `json:"new"`

	// Reasons are what changed besides results, the likeliest cause first.
	Reasons []string `json:"reasons"`
	// SeedOnly tells that the two runs differ in their seed and nothing else.
	SeedOnly bool `json:"seed_only"`

	Added   []string `json:"channels_added,omitempty"`
	Removed []string `json:"channels_removed,omitempty"`

	// Plan are the channels of both recommendations, turned ones first.
	Plan []Move `json:"plan,omitempty"`
	// Numbers are compared in the order of a report.
	Numbers []Change `json:"numbers"`
	// Facts are what has no uncertainty and changed: spends, grades, scores.
	Facts []Fact `json:"facts,omitempty"`
}

// Change is one estimate in both reports.
type Change struct {
	What    string         `json:"what"`
	Unit    typed.Unit     `json:"unit"`
	Old     typed.Estimate `json:"old"`
	New     typed.Estimate `json:"new"`
	PHigher float64        `json:"p_higher"` // that the new one is above the old
	Overlap bool           `json:"intervals_overlap"`
	Verdict Verdict        `json:"verdict"`
}

// Verdict says whether a change matters.
type Verdict string

// The verdicts.
const (
	Same   Verdict = "the same"     // no digit that counts differs
	Noise  Verdict = "within noise" // it may well be chance
	Likely Verdict = "likely"       // it is more likely than not, but may be chance
	Clear  Verdict = "clear"        // chance does not explain it
)

// Bounds of the verdicts: P(new > old), or its opposite.
const (
	likely = 0.9
	clear  = 0.97
)

// Move is what is recommended for a channel: today's spend and the plan's.
type Move struct {
	Channel  string     `json:"channel"`
	Old      [2]float64 `json:"old"` // today, recommended
	New      [2]float64 `json:"new"`
	Turned   bool       `json:"turned"` // from more to less, or from less to more
	Currency string     `json:"currency,omitempty"`
}

// Fact is a number or a word that changed.
type Fact struct {
	What string `json:"what"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Compare compares two notebooks or pages.
func Compare(old, new *source.Source) *Report {
	r := &Report{Old: old.Path, New: new.Path}
	r.reasons(old, new)
	c := comparison{r, monteCarlo(old, new)}
	c.kpis(old, new)
	c.base(old, new)
	c.channels(old, new)
	c.plan(old, new)
	c.forecast(old, new)
	c.diagnostics(old, new)
	return r
}

// Changed tells whether any result differs.
func (r *Report) Changed() bool {
	return len(r.Added)+len(r.Removed)+len(r.Facts) > 0 || slices.ContainsFunc(r.Plan, func(m Move) bool { return m.Old != m.New }) ||
		slices.ContainsFunc(r.Numbers, func(c Change) bool { return c.Verdict != Same })
}

// comparison fills a report.
type comparison struct {
	*Report
	// error is the part of an estimate's standard deviation that is the error
	// of the computation of the difference.
	error float64
}

// monteCarlo is √(1/ess₁ + 1/ess₂) with the least effective sample sizes.
func monteCarlo(old, new *source.Source) float64 {
	sum := 0.0
	for _, s := range []*source.Source{old, new} {
		ess := 0.0
		if d, ok := source.Last[typed.Diagnostics](s); ok {
			for _, c := range d.Checks {
				if c.ID == "ess-bulk" {
					ess = c.Value
				}
			}
		}
		if ess <= 0 {
			return math.Inf(1) // unknown: nothing is more than the error
		}
		sum += 1 / ess
	}
	return math.Sqrt(sum)
}

// both returns the result of a kind in both reports.
func both[T typed.Value](old, new *source.Source) (a, b T, ok bool) {
	a, inOld := source.Last[T](old)
	b, inNew := source.Last[T](new)
	return a, b, inOld && inNew
}

func (c comparison) estimate(what string, u typed.Unit, old, new typed.Estimate) {
	x := Change{What: what, Unit: u, Old: old, New: new, Overlap: old.Low <= new.High && new.Low <= old.High}
	x.PHigher = higher(old, new)
	x.Verdict = c.judge(old, new, x.PHigher)
	c.Numbers = append(c.Numbers, x)
}

// higher is the probability that the new quantity is above the old one.
func higher(old, new typed.Estimate) float64 {
	sd := math.Hypot(old.SD, new.SD)
	switch d := new.Mean - old.Mean; {
	case d == 0:
		return 0.5
	case sd == 0 && d > 0:
		return 1
	case sd == 0:
		return 0
	default:
		return math.Erfc(-d/sd/math.Sqrt2) / 2
	}
}

func (c comparison) judge(old, new typed.Estimate, p float64) Verdict {
	p = math.Max(p, 1-p)
	difference := math.Abs(new.Mean - old.Mean)
	switch {
	case difference <= 1e-9*math.Max(math.Abs(old.Mean), math.Abs(new.Mean)) && close(old.SD, new.SD):
		return Same
	case c.SeedOnly && difference > 4*c.error*math.Max(old.SD, new.SD), !c.SeedOnly && p >= clear:
		return Clear
	case !c.SeedOnly && p >= likely:
		return Likely
	}
	return Noise
}

func close(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) }

func (c comparison) fact(what, old, new string) {
	if old != new {
		c.Facts = append(c.Facts, Fact{what, old, new})
	}
}

func (c comparison) amount(what string, u typed.Unit, old, new float64) {
	if !close(old, new) {
		s := words.ScaleOfAll(u, old, new)
		a, b := s.Full(old), s.Full(new)
		if a == b {
			a, b = fmt.Sprint(old), fmt.Sprint(new)
		}
		c.fact(what, a, b)
	}
}

func (c comparison) kpis(old, new *source.Source) {
	before := map[string]typed.KPI{}
	for _, k := range source.All[typed.KPI](old) {
		before[k.ID] = k
	}
	for _, k := range source.All[typed.KPI](new) {
		was, ok := before[k.ID]
		if !ok {
			continue
		}
		if was.Unit != k.Unit {
			c.fact("the unit of "+k.Label, fmt.Sprint(was.Unit), fmt.Sprint(k.Unit))
			continue
		}
		c.fact("a key figure", was.Label, k.Label)
		c.estimate(k.Label, k.Unit, was.Estimate, k.Estimate)
		for _, d := range k.Doubts {
			for _, x := range was.Doubts {
				if x.ID == d.ID && x.Claim != d.Claim {
					c.fact("a claim", x.Claim+" ("+words.Probability(x.P)+")", d.Claim+" ("+words.Probability(d.P)+")")
				}
			}
		}
	}
}

func (c comparison) base(old, new *source.Source) {
	a, b, ok := both[typed.Base](old, new)
	if !ok {
		return
	}
	c.estimate("Part of sales that media brought", typed.Unit{Of: typed.Fraction}, a.Media.Estimate, b.Media.Estimate)
	if a.Periods != b.Periods || a.From != b.From || a.To != b.To {
		return // totals over different windows say nothing of each other
	}
	for _, p := range b.Parts {
		for _, q := range a.Parts {
			if p.Name == q.Name {
				c.estimate("Sales by source: "+p.Name, typed.Unit{Of: typed.Sales, Currency: b.Currency}, q.Estimate, p.Estimate)
			}
		}
	}
}

func (c comparison) channels(old, new *source.Source) {
	a, b, ok := both[typed.Channels](old, new)
	if !ok {
		return
	}
	before := map[string]typed.Channel{}
	for _, x := range a.Channels {
		before[x.Name] = x
		if !slices.ContainsFunc(b.Channels, func(y typed.Channel) bool { return y.Name == x.Name }) {
			c.Removed = append(c.Removed, x.Name)
		}
	}
	ratio, fraction := typed.Unit{Of: typed.Ratio, Currency: b.Currency}, typed.Unit{Of: typed.Fraction}
	for _, x := range b.Channels {
		was, ok := before[x.Name]
		if !ok {
			c.Added = append(c.Added, x.Name)
			continue
		}
		c.estimate("Return of "+x.Name, ratio, was.ROAS.Estimate, x.ROAS.Estimate)
		c.estimate("Marginal return of "+x.Name, ratio, was.MarginalROAS.Estimate, x.MarginalROAS.Estimate)
		c.estimate("Share of media of "+x.Name, fraction, was.MediaShare.Estimate, x.MediaShare.Estimate)
		c.estimate("Carry-over of "+x.Name, typed.Unit{Of: typed.Periods, Per: b.Step}, was.Carryover.Estimate, x.Carryover.Estimate)
		c.amount("mean spend on "+x.Name+" per "+b.Step, typed.Unit{Of: typed.Money, Currency: b.Currency}, was.Saturation.MeanSpend, x.Saturation.MeanSpend)
		if was.ROAS.Evidence != nil && x.ROAS.Evidence != nil {
			c.fact("what the return of "+x.Name+" rests on", string(was.ROAS.Evidence.Tier), string(x.ROAS.Evidence.Tier))
		}
	}
}

func (c comparison) plan(old, new *source.Source) {
	a, b, ok := both[typed.Plan](old, new)
	if !ok {
		return
	}
	money, sales := typed.Unit{Of: typed.Money, Currency: b.Currency}, typed.Unit{Of: typed.Sales, Currency: b.Currency}
	c.amount("the recommended budget per "+b.Step, money, a.Total, b.Total)
	c.amount("today's budget per "+b.Step, money, a.CurrentTotal, b.CurrentTotal)
	c.fact("the horizon of the plan", words.Count(a.Periods, a.Step), words.Count(b.Periods, b.Step))
	c.estimate("Gain of the plan", typed.Unit{Of: typed.Fraction}, a.Gain, b.Gain)
	if a.Periods == b.Periods {
		c.estimate("What the plan brings", sales, a.Planned, b.Planned)
	}
	if !close(a.BeatsCurrent, b.BeatsCurrent) {
		c.fact("the probability that the plan beats today's", words.Probability(a.BeatsCurrent), words.Probability(b.BeatsCurrent))
	}
	before := map[string]typed.PlanChannel{}
	for _, x := range a.Channels {
		before[x.Name] = x
	}
	for _, x := range b.Channels {
		if was, ok := before[x.Name]; ok {
			m := Move{Channel: x.Name, Old: [2]float64{was.Current, was.Recommended}, New: [2]float64{x.Current, x.Recommended}, Currency: b.Currency}
			m.Turned = direction(m.Old)*direction(m.New) < 0
			c.Plan = append(c.Plan, m)
		}
	}
	slices.SortStableFunc(c.Plan, func(x, y Move) int {
		switch {
		case x.Turned && !y.Turned:
			return -1
		case y.Turned && !x.Turned:
			return 1
		}
		return 0
	})
}

// direction is 1 if the plan raises a spend by more than a hundredth, -1 if it
// cuts it, else 0.
func direction(m [2]float64) int {
	switch d := m[1] - m[0]; {
	case d > 0.01*m[0]:
		return 1
	case d < -0.01*m[0]:
		return -1
	}
	return 0
}

func (c comparison) forecast(old, new *source.Source) {
	a, b, ok := both[typed.Forecast](old, new)
	if !ok {
		return
	}
	sales := typed.Unit{Of: typed.Sales, Currency: b.Currency}
	c.amount("error of the forecast on unseen periods (CRPS)", sales, a.Test.CRPS, b.Test.CRPS)
	c.amount("that of a naive forecast", sales, a.Test.NaiveCRPS, b.Test.NaiveCRPS)
	if !close(a.Test.Coverage94, b.Test.Coverage94) {
		c.fact("unseen periods inside the 94 % interval", words.Percent(a.Test.Coverage94), words.Percent(b.Test.Coverage94))
	}
}

func (c comparison) diagnostics(old, new *source.Source) {
	a, b, ok := both[typed.Diagnostics](old, new)
	if !ok {
		return
	}
	grade := map[bool]string{true: "decision grade", false: "not decision grade"}
	c.fact("grade", grade[a.DecisionGrade], grade[b.DecisionGrade])
	for _, x := range b.Checks {
		for _, y := range a.Checks {
			if x.ID == y.ID && x.Pass != y.Pass {
				c.fact(x.Label, verdict(y), verdict(x))
			}
		}
	}
}

func verdict(c typed.Check) string {
	word := "failed"
	if c.Pass {
		word = "passed"
	}
	return fmt.Sprintf("%v, %s", c.Value, word)
}

// Headline is the report in a sentence or two.
func (r *Report) Headline() string {
	if !r.Changed() {
		return "No result changed."
	}
	clear, likely := r.count(Clear), r.count(Likely)
	var s []string
	switch {
	case len(r.Numbers) == 0:
		s = append(s, "There are no estimates to compare.")
	case clear+likely == 0 && r.SeedOnly:
		s = append(s, "Only the seed differs, and all numbers agree within the error of the computation.")
	case clear+likely == 0:
		s = append(s, "All changes of estimates are within noise.")
	case r.SeedOnly:
		s = append(s, fmt.Sprintf("Only the seed differs, yet %d of %s changed by more than the error of the computation: the chains have not converged.", clear, words.Count(len(r.Numbers), "estimate")))
	default:
		s = append(s, fmt.Sprintf("Of %s, %d changed clearly and %d likely; the rest is within noise.", words.Count(len(r.Numbers), "estimate"), clear, likely))
	}
	var turned []string
	for _, m := range r.Plan {
		if m.Turned {
			turned = append(turned, m.Channel)
		}
	}
	if len(turned) > 0 {
		s = append(s, "The recommendation turned for "+words.List(turned)+".")
	}
	if len(r.Added) > 0 {
		s = append(s, "New: "+words.List(r.Added)+".")
	}
	if len(r.Removed) > 0 {
		s = append(s, "Gone: "+words.List(r.Removed)+".")
	}
	return strings.Join(s, " ")
}

func (r *Report) count(v Verdict) int {
	n := 0
	for _, c := range r.Numbers {
		if c.Verdict == v {
			n++
		}
	}
	return n
}
