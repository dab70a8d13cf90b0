package mmm

import (
	"math"
	"slices"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
)

// The log prior density of a parameter together with the log Jacobian of its
// link is, for most distributions, a sum of few terms in the unconstrained
// coordinate q, the parameter θ(q), and r = 1/(1+e^-q) where the link is logit:
//
//	linear·q - precision·(q-center)²/2 + rate·(θ-at) - square·(θ-at)²/2 + power·log r
//
// up to a constant. priorTerms holds the coefficients, which makes a gradient
// a few multiplications per parameter; distributions that do not fit are
// asked themselves.
type priorTerms struct {
	all      []quadratic           // [parameter]
	rows     []kernel.QuadraticRow // the same, for the kernel
	links    []kernel.LinkRow      // of the parameters up to the last whose link is not the identity
	logs     []logTerm
	logits   []logitTerm // in ascending order of power
	kinks    []kinkTerm
	others   []otherTerm
	constant float64
}

// quadratic is linear·q - precision·(q-center)²/2.
type quadratic struct {
	linear, precision, center float64
	identity                  float64 // 1 if θ = q, else 0
}

// logTerm is rate·(θ-at) - square·(θ-at)²/2 for θ = lo + e^q.
type logTerm struct {
	param                int
	lo, at, rate, square float64
}

// logitTerm is power·log r for θ = lo + width·r.
type logitTerm struct {
	param            int
	lo, width, power float64
}

// kinkTerm is -|q-at|·rate: a Laplace prior.
type kinkTerm struct {
	param    int
	at, rate float64
}

// otherTerm is any other distribution.
type otherTerm struct {
	param int
	dist  dist.Dist
	link  link
}

func newPriorTerms(priors []dist.Dist, links []link) *priorTerms {
	t := &priorTerms{}
	for i, p := range priors {
		t.add(i, p, links[i])
	}
	t.rows = make([]kernel.QuadraticRow, kernel.Pad(len(t.all))/kernel.Lanes)
	for i, c := range t.all {
		t.rows[i/kernel.Lanes].Set(i%kernel.Lanes, c.linear, c.precision, c.center, c.identity)
	}
	t.prepareLinks()
	slices.SortStableFunc(t.logits, func(a, b logitTerm) int {
		switch {
		case a.power < b.power:
			return -1
		case a.power > b.power:
			return 1
		}
		return 0
	})
	return t
}

func (t *priorTerms) prepareLinks() {
	last := -1
	for i := range t.all {
		if t.all[i].identity == 0 {
			last = i
		}
	}
	t.links = make([]kernel.LinkRow, kernel.Pad(last+1)/kernel.Lanes)
	for i := range min(len(t.all), kernel.Lanes*len(t.links)) {
		if t.all[i].identity == 1 {
			t.links[i/kernel.Lanes].SetIdentity(i % kernel.Lanes)
		}
	}
	for _, c := range t.logs {
		t.links[c.param/kernel.Lanes].SetLog(c.param%kernel.Lanes, c.lo, c.at, c.rate, c.square)
	}
	for _, c := range t.logits {
		t.links[c.param/kernel.Lanes].SetLogit(c.param%kernel.Lanes, c.lo, c.width, c.power)
	}
}

// add takes up one parameter: first the Jacobian of its link, then the prior.
func (t *priorTerms) add(param int, p dist.Dist, k link) {
	var (
		q     quadratic
		log   = logTerm{param: param, lo: k.lo}
		logit = logitTerm{param: param, lo: k.lo, width: k.hi - k.lo}
		kink  kinkTerm
		known = true
	)
	switch k.kind {
	case linkIdentity:
		q.identity = 1
	case linkLog:
		q.linear = 1
	case linkLogit:
		q.linear, logit.power = -1, 2
	}
	switch d := p.(type) {
	case dist.Normal:
		q.precision, q.center = 1/(d.Sigma*d.Sigma), d.Mu
	case dist.Laplace:
		kink = kinkTerm{param: param, at: d.Mu, rate: 1 / d.B}
	case dist.LogNormal:
		q.linear--
		q.precision, q.center = 1/(d.Sigma*d.Sigma), d.Mu
	case dist.HalfNormal:
		log.square = 1 / (d.Sigma * d.Sigma)
	case dist.TruncatedNormal:
		log.square, log.at = 1/(d.Sigma*d.Sigma), d.Mu
		known = k.kind == linkLog
	case dist.Gamma:
		q.linear += d.Alpha - 1
		log.rate = -d.Beta
	case dist.Exponential:
		log.rate = -d.Rate
	case dist.Beta:
		logit.power += d.Alpha + d.Beta - 2
		q.linear -= d.Beta - 1
	case dist.Uniform:
		known = k.kind == linkLogit
	default:
		known = false
	}
	if !known {
		q, log = quadratic{linear: q.linear, identity: q.identity}, logTerm{param: param, lo: k.lo}
		t.others = append(t.others, otherTerm{param, p, k})
	}
	t.all = append(t.all, q)
	switch k.kind {
	case linkLog:
		t.logs = append(t.logs, log)
	case linkLogit:
		t.logits = append(t.logits, logit)
	}
	if kink.rate != 0 {
		t.kinks = append(t.kinks, kink)
	}
	t.constant += constantOf(p, k, known, q, log, logit, kink)
}

