package kernel

// DotsAtOnce is what the number of columns of [Dots] is a multiple of.
const DotsAtOnce = 4

// Combine sets mu = Σ_j coef[j]·column j, in order of j. columns holds one
// column of len(mu) after the other; those behind len(coef) are not read.
func Combine(mu, columns, coef []float64) {
	n := len(mu)
	wantRows("Combine", n)
	if len(coef) == 0 || len(columns) < n*len(coef) {
		panic("kernel: Combine: fewer columns than coefficients")
	}
	switch level {
	case AVX512:
		combineAVX512(&mu[0], &columns[0], &coef[0], n/Lanes, len(coef))
	case AVX2:
		combineAVX2(&mu[0], &columns[0], &coef[0], n/Lanes, len(coef))
	default:
		combineGo(mu, columns, coef)
	}
}

// combineGo takes four columns at a time through memory.
func combineGo(mu, columns, coef []float64) {
	n := len(mu)
	c := coef[0]
	for i, x := range columns[:n] {
		mu[i] = c * x
	}
	coef, columns = coef[1:], columns[n:]
	for ; len(coef) >= 4; coef, columns = coef[4:], columns[4*n:] {
		c0, c1, c2, c3 := coef[0], coef[1], coef[2], coef[3]
		x0, x1, x2, x3 := columns[:n], columns[n:][:n], columns[2*n:][:n], columns[3*n:][:n]
		for i, m := range mu {
			mu[i] = (((m + float64(c0*x0[i])) + float64(c1*x1[i])) + float64(c2*x2[i])) + float64(c3*x3[i])
		}
	}
	for ; len(coef) > 0; coef, columns = coef[1:], columns[n:] {
		c := coef[0]
		for i, x := range columns[:n] {
			mu[i] += float64(c * x)
		}
	}
}

// Dots sets out[j] = Σ_i d[i]·column j, for the columns in order; len(out) is a
// multiple of DotsAtOnce.
func Dots(out, d, columns []float64) {
	n := len(d)
	wantRows("Dots", n)
	if len(out) == 0 || len(out)%DotsAtOnce != 0 || len(columns) != n*len(out) {
		panic("kernel: Dots: the columns are not one per result, in whole groups")
	}
	switch level {
	case AVX512:
		dotsAVX512(&out[0], &d[0], &columns[0], n/Lanes, len(out))
	case AVX2:
		dotsAVX2(&out[0], &d[0], &columns[0], n/Lanes, len(out))
	default:
		for j := range out {
			out[j] = dotGo(d, columns[j*n:][:n])
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
