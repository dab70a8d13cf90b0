// Package dist holds the distributions that serve as priors and likelihoods.
//
// A distribution is a value: a struct of parameters that prints, compares and
// hashes as what it is, and holds no random number generator. It gives the
// normalised log density, its derivative (the score), exact draws, quantiles
// and moments:
//
//	alpha := dist.Beta{Alpha: 1, Beta: 3}
//	rng := rand.New(rand.NewPCG(7, 0))
//	fmt.Println(alpha)                             // Beta(alpha=1, beta=3)
//	fmt.Println(alpha.LogProb(0.25), alpha.Score(0.25))
//	fmt.Println(alpha.Rand(rng), alpha.Quantile(0.5))
//
// A model holds a [Prior], which is one distribution for all elements of a
// parameter (any [Dist] is one) or one per element ([Each]).
//
// The package also has the normal distribution function in the forms that
// stay exact far out in both tails: [LogPhi], [HazardPhi], [RandNormalAbove].
//
// It does not do multivariate or discrete distributions, nor fit parameters
// to data.
package dist