// constantOf is what the terms lack, found where the prior's bulk is.
func constantOf(p dist.Dist, k link, known bool, q quadratic, log logTerm, logit logitTerm, kink kinkTerm) float64 {
	at := finiteOr(k.unconstrain(p.Quantile(0.5)), 0)
	theta, _, logSlope, _ := k.constrain(at)
	want := logSlope
	if known {
		want += p.LogProb(theta)
	}
	v := q.value(at)
	switch k.kind {
	case linkLog:
		w, _ := log.value(theta)
		v += w
	case linkLogit:
		v -= logit.power * math.Log1p(math.Exp(-at))
	}
	return want - v + kink.rate*math.Abs(at-kink.at)
}

// value returns the term at q.
func (c *quadratic) value(q float64) float64 {
	return c.linear*q - 0.5*c.precision*(q-c.center)*(q-c.center)
}

// value returns the term and its derivative in theta.
func (c *logTerm) value(theta float64) (v, slope float64) {
	d := theta - c.at
	pull := float64(c.square * d)
	return d * (c.rate - 0.5*pull), c.rate - pull
}

// priorDensity evaluates priorTerms and the links. It owns scratch memory.
type priorDensity struct {
	*priorTerms
	linked *kernel.Links
	rs     []float64 // r of the logits
	beyond bool      // a coordinate is where e^q leaves the range of numbers
}

// farthest is how far from 0 the logarithm or logit of a parameter may lie.
// Beyond, the density counts as 0.
const farthest = 700

func newPriorDensity(c *compiled) *priorDensity {
	t := c.terms
	return &priorDensity{priorTerms: t, linked: kernel.NewLinks(kernel.Lanes * len(t.links)), rs: make([]float64, len(t.logits))}
}

// constrain sets theta from q, which is padded to whole rows.
func (d *priorDensity) constrain(theta, q []float64) {
	n := kernel.Lanes * len(d.links)
	if n > 0 {
		d.beyond = !kernel.Link(d.linked, q[:n], d.links, farthest)
		copy(theta, d.linked.Theta)
	}
	if n < len(theta) {
		copy(theta[n:], q[n:])
	}
}

// logProb returns the log prior density and log Jacobian of what constrain
// was called with last, and sets grad to its gradient in q plus that of the
// likelihood, gtheta, carried to q. The vectors are padded to whole rows.
func (d *priorDensity) logProb(grad, q, theta, gtheta []float64) float64 {
	lp := d.constant + kernel.Quadratic(grad, q, gtheta, d.rows)
	if n := kernel.Lanes * len(d.links); n > 0 {
		lp += kernel.LinkTerms(grad[:n], d.linked, gtheta[:n], d.links)
	}
	for i := range d.kinks {
		c := &d.kinks[i]
		z := q[c.param] - c.at
		lp -= float64(math.Abs(z) * c.rate)
		if z != 0 {
			grad[c.param] -= math.Copysign(c.rate, z)
		}
	}
	if d.beyond {
		lp = math.Inf(-1)
	}
	lp += d.logRatios()
	for i := range d.others {
		c := &d.others[i]
		x := theta[c.param]
		_, slope, _, _ := c.link.constrain(q[c.param])
		lp += c.dist.LogProb(x)
		grad[c.param] += float64(c.dist.Score(x) * slope)
	}
	return lp
}

// logRatios returns Σ power·log r, with one logarithm per distinct power.
func (d *priorDensity) logRatios() float64 {
	lp, first := 0.0, 0
	for i := range d.logits {
		c := &d.logits[i]
		d.rs[i] = d.linked.R[c.param]
		if next := i + 1; next == len(d.logits) || d.logits[next].power != c.power {
			lp += float64(c.power * kernel.SumLog(d.rs[first:next]))
			first = next
		}
	}
	return lp
}
