package mmm

import (
	"math"
	"slices"
	"sync"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
	"mixmodel/mmm/nuts"
)

// The sampler does not move in the density's own coordinates. Two exact
// changes of variable make this family of posteriors nearly Gaussian:
//
//   - Warps. Where the data say little, the posterior of a bounded parameter is
//     close to its prior, so u with prior(parameter) ~ Φ(u) is close to N(0,1).
//     Any monotone map is exact as long as its Jacobian is; ours approximates
//     the prior's quantile function by a hyperbola, which costs one square root.
//     Where the data say much about a positive parameter, its size may be quite
//     another, and then the warp is wanted at that size.
//   - Effect coordinates. The data inform a channel's effect at its usual
//     spend, not the ceiling of its curve, and the level of sales, not what is
//     left of it without media; see effects.go. These are shifts, so their
//     Jacobian is 1.

// warp is q = a + b·u + c·√(1+(d(u-m))²), increasing as long as b > |c·d|.
type warp struct{ a, b, c, d, m float64 }

// at returns q(u), its slope and the derivative of the slope's logarithm.
func (w warp) at(u float64) (q, slope, dLogSlope float64) {
	v := w.d * (u - w.m)
	r := math.Sqrt(1 + float64(v*v))
	slope = w.b + float64(w.c*w.d*v/r)
	return w.a + float64(w.b*u) + float64(w.c*r), slope, w.c * w.d * w.d / (r * r * r * slope)
}

// inverse finds u with q(u) = q by Newton's method, which converges from the
// nearer asymptote because a hyperbola is convex or concave throughout.
func (w warp) inverse(q float64) float64 {
	u := 0.0
	for range 200 {
		v, slope, _ := w.at(u)
		step := (v - q) / slope
		u -= math.Max(-4, math.Min(4, step))
		if math.Abs(step) <= 1e-15*math.Max(1, math.Abs(u)) {
			break
		}
	}
	return u
}

// newWarp approximates the map from a standard normal to the unconstrained
// parameter: q(u) = link⁻¹(Quantile(Φ(u))).
func newWarp(p dist.Dist, k link) warp {
	if k.kind == linkIdentity {
		return affineWarp(p)
	}
	var us, qs []float64
	for u := -3.0; u <= 3; u += 0.25 {
		q := k.unconstrain(p.Quantile(dist.NormCDF(u)))
		if !math.IsNaN(q) && !math.IsInf(q, 0) {
			us, qs = append(us, u), append(qs, q)
		}
	}
	if len(us) < 5 {
		return warp{b: 1}
	}
	return fitWarp(us, qs)
}

// affineWarp standardises a parameter on the real line.
func affineWarp(p dist.Dist) warp {
	return warp{a: finiteOr(p.Quantile(0.5), 0), b: math.Max(1e-12, finiteOr(math.Sqrt(p.Variance()), 1))}
}

// fitWarp fits by least squares: a, b, c are linear given d and m, which a
// grid search finds and then refines.
func fitWarp(us, qs []float64) warp {
	weights := make([]float64, len(us))
	for i, u := range us {
		weights[i] = math.Exp(-u * u / 4)
	}
	best, err := warp{}, math.Inf(1)
	try := func(d, m float64) {
		if w, e := fitLinear(us, qs, weights, d, m); e < err {
			best, err = w, e
		}
	}
	for d := 0.1; d < 3; d *= 1.5 {
		for m := -5.0; m <= 5; m++ {
			try(d, m)
		}
	}
	for dd, dm := 0.25, 0.5; dm > 1e-3; dd, dm = dd/2, dm/2 {
		c := best
		for _, i := range []float64{-1, 0, 1} {
			for _, j := range []float64{-1, 0, 1} {
				try(c.d*(1+i*dd), c.m+j*dm)
			}
		}
	}
	if math.IsInf(err, 1) {
		return warp{b: 1}
	}
	return best
}

// fitLinear solves the normal equations for a, b, c. A fit that is not safely
// increasing counts as infinitely bad.
func fitLinear(us, qs, weights []float64, d, m float64) (warp, float64) {
	var s [3][4]float64
	for i, u := range us {
		v := d * (u - m)
		row := [4]float64{1, u, math.Sqrt(1 + float64(v*v)), qs[i]}
		for r := range 3 {
			for c := range 4 {
				s[r][c] += float64(weights[i] * row[r] * row[c])
			}
		}
	}
	x, ok := solve3(s)
	w := warp{a: x[0], b: x[1], c: x[2], d: d, m: m}
	if !ok || !(w.b > 1.02*math.Abs(w.c*w.d)) {
		return warp{}, math.Inf(1)
	}
	sum := 0.0
	for i, u := range us {
		q, _, _ := w.at(u)
		sum += float64(weights[i] * (q - qs[i]) * (q - qs[i]))
	}
	return w, sum
}

