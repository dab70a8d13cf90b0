package budget

import (
	"fmt"
	"math"

	"github.com/curioloop/optimizer/slsqp"
	"gonum.org/v1/gonum/floats"
)

// solveGeneral searches with SLSQP. The variables are shares of the budget and
// the objective is relative to the current plan's: with raw money the solver
// stops at its start (gradients near 1e-6) and calls it success.
//
// Curves that are not concave have several local optima, so it starts from
// the current plan, an even split and one plan in favour of each channel, and
// keeps the best end.
func (p *problem) solveGeneral() ([]float64, error) {
	var best []float64
	bestValue := math.Inf(-1)
	for _, start := range p.starts() {
		plan, err := p.search(start)
		if err != nil {
			return nil, err
		}
		if v := p.value(plan); v > bestValue {
			best, bestValue = plan, v
		}
	}
	return best, nil
}

func (p *problem) starts() [][]float64 {
	n := len(p.current)
	even := make([]float64, n)
	floats.AddConst(p.total/float64(n), even)
	out := [][]float64{p.project(p.current), p.project(even)}
	for c := range n {
		favour := append([]float64(nil), p.lower...)
		favour[c] = p.upper[c]
		out = append(out, p.project(favour))
	}
	return out
}

// project moves a plan to the nearest one that spends the budget within the
// bounds: shifted by one amount for all channels, then clipped.
func (p *problem) project(plan []float64) []float64 {
	clipped := func(shift float64) []float64 {
		out := make([]float64, len(plan))
		for c, b := range plan {
			out[c] = math.Max(p.lower[c], math.Min(p.upper[c], b-shift))
		}
		return out
	}
	reach := p.total + floats.Max(p.upper) + floats.Max(plan)
	gap := func(shift float64) float64 { return floats.Sum(clipped(shift)) - p.total }
	return clipped(findRoot(gap, -reach, reach, gap(-reach), gap(reach)))
}

// search runs SLSQP from one start.
func (p *problem) search(start []float64) ([]float64, error) {
	n := len(start)
	unit := p.total
	if unit == 0 {
		return start, nil
	}
	norm := math.Max(p.value(start), 1e-300)
	money := func(x []float64) []float64 {
		b := make([]float64, n)
		for c, s := range x {
			b[c] = math.Max(p.lower[c], math.Min(p.upper[c], s*unit))
		}
		return b
	}
	bounds := make([]slsqp.Bound, n)
	x := make([]float64, n)
	for c := range bounds {
		bounds[c] = slsqp.Bound{Lower: p.lower[c] / unit, Upper: p.upper[c] / unit}
		x[c] = start[c] / unit
	}
	problem := slsqp.Problem{
		N: n,
		Object: func(x, g []float64) float64 {
			if g == nil {
				return -p.value(money(x)) / norm
			}
			floats.ScaleTo(g, -unit/norm, p.slopes(money(x)))
			return 0
		},
		EqCons: []slsqp.Evaluation{func(x, g []float64) float64 {
			for c := range g {
				g[c] = 1
			}
			return floats.Sum(x) - 1
		}},
		Bounds: bounds,
		Stop:   slsqp.Termination{Accuracy: 1e-14, MaxIterations: 500, NNLSIterations: 300},
	}
	solver, err := problem.New()
	if err != nil {
		return nil, fmt.Errorf("budget: %w", err)
	}
	r := solver.Fit(x, solver.Init())
	if r.X == nil || floats.HasNaN(r.X) {
		return start, nil
	}
	// The solver meets the budget to its tolerance; the projection to rounding.
	// A search that ended early is judged by its value and by the certificate.
	return p.project(money(r.X)), nil
}
