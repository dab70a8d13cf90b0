package mmm

import (
	"math"

	"mixmodel/mmm/internal/kernel"
)

// density is the log posterior density on unconstrained coordinates: the
// identity for parameters on the real line, log for positive ones, logit for
// those in an interval. All constants are kept. It owns its scratch memory
// and serves one goroutine.
type density struct {
	c       *compiled
	priors  *priorDensity
	q, grad []float64 // as LogDensity's, padded to whole rows
	theta   []float64 // parameters on their own scale
	gtheta  []float64 // ∂ log likelihood / ∂ theta, padded
	mu, dmu []float64 // [slot], see design
	coef    []float64 // of the linear columns
	columns []float64 // the linear ones, then zeros
	dots    []float64 // products of the columns with dmu
	media   media
}

func newDensity(c *compiled) *density {
	n, linear := c.design.grid.Len(), len(c.design.linear)
	count := kernel.Groups(linear)
	d := &density{c: c, priors: newPriorDensity(c), media: newMedia(c),
		q: kernel.Aligned(kernel.Pad(c.layout.dim)), grad: kernel.Aligned(kernel.Pad(c.layout.dim)),
		theta: make([]float64, c.layout.dim), gtheta: kernel.Aligned(kernel.Pad(c.layout.dim)),
		mu: kernel.Aligned(n), dmu: kernel.Aligned(n), coef: make([]float64, linear),
		columns: kernel.Aligned(count * n), dots: make([]float64, count)}
	copy(d.columns, c.design.columns)
	return d
}

func matrix(rows, cols int) [][]float64 {
	b := kernel.Aligned(rows * cols)
	m := make([][]float64, rows)
	for i := range m {
		m[i] = b[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return m
}

// LogDensity returns the log posterior density at q and its gradient.
//
// Cost: with geometric adstock and logistic saturation about 1 ns × periods ×
// channels where there are vector instructions, whatever the number of lags;
// see the benchmarks. It does not allocate.
func (d *density) LogDensity(q, grad []float64) float64 {
	copy(d.q, q)
	lp := d.evaluate(d.grad, d.q)
	copy(grad, d.grad)
	return lp
}

// evaluate is LogDensity of vectors that are padded to whole rows.
func (d *density) evaluate(grad, q []float64) float64 {
	d.priors.constrain(d.theta, q)
	clear(d.gtheta)
	lp := d.logLikelihood()
	return lp + d.priors.logProb(grad, q, d.theta, d.gtheta)
}

// logLikelihood evaluates at d.theta and adds the gradient to d.gtheta.
func (d *density) logLikelihood() float64 {
	c, l := d.c, d.c.layout
	d.forward()
	sigma := d.theta[l.sigma]
	lp, dsigma := c.model.Likelihood.logProb(d.dmu, d.mu, c.design, sigma)
	d.gtheta[l.sigma] += dsigma
	// The media first, whose columns are still in the nearest cache; then the
	// linear ones, which the next evaluation begins with.
	d.media.backward(d.gtheta, d.dmu)
	c.design.control.pullback(d.gtheta, d.dmu)
	kernel.Dots(d.dots, d.dmu, d.columns)
	for j, param := range c.design.linear {
		d.gtheta[param] += d.dots[j]
	}
	return lp
}

// forward fills d.mu.
func (d *density) forward() {
	for j, param := range d.c.design.linear {
		d.coef[j] = d.theta[param]
	}
	kernel.Combine(d.mu, d.columns, d.coef)
	d.c.design.control.addTo(d.mu, d.theta)
	d.media.forward(d.mu, d.theta)
}

// constrain maps unconstrained coordinates to parameters.
func (c *compiled) constrain(theta, u []float64) {
	for i, k := range c.links {
		theta[i], _, _, _ = k.constrain(u[i])
	}
}

// unconstrain is its inverse.
func (c *compiled) unconstrain(u, theta []float64) {
	for i, k := range c.links {
		u[i] = k.unconstrain(theta[i])
	}
}

// logPrior is the log prior density of theta on its own scale.
func (c *compiled) logPrior(theta []float64) float64 {
	lp := 0.0
	for i, p := range c.priors {
		lp += p.LogProb(theta[i])
	}
	return lp
}

// finiteOr returns v, or alt if v is not finite.
func finiteOr(v, alt float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return alt
	}
	return v
}
