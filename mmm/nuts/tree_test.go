package nuts

import (
	"math"
	"math/rand/v2"
	"testing"
)

// line is a trajectory along the integers: point i has coordinate and
// "momentum" i, so the ends of a stretch say where it lies. Turning and
// diverging points are chosen by the test (after DynamicHMC.jl's
// DummyTrajectory), so bugs of the tree show without any physics.
type line struct {
	visited   []int
	turns     func(from, to int) bool
	divergent func(i int) bool
	weight    func(i int) float64
}

func (l *line) step(x *point, dir float64) {
	x.p[0] += dir
	x.z[0] += dir
	l.visited = append(l.visited, int(x.p[0]))
}

func (l *line) logWeight(x *point) float64 {
	i := int(x.p[0])
	if l.divergent != nil && l.divergent(i) {
		return math.Inf(-1)
	}
	if l.weight != nil {
		return l.weight(i)
	}
	return 0
}

func (l *line) turning(begin, end, sum, more []float64) bool {
	if l.turns == nil {
		return false
	}
	from, to := int(begin[0]), int(end[0])
	if from > to {
		from, to = to, from
	}
	return l.turns(from, to)
}

func growOn(l *line, maxDepth int, seed uint64) (outcome, int, *tree) {
	t := newTree(1, maxDepth, l, rand.New(rand.NewPCG(seed, 0)))
	x := newPoint(1)
	o := t.sample(x)
	return o, int(x.z[0]), t
}

func TestTreeVisitsEveryIntegerOnceUntilItIsFull(t *testing.T) {
	for seed := range uint64(50) {
		l := &line{}
		o, at, tr := growOn(l, 6, seed)
		if o.depth != 6 || o.leapfrogs != 63 || o.divergent {
			t.Fatalf("seed %d: got %+v, want depth 6 and 63 leapfrogs", seed, o)
		}
		seen := map[int]int{0: 1}
		for _, i := range l.visited {
			seen[i]++
		}
		from, to := int(tr.backP[0]), int(tr.frontP[0])
		if to-from != 63 || len(seen) != 64 {
			t.Fatalf("seed %d: ends %d and %d, %d distinct points; want 64 contiguous ones", seed, from, to, len(seen))
		}
		sum := 0
		for i := from; i <= to; i++ {
			if seen[i] != 1 {
				t.Fatalf("seed %d: point %d visited %d times", seed, i, seen[i])
			}
			sum += i
		}
		if int(tr.sum[0]) != sum {
			t.Fatalf("seed %d: sum of momenta %v, want %d", seed, tr.sum[0], sum)
		}
		if at < from || at > to {
			t.Fatalf("seed %d: sample %d outside [%d, %d]", seed, at, from, to)
		}
	}
}

func TestTreeStopsAtADivergentPointAndNeverSamplesBeyondIt(t *testing.T) {
	for seed := range uint64(200) {
		l := &line{divergent: func(i int) bool { return i == 3 }}
		o, at, _ := growOn(l, 8, seed)
		last := l.visited[len(l.visited)-1]
		reached := last == 3
		if o.divergent != reached {
			t.Fatalf("seed %d: divergent %v, last point %d", seed, o.divergent, last)
		}
		for _, i := range l.visited[:len(l.visited)-1] {
			if i == 3 {
				t.Fatalf("seed %d: went on after the divergent point: %v", seed, l.visited)
			}
		}
		if at >= 3 {
			t.Fatalf("seed %d: sampled %d, at or beyond the divergent point", seed, at)
		}
	}
}

func TestTreeRejectsADoublingThatTurnsWithinItself(t *testing.T) {
	// The stretch [4,5] turns. It is a subtree of the doubling 0..3 -> 4..7 only,
	// so nothing from that doubling may be sampled, and 6, 7 are never visited.
	for seed := range uint64(300) {
		l := &line{turns: func(from, to int) bool { return from == 4 && to == 5 }}
		o, at, tr := growOn(l, 3, seed)
		visited := map[int]bool{}
		for _, i := range l.visited {
			visited[i] = true
		}
		if o.depth == 2 && visited[5] && int(tr.backP[0]) == 0 {
			if visited[6] || visited[7] {
				t.Fatalf("seed %d: went on after the turn at 4:5: %v", seed, l.visited)
			}
			if at > 3 {
				t.Fatalf("seed %d: sampled %d from a rejected doubling", seed, at)
			}
			return
		}
	}
	t.Fatal("no seed grew 0..3 and then forward: nothing was checked")
}

func TestTreeStopsAfterTheDoublingAcrossWhichItTurns(t *testing.T) {
	checked := 0
	for seed := range uint64(100) {
		l := &line{turns: func(from, to int) bool { return to-from >= 7 }}
		o, _, _ := growOn(l, 10, seed)
		if o.depth != 3 || o.leapfrogs != 7 {
			t.Fatalf("seed %d: got %+v, want depth 3 and 7 leapfrogs", seed, o)
		}
		checked++
	}
	if checked != 100 {
		t.Fatalf("checked %d seeds, want 100", checked)
	}
}

func TestTreeChecksTurnsFromOneHalfToTheFirstPointOfTheOther(t *testing.T) {
	// A turn seen only over five points is a stretch that no plain doubling
	// tests: 4 points joined by the neighbour's first.
	for seed := range uint64(20) {
		l := &line{turns: func(from, to int) bool { return to-from == 4 }}
		o, _, _ := growOn(l, 10, seed)
		if o.depth != 3 {
			t.Fatalf("seed %d: stopped at depth %d, want 3", seed, o.depth)
		}
	}
}

func TestTreeSamplesSubtreesInProportionToTheirWeights(t *testing.T) {
	// Within one doubling the draw is multinomial. Forcing depth 1 gives a tree
	// of 2 points whose second is accepted with min(1, w): 1/4 here.
	const n = 40000
	moved := 0
	l := &line{weight: func(i int) float64 {
		if i == 0 {
			return 0
		}
		return math.Log(0.25)
	}}
	tr := newTree(1, 1, l, rand.New(rand.NewPCG(1, 2)))
	for range n {
		x := newPoint(1)
		tr.sample(x)
		if x.z[0] != 0 {
			moved++
		}
	}
	if p := float64(moved) / n; math.Abs(p-0.25) > 0.01 {
		t.Errorf("moved with frequency %.4f, want 0.25", p)
	}
}
