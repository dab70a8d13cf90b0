package nuts

import (
	"math"
	"math/rand/v2"

	"mixmodel/mmm/internal/kernel"
)

// A tree grows on anything that can step, weigh a point and tell a turn. The
// sampler's dynamics are Hamiltonian; the tests grow trees on the integers.
type dynamics interface {
	// step moves x one step along the trajectory, forward in time if dir is
	// +1 and backward if it is -1.
	step(x *point, dir float64)
	// logWeight is the log probability of x relative to the trajectory's
	// start: H(start) - H(x). It is -Inf where the density is 0 or NaN.
	logWeight(x *point) float64
	// turning tells whether the stretch with these end momenta, the momenta
	// of which sum to sum + more, has begun to return.
	turning(begin, end, sum, more []float64) bool
}

// maxEnergyError is the energy error beyond which a step counts as divergent
// (Stan's limit).
const maxEnergyError = 1000

// A stretch is a contiguous part of a trajectory, reduced to what merging and
// the U-turn criterion need.
type stretch struct {
	begin, end []float64 // momenta at both ends, in the order they were built
	sum        []float64 // sum of the momenta of all points
	weight     float64   // summed weights of all points
	sample     *point    // one point, drawn in proportion to the weights
}

// mostWeight bounds the log weight of a point, relative to the trajectory's
// start, so that sums of weights do not overflow. Only a chain that starts
// hundreds of units of log density below the bulk meets it, on its way in.
const mostWeight = 600

func newStretch(dim int) *stretch {
	n := kernel.Pad(dim)
	return &stretch{begin: kernel.Aligned(n), end: kernel.Aligned(n), sum: kernel.Aligned(n), sample: newPoint(dim)}
}

// outcome says how a trajectory went.
type outcome struct {
	depth     int     // doublings completed
	leapfrogs int     // steps taken, those of a rejected last doubling included
	divergent bool    // a step lost more than maxEnergyError
	accept    float64 // mean over all steps of min(1, weight)
}

// tree holds the scratch memory for growing one trajectory at a time.
type tree struct {
	on        dynamics
	rng       *rand.Rand
	maxDepth  int
	back      *point // the two ends of the trajectory
	front     *point
	backP     []float64 // momenta at the two ends
	frontP    []float64
	sum       []float64 // sum of all momenta
	grown     *stretch
	halves    [][2]*stretch // per level
	leaves    int
	sumAccept float64
	divergent bool
}

func newTree(dim, maxDepth int, on dynamics, rng *rand.Rand) *tree {
	t := &tree{on: on, rng: rng, maxDepth: maxDepth, back: newPoint(dim), front: newPoint(dim), grown: newStretch(dim)}
	for _, v := range []*[]float64{&t.backP, &t.frontP, &t.sum} {
		*v = kernel.Aligned(kernel.Pad(dim))
	}
	for range maxDepth {
		t.halves = append(t.halves, [2]*stretch{newStretch(dim), newStretch(dim)})
	}
	return t
}

// sample replaces x, whose momentum is freshly drawn, by a point drawn from
// the trajectory through it.
//
// The trajectory is doubled in random directions until it turns, diverges or
// reaches maxDepth. Each doubling's own sample replaces the current one with
// probability min(1, w_new/w_old), which favours points far from the start
// (Betancourt 2017, A.3.2).
func (t *tree) sample(x *point) outcome {
	t.back.copyFrom(x)
	t.front.copyFrom(x)
	copy(t.backP, x.p)
	copy(t.frontP, x.p)
	copy(t.sum, x.p)
	t.leaves, t.sumAccept, t.divergent = 0, 0, false
	weight, depth := 1.0, 0
	for depth < t.maxDepth {
		edge, near, far, dir := t.front, t.frontP, t.backP, 1.0
		if t.rng.Float64() <= 0.5 {
			edge, near, far, dir = t.back, t.backP, t.frontP, -1.0
		}
		if !t.grow(depth, dir, edge, t.grown) {
			break
		}
		depth++
		if w := t.grown.weight; w >= weight || t.rng.Float64()*weight < w {
			*x, *t.grown.sample = *t.grown.sample, *x
		}
		weight += t.grown.weight
		turned := t.turningAcross(far, near, t.sum, t.grown.begin, t.grown.end, t.grown.sum)
		copy(near, t.grown.end)
		kernel.Add(t.sum, t.grown.sum)
		if turned {
			break
		}
	}
	return outcome{depth: depth, leapfrogs: t.leaves, divergent: t.divergent, accept: t.sumAccept / float64(max(1, t.leaves))}
}

// grow extends the trajectory at edge by 2^depth steps and describes them in
// s. It reports false if they diverge or turn, in which case s is unusable.
func (t *tree) grow(depth int, dir float64, edge *point, s *stretch) bool {
	if depth == 0 {
		return t.leaf(dir, edge, s)
	}
	first, second := t.halves[depth-1][0], t.halves[depth-1][1]
	if !t.grow(depth-1, dir, edge, first) || !t.grow(depth-1, dir, edge, second) {
		return false
	}
	s.weight = first.weight + second.weight
	chosen := first
	if t.rng.Float64()*s.weight < second.weight {
		chosen = second
	}
	turned := t.turningAcross(first.begin, first.end, first.sum, second.begin, second.end, second.sum)
	// What the halves held is not needed any more: swapping saves copying.
	s.sample, chosen.sample = chosen.sample, s.sample
	s.begin, first.begin = first.begin, s.begin
	s.end, second.end = second.end, s.end
	s.sum, first.sum = first.sum, s.sum
	kernel.Add(s.sum, second.sum)
	return !turned
}

// leaf takes one step and describes the point it arrives at.
func (t *tree) leaf(dir float64, edge *point, s *stretch) bool {
	t.on.step(edge, dir)
	t.leaves++
	w := t.on.logWeight(edge)
	if !(w > -maxEnergyError) {
		t.divergent = true
		return false
	}
	s.weight = math.Exp(min(w, mostWeight))
	t.sumAccept += min(1, s.weight)
	copy(s.begin, edge.p)
	copy(s.end, edge.p)
	copy(s.sum, edge.p)
	s.sample.keep(edge)
	return true
}

// turningAcross tells whether two neighbouring stretches a and b, taken
// together, turn: over the whole, or from either one to the first point of
// the other. The last two checks catch turns that fall between the two halves
// (Stan, base_nuts.hpp, since 2.21).
//
// a runs from aFar to aNear, b from bNear, the neighbour of aNear, to bFar.
func (t *tree) turningAcross(aFar, aNear, aSum, bNear, bFar, bSum []float64) bool {
	return t.on.turning(aFar, bFar, aSum, bSum) ||
		t.on.turning(aFar, bNear, aSum, bNear) ||
		t.on.turning(aNear, bFar, bSum, aNear)
}
