package mmm

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/fastmath"
	"mixmodel/mmm/internal/kernel"
	"mixmodel/mmm/saturation"
)

// Effect coordinates replace a parameter by what the data inform:
//
//   - A channel's scale, as the ceiling of its curve, by the log of its effect
//     at usual spend, log(scale) + log f₁(mean spend; shape), with f₁ the curve
//     of scale 1. For a fixed shape this is a shift.
//   - The parameters that go along with the scale by those at scale 1. The
//     curve b·tanh(x/(b·c)) is proportional to b as long as b·c stays, so its
//     shape is b·c, not c: a shift again, of log c by log b.
//   - The intercept by the level, intercept + Σ effects at usual spend: what a
//     channel explains of the level, the intercept need not. The effects are
//     logs to the sampler, so no metric can learn this ridge, which is curved.

// findEffects decides whether effect coordinates apply: the curve must have a
// positive scale, and every channel an effect at its usual spend.
func (k *coordinates) findEffects() {
	c := k.c
	s, powers := c.scaling()
	if s < 0 {
		return
	}
	k.powers = powers
	for p, at := range c.layout.saturation {
		for ch := range c.x {
			if p != s && powers[p] != 0 {
				k.warps[at+ch] = c.quotientWarp(at+ch, c.layout.saturation[s]+ch, powers[p])
			}
		}
	}
	k.prepareWarps()
	theta := make([]float64, c.layout.dim)
	for i, w := range k.warps {
		q, _, _ := w.at(0)
		theta[i], _, _, _ = c.links[i].constrain(q)
	}
	e := newEffect(c)
	for ch, x := range c.x {
		usual := floats.Sum(x) / float64(len(x))
		k.usual = append(k.usual, usual)
		logF, _ := e.at(theta, ch, s, usual)
		if math.IsInf(logF, 0) || math.IsNaN(logF) {
			return
		}
		k.baseline = append(k.baseline, logF)
	}
	k.scale = s
	k.findLevel()
}

// scaling finds the positive parameter that scales the curve, and with which
// power of it the other parameters must change along: the curve is
// homogeneous, f(x; s·tᵖ) = t·f(x; s), if Σ powers·∂log f/∂log θ = 1
// everywhere. The scale's own power is 1. It returns -1 if there is none.
func (c *compiled) scaling() (scale int, powers []float64) {
	sat := c.layout.saturation
	scale, powers = c.model.Saturation.Scale(), make([]float64, len(sat))
	if scale >= 0 {
		powers[scale] = 1
	} else if powers = c.homogeneity(); powers != nil {
		scale = slices.Index(powers, 1)
	}
	if scale < 0 {
		return -1, nil
	}
	for p, at := range sat {
		for ch := range c.x {
			if k := c.links[at+ch]; powers[p] != 0 && (k.kind != linkLog || k.lo != 0) {
				return -1, nil
			}
		}
	}
	return scale, powers
}

// homogeneity solves for the powers by the curve's elasticities at a number of
// points and returns nil if none fit. They are rounded to integers.
func (c *compiled) homogeneity() []float64 {
	n := len(c.layout.saturation)
	x := []float64{0.1, 0.4, 1}
	y, dTheta := make([]float64, len(x)), matrix(n, len(x))
	var elasticities []float64
	for i := range 3 * n { // each parameter in turn below, at and above its prior's median
		theta := make([]float64, n)
		for p, at := range c.layout.saturation {
			theta[p] = c.priors[at].Quantile(0.5)
			if p == i/3 {
				theta[p] = c.priors[at].Quantile(0.25 * float64(1+i%3))
			}
		}
		c.model.Saturation.Curve(y, nil, dTheta, x, theta)
		for j := range x {
			for p := range n {
				elasticities = append(elasticities, theta[p]*dTheta[p][j]/y[j])
			}
		}
	}
	rows := len(elasticities) / max(n, 1)
	if rows == 0 {
		return nil
	}
	a, ones, w := mat.NewDense(rows, n, elasticities), mat.NewVecDense(rows, nil), mat.NewVecDense(n, nil)
	for i := range rows {
		ones.SetVec(i, 1)
	}
	if err := w.SolveVec(a, ones); err != nil {
		return nil
	}
	powers := w.RawVector().Data
	for p, v := range powers {
		powers[p] = math.Round(v)
	}
	ones.MulVec(a, w)
	for _, v := range ones.RawVector().Data {
		if !(math.Abs(v-1) < 1e-9) {
			return nil
		}
	}
	return powers
}

