package mmm

import (
	"fmt"
	"math"
	"slices"

	"mixmodel/mmm/diag"
	"mixmodel/mmm/dist"
)

// Summary is how one parameter came out and whether its draws can be trusted.
type Summary struct {
	Name  string
	Prior dist.Dist
	diag.Summary
	// Contraction is 1 - posterior variance / prior variance: 0 means that the
	// data said nothing, 1 that they said everything; negative values occur.
	Contraction float64
}

// Summaries describes every parameter, in the order of [Draws.Names].
func (d *Draws) Summaries() []Summary {
	return slices.Clone(d.kept.summaries.get(d.summarizeParameters))
}

func (d *Draws) summarizeParameters() []Summary {
	out := make([]Summary, d.c.layout.dim)
	names := d.Names()
	parallel(len(out), func(i int) {
		p := d.c.priors[i]
		s := diag.Describe(d.parameter(i))
		out[i] = Summary{Name: names[i], Prior: p, Summary: s, Contraction: 1 - s.SD*s.SD/p.Variance()}
	})
	return out
}

// SummaryTable shows all parameters with mean, 94 % interval, Monte Carlo
// error, effective sample sizes, R-hat and contraction.
func (d *Draws) SummaryTable() Table {
	t := Table{Title: "Posterior of the parameters (scaled model); contr. is contraction",
		Header: []string{"parameter", "mean", "sd", "hdi 3 %", "97 %", "mcse", "ess bulk", "tail", "r-hat", "contr."}}
	for _, s := range d.Summaries() {
		t.Rows = append(t.Rows, []string{s.Name, fixed(s.Mean, 3), fixed(s.SD, 3), fixed(s.HDI94[0], 3), fixed(s.HDI94[1], 3),
			fixed(s.MCSEMean, 4), fixed(s.ESSBulk, 0), fixed(s.ESSTail, 0), fixed(s.RHat, 4), fixed(s.Contraction, 2)})
	}
	return t
}

func fixed(x float64, decimals int) string {
	if math.IsNaN(x) {
		return "-"
	}
	return group(fmt.Sprintf("%.*f", decimals, x))
}

// Diagnostics condenses a fit's health.
type Diagnostics struct {
	Parameters    int
	Chains, Draws int // draws per chain
	Divergences   int
	DepthHits     int
	MaxRHat       float64
	MinESSBulk    float64
	MinESSTail    float64
	MinEBFMI      float64
	MeanLeapfrogs float64
	MeanAccept    float64
	StepSizes     []float64
	worst         struct{ rhat, bulk, tail string } // the parameters behind the extremes
}

// Limits that the literature asks for (Vehtari et al. 2021; Betancourt 2016):
// R-hat at most, effective sample sizes and E-BFMI at least. There should be
// no divergences.
const (
	LimitRHat  = 1.01
	LimitESS   = 400
	LimitEBFMI = 0.3
)

// Diagnostics computes the fit's health from its draws and statistics.
func (f *Fit) Diagnostics() Diagnostics {
	d := Diagnostics{Parameters: f.c.layout.dim, Chains: f.Chains(), Draws: f.perChain(), Divergences: f.Divergences(),
		DepthHits: f.DepthHits(), MinESSBulk: math.Inf(1), MinESSTail: math.Inf(1), MinEBFMI: math.Inf(1)}
	for _, s := range f.Summaries() {
		// !(a <= b) also catches NaN, which a constant chain gives.
		if !(s.RHat <= d.MaxRHat) {
			d.MaxRHat, d.worst.rhat = s.RHat, s.Name
		}
		if !(s.ESSBulk >= d.MinESSBulk) {
			d.MinESSBulk, d.worst.bulk = s.ESSBulk, s.Name
		}
		if !(s.ESSTail >= d.MinESSTail) {
			d.MinESSTail, d.worst.tail = s.ESSTail, s.Name
		}
	}
	n := 0.0
	for _, s := range f.stats {
		d.MinEBFMI = math.Min(d.MinEBFMI, diag.EBFMI(s.Energy))
		d.StepSizes = append(d.StepSizes, s.StepSize)
		for i, l := range s.Leapfrogs {
			d.MeanLeapfrogs += float64(l)
			d.MeanAccept += s.Accept[i]
			n++
		}
	}
	d.MeanLeapfrogs /= n
	d.MeanAccept /= n
	return d
}

