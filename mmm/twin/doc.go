// Package twin makes the synthetic twin of the case study's data: the same
// columns, weeks, holidays, levels and rhythm, but every number comes from the
// formulas in this package, and the truth behind sales is known.
//
// The twin follows the case study's model exactly, in sales units:
//
//	mean[t]  = intercept + Σ_c contribution[c][t] + Σ_k effect[k]·control[k][t] + season[t]
//	sales[t] ~ Normal(mean[t], sigma), truncated below at 0
//	contribution[c][t] = ceiling[c] · tanh(lambda[c]/2 · Σ_l w[l]·spend[c][t-l]/scale[c])
//
// with w[l] = alpha[c]^l / Σ alpha^l for lags 0 to 5, no spend before the
// first week, scale[c] the largest spend in a training week, and season the
// first five harmonics of the day of the year. So a fit of that model can be
// judged parameter by parameter.
//
//	data, truth, err := twin.Generate(twin.Options{Seed: twin.CaseStudySeed})
//
// The same seed gives the same bits on every platform: products are rounded
// before they are added, and exp, log and sin are the package's own.
//
// The twin makes no claim about the real market behind the case study. Its
// ROAS of about 20 repeats the case study's implausible level on purpose.
package twin

//go:generate go run ./gen ../../testdata
