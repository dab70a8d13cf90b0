package mmm

import (
	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/internal/kernel"
	"mixmodel/mmm/saturation"
)

// media is the effect of all channels on the mean, and the way back. Both
// implementations compute the same; they keep the forward pass for the
// backward one and serve one goroutine.
type media interface {
	// forward adds the channels' effects at theta to mu.
	forward(mu, theta []float64)
	// backward adds ∂ log posterior / ∂ theta, given the derivative dmu in mu.
	backward(gtheta, dmu []float64)
}

func newMedia(c *compiled) media {
	if f, ok := newFused(c); ok {
		n := c.design.grid.Len()
		f.columns, f.slopes = kernel.Aligned(3*n*len(c.x)), make([]float64, 3*len(c.x))
		return f
	}
	return newCurves(c)
}

// fused is geometric adstock with logistic saturation in one pass over the
// data per channel, see [kernel.Channels].
type fused struct {
	c        *compiled
	raw      bool
	decays   bool // false: no adstock
	lags     int
	x        []float64 // spend with its history, channel after channel, see kernel.Grid
	columns  []float64 // see kernel.Channels
	slopes   []float64 // see kernel.Slopes
	curves   []kernel.Curve
	channels []fusedChannel
	// of all channels, padded to whole rows, see kernel.Weights
	alpha, last, norm, dNorm []float64
}

// fusedChannel holds the parameters of a channel during one evaluation.
type fusedChannel struct {
	height, steepness float64
	// norm makes the weights sum to 1: s·norm is the adstocked spend.
	norm, dNorm float64 // dNorm = dnorm/dalpha
}

func newFused(c *compiled) (*fused, bool) {
	if _, ok := c.model.Saturation.(saturation.Logistic); !ok {
		return nil, false
	}
	f := &fused{c: c, lags: 1, raw: true}
	switch a := c.model.Adstock.(type) {
	case adstock.Geometric:
		f.lags, f.raw, f.decays = a.Len(), a.Raw, true
	case adstock.None:
	default:
		return nil, false
	}
	long := c.design.grid.Len() + f.lags*kernel.Lanes
	f.x = kernel.Aligned(long * len(c.x))
	for ch, x := range c.x {
		copy(f.x[ch*long:], c.design.grid.History(x, f.lags))
	}
	f.channels, f.curves = make([]fusedChannel, len(c.x)), make([]kernel.Curve, len(c.x))
	for _, v := range []*[]float64{&f.alpha, &f.last, &f.norm, &f.dNorm} {
		*v = kernel.Aligned(kernel.Pad(len(c.x)))
	}
	kernel.Weights(f.last, f.norm, f.dNorm, f.alpha, f.lags)
	return f, true
}

func (f *fused) forward(mu, theta []float64) {
	l, n := f.c.layout, len(f.channels)
	if f.decays {
		copy(f.alpha, theta[l.adstock[0]:][:n])
		kernel.Weights(f.last, f.norm, f.dNorm, f.alpha, f.lags)
	}
	height, steepness := theta[l.saturation[0]:][:n], theta[l.saturation[1]:][:n]
	for ch := range f.channels {
		p := &f.channels[ch]
		p.height, p.steepness = height[ch], steepness[ch]
		p.norm, p.dNorm = 1, 0
		if !f.raw {
			p.norm, p.dNorm = f.norm[ch], f.dNorm[ch]
		}
		f.curves[ch].Set(f.alpha[ch], f.last[ch], float64(p.steepness*p.norm), p.height, f.lags)
	}
	kernel.Channels(f.columns, mu, f.x, f.lags, f.curves)
}

// normalizer returns 1/Σ_l alpha^l, or 1 for raw weights.
func (f *fused) normalizer(alpha float64) float64 {
	if f.raw {
		return 1
	}
	sum := 1.0
	for range f.lags - 1 {
		sum = float64(sum*alpha) + 1
	}
	return 1 / sum
}

