// Package saturation models diminishing returns: the second million works
// less than the first.
//
// A transform is a curve y = f(x) with f(0) = 0 that does not fall, from
// adstocked spend x >= 0 to contribution. Inside a model both are scaled: x is
// a share of the channel's largest spend, y of the largest sales. The curve
// depends on a few parameters, each with a prior.
//
//	tv := saturation.Logistic{}
//	y := make([]float64, len(x))
//	tv.Curve(y, nil, nil, x, []float64{0.4, 3})   // beta = 0.4, lam = 3
//
//	transform              f(x)                                          parameters
//	Logistic               beta·tanh(lam·x/2)                            beta, lam
//	InverseScaledLogistic  beta·tanh(ln 3·x/(2·lam))                     beta, lam
//	Tanh                   b·tanh(x/(b·c))                               b, c
//	TanhBaselined          beta·gain·x0·tanh(x·artanh(r)/x0)/r           beta, x0, gain, r
//	MichaelisMenten        alpha·x/(lam + x)                             alpha, lam
//	Hill                   beta·x^slope/(kappa^slope + x^slope)          beta, slope, kappa
//	HillSigmoid            sigma·(s(beta·(x-lam)) - s(-beta·lam))        sigma, beta, lam
//	Root                   beta·x^alpha                                  beta, alpha
//	Log                    beta·log(1 + x)                               beta
//	None                   beta·x                                        beta
//
// with s(u) = 1/(1+e^-u). Curve also gives the exact slope f' and the exact
// derivatives with respect to the parameters, which is what a gradient-based
// sampler and a budget optimizer need.
//
// Where the slope at x = 0 is infinite (Root with alpha < 1, Hill with slope
// < 1) it is given as 1e100: a period without spend then adds 0·1e100 = 0 to a
// gradient, not 0·Inf = NaN, also when the slope was first multiplied with a
// residual.
//
// A transform of your own needs the same five methods (Params, Curve, Scale,
// Concave, Check); package saturationtest tells whether it keeps the rules.
package saturation