// quotientWarp is newWarp for log θ[i] - power·log θ[scale].
func (c *compiled) quotientWarp(i, scale int, power float64) warp {
	const n = 100
	var logs [2][n]float64
	for j, param := range []int{i, scale} {
		for k := range n {
			logs[j][k] = c.links[param].unconstrain(c.priors[param].Quantile((float64(k) + 0.5) / n))
		}
	}
	values := make([]float64, 0, n*n)
	for _, v := range logs[0] {
		for _, s := range logs[1] {
			values = append(values, v-float64(power*s))
		}
	}
	slices.Sort(values)
	var us, qs []float64
	for u := -3.0; u <= 3; u += 0.25 {
		us, qs = append(us, u), append(qs, values[int(dist.NormCDF(u)*n*n)])
	}
	return fitWarp(us, qs)
}

// findLevel decides whether the intercept's coordinate is the level. A prior
// narrower than the spread of sales holds the intercept itself, and then it
// stays its own coordinate.
func (k *coordinates) findLevel() {
	c, at := k.c, k.c.layout.intercept
	if c.links[at].kind != linkIdentity || k.warps[at].b < stat.StdDev(c.y, nil) {
		return
	}
	k.level = true
	for ch := range c.x { // the intercept's center stays where it is
		q, _, _ := k.warps[c.layout.saturation[k.scale]+ch].at(0)
		k.warps[at].a += fastmath.Exp(q + k.baseline[ch])
	}
	k.prepareWarps()
}

// toIntercept subtracts the effects from the level, in m.q.
func (m *mapping) toIntercept() {
	at, sum := m.c.layout.saturation[m.scale], 0.0
	for ch, b := range m.baseline {
		m.effects[ch] = fastmath.Exp(m.q[at+ch] + b)
		sum += m.effects[ch]
	}
	m.q[m.c.layout.intercept] -= sum
}

// fromIntercept carries the gradient gq of the intercept to the effects, for
// the point of the last toIntercept.
func (m *mapping) fromIntercept(gq []float64) {
	at, g := m.c.layout.saturation[m.scale], gq[m.c.layout.intercept]
	for ch, e := range m.effects {
		gq[at+ch] -= float64(g * e)
	}
}

// toEffects is the inverse of the shifts, in place.
func (k *coordinates) toEffects(q []float64) {
	sat, e := k.c.layout.saturation, newEffect(k.c)
	theta := make([]float64, len(q))
	for ch := range k.c.x {
		scale := sat[k.scale] + ch
		for p, at := range sat {
			if p != k.scale {
				q[at+ch] -= float64(k.powers[p] * q[scale])
				theta[at+ch], _, _, _ = k.c.links[at+ch].constrain(q[at+ch])
			}
		}
		logF, _ := e.at(theta, ch, k.scale, k.usual[ch])
		q[scale] += logF - k.baseline[ch]
		if k.level {
			q[k.c.layout.intercept] += fastmath.Exp(q[scale] + k.baseline[ch])
		}
	}
}

// effect evaluates log f₁, the log of a channel's curve with scale 1.
type effect struct {
	c         *compiled
	params    []float64
	x, y      []float64 // of length 1
	dTheta    [][]float64
	gradients []float64 // ∂ log f₁ / ∂ theta, one per saturation parameter
}

func newEffect(c *compiled) *effect {
	n := len(c.layout.saturation)
	return &effect{c: c, params: make([]float64, n), x: make([]float64, 1), y: make([]float64, 1), dTheta: matrix(n, 1), gradients: make([]float64, n)}
}

func (e *effect) at(theta []float64, ch, scale int, x float64) (logF float64, gradients []float64) {
	e.params = channelParams(e.params, theta, e.c.layout.saturation, ch)
	e.params[scale] = 1
	e.x[0] = x
	e.c.model.Saturation.Curve(e.y, nil, e.dTheta, e.x, e.params)
	for p := range e.gradients {
		e.gradients[p] = e.dTheta[p][0] / e.y[0]
	}
	return math.Log(e.y[0]), e.gradients
}