// backward: the effect is height·g(steepness·norm·s), s the raw stock; the
// slopes are Σ dmu·g, 2·Σ dmu·g'·s and 2·Σ dmu·g'·ds/dalpha.
func (f *fused) backward(gtheta, dmu []float64) {
	l := f.c.layout
	kernel.Slopes(f.slopes, dmu, f.columns)
	for ch := range f.channels {
		p, slopes := &f.channels[ch], f.slopes[3*ch:][:3]
		half := 0.5 * p.height
		gtheta[l.saturation[0]+ch] += slopes[0]
		gtheta[l.saturation[1]+ch] += half * p.norm * slopes[1]
		if f.decays {
			gtheta[l.adstock[0]+ch] += half * p.steepness * (float64(p.norm*slopes[2]) + float64(p.dNorm*slopes[1]))
		}
	}
}

// curves is any adstock with any saturation, by slots of the design like all
// that goes with it.
type curves struct {
	c        *compiled
	x        [][]float64 // spend with its history, see kernel.Grid
	channels []channelState
	dStock   []float64 // ∂ log posterior / ∂ stock
	byLag    []float64 // ∂ log posterior / ∂ weights, in whole groups
}

// channelState is the forward pass of one channel, kept for the backward one.
type channelState struct {
	adstockTheta, saturationTheta []float64
	weights                       []float64
	dWeights                      [][]float64 // [parameter][lag]
	stock                         []float64   // adstocked spend, [period or slot]
	effect, slope                 []float64   // f(stock) and f'(stock)
	dEffect                       [][]float64 // [parameter][period or slot]
}

func newCurves(c *compiled) *curves {
	g := c.design.grid
	lags := kernel.Groups(c.model.Adstock.Len())
	m := &curves{c: c, dStock: kernel.Aligned(g.Len()), byLag: make([]float64, lags)}
	for _, x := range c.x {
		m.x = append(m.x, g.History(x, lags))
		m.channels = append(m.channels, c.newChannelState(g.Len()))
	}
	return m
}

func (c *compiled) newChannelState(n int) channelState {
	lags, na, ns := c.model.Adstock.Len(), len(c.layout.adstock), len(c.layout.saturation)
	return channelState{
		adstockTheta: make([]float64, na), saturationTheta: make([]float64, ns),
		weights: make([]float64, lags), dWeights: matrix(na, lags),
		stock: kernel.Aligned(n), effect: kernel.Aligned(n), slope: kernel.Aligned(n), dEffect: matrix(ns, n),
	}
}

func (s *channelState) load(c *compiled, theta []float64, ch int) {
	s.adstockTheta = channelParams(s.adstockTheta, theta, c.layout.adstock, ch)
	s.saturationTheta = channelParams(s.saturationTheta, theta, c.layout.saturation, ch)
}

func (m *curves) forward(mu, theta []float64) {
	for ch := range m.channels {
		s := &m.channels[ch]
		s.load(m.c, theta, ch)
		m.c.model.Adstock.Weights(s.weights, s.dWeights, s.adstockTheta)
		kernel.Convolve(s.stock, m.x[ch], s.weights)
		m.c.model.Saturation.Curve(s.effect, s.slope, s.dEffect, s.stock, s.saturationTheta)
		kernel.Add(mu, s.effect)
	}
}

func (m *curves) backward(gtheta, dmu []float64) {
	l := m.c.layout
	for ch := range m.channels {
		s := &m.channels[ch]
		for p, at := range l.saturation {
			gtheta[at+ch] += kernel.Dot(dmu, s.dEffect[p])
		}
		if len(l.adstock) == 0 {
			continue
		}
		floats.MulTo(m.dStock, dmu, s.slope)
		kernel.Correlate(m.byLag, m.dStock, m.x[ch])
		for p, at := range l.adstock {
			gtheta[at+ch] += floats.Dot(m.byLag[:len(s.weights)], s.dWeights[p])
		}
	}
}
