package nuts

import (
	"gonum.org/v1/gonum/mat"

	"mixmodel/mmm/internal/kernel"
)

// metric is the affine bijection q = center + L z with L lower triangular:
// if L Lᵀ is the covariance of q, then z has unit covariance and one step size
// suits all directions. Its vectors are padded to whole rows.
type metric struct {
	dim    int
	center []float64
	factor *kernel.Triangle // L
	zero   []float64
}

// newMetric returns the metric of a covariance, or false if cov is not
// positive definite.
func newMetric(center []float64, cov *mat.SymDense) (*metric, bool) {
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		return nil, false
	}
	var l mat.TriDense
	chol.LTo(&l)
	return metricOf(center, l.At), true
}

// metricOf returns the metric with this center and factor L.
func metricOf(center []float64, at func(i, j int) float64) *metric {
	n := len(center)
	m := &metric{dim: n, center: kernel.Aligned(kernel.Pad(n)), factor: kernel.NewTriangle(n, at), zero: kernel.Aligned(kernel.Pad(n))}
	copy(m.center, center)
	return m
}

// forward sets q = center + L z.
func (m *metric) forward(q, z []float64) { m.factor.Mul(q, m.center, z) }

// pullback sets gz = Lᵀ g, the gradient in z.
func (m *metric) pullback(gz, g []float64) { m.factor.MulT(gz, m.zero, g) }

// inverse sets z = L⁻¹ (q - center).
func (m *metric) inverse(z, q []float64) {
	for i := range m.dim {
		rest := q[i] - m.center[i]
		for j := range i {
			rest -= float64(m.factor.At(i, j) * z[j])
		}
		z[i] = rest / m.factor.At(i, i)
	}
}
