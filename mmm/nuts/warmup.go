package nuts

import (
	"gonum.org/v1/gonum/mat"
)

// Warmup has three phases. The first uses the Laplace metric and brings the
// chains into the bulk; its later part estimates the covariance for the
// second phase, and the second phase the covariance for the third and for
// sampling. Estimates are pooled over chains, so a short warmup suffices, and
// shrunk towards the Laplace covariance, so they are sound from few draws.
// The third phase only settles the step size.
const (
	firstPhase  = 0.30 // of the warmup
	secondPhase = 0.75
	settle      = 1.0 / 3 // of the first phase: not used for the covariance
)

// moments accumulates mean and covariance of the points it sees (Welford).
type moments struct {
	n     float64
	mean  []float64
	outer []float64 // sum of outer products of deviations, lower triangle by rows
	delta []float64
}

func newMoments(dim int) *moments {
	return &moments{mean: make([]float64, dim), outer: make([]float64, dim*dim), delta: make([]float64, dim)}
}

func (m *moments) add(x []float64) {
	m.n++
	for i, v := range x {
		m.delta[i] = v - m.mean[i]
		m.mean[i] += m.delta[i] / m.n
	}
	d := len(x)
	for i, v := range x {
		r := v - m.mean[i]
		row := m.outer[i*d : i*d+i+1]
		for j := range row {
			row[j] += float64(r * m.delta[j])
		}
	}
}

// pool merges the chains' moments in chain order.
func pool(chains []*moments) *moments {
	all := newMoments(len(chains[0].mean))
	for _, c := range chains {
		all.n += c.n
		for i, v := range c.mean {
			all.mean[i] += float64(c.n * v)
		}
	}
	for i := range all.mean {
		all.mean[i] /= all.n
	}
	d := len(all.mean)
	for _, c := range chains {
		for i := range d {
			for j := range i + 1 {
				between := float64(c.n * (c.mean[i] - all.mean[i]))
				all.outer[i*d+j] += c.outer[i*d+j] + float64(between*(c.mean[j]-all.mean[j]))
			}
		}
	}
	return all
}

// shrunk returns the covariance of the pooled draws, with prior counted as
// 2·dim further draws.
func (m *moments) shrunk(prior *mat.SymDense) *mat.SymDense {
	d := len(m.mean)
	weight := 2 * float64(d)
	cov := mat.NewSymDense(d, nil)
	for i := range d {
		for j := range i + 1 {
			cov.SetSym(i, j, (m.outer[i*d+j]+float64(weight*prior.At(i, j)))/(m.n-1+weight))
		}
	}
	return cov
}
