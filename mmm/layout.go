package mmm

import (
	"errors"
	"fmt"
	"math"

	"mixmodel/mmm/dist"
)

// block is a named group of parameters: a scalar, or one element per channel,
// control or Fourier term.
type block struct {
	name   string
	labels []string // nil for a scalar
	prior  dist.Prior
	at     int // of the first element, in a draw
}

func (b block) size() int {
	if b.labels == nil {
		return 1
	}
	return len(b.labels)
}

// elementName is "adstock_alpha[TV]", or the plain name of a scalar.
func (b block) elementName(i int) string {
	if b.labels == nil {
		return b.name
	}
	return fmt.Sprintf("%s[%s]", b.name, b.labels[i])
}

func (b block) check() error {
	if b.prior == nil {
		return fmt.Errorf("mmm: %s has no prior", b.name)
	}
	if n := b.prior.Len(); n != 0 && n != b.size() {
		return fmt.Errorf("mmm: %s has %d priors (want 1 for all, or %d)", b.name, n, b.size())
	}
	var errs []error
	seen := map[string]bool{}
	for i := range b.size() {
		if err := b.prior.Elem(i).Check(); err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			errs = append(errs, fmt.Errorf("mmm: prior of %s: %w", b.elementName(i), err))
		}
	}
	return errors.Join(errs...)
}

// layout is the order of all parameters in a draw: intercept, y_sigma, the
// saturation's, the adstock's, gamma_control, gamma_fourier. The names are
// PyMC-Marketing's.
type layout struct {
	blocks                       []block
	dim                          int
	saturation, adstock          []int // offset of each transform parameter's block
	intercept, sigma             int
	controls, fourier            int
	nChannel, nControl, nFourier int
}

func newLayout(m Model, d *Data) layout {
	var l layout
	add := func(name string, labels []string, prior dist.Prior) int {
		b := block{name: name, labels: labels, prior: prior, at: l.dim}
		l.blocks = append(l.blocks, b)
		l.dim += b.size()
		return b.at
	}
	channels := nonNil(d.Channels())
	l.nChannel = len(channels)
	l.intercept = add("intercept", nil, m.Intercept)
	l.sigma = add("y_sigma", nil, m.Likelihood.noise())
	for _, p := range m.Saturation.Params() {
		l.saturation = append(l.saturation, add("saturation_"+p.Name, channels, p.Prior))
	}
	for _, p := range m.Adstock.Params() {
		l.adstock = append(l.adstock, add("adstock_"+p.Name, channels, p.Prior))
	}
	l.nControl = len(d.Controls())
	if m.Seasonality.check() == nil { // a wild order would want wild memory; Model.check reports it
		l.nFourier = 2 * m.Seasonality.Order
	}
	l.controls, l.fourier = l.dim, l.dim
	if l.nControl > 0 {
		l.controls = add("gamma_control", d.Controls(), m.Controls)
	}
	if l.nFourier > 0 {
		l.fourier = add("gamma_fourier", m.Seasonality.labels(), m.Seasonality.Coefficients)
	}
	return l
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// names lists all parameters in order.
func (l layout) names() []string {
	out := make([]string, 0, l.dim)
	for _, b := range l.blocks {
		for i := range b.size() {
			out = append(out, b.elementName(i))
		}
	}
	return out
}

// dists lists the prior of each parameter in order.
func (l layout) dists() []dist.Dist {
	out := make([]dist.Dist, 0, l.dim)
	for _, b := range l.blocks {
		for i := range b.size() {
			out = append(out, b.prior.Elem(i))
		}
	}
	return out
}

// channelParams gathers the parameters of channel c that start at the given
// offsets into dst.
func channelParams(dst []float64, theta []float64, offsets []int, c int) []float64 {
	dst = dst[:0]
	for _, at := range offsets {
		dst = append(dst, theta[at+c])
	}
	return dst
}

// link maps a parameter's support to the real line: identity, log, or logit.
type link struct {
	kind   linkKind
	lo, hi float64
}

type linkKind uint8

const (
	linkIdentity linkKind = iota
	linkLog               // x = lo + e^u
	linkLogit             // x = lo + (hi-lo)/(1+e^-u)
)

func newLink(s dist.Support) (link, error) {
	switch {
	case math.IsInf(s.Lower, -1) && math.IsInf(s.Upper, 1):
		return link{kind: linkIdentity}, nil
	case math.IsInf(s.Upper, 1) && !math.IsInf(s.Lower, 0):
		return link{kind: linkLog, lo: s.Lower}, nil
	case !math.IsInf(s.Lower, 0) && s.Lower < s.Upper:
		return link{kind: linkLogit, lo: s.Lower, hi: s.Upper}, nil
	}
	return link{}, fmt.Errorf("mmm: support (%v, %v) is not supported (want the real line, a half line upward or an interval)", s.Lower, s.Upper)
}

// constrain returns x(u), its slope dx/du, the log of the slope and that log's
// derivative in u.
func (k link) constrain(u float64) (x, slope, logSlope, dLogSlope float64) {
	switch k.kind {
	case linkLog:
		e := math.Exp(u)
		return k.lo + e, e, u, 1
	case linkLogit:
		width := k.hi - k.lo
		e := math.Exp(-math.Abs(u))
		small := e / (1 + e) // the smaller of p and 1-p, accurate in both tails
		p, q := 1-small, small
		if u < 0 {
			p, q = small, 1-small
		}
		slope := float64(p * q)
		return k.lo + float64(width*p), width * slope, math.Log(width) - math.Abs(u) - 2*math.Log1p(e), q - p
	}
	return u, 1, 0, 0
}

// unconstrain is the inverse of constrain.
func (k link) unconstrain(x float64) float64 {
	switch k.kind {
	case linkLog:
		return math.Log(x - k.lo)
	case linkLogit:
		return math.Log((x - k.lo) / (k.hi - x))
	}
	return x
}
