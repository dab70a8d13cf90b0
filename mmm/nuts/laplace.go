package nuts

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// laplace is the normal approximation of the density at its mode: where
// chains start and what the first metric is.
type laplace struct {
	mode  []float64     // or the point of the climb that findLaplace prefers
	cov   *mat.SymDense // inverse of the negative Hessian there
	chol  *metric       // q = mode + L z draws from it
	sound bool          // the Hessian needed no floor and its Newton step is short
}

// findLaplace climbs from start with L-BFGS and inverts the Hessian there.
//
// Some densities have no mode, or one that holds no mass: the centred
// hierarchy θ ~ N(μ, τ) grows without bound as τ → 0 and Neal's funnel is
// highest 13 standard deviations down its neck. The climb then ends where a
// chain cannot leave. It shows in a Hessian that must be floored or in a Newton
// step of more than a standard deviation, and then the start is that point of
// the climb whose normal approximation holds most mass (see evidence). The idea
// is that of Pathfinder (Zhang et al. 2022). Differs: the covariance is from
// the Hessian, not from the climb, and the score is a median. A hard density
// stays hard: look at divergences and R-hat.
//
// Cost: some hundred gradients for the climb and two per dimension for the
// Hessian, which is taken by central differences of the gradient; for a climb
// without a sound end that much again for up to pathPoints points.
func findLaplace(d Density, start []float64) (*laplace, error) {
	path, err := climb(d, start)
	if err != nil {
		return nil, err
	}
	end, err := approximate(d, path[len(path)-1])
	if err == nil && end.sound {
		return end, nil
	}
	best, bound := end, math.Inf(-1)
	if err == nil {
		bound = evidence(d, end)
	}
	for i := range pathPoints {
		// Early points lie closer in the list: there the climb moves most.
		at := path[i*i*(len(path)-1)/(pathPoints*pathPoints)]
		if l, err := approximate(d, at); err == nil {
			if b := evidence(d, l); b > bound {
				best, bound = l, b
			}
		}
	}
	if best == nil {
		return nil, err
	}
	return best, nil
}

// Mode returns the point near the mode of m where a climb from m.Start ends,
// for models that choose their coordinates by it. Cost: some hundred gradients.
func Mode(m Model) ([]float64, error) {
	path, err := climb(m.NewDensity(), m.Start())
	if err != nil {
		return nil, err
	}
	return path[len(path)-1], nil
}

// pathPoints is how many points of a climb without a sound end are tried.
const pathPoints = 40

// approximate is the normal approximation at q.
func approximate(d Density, q []float64) (*laplace, error) {
	cov, floored, err := inverseHessian(d, q)
	if err != nil {
		return nil, err
	}
	m, ok := newMetric(q, cov)
	if !ok {
		return nil, errors.New("nuts: the covariance at the mode is not positive definite")
	}
	g := mat.NewVecDense(len(q), nil)
	d.LogDensity(q, g.RawVector().Data)
	step := mat.Inner(g, cov, g) // squared Newton step in units of standard deviations
	return &laplace{mode: q, cov: cov, chol: m, sound: !floored && step < 1}, nil
}

// evidence estimates log ∫π, up to a constant, by the approximation l: the
// median of log π(q) - log l(q) over draws q of l. The mean is the evidence
// lower bound, but the few draws of a normal that is too wide somewhere, as
// around a funnel, would decide it. The draws are the same for every l. A
// median outside the support gives -Inf.
func evidence(d Density, l *laplace) float64 {
	const draws = 25
	var chol mat.Cholesky
	chol.Factorize(l.cov) // did so for l.chol
	var root mat.TriDense
	chol.LTo(&root)
	rng := rand.New(rand.NewPCG(1, 1))
	n := len(l.mode)
	z, q, grad := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil), make([]float64, n)
	logWeights := make([]float64, draws)
	for k := range logWeights {
		for i := range n {
			z.SetVec(i, rng.NormFloat64())
		}
		q.MulVec(&root, z)
		q.AddVec(q, mat.NewVecDense(n, l.mode))
		w := d.LogDensity(q.RawVector().Data, grad) + mat.Dot(z, z)/2
		if math.IsNaN(w) {
			w = math.Inf(-1)
		}
		logWeights[k] = w
	}
	slices.Sort(logWeights)
	return logWeights[draws/2] + chol.LogDet()/2
}

