package kernel

import (
	"math"

	"mixmodel/mmm/internal/kernel/poly"
)

// Curve is what [Channel] needs to know of a channel's parameters.
type Curve struct {
	Decay  float64 // alpha in [0, 1]
	Drop   float64 // -alpha^L, L the number of weights
	Drop1  float64 // its derivative, -L·alpha^(L-1)
	Rate   float64 // see NewCurve
	Height float64 // beta, the ceiling
}

// NewCurve describes the response beta·tanh(steepness·s/2) to the raw stock
// s = Σ_l alpha^l·x[t-l] of lags weights.
func NewCurve(alpha, steepness, beta float64, lags int) Curve {
	last := 1.0
	for range lags - 1 {
		last *= alpha
	}
	return CurveOf(alpha, last, steepness, beta, lags)
}

// CurveOf is NewCurve for those who know the last weight, alpha^(lags-1).
func CurveOf(alpha, last, steepness, beta float64, lags int) Curve {
	return Curve{Decay: alpha, Drop: -float64(alpha * last), Drop1: -float64(float64(lags) * last),
		Rate: -float64(min(steepness, steepest) * perLn2), Height: beta}
}

// Weights finds, for eight values of alpha in a row, the last of the weights
// alpha^l, l < lags, and 1/Σ_l alpha^l with its derivative in alpha. The
// slices have the same length, a multiple of Lanes.
func Weights(last, norm, dNorm, alpha []float64, lags int) {
	n := wantSame("Weights", len(last), len(norm), len(dNorm))
	wantSame("Weights", n, n, len(alpha))
	if lags < 1 {
		panic("kernel: Weights: no weights")
	}
	switch level {
	case AVX512:
		weightsAVX512(&last[0], &norm[0], &dNorm[0], &alpha[0], n/Lanes, lags)
	case AVX2:
		weightsAVX2(&last[0], &norm[0], &dNorm[0], &alpha[0], n/Lanes, lags)
	default:
		for i, a := range alpha {
			power, sum, dSum := 1.0, 1.0, 0.0
			for range lags - 1 {
				dSum = float64(dSum*a) + sum
				sum = float64(sum*a) + 1
				power *= a
			}
			inv := 1 / sum
			last[i], norm[i], dNorm[i] = power, inv, 0-float64(float64(dSum*inv)*inv)
		}
	}
}

// steepest bounds the exponent where rounding has left s a little below 0.
const steepest = 1e13

// Channel adds a channel's effect to mu and keeps what its gradient needs:
//
//	s[t] = Σ_{l<L} alpha^l·x[t-l]     raw geometric adstock, d[t] = ds[t]/dalpha
//	g    = tanh(steepness·s/2)        = (1-e)/(1+e), e = e^(-steepness·s)
//	h    = 1-g²                       twice dg/d(steepness·s)
//	mu  += beta·g;  curve = g;  perStock = h·s;  perDecay = h·d
//
// The sum is a recursion, whose cost does not depend on L:
//
//	s[t] = alpha·s[t-1] + x[t] - alpha^L·x[t-L]
//	d[t] = alpha·d[t-1] + s[t-1] - L·alpha^(L-1)·x[t-L]
//
// x comes from [Grid.History] with the same lags, so that every lane starts
// from a sum of its own and rounding errors do not travel further than R
// periods. The other slices have the grid's length and do not overlap. g and h
// have an absolute error below 1e-14. Steepness counts as at most 1e13.
//
// With e = 2^n·(q+p)/(q-p), see [poly.Half], g takes one division and two
// short polynomials: 1-e and 1+e share their denominator.
func Channel(curve, perStock, perDecay, mu, x []float64, lags int, k *Curve) {
	n := len(mu)
	wantRows("Channel", n)
	if len(curve) != n || len(perStock) != n || len(perDecay) != n || len(x) != n+lags*Lanes || lags < 1 {
		panic("kernel: Channel: slices differ in length")
	}
	switch level {
	case AVX512:
		channelAVX512(&curve[0], &perStock[0], &perDecay[0], &mu[0], &x[0], lags, n/Lanes, &k.Decay)
	case AVX2:
		channelAVX2(&curve[0], &perStock[0], &perDecay[0], &mu[0], &x[0], lags, n/Lanes, &k.Decay)
	default:
		for lane := range Lanes {
			channelLane(curve[lane:], perStock[lane:], perDecay[lane:], mu[lane:], x[lane:], lags*Lanes, k)
		}
	}
}

// channelLane is Channel for the lane that the slices start at.
func channelLane(curve, perStock, perDecay, mu, x []float64, ahead int, k *Curve) {
	n := len(mu)
	curve, perStock, perDecay = curve[:n], perStock[:n], perDecay[:n]
	alpha, drop, drop1, rate, height := k.Decay, k.Drop, k.Drop1, k.Rate, k.Height
	s, d := x[0], 0.0
	for i := Lanes; i < ahead; i += Lanes {
		d = float64(alpha*d) + s
		s = float64(alpha*s) + x[i]
	}
	old := x[:n]
	x = x[ahead:][:n]
	c := &channelConstants // read from memory, they leave the registers free
	for i := 0; i < n; i += Lanes {
		d = float64(alpha*d) + (float64(drop1*old[i]) + s)
		s = float64(alpha*s) + (float64(drop*old[i]) + x[i])
		t := float64(rate * s)
		if !(t > c.floor) {
			t = c.floor
		}
		shifted := t + c.round
		f := t - (shifted - c.round)
		ff := float64(f * f)
		q := float64((ff+c.q1)*ff) + c.q0
		p := float64(f * (float64(c.p1*ff) + c.p0))
		above, below := q-p, q+p
		below = math.Float64frombits(math.Float64bits(below) + math.Float64bits(shifted)<<52)
		g := (above - below) / (above + below)
		h := c.one - float64(g*g)
		curve[i] = g
		perStock[i] = h * s
		perDecay[i] = h * d
		mu[i] += float64(height * g)
	}
}

var channelConstants = struct{ floor, round, p0, p1, q0, q1, one float64 }{
	floor, round, poly.Half.P0, poly.Half.P1, poly.Half.Q0, poly.Half.Q1, 1}
