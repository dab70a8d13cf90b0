package nuts

import (
	"gonum.org/v1/gonum/mat"
)

// metric is the affine bijection q = center + L z with L lower triangular:
// if L Lᵀ is the covariance of q, then z has unit covariance and one step size
// suits all directions.
type metric struct {
	dim    int
	center []float64
	rows   []float64 // L by rows, dim×dim, the upper part unused
	cols   []float64 // L by columns, so that Lᵀg reads memory in order
}

// newMetric returns the metric of a covariance, or false if cov is not
// positive definite.
func newMetric(center []float64, cov *mat.SymDense) (*metric, bool) {
	n := len(center)
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		return nil, false
	}
	var l mat.TriDense
	chol.LTo(&l)
	m := &metric{dim: n, center: append([]float64(nil), center...), rows: make([]float64, n*n), cols: make([]float64, n*n)}
	for i := range n {
		for j := range i + 1 {
			m.rows[i*n+j] = l.At(i, j)
			m.cols[j*n+i] = l.At(i, j)
		}
	}
	return m, true
}

// forward sets q = center + L z.
func (m *metric) forward(q, z []float64) {
	n := m.dim
	for i := range q {
		q[i] = m.center[i] + dot(m.rows[i*n:i*n+i+1], z)
	}
}

// pullback sets gz = Lᵀ g, the gradient in z.
func (m *metric) pullback(gz, g []float64) {
	n := m.dim
	for i := range gz {
		gz[i] = dot(m.cols[i*n+i:i*n+n], g[i:])
	}
}

// inverse sets z = L⁻¹ (q - center).
func (m *metric) inverse(z, q []float64) {
	n := m.dim
	for i := range z {
		z[i] = (q[i] - m.center[i] - dot(m.rows[i*n:i*n+i], z)) / m.rows[i*n+i]
	}
}
