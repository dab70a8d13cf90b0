package mmm

import (
	"math"
	"math/rand/v2"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
)

// Likelihood says how observed sales scatter around their mean: [Normal] or
// [TruncatedNormal].
type Likelihood interface {
	// noise is the prior of the scatter y_sigma, in units of the largest sales.
	noise() dist.Prior
	// logProb returns the log likelihood given mu and sigma and its derivative
	// in sigma, and writes its derivative in mu into dmu. mu and dmu are by
	// slots of the design; mu becomes 0 in those without a period.
	logProb(dmu, mu []float64, d *design, sigma float64) (lp, dsigma float64)
	// mean is the expectation of y.
	mean(mu, sigma float64) float64
	// rand draws y.
	rand(rng *rand.Rand, mu, sigma float64) float64
	// positive tells whether negative sales are impossible.
	positive() bool
}

const halfLog2Pi = 0.91893853320467274178

// Normal is y ~ N(μ, σ). It allows negative sales.
type Normal struct {
	Sigma dist.Prior // nil means HalfNormal(2)
}

func (n Normal) noise() dist.Prior {
	if n.Sigma == nil {
		return dist.HalfNormal{Sigma: 2}
	}
	return n.Sigma
}

func (Normal) logProb(dmu, mu []float64, d *design, sigma float64) (lp, dsigma float64) {
	inv, n := 1/sigma, float64(d.grid.Periods)
	r := kernel.Normal(dmu, mu, d.y, d.grid, inv)
	return -r.Squares/2 - float64(n*(math.Log(sigma)+halfLog2Pi)), (r.Squares - n) * inv
}

func (Normal) mean(mu, sigma float64) float64 { return mu }

func (Normal) rand(rng *rand.Rand, mu, sigma float64) float64 {
	return mu + sigma*rng.NormFloat64()
}

func (Normal) positive() bool { return false }

// TruncatedNormal is y ~ N(μ, σ) restricted to y ≥ 0: sales cannot be
// negative. Its mean μ + σ·φ(μ/σ)/Φ(μ/σ) lies above μ.
type TruncatedNormal struct {
	Sigma dist.Prior // nil means HalfNormal(2)
}

func (n TruncatedNormal) noise() dist.Prior { return Normal(n).noise() }

// logProb subtracts from the normal's log density log Φ(μ/σ), the log of the
// probability that is not cut off; its derivative is the hazard h = φ/Φ.
func (TruncatedNormal) logProb(dmu, mu []float64, d *design, sigma float64) (lp, dsigma float64) {
	inv, n := 1/sigma, float64(d.grid.Periods)
	r := kernel.TruncatedNormal(dmu, mu, d.y, d.grid, inv)
	return -r.Squares/2 - float64(n*(math.Log(sigma)+halfLog2Pi)) - r.LogPhi, (r.Squares - n + r.Hazard) * inv
}

func (TruncatedNormal) mean(mu, sigma float64) float64 {
	return dist.MeanNormalAbove(mu, sigma, 0)
}

func (TruncatedNormal) rand(rng *rand.Rand, mu, sigma float64) float64 {
	return dist.RandNormalAbove(rng, mu, sigma, 0)
}

func (TruncatedNormal) positive() bool { return true }
