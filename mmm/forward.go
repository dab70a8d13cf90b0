package mmm

import (
	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/adstock"
)

// forwardPass evaluates the mean of a draw on any table of scaled spend,
// controls and seasonality. It owns scratch memory and serves one goroutine.
type forwardPass struct {
	c        *compiled
	x        [][]float64 // scaled spend, [channel][row]
	control  sparse
	fourier  [][]float64
	skip     int // rows of history in front that are not reported
	state    channelState
	channels [][]float64 // scaled contributions, [channel][row]
	mu       []float64
	sweep    *sweep // nil where it does not apply
}

// scene is what a forwardPass runs on.
type scene struct {
	x       [][]float64
	control sparse
	fourier [][]float64
	skip    int
	rows    int
	exact   bool // keep all digits of tiny contributions, too: no sweep
}

// trainScene is the training data.
func (c *compiled) trainScene() scene {
	return scene{x: c.x, control: c.control, fourier: c.fourier, rows: len(c.y)}
}

// sceneAfter is data d that follows the training data: its spend carries over
// from the last training periods unless cold.
func (c *compiled) sceneAfter(d *Data, cold bool) scene {
	s := scene{control: newSparse(d), fourier: c.model.Seasonality.columns(d.Dates())}
	fresh := c.scaleSpend(d)
	if !cold {
		s.skip = min(c.model.Adstock.Len()-1, len(c.y))
	}
	s.rows = s.skip + d.Len()
	for ch, x := range c.x {
		s.x = append(s.x, append(append([]float64(nil), x[len(x)-s.skip:]...), fresh[ch]...))
	}
	return s
}

func (c *compiled) newForward(s scene) *forwardPass {
	f := &forwardPass{c: c, x: s.x, control: s.control, fourier: s.fourier, skip: s.skip,
		state: c.newChannelState(s.rows), channels: matrix(len(s.x), s.rows), mu: make([]float64, s.rows-s.skip)}
	if !s.exact {
		f.sweep = newSweep(c, s)
	}
	return f
}

// contribution returns the scaled contribution of channel ch per reported
// row, valid until the channel is evaluated again.
func (f *forwardPass) contribution(theta []float64, ch int) []float64 {
	if f.sweep != nil {
		f.sweep.contribution(f.channels[ch], theta, ch)
	} else {
		f.adstocked(theta, ch)
		f.c.model.Saturation.Curve(f.channels[ch], nil, nil, f.state.stock, f.state.saturationTheta)
	}
	return f.channels[ch][f.skip:]
}

// adstocked fills the state's stock for channel ch.
func (f *forwardPass) adstocked(theta []float64, ch int) {
	f.state.load(f.c, theta, ch)
	f.c.model.Adstock.Weights(f.state.weights, nil, f.state.adstockTheta)
	adstock.Convolve(f.state.stock, f.x[ch], f.state.weights)
}

// totals sets dst[k] to the sum over the rows, none of them history, of what
// channel ch contributes at factors[k] times its spend.
func (f *forwardPass) totals(dst, theta []float64, ch int, factors []float64) {
	if f.sweep != nil {
		for k, factor := range factors {
			dst[k] = f.sweep.total(theta, ch, factor)
		}
		return
	}
	f.adstocked(theta, ch)
	for k, factor := range factors {
		stock := floats.ScaleTo(f.state.slope, factor, f.state.stock) // adstock is linear
		f.c.model.Saturation.Curve(f.state.effect, nil, nil, stock, f.state.saturationTheta)
		dst[k] = floats.Sum(f.state.effect)
	}
}

// media evaluates all channels, [channel][row].
func (f *forwardPass) media(theta []float64) {
	for ch := range f.x {
		f.contribution(theta, ch)
	}
}

// mean evaluates μ for a draw, scaled, with all channels.
func (f *forwardPass) mean(theta []float64) []float64 {
	f.media(theta)
	f.baseline(theta)
	for ch := range f.x {
		floats.Add(f.mu, f.channels[ch][f.skip:])
	}
	return f.mu
}

// baseline sets f.mu to everything but media.
func (f *forwardPass) baseline(theta []float64) {
	l := f.c.layout
	for t := range f.mu {
		f.mu[t] = theta[l.intercept]
	}
	f.control.addTo(f.mu, theta[l.controls:])
	for j, col := range f.fourier {
		floats.AddScaled(f.mu, theta[l.fourier+j], col)
	}
}
