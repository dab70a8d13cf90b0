// Package adstock models carryover: spend of today works for weeks.
//
// A transform is a kernel of non-negative weights over lags l = 0, 1, 2, …,
// and the adstocked spend is the convolution
//
//	a[t] = Σ_l w[l]·x[t-l],   x[t] = 0 for t < 0
//
// The kernel depends on a few parameters, each with a prior. Unless Raw is
// set, it is normalised to Σ w = 1, so that adstock moves spend in time and
// neither adds nor removes any (but for what falls behind the last period).
//
//	tv := adstock.Geometric{MaxLag: 5}
//	w := make([]float64, tv.Len())
//	tv.Weights(w, nil, []float64{0.5})       // alpha = 0.5
//	adstocked := make([]float64, len(spend))
//	adstock.Convolve(adstocked, spend, w)
//
//	transform   weight at lag l before normalisation   parameters
//	Geometric   alpha^l                                alpha
//	Delayed     alpha^((l-theta)²)                     alpha, theta
//	WeibullPDF  (p(l+1) - min p)/(max p - min p)       lam, k
//	WeibullCDF  Π_{i=1..l} (1 - F(i))                  lam, k
//	Binomial    (1 - l/(MaxLag+2))^(1/alpha - 1)       alpha
//	None        1 at lag 0                             none
//
// Weights also gives the exact derivative of every weight with respect to
// every parameter, which is what a gradient-based sampler needs. A transform
// of your own needs the same four methods (Params, Len, Weights, Check);
// package adstocktest tells whether it keeps the rules.
//
// Kernels are finite. Robyn's infinite geometric adstock is not here: with
// Raw and a MaxLag at which alpha^MaxLag is negligible, Geometric is the same.
package adstock