// solve3 solves three linear equations by elimination with pivoting.
func solve3(s [3][4]float64) (x [3]float64, ok bool) {
	for c := range 3 {
		p := c
		for r := c + 1; r < 3; r++ {
			if math.Abs(s[r][c]) > math.Abs(s[p][c]) {
				p = r
			}
		}
		s[c], s[p] = s[p], s[c]
		if math.Abs(s[c][c]) < 1e-12 {
			return x, false
		}
		for r := c + 1; r < 3; r++ {
			f := s[r][c] / s[c][c]
			for k := c; k < 4; k++ {
				s[r][k] -= float64(f * s[c][k])
			}
		}
	}
	for r := 2; r >= 0; r-- {
		x[r] = s[r][3]
		for k := r + 1; k < 3; k++ {
			x[r] -= float64(s[r][k] * x[k])
		}
		x[r] /= s[r][r]
	}
	return x, true
}

// coordinates is the compiled model as the sampler sees it.
type coordinates struct {
	c        *compiled
	warps    []warp
	rows     []kernel.WarpRow // the same, for the kernel
	affine   int              // from here on all warps are affine; whole rows
	origin   []float64        // their constants a, padded
	curved   []int            // the warps that are not affine
	logSlope float64          // log of the product of the affine warps' slopes
	scale    int              // which saturation parameter the effect coordinate replaces; -1: none
	powers   []float64        // of the scale, in the other saturation parameters; see scaling
	level    bool             // the intercept's coordinate is the level
	usual    []float64        // mean scaled spend, per channel
	start    []float64        // where the search for the mode begins: about the prior median, then near the mode
	baseline []float64        // log f₁ at usual spend and the prior's median shape, per channel
	mappings sync.Pool        // of *mapping, for Output
}

var _ nuts.Model = (*coordinates)(nil)

// newCoordinates chooses the coordinates twice: by the prior, and then with the
// effects' warps moved to where the posterior has its mode in these.
func newCoordinates(c *compiled) *coordinates {
	k := priorCoordinates(c)
	if k.scale >= 0 {
		if mode, err := nuts.Mode(k); err == nil {
			k.moveTo(mode)
		}
	}
	return k
}

// moveTo shifts the warps of the channels' scales along q, so that their
// centers, where they bend most, are at u. A positive parameter near 0 is far
// from normal on every scale but that of its own size, which the prior may
// miss by much.
func (k *coordinates) moveTo(u []float64) {
	k.start = slices.Clone(u)
	for ch := range k.c.x {
		i := k.c.layout.saturation[k.scale] + ch
		w := &k.warps[i]
		q, _, _ := w.at(u[i])
		center, _, _ := w.at(0)
		if by := q - center; math.Abs(by) <= farthest { // not for NaN
			w.a += by
			k.start[i] = 0
		}
	}
	k.prepareWarps()
}

func priorCoordinates(c *compiled) *coordinates {
	k := &coordinates{c: c, scale: -1, start: make([]float64, c.layout.dim)}
	k.mappings.New = func() any { return newMapping(k) }
	cache := map[string]warp{}
	for i, p := range c.priors {
		w, ok := cache[p.String()]
		if !ok {
			w = newWarp(p, c.links[i])
			cache[p.String()] = w
		}
		k.warps = append(k.warps, w)
	}
	k.prepareWarps()
	k.findEffects()
	return k
}

func (k *coordinates) prepareWarps() {
	k.logSlope, k.curved = 0, nil
	k.rows = make([]kernel.WarpRow, kernel.Pad(len(k.warps))/kernel.Lanes)
	for i := range kernel.Lanes * len(k.rows) {
		w := warp{b: 1}
		if i < len(k.warps) {
			w = k.warps[i]
		}
		k.rows[i/kernel.Lanes].Set(i%kernel.Lanes, w.a, w.b, w.c, w.d, w.m)
		if w.c == 0 {
			k.logSlope += math.Log(w.b)
		} else {
			k.curved = append(k.curved, i)
			k.affine = kernel.Pad(i + 1)
		}
	}
	k.origin = kernel.Aligned(kernel.Lanes * len(k.rows))
	for i, w := range k.warps {
		k.origin[i] = w.a
	}
}

