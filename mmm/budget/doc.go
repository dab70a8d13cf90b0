// Package budget finds the best spend under constraints and proves it.
//
// A plan spends b[c] per period on channel c over a horizon. Its value is the
// posterior mean of what media then contribute, carry-over after the horizon
// included (see [mmm.Response]):
//
//	maximise  Σ_c R_c(b[c])   subject to  Σ_c b[c] = Total,  Lower[c] ≤ b[c] ≤ Upper[c]
//
// Where every R_c is concave the optimum is exact, by its dual: one price ν
// per unit of money at which every channel that is free earns the same. For
// other curves a general solver searches from several starts. Either way the
// plan carries a [Certificate].
//
//	plan, err := budget.Optimize(fit.Draws, budget.Options{Periods: 26, Current: current, Within: 0.5})
//	fmt.Println(plan.Table())
//
// The response averages over draws: a plan that is best on average, not for
// averaged parameters. It does not choose when to spend within the horizon.
package budget
