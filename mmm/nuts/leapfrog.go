package nuts

import "math"

// A point of phase space. z and p live in the metric's space, where the mass
// is 1; q is the density's own coordinate and g the gradient there.
type point struct {
	z, p, gz   []float64
	q, g       []float64
	logDensity float64
	all        []float64 // backs the five vectors, so that one copy copies all
}

func newPoint(dim int) *point {
	b := make([]float64, 5*dim)
	at := func(i int) []float64 { return b[i*dim : (i+1)*dim : (i+1)*dim] }
	return &point{z: at(0), p: at(1), gz: at(2), q: at(3), g: at(4), all: b}
}

func (x *point) copyFrom(y *point) {
	copy(x.all, y.all)
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
func energy(x *point) float64 { return -x.logDensity + dot(x.p, x.p)/2 }

// evaluate fills q, the log density and both gradients from z.
func (h *hamiltonian) evaluate(x *point) {
	h.metric.forward(x.q, x.z)
	x.logDensity = h.density.LogDensity(x.q, x.g)
	h.metric.pullback(x.gz, x.g)
	h.evals++
}

// step is one leapfrog step, which is reversible and keeps volume; its energy
// error over a fixed time falls as eps².
func (h *hamiltonian) step(x *point, dir float64) {
	eps := dir * h.eps
	half := eps / 2
	for i, g := range x.gz {
		x.p[i] += float64(half * g)
		x.z[i] += float64(eps * x.p[i])
	}
	h.evaluate(x)
	for i, g := range x.gz {
		x.p[i] += float64(half * g)
	}
}

func (h *hamiltonian) logWeight(x *point) float64 {
	w := h.start - energy(x)
	if math.IsNaN(w) {
		return math.Inf(-1)
	}
	return w
}

// turning is the generalised U-turn criterion (Betancourt 2017, A.4.2): the
// stretch turns when its summed momentum no longer points along both ends.
func (h *hamiltonian) turning(begin, end, sum []float64) bool {
	return !(dot(begin, sum) > 0 && dot(end, sum) > 0)
}

// dot returns a·b in four running sums, the order of which is fixed. Products
// are rounded before they are added, so that machines with and without fused
// multiply-add give the same bits.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}
