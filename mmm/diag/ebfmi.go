package diag

import "math"

// EBFMI returns the energy Bayesian fraction of missing information of one
// Hamiltonian chain:
//
//	Σ(e[d]-e[d-1])² / Σ(e[d]-mean e)²
//
// where e is the energy per draw. Below 0.3 the momentum resampled at each
// draw is too small to cross the energy levels: the chain misses tails, and a
// reparametrisation is better than more draws. NaN if e is constant.
//
// Source: Betancourt (2016), "Diagnosing suboptimal cotangent disintegrations
// in Hamiltonian Monte Carlo".
func EBFMI(energy []float64) float64 {
	if constant(energy) {
		return math.NaN()
	}
	jumps := 0.0
	for d := 1; d < len(energy); d++ {
		step := energy[d] - energy[d-1]
		jumps += step * step
	}
	return jumps / sumSquares(energy, Mean(energy))
}
