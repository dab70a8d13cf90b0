package kernel

// Curve is what [Channels] needs to know of a channel's parameters.
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
	var k Curve
	k.Set(alpha, last, steepness, beta, lags)
	return k
}

// Set makes k that of NewCurve, for those who know the last weight,
// alpha^(lags-1). It writes the fields one by one: a copy of the whole would
// wait for its parts.
func (k *Curve) Set(alpha, last, steepness, beta float64, lags int) {
	if steepness > steepest {
		steepness = steepest
	}
	k.Decay, k.Drop, k.Drop1 = alpha, -float64(alpha*last), -float64(float64(lags)*last)
	k.Rate, k.Height = -float64(steepness*perLn2), beta
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

// Channels adds the channels' effects to mu and keeps what their gradient
// needs, see [Slopes], in three columns per channel:
//
//	curve: g    = tanh(steepness·s/2) = (1-e)/(1+e), e = e^(-steepness·s)
//	stock: s[t] = Σ_{l<L} alpha^l·x[t-l], raw geometric adstock
//	decay: d[t] = ds[t]/dalpha
//
//	mu[t] += beta·g[t]
//
// The sum is a recursion, whose cost does not depend on L:
//
//	s[t] = alpha·s[t-1] + x[t] - alpha^L·x[t-L]
//	d[t] = alpha·d[t-1] + s[t-1] - L·alpha^(L-1)·x[t-L]
//
// x is, one channel after the other, from [Grid.History] with the same lags, so
// that every lane starts from a sum of its own and rounding errors do not
// travel further than R periods. mu and each column have the grid's length. g
// has an absolute error below 1e-14. Steepness counts as at most 1e13.
//
// With e = 2^n·(q+p)/(q-p), see [poly.Half], g takes one division and two
// short polynomials: 1-e and 1+e share their denominator.
func Channels(columns, mu, x []float64, lags int, curves []Curve) {
	n, count := len(mu), len(curves)
	wantRows("Channels", n)
	ahead := lags * Lanes
	if len(columns) != 3*n*count || len(x) != (n+ahead)*count || lags < 1 || count < 1 {
		panic("kernel: Channels: slices differ in length")
	}
	switch level {
	case AVX512:
		channelsAVX512(&columns[0], &mu[0], &x[0], lags, n/Lanes, count, &curves[0].Decay)
	case AVX2:
		channelsAVX2(&columns[0], &mu[0], &x[0], lags, n/Lanes, count, &curves[0].Decay)
	default:
		for i := range curves {
			stocksGo(columns[n:2*n], columns[2*n:3*n], x[:n+ahead], ahead, &curves[i])
			curvesGo(columns[:n], mu, columns[n:2*n], &curves[i])
			columns, x = columns[3*n:], x[n+ahead:]
		}
	}
}

// stocksGo fills stock and decay, four lanes at a time: their sums do not wait
// for each other.
func stocksGo(stock, decay, x []float64, ahead int, k *Curve) {
	n := len(stock)
	decay = decay[:n]
	alpha, drop, drop1 := k.Decay, k.Drop, k.Drop1
	for last := 3; last < Lanes; last += 4 {
		s0, s1, s2, s3 := x[last-3], x[last-2], x[last-1], x[last]
		d0, d1, d2, d3 := 0.0, 0.0, 0.0, 0.0
		before := x[:ahead]
		for i := last + Lanes; i < len(before); i += Lanes {
			d0, s0 = float64(alpha*d0)+s0, float64(alpha*s0)+before[i-3]
			d1, s1 = float64(alpha*d1)+s1, float64(alpha*s1)+before[i-2]
			d2, s2 = float64(alpha*d2)+s2, float64(alpha*s2)+before[i-1]
			d3, s3 = float64(alpha*d3)+s3, float64(alpha*s3)+before[i]
		}
		old, now := x[:n], x[ahead:][:n]
		for i := last; i < n; i += Lanes {
			d0 = float64(alpha*d0) + (float64(drop1*old[i-3]) + s0)
			d1 = float64(alpha*d1) + (float64(drop1*old[i-2]) + s1)
			d2 = float64(alpha*d2) + (float64(drop1*old[i-1]) + s2)
			d3 = float64(alpha*d3) + (float64(drop1*old[i]) + s3)
			s0 = float64(alpha*s0) + (float64(drop*old[i-3]) + now[i-3])
			s1 = float64(alpha*s1) + (float64(drop*old[i-2]) + now[i-2])
			s2 = float64(alpha*s2) + (float64(drop*old[i-1]) + now[i-1])
			s3 = float64(alpha*s3) + (float64(drop*old[i]) + now[i])
			decay[i-3], decay[i-2], decay[i-1], decay[i] = d0, d1, d2, d3
			stock[i-3], stock[i-2], stock[i-1], stock[i] = s0, s1, s2, s3
		}
	}
}

// curvesGo fills curve and adds to mu. What comes before the division is done
// a row in advance: all of it is a long chain of waiting, and a processor
// looks ahead only so far.
func curvesGo(curve, mu, stock []float64, k *Curve) {
	n := len(stock)
	curve, mu = curve[:n], mu[:n]
	rate, height := k.Rate, k.Height
	var below [Lanes]float64 // what curve[i] is yet to be divided by
	begin := func(i int) {
		q, p, e := halves(float64(rate * stock[i]))
		curve[i], below[i&(Lanes-1)] = q-p, shift(q+p, e)
	}
	end := func(i int) {
		a, b := curve[i], below[i&(Lanes-1)]
		g := (a - b) / (a + b)
		curve[i] = g
		mu[i] += float64(height * g)
	}
	for i := range Lanes {
		begin(i)
	}
	for i := Lanes; i < n; i++ {
		end(i - Lanes)
		begin(i)
	}
	for i := n - Lanes; i < n; i++ {
		end(i)
	}
}

// Slopes sets, for every channel, three elements of out to the derivatives of a
// log density with the derivative dmu in mu, from the three columns that
// [Channels] has left. With w = dmu·(1-g²), where 1-g² is twice
// dg/d(steepness·s):
//
//	Σ dmu·g    in beta
//	Σ w·s      times beta/2 in steepness
//	Σ w·d      times beta·steepness/2 in alpha
func Slopes(out, dmu, columns []float64) {
	n := len(dmu)
	wantRows("Slopes", n)
	if len(out) == 0 || len(out)%3 != 0 || len(columns) != n*len(out) {
		panic("kernel: Slopes: not three columns and three results per channel")
	}
	switch level {
	case AVX512:
		slopesAVX512(&out[0], &dmu[0], &columns[0], n/Lanes, len(out)/3)
	case AVX2:
		slopesAVX2(&out[0], &dmu[0], &columns[0], n/Lanes, len(out)/3)
	default:
		for ; len(out) > 0; out, columns = out[3:], columns[3*n:] {
			out[0], out[1], out[2] = slopesGo(dmu, columns[:n], columns[n:2*n], columns[2*n:3*n])
		}
	}
}

// slopesGo is Slopes of one channel, two lanes at a time.
func slopesGo(dmu, curve, stock, decay []float64) (inCurve, inStock, inDecay float64) {
	n := len(dmu)
	curve, stock, decay = curve[:n], stock[:n], decay[:n]
	var a, b, c [Lanes]float64
	for last := 1; last < Lanes; last += 2 {
		var a0, a1, b0, b1, c0, c1 float64
		for i := last; i < n; i += Lanes {
			r0, r1, g0, g1 := dmu[i-1], dmu[i], curve[i-1], curve[i]
			w0, w1 := float64(r0*g0), float64(r1*g1)
			a0 += w0
			a1 += w1
			w0, w1 = r0-float64(w0*g0), r1-float64(w1*g1)
			b0 += float64(w0 * stock[i-1])
			b1 += float64(w1 * stock[i])
			c0 += float64(w0 * decay[i-1])
			c1 += float64(w1 * decay[i])
		}
		a[last-1], a[last], b[last-1], b[last], c[last-1], c[last] = a0, a1, b0, b1, c0, c1
	}
	return sumLanes(a[:]), sumLanes(b[:]), sumLanes(c[:])
}
