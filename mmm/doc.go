// Package mmm is Bayesian marketing mix modelling: which channel sells, how
// fast it saturates, how long it carries over, and how sure we are.
//
// For week t the mean of sales, in units of the largest training sales, is
//
//	μ[t] = intercept + Σ_c f(adstock(x_c))[t] + Σ_k z[t,k]·γ_k + Σ_j F[t,j]·φ_j
//
// with x_c the spend of channel c divided by its largest training spend, f a
// saturation curve, z controls and F yearly Fourier terms. Sales scatter
// around μ by a [Likelihood].
//
//	data := mmm.Must(mmm.ReadCSV("sales.csv", mmm.Columns{Date: "week", Target: "sales", ChannelPrefix: "spend_"}))
//	train, test := mmm.Must2(data.HoldOut(26))
//	model := mmm.Model{Adstock: adstock.Geometric{MaxLag: 8}, Saturation: saturation.Logistic{}}
//	fit := mmm.Must(model.Fit(train, nuts.Options{Seed: 7}))
//	fmt.Println(fit.ROAS().Table())
//	forecast := mmm.Must(fit.Predict(test, mmm.PredictOptions{}))
//
// Each type exists only once it is true: a [Data] is complete and sorted, a
// [Fit] is fitted. Money and sales are in the caller's units everywhere; the
// scaled space stays inside.
//
// A [Fit] keeps parameters only. Whatever follows from them (contributions,
// ROAS, predictions) is computed per draw when asked for and summarised
// afterwards, never from averaged parameters. [Fit.Save] writes a fit to one
// file that ArviZ opens, too, and [LoadFit] reads it back.
//
// # The house
//
// Packages stand on floors, and import only from floors below:
//
//	floor 3  mmm/budget, mmm/twin, mmm/plot,      best plans; data with a known truth; figures;
//	         mmm/brief                            results as a report wants them
//	floor 2  mmm                                  data, model, fit and what follows from it
//	floor 1  mmm/adstock, mmm/saturation, mmm/nuts
//	floor 0  mmm/dist, mmm/diag
//
// The package knows nothing of notebooks; plot and brief give their results in
// the words of kernel/display/typed, which imports nothing. It does not model several markets
// at once, reach and frequency, or effects that change over time.
package mmm
