package nuts

import (
	"math"

	"mixmodel/mmm/internal/kernel"
)

// A point of phase space. z and p live in the metric's space, where the mass
// is 1; q is the density's own coordinate and g the gradient there. The
// vectors are padded with zeros to whole rows of the vector kernels.
type point struct {
	z, gz, q   []float64
	p, g       []float64
	logDensity float64
	kinetic    float64   // p·p/2
	all        []float64 // backs the five vectors, so that one copy copies all
}

func newPoint(dim int) *point {
	n := kernel.Pad(dim)
	b := kernel.Aligned(5 * n)
	at := func(i int) []float64 { return b[i*n : (i+1)*n : (i+1)*n] }
	return &point{z: at(0), gz: at(1), q: at(2), p: at(3), g: at(4), all: b}
}

func (x *point) copyFrom(y *point) {
	copy(x.all, y.all)
	x.logDensity, x.kinetic = y.logDensity, y.kinetic
}

// keep copies what a draw needs of y: its place, not its momentum, and not g,
// which only a change of metric would want.
func (x *point) keep(y *point) {
	n := 3 * len(y.z)
	copy(x.all[:n], y.all[:n])
	x.logDensity = y.logDensity
}

// hamiltonian is the dynamics of a particle of unit mass in the potential
// -log π, seen through a metric.
type hamiltonian struct {
	density Density
	metric  *metric
	eps     float64 // step size
	start   float64 // H at the start of the trajectory
	evals   int     // gradients so far
}

// energy returns H(x) = -log π + p·p/2.
func energy(x *point) float64 { return -x.logDensity + x.kinetic }

// evaluate fills q, the log density and both gradients from z.
func (h *hamiltonian) evaluate(x *point) {
	n := h.metric.dim
	h.metric.forward(x.q, x.z)
	x.logDensity = h.density.LogDensity(x.q[:n], x.g[:n])
	h.metric.pullback(x.gz, x.g)
	h.evals++
}

// step is one leapfrog step, which is reversible and keeps volume; its energy
// error over a fixed time falls as eps².
func (h *hamiltonian) step(x *point, dir float64) {
	eps := dir * h.eps
	kernel.Leap(x.p, x.z, x.gz, eps/2, eps) // p += eps/2·gz, z += eps·p
	h.evaluate(x)
	x.kinetic = kernel.Kick(x.p, x.gz, eps/2) / 2 // p += eps/2·gz
}

func (h *hamiltonian) logWeight(x *point) float64 {
	w := h.start - energy(x)
	if math.IsNaN(w) {
		return math.Inf(-1)
	}
	return w
}

// turning is the generalised U-turn criterion (Betancourt 2017, A.4.2): a
// stretch turns when its summed momentum, here in two parts, no longer points
// along both ends.
func (h *hamiltonian) turning(begin, end, sum, more []float64) bool {
	b, e := kernel.Along(begin, end, sum, more)
	return !(b > 0 && e > 0)
}
