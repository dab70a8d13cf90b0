package kernel

// DotsAtOnce is what the number of columns of [Dots] and of lags of
// [Correlate] is a multiple of.
const DotsAtOnce = 4

// Groups rounds n up to whole groups of DotsAtOnce.
func Groups(n int) int { return (n + DotsAtOnce - 1) / DotsAtOnce * DotsAtOnce }

// Combine sets mu = Σ_j coef[j]·column j, in order of j. columns holds one
// column of len(mu) after the other; those behind len(coef) are not read.
func Combine(mu, columns, coef []float64) {
	n := len(mu)
	wantRows("Combine", n)
	if len(coef) == 0 || len(columns) < n*len(coef) {
		panic("kernel: Combine: fewer columns than coefficients")
	}
	combine(mu, columns, coef, 0, n)
}

// Dots sets out[j] = Σ_i d[i]·column j, for the columns in order; len(out) is a
// multiple of DotsAtOnce.
func Dots(out, d, columns []float64) {
	n := len(d)
	wantRows("Dots", n)
	if len(out) == 0 || len(out)%DotsAtOnce != 0 || len(columns) != n*len(out) {
		panic("kernel: Dots: the columns are not one per result, in whole groups")
	}
	dots(out, d, columns, 0, n)
}

// Convolve sets stock[t] = Σ_l weights[l]·x[t-l], in order of l. x comes from
// [Grid.History] with at least as many lags as there are weights.
func Convolve(stock, x, weights []float64) {
	combine(stock, x, weights, wantHistory("Convolve", stock, x, len(weights)), -Lanes)
}

// Correlate sets out[l] = Σ_t d[t]·x[t-l]: how a function with the derivatives
// d in the result of [Convolve] depends on the weights. len(out) is a multiple
// of DotsAtOnce, and x comes from [Grid.History] with at least as many lags.
func Correlate(out, d, x []float64) {
	if len(out)%DotsAtOnce != 0 {
		panic("kernel: Correlate: not whole groups of lags")
	}
	dots(out, d, x, wantHistory("Correlate", d, x, len(out)), -Lanes)
}

// wantHistory returns how many elements of x are before those of the grid, of
// which v has the length.
func wantHistory(who string, v, x []float64, lags int) int {
	wantRows(who, len(v))
	before := len(x) - len(v)
	if lags < 1 || before%Lanes != 0 || before < lags*Lanes {
		panic("kernel: " + who + ": x has not a row of history for every lag")
	}
	return before
}

// combine is Combine of the columns x[first+j·stride:].
func combine(mu, x, coef []float64, first, stride int) {
	n := len(mu)
	switch level {
	case AVX512:
		combineAVX512(&mu[0], &x[first], &coef[0], n/Lanes, len(coef), stride)
	case AVX2:
		combineAVX2(&mu[0], &x[first], &coef[0], n/Lanes, len(coef), stride)
	default:
		combineGo(mu, x, coef, first, stride)
	}
}

// combineGo takes four columns at a time through memory.
func combineGo(mu, x, coef []float64, first, stride int) {
	n := len(mu)
	c := coef[0]
	for i, v := range x[first:][:n] {
		mu[i] = c * v
	}
	j := 1
	for ; j+4 <= len(coef); j += 4 {
		c0, c1, c2, c3 := coef[j], coef[j+1], coef[j+2], coef[j+3]
		at := first + j*stride
		x0, x1, x2, x3 := x[at:][:n], x[at+stride:][:n], x[at+2*stride:][:n], x[at+3*stride:][:n]
		for i, m := range mu {
			mu[i] = (((m + float64(c0*x0[i])) + float64(c1*x1[i])) + float64(c2*x2[i])) + float64(c3*x3[i])
		}
	}
	for ; j < len(coef); j++ {
		c := coef[j]
		for i, v := range x[first+j*stride:][:n] {
			mu[i] += float64(c * v)
		}
	}
}

// dots is Dots of the columns x[first+j·stride:].
func dots(out, d, x []float64, first, stride int) {
	n := len(d)
	switch level {
	case AVX512:
		dotsAVX512(&out[0], &d[0], &x[first], n/Lanes, len(out), stride)
	case AVX2:
		dotsAVX2(&out[0], &d[0], &x[first], n/Lanes, len(out), stride)
	default:
		for j := range out {
			out[j] = dotGo(d, x[first+j*stride:][:n])
		}
	}
}

// dotGo returns Σ a[i]·b[i].
func dotGo(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(a) >= Lanes && len(b) >= Lanes {
		x, y := a[:Lanes], b[:Lanes]
		s0 += float64(x[0] * y[0])
		s1 += float64(x[1] * y[1])
		s2 += float64(x[2] * y[2])
		s3 += float64(x[3] * y[3])
		s4 += float64(x[4] * y[4])
		s5 += float64(x[5] * y[5])
		s6 += float64(x[6] * y[6])
		s7 += float64(x[7] * y[7])
		a, b = a[Lanes:], b[Lanes:]
	}
	return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
}