// shift subtracts log f₁ from the scales' coordinates and takes the others
// from the curve of scale 1 to this one.
type shift interface {
	// apply shifts q, in place.
	apply(q []float64)
	// pullback carries the gradient gq of the shifted scales to the shapes, for
	// the q that apply was called with last.
	pullback(gq []float64)
}

func newShift(k *coordinates) shift {
	if k.scale < 0 {
		return nil
	}
	if s, ok := newLogisticShift(k); ok {
		return s
	}
	return &curveShift{coordinates: k, effect: newEffect(k.c), theta: make([]float64, k.c.layout.dim),
		slopes: matrix(len(k.c.x), len(k.c.layout.saturation))}
}

// curveShift asks the saturation itself.
type curveShift struct {
	*coordinates
	effect *effect
	theta  []float64   // of the shape parameters only
	slopes [][]float64 // ∂ log f₁ / ∂ q, [channel][saturation parameter]
}

func (s *curveShift) apply(q []float64) {
	c, sat := s.c, s.c.layout.saturation
	for ch := range c.x {
		for p, at := range sat {
			if p != s.scale {
				s.theta[at+ch], s.slopes[ch][p], _, _ = c.links[at+ch].constrain(q[at+ch])
			}
		}
		logF, g := s.effect.at(s.theta, ch, s.scale, s.usual[ch])
		for p, dTheta := range g {
			s.slopes[ch][p] *= dTheta
		}
		q[sat[s.scale]+ch] -= logF - s.baseline[ch]
		for p, power := range s.powers {
			if p != s.scale && power != 0 {
				q[sat[p]+ch] += float64(power * q[sat[s.scale]+ch])
			}
		}
	}
}

func (s *curveShift) pullback(gq []float64) {
	sat := s.c.layout.saturation
	for ch, slopes := range s.slopes {
		for p, power := range s.powers {
			if p != s.scale && power != 0 {
				gq[sat[s.scale]+ch] += float64(power * gq[sat[p]+ch])
			}
		}
		g := gq[sat[s.scale]+ch]
		for p, at := range sat {
			if p != s.scale {
				gq[at+ch] -= float64(g * slopes[p])
			}
		}
	}
}

// logisticShift is curveShift for the logistic curve, all channels at once,
// see [kernel.LogTanh].
type logisticShift struct {
	*coordinates
	lam   []float64 // on the log scale; these are padded to whole rows
	at    []float64 // usual spend
	logF  []float64 // log f₁
	slope []float64 // ∂ log f₁ / ∂ lam
}

func newLogisticShift(k *coordinates) (*logisticShift, bool) {
	if _, ok := k.c.model.Saturation.(saturation.Logistic); !ok {
		return nil, false
	}
	for ch := range k.c.x {
		if l := k.c.links[k.c.layout.saturation[1]+ch]; l.kind != linkLog || l.lo != 0 {
			return nil, false
		}
	}
	n := kernel.Pad(len(k.c.x))
	s := &logisticShift{coordinates: k, lam: kernel.Aligned(n), at: kernel.Aligned(n), logF: kernel.Aligned(n), slope: kernel.Aligned(n)}
	for i := range s.at {
		s.at[i] = 1
	}
	copy(s.at, k.usual)
	return s, true
}

func (s *logisticShift) apply(q []float64) {
	beta, lam := s.c.layout.saturation[0], s.c.layout.saturation[1]
	n := len(s.usual)
	copy(s.lam, q[lam:lam+n])
	kernel.LogTanh(s.logF, s.slope, s.lam, s.at)
	for ch, logF := range s.logF[:n] {
		q[beta+ch] -= logF - s.baseline[ch]
	}
}

func (s *logisticShift) pullback(gq []float64) {
	beta, lam := s.c.layout.saturation[0], s.c.layout.saturation[1]
	for ch, slope := range s.slope[:len(s.usual)] {
		gq[lam+ch] -= float64(gq[beta+ch] * slope)
	}
}
