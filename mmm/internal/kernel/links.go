package kernel

import "math"

// LinkRow says of eight parameters θ how they come from an unconstrained
// coordinate q, and which terms the log density has in them. With
// e = e^(sign·q), r = 1/(1+e) and rest = 1-r:
//
//	θ     = identity·q + lo + log·e + width·r
//	terms = (θ-at)·rate - square·(θ-at)²/2 + power·log r
//
// so sign is 1 where the link is log, -1 where it is logit, and 0 elsewhere.
type LinkRow struct {
	sign, identity, lo, log, width [Lanes]float64
	at, rate, square, power        [Lanes]float64
}

// SetIdentity makes a lane θ = q.
func (r *LinkRow) SetIdentity(lane int) { r.identity[lane] = 1 }

// SetLog makes a lane θ = lo + e^q.
func (r *LinkRow) SetLog(lane int, lo, at, rate, square float64) {
	r.sign[lane], r.lo[lane], r.log[lane] = 1, lo, 1
	r.at[lane], r.rate[lane], r.square[lane] = at, rate, square
}

// SetLogit makes a lane θ = lo + width/(1+e^-q).
func (r *LinkRow) SetLogit(lane int, lo, width, power float64) {
	r.sign[lane], r.lo[lane], r.width[lane], r.power[lane] = -1, lo, width, power
}

// Links is what [Link] finds, one element per parameter.
type Links struct {
	Theta []float64
	Slope []float64 // dθ/dq where the link is log or logit, else 0
	R     []float64
	Rest  []float64
	far   [Lanes]float64
}

// NewLinks returns the memory for n parameters, rounded up to whole rows.
func NewLinks(n int) *Links {
	n = Pad(n)
	return &Links{Theta: Aligned(n), Slope: Aligned(n), R: Aligned(n), Rest: Aligned(n)}
}

// Link fills l from q, one LinkRow per eight elements. It reports whether all
// exponents sign·q lie within ±limit; NaN counts as 0.
func Link(l *Links, q []float64, rows []LinkRow, limit float64) (within bool) {
	n := wantSame("Link", len(l.Theta), len(q), len(rows)*Lanes)
	wantSame("Link", n, len(l.Slope), len(l.R))
	wantSame("Link", n, n, len(l.Rest))
	switch level {
	case AVX512:
		linkAVX512(&l.Theta[0], &l.Slope[0], &l.R[0], &l.Rest[0], &q[0], &rows[0].sign[0], n/Lanes, &l.far[0])
	case AVX2:
		linkAVX2(&l.Theta[0], &l.Slope[0], &l.R[0], &l.Rest[0], &q[0], &rows[0].sign[0], n/Lanes, &l.far[0])
	default:
		clear(l.far[:])
		for i, q := range q {
			w, j := &rows[i/Lanes], i%Lanes
			v := float64(w.sign[j] * q)
			if a := math.Abs(v); a > l.far[j] {
				l.far[j] = a
			}
			t := notBelow(float64(v * perLn2))
			if !(t < roof) {
				t = roof
			}
			e := exp2(t)
			r := 1 / (1 + e)
			rest := float64(e * r)
			l.R[i], l.Rest[i] = r, rest
			l.Theta[i] = ((float64(w.identity[j]*q) + w.lo[j]) + float64(w.log[j]*e)) + float64(w.width[j]*r)
			l.Slope[i] = float64(w.log[j]*e) + float64(w.width[j]*float64(r*rest))
		}
	}
	for _, v := range l.far {
		if !(v < limit) {
			return false
		}
	}
	return true
}

// LinkTerms adds the derivatives of the terms in q, and those of a function of
// θ with the derivatives further, to grad. It returns the sum of the terms
// without the logarithms.
func LinkTerms(grad []float64, l *Links, further []float64, rows []LinkRow) float64 {
	n := wantSame("LinkTerms", len(grad), len(further), len(rows)*Lanes)
	wantSame("LinkTerms", n, len(l.Theta), len(l.Slope))
	wantSame("LinkTerms", n, n, len(l.Rest))
	switch level {
	case AVX512:
		return linkTermsAVX512(&grad[0], &l.Theta[0], &l.Slope[0], &l.Rest[0], &further[0], &rows[0].sign[0], n/Lanes)
	case AVX2:
		return linkTermsAVX2(&grad[0], &l.Theta[0], &l.Slope[0], &l.Rest[0], &further[0], &rows[0].sign[0], n/Lanes)
	}
	var s [Lanes]float64
	for i := range grad {
		w, j := &rows[i/Lanes], i%Lanes
		d := l.Theta[i] - w.at[j]
		pull := float64(w.square[j] * d)
		s[j] += float64(d * (w.rate[j] - float64(0.5*pull)))
		grad[i] += float64(((w.rate[j]-pull)+further[i])*l.Slope[i]) + float64(w.power[j]*l.Rest[i])
	}
	return sumLanes(s[:])
}
