// Package diag answers one question: can this sample be trusted?
//
// It holds the convergence diagnostics of Markov chains (R-hat, effective
// sample size, Monte Carlo standard error, E-BFMI), the summaries that a
// table of parameters shows (quantiles, highest density interval), and the
// scores of a prediction (CRPS, R², coverage). Everything is a pure function
// of numbers. Chains are [chain][draw], all of one length:
//
//	s := diag.Describe(chains)
//	if !(s.RHat <= 1.01 && s.ESSBulk >= 400) {
//		fmt.Println("draw more")
//	}
//
// Definitions follow ArviZ, as the field's tables do; each function states
// its own. A sample that cannot be judged (constant, not finite, too short)
// gives NaN, which fails every comparison: write the test as above, so that NaN
// is bad news.
//
// Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021),
// "Rank-normalization, folding, and localization: an improved R-hat".
package diag
