package nuts

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// laplace is the normal approximation of the density at its mode: where
// chains start and what the first metric is.
type laplace struct {
	mode []float64
	cov  *mat.SymDense // inverse of the negative Hessian at the mode
	chol *metric       // q = mode + L z draws from it
}

// findLaplace climbs from start with L-BFGS and inverts the Hessian there.
//
// Cost: some hundred gradients for the climb and two per dimension for the
// Hessian, which is taken by central differences of the gradient.
func findLaplace(d Density, start []float64) (*laplace, error) {
	mode, err := climb(d, start)
	if err != nil {
		return nil, err
	}
	cov, err := inverseHessian(d, mode)
	if err != nil {
		return nil, err
	}
	m, ok := newMetric(mode, cov)
	if !ok {
		return nil, errors.New("nuts: the covariance at the mode is not positive definite")
	}
	return &laplace{mode: mode, cov: cov, chol: m}, nil
}

// climb returns a point near the mode. The climb need not converge: any point
// from which the Hessian is sound will do as a start.
func climb(d Density, start []float64) ([]float64, error) {
	n := len(start)
	grad := make([]float64, n)
	if lp := d.LogDensity(start, grad); math.IsNaN(lp) || math.IsInf(lp, 0) {
		return nil, fmt.Errorf("nuts: the log density at the start is %v (want finite)", lp)
	}
	scratch := make([]float64, n)
	p := optimize.Problem{
		Func: func(x []float64) float64 {
			if lp := d.LogDensity(x, scratch); !math.IsNaN(lp) {
				return -lp
			}
			return math.Inf(1)
		},
		Grad: func(g, x []float64) {
			d.LogDensity(x, g)
			for i := range g {
				g[i] = -g[i]
			}
		},
	}
	settings := &optimize.Settings{
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
	return r.X, nil
}

// inverseHessian inverts the negative Hessian at q, raising eigenvalues below
// 1e-6 of the largest (flat or convex directions) to that floor.
func inverseHessian(d Density, q []float64) (*mat.SymDense, error) {
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
				return nil, fmt.Errorf("nuts: the Hessian at the mode is %v in row %d, column %d (want finite)", v, i, j)
			}
			sym.SetSym(i, j, v)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, true) {
		return nil, errors.New("nuts: the eigenvalues of the Hessian at the mode were not found")
	}
	values := eig.Values(nil)
	var vectors mat.Dense
	eig.VectorsTo(&vectors)
	floor := 1e-6 * values[n-1]
	if !(floor > 0) {
		return nil, errors.New("nuts: the density has no maximum where the search for the mode ended")
	}
	cov := mat.NewSymDense(n, nil)
	for k, v := range values {
		cov.SymRankOne(cov, 1/math.Max(v, floor), vectors.ColView(k))
	}
	return cov, nil
}
