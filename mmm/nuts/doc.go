// Package nuts draws from any differentiable log density with the No-U-Turn
// sampler.
//
// The sampler is multinomial NUTS (Hoffman and Gelman 2014, Betancourt 2017)
// with the generalised U-turn criterion and the two extra checks of current
// Stan. It moves a point (z, p) through the Hamiltonian
//
//	H(z, p) = -log π(q) + p·p/2,   q = μ + L z
//
// with unit mass: the metric is the affine map L, learnt during warmup.
//
//	trace, err := nuts.Sample(ctx, model, nuts.Options{Chains: 4, Warmup: 1000, Draws: 1000, Seed: 7})
//
// The files are the chapters of the algorithm: tree.go doubles a trajectory,
// leapfrog.go moves a point, metric.go shapes the space, stepsize.go and
// warmup.go tune both, laplace.go finds the start, chain.go joins them, run.go
// runs the chains phase by phase, and nuts.go is the way in. classic.go is
// Stan's own warmup, for cross-checks; checkpoint.go keeps a run's state in a
// file, so that a killed one goes on where it was.
//
// The package knows nothing of marketing and keeps no global state. Equal
// seeds give equal draws whatever the number of processors: chain m reads
// only the stream PCG(seed, m), and what chains share during warmup is merged
// in chain order between phases, never while they run.
//
// It does not sample discrete parameters, and it does not transform bounded
// parameters: a [Model] presents its density on unconstrained coordinates.
package nuts