// Table shows the diagnostics with what is wanted of them.
func (d Diagnostics) Table() Table {
	t := Table{Title: "Sampler diagnostics", Header: []string{"check", "value", "wanted"}}
	add := func(name, value, want string) { t.Rows = append(t.Rows, []string{name, value, want}) }
	add("draws", fmt.Sprintf("%d chains × %s", d.Chains, FormatNumber(float64(d.Draws), 1)), "")
	add("divergences", fmt.Sprint(d.Divergences), "0")
	add("tree depth limit reached", fmt.Sprint(d.DepthHits), "0")
	add("largest R-hat", fixed(d.MaxRHat, 4), fmt.Sprintf("≤ %v", LimitRHat))
	add("smallest bulk ESS", fixed(d.MinESSBulk, 0), fmt.Sprintf("≥ %d", LimitESS))
	add("smallest tail ESS", fixed(d.MinESSTail, 0), fmt.Sprintf("≥ %d", LimitESS))
	add("smallest E-BFMI", fixed(d.MinEBFMI, 2), fmt.Sprintf("≥ %v", LimitEBFMI))
	add("mean acceptance", fixed(d.MeanAccept, 3), "near the target")
	add("leapfrog steps per draw", fixed(d.MeanLeapfrogs, 1), "few")
	return t
}

// Warnings says in plain words what is wrong and what to do; none means that
// the draws can be used.
func (d Diagnostics) Warnings() Warnings {
	var w Warnings
	add := func(code, subject, format string, args ...any) {
		w = append(w, Warning{Code: code, Subject: subject, Text: fmt.Sprintf(format, args...)})
	}
	if d.Divergences > 0 {
		add("divergences", "sampler", "%d divergent draws (want 0): the sampler missed a part of the posterior, so intervals may be too narrow; raise TargetAccept, or give weak parameters tighter priors", d.Divergences)
	}
	if d.DepthHits > 0 {
		add("tree-depth", "sampler", "%d draws stopped at the largest tree depth (want 0): they explore slowly; raise MaxDepth or simplify the model", d.DepthHits)
	}
	if !(d.MaxRHat <= LimitRHat) {
		add("r-hat", d.worst.rhat, "R-hat is %.4f (want at most %v): the chains disagree; draw more, or look for parameters that the data cannot tell apart", d.MaxRHat, LimitRHat)
	}
	if !(d.MinESSBulk >= LimitESS) {
		add("ess-bulk", d.worst.bulk, "bulk ESS is %.0f (want at least %d): its mean is not yet precise; draw more", d.MinESSBulk, LimitESS)
	}
	if !(d.MinESSTail >= LimitESS) {
		add("ess-tail", d.worst.tail, "tail ESS is %.0f (want at least %d): its intervals are not yet precise; draw more", d.MinESSTail, LimitESS)
	}
	if d.MinEBFMI < LimitEBFMI {
		add("e-bfmi", "sampler", "E-BFMI is %.2f (want at least %v): the sampler crosses energies slowly; use lighter-tailed priors or reparametrise", d.MinEBFMI, LimitEBFMI)
	}
	return w
}

// Warnings lists what is doubtful about the fit: the sampler's health, and
// whether it was stopped early.
func (f *Fit) Warnings() Warnings {
	w := f.Diagnostics().Warnings()
	if f.Incomplete() {
		w = append(w, Warning{Code: "incomplete", Subject: "sampler", Text: fmt.Sprintf(
			"stopped after %d of %d draws per chain: intervals are less precise than asked for; run it again", f.perChain(), f.options.Draws)})
	}
	if f.noMode {
		w = append(w, Warning{Code: "no-mode", Subject: "sampler",
			Text: "the posterior has no mode to start from: part of it may be a long, narrow tail that is hard to reach; give weak parameters tighter priors, and trust the result only if nothing else is reported"})
	}
	return w
}