// Dim implements [nuts.Model].
func (k *coordinates) Dim() int { return k.c.layout.dim }

// Outputs implements [nuts.Model]: a draw holds the parameters on their own
// scale.
func (k *coordinates) Outputs() int { return k.c.layout.dim }

// Start implements [nuts.Model].
func (k *coordinates) Start() []float64 { return k.start }

// NewDensity implements [nuts.Model].
func (k *coordinates) NewDensity() nuts.Density { return newWarped(k) }

// Output implements [nuts.Model].
func (k *coordinates) Output(dst, u []float64) {
	m := k.mappings.Get().(*mapping)
	m.toUnconstrained(u)
	k.c.constrain(dst, m.q)
	k.mappings.Put(m)
}

// mapping takes the sampler's coordinates to the base density's and keeps what
// the way back needs.
type mapping struct {
	*coordinates
	shift            shift
	u, q             []float64 // padded to whole rows
	slope, dLogSlope []float64
	slopes           []float64 // of the curved warps
	effects          []float64 // of the channels at usual spend, if there is a level
}

func newMapping(k *coordinates) *mapping {
	n := kernel.Lanes * len(k.rows)
	m := &mapping{coordinates: k, shift: newShift(k), u: kernel.Aligned(n), q: kernel.Aligned(n),
		slope: kernel.Aligned(n), dLogSlope: kernel.Aligned(n), slopes: make([]float64, len(k.curved)), effects: make([]float64, len(k.c.x))}
	kernel.Warp(m.q, m.slope, m.dLogSlope, m.u, k.rows) // the affine slopes stay as they are
	return m
}

// toUnconstrained sets m.q and the slopes of the map there.
func (m *mapping) toUnconstrained(u []float64) {
	copy(m.u, u)
	if n := m.affine; n > 0 {
		kernel.Warp(m.q[:n], m.slope[:n], m.dLogSlope[:n], m.u[:n], m.rows[:n/kernel.Lanes])
	}
	if n := m.affine; n < len(m.q) {
		kernel.Scale(m.q[n:], m.slope[n:], m.u[n:], m.origin[n:])
	}
	if m.level {
		m.toIntercept()
	}
	if m.scale >= 0 {
		m.shift.apply(m.q)
	}
}

// logJacobian is the log of the product of the warps' slopes: the shift keeps
// volume.
func (m *mapping) logJacobian() float64 {
	for j, i := range m.curved {
		m.slopes[j] = m.slope[i]
	}
	return m.logSlope + kernel.SumLog(m.slopes)
}

// warped is the posterior density in the sampler's coordinates.
type warped struct {
	*mapping
	base *density
	gq   []float64 // gradient in the base density's coordinates, padded
	gu   []float64 // gradient in the sampler's coordinates, padded
}

func newWarped(k *coordinates) *warped {
	return &warped{mapping: newMapping(k), base: newDensity(k.c), gq: kernel.Aligned(kernel.Lanes * len(k.rows)), gu: kernel.Aligned(kernel.Lanes * len(k.rows))}
}

// LogDensity implements [nuts.Density].
func (w *warped) LogDensity(u, grad []float64) float64 {
	w.toUnconstrained(u)
	lp := w.base.evaluate(w.gq, w.q)
	if w.scale >= 0 {
		w.shift.pullback(w.gq)
	}
	if w.level {
		w.fromIntercept(w.gq)
	}
	kernel.Scale(w.gu, w.slope, w.gq, w.dLogSlope)
	copy(grad, w.gu)
	return lp + w.logJacobian()
}

// fromTheta is the inverse of Output: the sampler's coordinates of theta.
func (k *coordinates) fromTheta(u, theta []float64) {
	q := make([]float64, len(theta))
	k.c.unconstrain(q, theta)
	if k.scale >= 0 {
		k.toEffects(q)
	}
	for i, w := range k.warps {
		u[i] = w.inverse(q[i])
	}
}

// parameterIndex returns the position of a parameter by name, or -1.
func (l layout) parameterIndex(name string) int { return slices.Index(l.names(), name) }
