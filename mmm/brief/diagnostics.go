package brief

import (
	"math"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// Diagnostics are the checks of a fit's draws. Numbers are of decision grade
// only if all pass.
func Diagnostics(fit *mmm.Fit) typed.Diagnostics {
	h, doubts := fit.Diagnostics(), fit.Warnings()
	out := typed.Diagnostics{ID: "diagnostics", Chains: h.Chains, Draws: h.Draws, DecisionGrade: true, Warnings: warnings(doubts)}
	for _, c := range []typed.Check{
		{ID: "r-hat", Label: "largest R-hat", Value: h.MaxRHat, Want: typed.AtMost, Limit: mmm.LimitRHat,
			Meaning: "Do the chains agree with each other? 1 means that they do."},
		{ID: "ess-bulk", Label: "least effective sample size (bulk)", Value: h.MinESSBulk, Want: typed.AtLeast, Limit: mmm.LimitESS,
			Meaning: "How many independent draws are the means worth?"},
		{ID: "ess-tail", Label: "least effective sample size (tail)", Value: h.MinESSTail, Want: typed.AtLeast, Limit: mmm.LimitESS,
			Meaning: "How many independent draws are the ends of the intervals worth?"},
		{ID: "divergences", Label: "divergent draws", Value: float64(h.Divergences), Want: typed.AtMost,
			Meaning: "Did the sampler fail to follow a part of what is plausible?"},
		{ID: "tree-depth", Label: "draws cut at the largest tree depth", Value: float64(h.DepthHits), Want: typed.AtMost,
			Meaning: "Did the sampler have to stop on its way?"},
		{ID: "e-bfmi", Label: "least E-BFMI", Value: h.MinEBFMI, Want: typed.AtLeast, Limit: mmm.LimitEBFMI,
			Meaning: "Did the sampler move freely between likely and unlikely regions?"},
		{ID: "complete", Label: "part of the draws that were asked for", Value: float64(h.Draws) / float64(fit.Options().Draws), Want: typed.AtLeast, Limit: 1,
			Meaning: "Was sampling stopped before its end?"},
	} {
		c = judged(c)
		for _, w := range doubts {
			if w.Code == c.ID {
				c.Subject = w.Subject
			}
		}
		out.DecisionGrade = out.DecisionGrade && c.Pass
		out.Checks = append(out.Checks, c)
	}
	return out
}

// judged compares the check's value with its limit. What could not be computed
// fails, as the worst number there is.
func judged(c typed.Check) typed.Check {
	sign := 1.0
	if c.Want == typed.AtMost {
		sign = -1
	}
	if math.IsNaN(c.Value) || math.IsInf(c.Value, 0) {
		c.Value, c.Label = -sign*math.MaxFloat64, c.Label+", which could not be computed"
	}
	c.Pass = sign*(c.Value-c.Limit) >= 0
	return c
}
