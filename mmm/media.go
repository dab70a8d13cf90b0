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
	// dots are the products of dmu with the columns that the media asked for.
	backward(gtheta, dmu, dots []float64)
}

// newMedia returns the media of a model and what it wants to be multiplied
// with dmu: rows of the grid's length, one after the other.
func newMedia(c *compiled) (m media, columns int) {
	if f, ok := newFused(c); ok {
		return f, 3 * len(c.x)
	}
	return newCurves(c), 0
}

// fused is geometric adstock with logistic saturation in one pass over the
// data per channel, see [kernel.Channel].
type fused struct {
	c        *compiled
	raw      bool
	decays   bool // false: no adstock
	lags     int
	x        [][]float64 // spend with its history, see kernel.Grid
	columns  []float64   // per channel: curve, per stock, per decay
	channels []fusedChannel
	// of all channels, padded to whole rows, see kernel.Weights
	alpha, last, norm, dNorm []float64
}

// fusedChannel holds the parameters of a channel during one evaluation.
type fusedChannel struct {
	height, steepness float64
	// norm makes the weights sum to 1: s·norm is the adstocked spend.
	norm, dNorm float64 // dNorm = dnorm/dalpha
	curve       kernel.Curve
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
	for _, x := range c.x {
		f.x = append(f.x, c.design.grid.History(x, f.lags))
	}
	f.channels = make([]fusedChannel, len(c.x))
	for _, v := range []*[]float64{&f.alpha, &f.last, &f.norm, &f.dNorm} {
		*v = kernel.Aligned(kernel.Pad(len(c.x)))
	}
	kernel.Weights(f.last, f.norm, f.dNorm, f.alpha, f.lags)
	return f, true
}

func (f *fused) forward(mu, theta []float64) {
	l, n := f.c.layout, len(mu)
	if f.decays {
		copy(f.alpha, theta[l.adstock[0]:][:len(f.channels)])
		kernel.Weights(f.last, f.norm, f.dNorm, f.alpha, f.lags)
	}
	// The parameters of all channels first: these short chains of operations
	// then run side by side.
	for ch := range f.channels {
		p := &f.channels[ch]
		p.height, p.steepness = theta[l.saturation[0]+ch], theta[l.saturation[1]+ch]
		p.norm, p.dNorm = 1, 0
		if !f.raw {
			p.norm, p.dNorm = f.norm[ch], f.dNorm[ch]
		}
		p.curve = kernel.CurveOf(f.alpha[ch], f.last[ch], float64(p.steepness*p.norm), p.height, f.lags)
	}
	for ch := range f.channels {
		out := f.columns[3*ch*n:]
		kernel.Channel(out[:n], out[n:2*n], out[2*n:3*n], mu, f.x[ch], f.lags, &f.channels[ch].curve)
	}
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

// backward: the effect is height·g(steepness·norm·s), s the raw stock, and
// the dots are Σ dmu·g, Σ dmu·g'·s and Σ dmu·g'·ds/dalpha.
func (f *fused) backward(gtheta, dmu, dots []float64) {
	l := f.c.layout
	for ch, p := range f.channels {
		curve, perStock, perDecay := dots[3*ch], 0.5*dots[3*ch+1], 0.5*dots[3*ch+2] // the kernel doubles g'
		gtheta[l.saturation[0]+ch] += curve
		gtheta[l.saturation[1]+ch] += p.height * p.norm * perStock
		if f.decays {
			gtheta[l.adstock[0]+ch] += p.height * p.steepness * (float64(p.norm*perDecay) + float64(p.dNorm*perStock))
		}
	}
}

// curves is any adstock with any saturation, period by period.
type curves struct {
	c        *compiled
	channels []channelState
	dmu      []float64 // in order of time
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

func newCurves(c *compiled) *curves {
	m := &curves{c: c, dmu: make([]float64, len(c.y))}
	for range c.x {
		m.channels = append(m.channels, c.newChannelState(len(c.y)))
	}
	return m
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

func (s *channelState) load(c *compiled, theta []float64, ch int) {
	s.adstockTheta = channelParams(s.adstockTheta, theta, c.layout.adstock, ch)
	s.saturationTheta = channelParams(s.saturationTheta, theta, c.layout.saturation, ch)
}

func (m *curves) forward(mu, theta []float64) {
	c := m.c
	for ch := range m.channels {
		s := &m.channels[ch]
		s.load(c, theta, ch)
		c.model.Adstock.Weights(s.weights, s.dWeights, s.adstockTheta)
		adstock.Convolve(s.stock, c.x[ch], s.weights)
		c.model.Saturation.Curve(s.effect, s.slope, s.dEffect, s.stock, s.saturationTheta)
		for t, v := range s.effect {
			mu[c.design.slot[t]] += v
		}
	}
}

func (m *curves) backward(gtheta, dmu, dots []float64) {
	l := m.c.layout
	for t, slot := range m.c.design.slot {
		m.dmu[t] = dmu[slot]
	}
	for ch := range m.channels {
		s, x := &m.channels[ch], m.c.x[ch]
		for p, at := range l.saturation {
			gtheta[at+ch] += floats.Dot(m.dmu, s.dEffect[p])
		}
		if len(l.adstock) == 0 {
			continue
		}
		floats.MulTo(s.dStock, m.dmu, s.slope)
		for lag := range min(len(s.weights), len(x)) {
			g := floats.Dot(s.dStock[lag:], x[:len(x)-lag])
			for p, at := range l.adstock {
				gtheta[at+ch] += float64(g * s.dWeights[p][lag])
			}
		}
	}
}
