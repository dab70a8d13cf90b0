package mmm

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/adstock"
)

// density is the log posterior density on unconstrained coordinates: the
// identity for parameters on the real line, log for positive ones, logit for
// those in an interval. All constants are kept. It owns its scratch memory
// and serves one goroutine.
type density struct {
	c        *compiled
	theta    []float64 // parameters on their own scale
	gtheta   []float64 // ∂ log posterior / ∂ theta
	mu, dmu  []float64 // [period]
	channels []channelState
}

// channelState is the forward pass of one channel, kept for the backward one.
type channelState struct {
	adstockTheta, saturationTheta []float64
	weights                       []float64
	dWeights                      [][]float64 // [parameter][lag]
	stock                         []float64   // adstocked spend, [period]
	effect, slope                 []float64   // f(stock) and f'(stock), [period]
	dEffect                       [][]float64 // [parameter][period]
	dStock                        []float64   // ∂ log posterior / ∂ stock
}

func newDensity(c *compiled) *density {
	n := len(c.y)
	d := &density{c: c, theta: make([]float64, c.layout.dim), gtheta: make([]float64, c.layout.dim),
		mu: make([]float64, n), dmu: make([]float64, n)}
	for range c.x {
		d.channels = append(d.channels, c.newChannelState(n))
	}
	return d
}

func (c *compiled) newChannelState(n int) channelState {
	lags, na, ns := c.model.Adstock.Len(), len(c.layout.adstock), len(c.layout.saturation)
	return channelState{
		adstockTheta: make([]float64, na), saturationTheta: make([]float64, ns),
		weights: make([]float64, lags), dWeights: matrix(na, lags),
		stock: make([]float64, n), effect: make([]float64, n), slope: make([]float64, n),
		dEffect: matrix(ns, n), dStock: make([]float64, n),
	}
}

func matrix(rows, cols int) [][]float64 {
	b := make([]float64, rows*cols)
	m := make([][]float64, rows)
	for i := range m {
		m[i] = b[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return m
}

// LogDensity returns the log posterior density at u and its gradient.
//
// Cost: about periods × channels × (lags + one exponential). It does not
// allocate.
func (d *density) LogDensity(u, grad []float64) float64 {
	c := d.c
	for i, k := range c.links {
		d.theta[i], _, _, _ = k.constrain(u[i])
	}
	clear(d.gtheta)
	lp := d.logLikelihood()
	for i, k := range c.links {
		_, slope, logSlope, dLogSlope := k.constrain(u[i])
		lp += c.priors[i].LogProb(d.theta[i]) + logSlope
		grad[i] = (d.gtheta[i]+c.priors[i].Score(d.theta[i]))*slope + dLogSlope
	}
	return lp
}

// logLikelihood evaluates at d.theta and adds the gradient to d.gtheta.
func (d *density) logLikelihood() float64 {
	c, l := d.c, d.c.layout
	d.forward()
	sigma := d.theta[l.sigma]
	lp, dsigma := c.model.Likelihood.logProb(d.dmu, c.y, d.mu, sigma)
	d.gtheta[l.sigma] += dsigma
	d.gtheta[l.intercept] += floats.Sum(d.dmu)
	c.control.pullback(d.gtheta[l.controls:], d.dmu)
	for j, col := range c.fourier {
		d.gtheta[l.fourier+j] += floats.Dot(d.dmu, col)
	}
	for ch := range d.channels {
		d.pullbackChannel(ch)
	}
	return lp
}

// forward fills d.mu.
func (d *density) forward() {
	c, l := d.c, d.c.layout
	for t := range d.mu {
		d.mu[t] = d.theta[l.intercept]
	}
	c.control.addTo(d.mu, d.theta[l.controls:])
	for j, col := range c.fourier {
		floats.AddScaled(d.mu, d.theta[l.fourier+j], col)
	}
	for ch := range d.channels {
		s := &d.channels[ch]
		s.load(c, d.theta, ch)
		c.model.Adstock.Weights(s.weights, s.dWeights, s.adstockTheta)
		adstock.Convolve(s.stock, c.x[ch], s.weights)
		c.model.Saturation.Curve(s.effect, s.slope, s.dEffect, s.stock, s.saturationTheta)
		floats.Add(d.mu, s.effect)
	}
}

func (s *channelState) load(c *compiled, theta []float64, ch int) {
	s.adstockTheta = channelParams(s.adstockTheta, theta, c.layout.adstock, ch)
	s.saturationTheta = channelParams(s.saturationTheta, theta, c.layout.saturation, ch)
}

// pullbackChannel carries d.dmu back to the channel's parameters.
func (d *density) pullbackChannel(ch int) {
	l, s, x := d.c.layout, &d.channels[ch], d.c.x[ch]
	for p, at := range l.saturation {
		d.gtheta[at+ch] += floats.Dot(d.dmu, s.dEffect[p])
	}
	if len(l.adstock) == 0 {
		return
	}
	floats.MulTo(s.dStock, d.dmu, s.slope)
	for lag := range min(len(s.weights), len(x)) {
		g := floats.Dot(s.dStock[lag:], x[:len(x)-lag])
		for p, at := range l.adstock {
			d.gtheta[at+ch] += float64(g * s.dWeights[p][lag])
		}
	}
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
