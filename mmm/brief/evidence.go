package brief

import (
	"math"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/diag"
	"mixmodel/mmm/internal/radix"
)

// Bounds of the tiers.
const (
	// sameOverlap is the overlap from which prior and posterior are the same
	// for any use. A normal posterior around the prior's mean overlaps by 0.8
	// if the data cut the prior's variance in half: from there on the prior
	// weighs more than the data.
	sameOverlap = 0.8
	// wideWidth is the width from which the data weigh less than the prior,
	// whatever the overlap, unless the two hardly overlap.
	wideWidth, apartOverlap = 0.75, 0.65
	// narrowWidth is the width up to which data decide: with a third of the
	// prior's width they weigh eight times as much as the prior, so another
	// reasonable prior would have led to much the same answer.
	narrowWidth = 1. / 3
)

// Evidence says whether an estimate rests on data or on the prior, from draws
// of the quantity under both: see the package comment. It panics if there are
// no draws.
func Evidence(prior, posterior []float64) typed.Evidence {
	return evidence(radix.Sorted(prior), radix.Sorted(posterior))
}

// evidence is Evidence of ascending draws.
func evidence(prior, posterior []float64) typed.Evidence {
	e := typed.Evidence{Overlap: overlap(prior, posterior), Width: width(prior, posterior), Tier: typed.Mixed}
	switch {
	case e.Overlap >= sameOverlap, e.Width >= wideWidth && e.Overlap >= apartOverlap:
		e.Tier = typed.PriorDriven
	case e.Width <= narrowWidth:
		e.Tier = typed.DataDriven
	}
	return e
}

// overlap is Σ min(p, q) over bins that hold equally many of all draws, prior p
// and posterior q, both ascending, counted with the same weight. Ranks are all it uses: it is the
// same on any scale.
//
// Draws from one distribution overlap by about 1 - √(bins/(π·n)), 0.96 for
// 4,000 draws and 0.87 for 400.
func overlap(p, q []float64) float64 {
	const bins = 20
	m := merge{p: p, q: q}
	sum, doneP, doneQ := 0.0, 0.0, 0.0
	for b := range bins {
		toP, toQ := 1.0, 1.0
		if b < bins-1 {
			m.advance(float64(b+1) / bins)
			toP, toQ = m.shareP, m.shareQ
		}
		sum += math.Min(toP-doneP, toQ-doneQ)
		doneP, doneQ = toP, toQ
	}
	return math.Min(1, math.Max(0, sum))
}

// merge walks through p and q in common order.
type merge struct {
	p, q           []float64
	i, j           int     // how many are below
	shareP, shareQ float64 // as parts of all
}

// advance goes on to the value that has the share u of both together below it.
func (m *merge) advance(u float64) {
	for m.i < len(m.p) || m.j < len(m.q) {
		m.shareP, m.shareQ = float64(m.i)/float64(len(m.p)), float64(m.j)/float64(len(m.q))
		if (m.shareP+m.shareQ)/2 >= u {
			return
		}
		next := math.Inf(1)
		if m.i < len(m.p) {
			next = m.p[m.i]
		}
		if m.j < len(m.q) {
			next = math.Min(next, m.q[m.j])
		}
		for m.i < len(m.p) && m.p[m.i] <= next {
			m.i++
		}
		for m.j < len(m.q) && m.q[m.j] <= next {
			m.j++
		}
	}
}

// width is that of the central 94 % interval of the posterior q relative to
// that of the prior p, both ascending; for quantities that are positive the larger of the widths in units
// and in percent (logarithms). A return that data pressed against zero is
// narrow in units, but whether it is 0.1 or 1 they did not say.
func width(p, q []float64) float64 {
	low, high := diag.Quantile(p, 0.03), diag.Quantile(p, 0.97)
	lowQ, highQ := diag.Quantile(q, 0.03), diag.Quantile(q, 0.97)
	w := relative(highQ-lowQ, high-low)
	if low > 0 && lowQ > 0 && p[0] >= 0 && q[0] >= 0 {
		w = math.Max(w, relative(math.Log(highQ/lowQ), math.Log(high/low)))
	}
	return w
}

// relative is part/whole; a prior that is certain leaves nothing to learn.
func relative(part, whole float64) float64 {
	if whole <= 0 {
		return 1
	}
	return part / whole
}

// finding sets a posterior beside its prior. prior may be nil.
func finding(posterior, prior []float64) typed.Finding {
	q := radix.Sorted(posterior)
	f := typed.Finding{Estimate: estimateSorted(q)}
	if prior != nil {
		p := radix.Sorted(prior)
		before, e := estimateSorted(p), evidence(p, q)
		f.Prior, f.Evidence = &before, &e
	}
	return f
}

func estimate(draws []float64) typed.Estimate { return estimateSorted(radix.Sorted(draws)) }

func estimateSorted(draws []float64) typed.Estimate {
	e := mmm.SummarizeSorted(draws)
	return typed.Estimate{Mean: e.Mean, SD: e.SD, Low: e.HDI94[0], High: e.HDI94[1], Prob: 0.94}
}