// A trail keeps the points that a climb passes.
type trail struct{ points [][]float64 }

func (t *trail) Init() error { return nil }

func (t *trail) Record(at *optimize.Location, op optimize.Operation, _ *optimize.Stats) error {
	if op == optimize.MajorIteration {
		t.points = append(t.points, append([]float64(nil), at.X...))
	}
	return nil
}

// climb returns the points from start to near the mode. The climb need not
// converge: any point from which the Hessian is sound will do as a start.
func climb(d Density, start []float64) ([][]float64, error) {
	n := len(start)
	grad := make([]float64, n)
	if lp := d.LogDensity(start, grad); math.IsNaN(lp) || math.IsInf(lp, 0) {
		return nil, fmt.Errorf("nuts: the log density at the start is %v (want finite)", lp)
	}
	// The optimiser asks for value and gradient apart, mostly at the same point.
	last, lp := slices.Clone(start), math.NaN()
	evaluate := func(x []float64) {
		if math.IsNaN(lp) || !slices.Equal(x, last) {
			copy(last, x)
			lp = d.LogDensity(x, grad)
		}
	}
	p := optimize.Problem{
		Func: func(x []float64) float64 {
			evaluate(x)
			if math.IsNaN(lp) {
				return math.Inf(1)
			}
			return -lp
		},
		Grad: func(g, x []float64) {
			evaluate(x)
			for i, v := range grad {
				g[i] = -v
			}
		},
	}
	passed := trail{points: [][]float64{append([]float64(nil), start...)}}
	settings := &optimize.Settings{
		Recorder:          &passed,
		MajorIterations:   500,
		GradientThreshold: 1e-3,
		Converger:         &optimize.FunctionConverge{Absolute: 1e-6, Iterations: 20},
	}
	// A line search that stalls at a kink of the density (a Laplace prior) or
	// at rounding still leaves the best point found, so its error is not ours.
	r, err := optimize.Minimize(p, start, settings, &optimize.LBFGS{})
	if r == nil {
		return nil, fmt.Errorf("nuts: search for the mode: %w", err)
	}
	return append(passed.points, r.X), nil
}

// inverseHessian inverts the negative Hessian at q. Directions in which the
// density is convex count by the size of their curvature, and eigenvalues
// below 1e-6 of the largest (flat directions) are raised to that floor; floored
// tells whether there were any of the two.
func inverseHessian(d Density, q []float64) (cov *mat.SymDense, floored bool, err error) {
	n := len(q)
	h := mat.NewDense(n, n, nil)
	x := append([]float64(nil), q...)
	up, down := make([]float64, n), make([]float64, n)
	for i := range n {
		step := 1e-4 * math.Max(1, math.Abs(q[i]))
		x[i] = q[i] + step
		d.LogDensity(x, up)
		x[i] = q[i] - step
		d.LogDensity(x, down)
		x[i] = q[i]
		for j := range n {
			h.Set(i, j, (down[j]-up[j])/(2*step))
		}
	}
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			v := (h.At(i, j) + h.At(j, i)) / 2
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, false, fmt.Errorf("nuts: the Hessian at the mode is %v in row %d, column %d (want finite)", v, i, j)
			}
			sym.SetSym(i, j, v)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, true) {
		return nil, false, errors.New("nuts: the eigenvalues of the Hessian at the mode were not found")
	}
	values := eig.Values(nil)
	var vectors mat.Dense
	eig.VectorsTo(&vectors)
	floor := 1e-6 * math.Max(values[n-1], -values[0])
	if !(floor > 0) {
		return nil, false, errors.New("nuts: the density has no maximum where the search for the mode ended")
	}
	cov = mat.NewSymDense(n, nil)
	for k, v := range values {
		floored = floored || v < floor
		cov.SymRankOne(cov, 1/math.Max(math.Abs(v), floor), vectors.ColView(k))
	}
	return cov, floored, nil
}
