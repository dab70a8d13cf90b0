package mmm

import (
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// kept is what many results of Draws start from. It is computed when first
// asked for, and then stays: a few numbers per draw.
type kept struct {
	summaries     once[[]Summary]
	contributions once[[][]float64] // totals over the training window, [channel][draw], sales units
	sums          once[sums]
}

// sums are totals of predicted sales over the training window, per draw, in
// sales units.
type sums struct{ mu, expected []float64 }

// once is a value that is computed at most once.
type once[T any] struct {
	sync.Once
	value T
}

func (o *once[T]) get(compute func() T) T {
	o.Do(func() { o.value = compute() })
	return o.value
}

// contributionTotals computes what kept.contributions holds.
func (d *Draws) contributionTotals() [][]float64 {
	return d.totalsAt([]float64{1})[0]
}

// totalsAt computes contribution totals over the training window at factors on
// actual spend, [factor][channel][draw], in sales units.
func (d *Draws) totalsAt(factors []float64) [][][]float64 {
	out := make([][][]float64, len(factors))
	for k := range out {
		out[k] = matrix(len(d.c.x), d.Len())
	}
	d.eachDraw(func() func(int) {
		p, totals := d.c.newForward(d.c.trainScene()), make([]float64, len(factors))
		return func(i int) {
			for c := range d.c.x {
				p.totals(totals, d.theta(i), c, factors)
				for k, v := range totals {
					out[k][c][i] = v * d.c.yScale
				}
			}
		}
	})
	return out
}

// predictedSums computes what kept.sums holds. The contributions come with it.
func (d *Draws) predictedSums() sums {
	n := d.Len()
	s, totals := sums{make([]float64, n), make([]float64, n)}, matrix(len(d.c.x), n)
	d.eachDraw(func() func(int) {
		p := d.c.newForward(d.c.trainScene())
		return func(i int) {
			theta := d.theta(i)
			sigma := theta[d.c.layout.sigma]
			for _, mu := range p.mean(theta) {
				s.mu[i] += float64(mu * d.c.yScale)
				s.expected[i] += float64(d.c.model.Likelihood.mean(mu, sigma) * d.c.yScale)
			}
			for c := range totals {
				totals[c][i] = floats.Sum(p.channels[c]) * d.c.yScale
			}
		}
	})
	d.kept.contributions.get(func() [][]float64 { return totals })
	return s
}

// MuTotal returns the total of [Draws.PredictTrain] with [PredictMu], per draw.
func (d *Draws) MuTotal() Quantity {
	return Quantity{Name: "total μ", Unit: "sales", Draws: slices.Clone(d.kept.sums.get(d.predictedSums).mu)}
}

// ExpectedTotal returns the total of [Draws.PredictTrain] with
// [PredictExpected], per draw.
func (d *Draws) ExpectedTotal() Quantity {
	return Quantity{Name: "total expected " + d.c.train.TargetName(), Unit: "sales", Draws: slices.Clone(d.kept.sums.get(d.predictedSums).expected)}
}
