package nuts

import (
	"math"
	"math/rand/v2"

	"mixmodel/mmm/internal/kernel"
)

// dualAveraging tunes the step size so that the mean acceptance statistic
// meets a target (Hoffman and Gelman 2014, section 3.2, with Stan's
// γ = 0.05, t0 = 10, κ = 0.75).
type dualAveraging struct {
	target       float64
	mu           float64 // log step size to shrink towards
	sumError     float64
	logAverage   float64
	observations float64
}

const (
	daGamma = 0.05
	daT0    = 10
	daKappa = 0.75
)

func (a *dualAveraging) restart(eps float64) {
	*a = dualAveraging{target: a.target, mu: math.Log(10 * eps)}
}

// observe takes the acceptance statistic of one transition and returns the
// step size for the next.
func (a *dualAveraging) observe(accept float64) float64 {
	if math.IsNaN(accept) {
		accept = 0
	}
	a.observations++
	n := a.observations
	eta := 1 / (n + daT0)
	a.sumError = float64((1-eta)*a.sumError) + float64(eta*(a.target-math.Min(1, accept)))
	logEps := a.mu - a.sumError*math.Sqrt(n)/daGamma
	w := math.Pow(n, -daKappa)
	a.logAverage = float64((1-w)*a.logAverage) + float64(w*logEps)
	return math.Exp(logEps)
}

// averaged is the step size to keep after warmup.
func (a *dualAveraging) averaged() float64 { return math.Exp(a.logAverage) }

// reasonable finds a step size whose first step is accepted with probability
// near 0.8, by doubling or halving from h.eps (Hoffman and Gelman 2014,
// algorithm 4, with Stan's threshold). x is left unchanged; tmp is scratch.
func (h *hamiltonian) reasonable(x, tmp *point, rng *rand.Rand) {
	const tries = 50
	grow := 0.0
	for range tries {
		tmp.copyFrom(x)
		drawMomentum(tmp, h.metric.dim, rng)
		h.start = energy(tmp)
		h.step(tmp, 1)
		dir := 0.5
		if h.logWeight(tmp) > math.Log(0.8) {
			dir = 2
		}
		if grow != 0 && dir != grow {
			return
		}
		grow = dir
		h.eps *= grow
	}
}

// drawMomentum draws p from N(0, 1) in every direction.
func drawMomentum(x *point, dim int, rng *rand.Rand) {
	for i := range dim {
		x.p[i] = rng.NormFloat64()
	}
	x.kinetic = kernel.Dot(x.p, x.p) / 2
}
