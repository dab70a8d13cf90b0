package kernel

import "math"

// The vectors of a trajectory: positions, momenta, gradients. All have the
// same length, a multiple of Lanes, with zeros behind the last element.

// Leap is the first part of a leapfrog step: p += half·g, then z += eps·p.
func Leap(p, z, g []float64, half, eps float64) {
	n := wantSame("Leap", len(p), len(z), len(g))
	switch level {
	case AVX512:
		leapAVX512(&p[0], &z[0], &g[0], n/Lanes, half, eps)
	case AVX2:
		leapAVX2(&p[0], &z[0], &g[0], n/Lanes, half, eps)
	default:
		z, g = z[:n], g[:n]
		for i := range p {
			p[i] = math.FMA(half, g[i], p[i])
			z[i] = math.FMA(eps, p[i], z[i])
		}
	}
}

// Kick is the second part: p += half·g. It returns p·p.
func Kick(p, g []float64, half float64) float64 {
	n := wantSame("Kick", len(p), len(g), len(p))
	switch level {
	case AVX512:
		return kickAVX512(&p[0], &g[0], n/Lanes, half)
	case AVX2:
		return kickAVX2(&p[0], &g[0], n/Lanes, half)
	}
	g = g[:n]
	for i := range p {
		p[i] = math.FMA(half, g[i], p[i])
	}
	return dotGo(p, p)
}

// Add sets a += b.
func Add(a, b []float64) {
	n := wantSame("Add", len(a), len(b), len(a))
	switch level {
	case AVX512:
		addAVX512(&a[0], &b[0], n/Lanes)
	case AVX2:
		addAVX2(&a[0], &b[0], n/Lanes)
	default:
		b = b[:n]
		for i := range a {
			a[i] += b[i]
		}
	}
}

// Dot returns a·b.
func Dot(a, b []float64) float64 {
	n := wantSame("Dot", len(a), len(b), len(a))
	switch level {
	case AVX512:
		return dotAVX512(&a[0], &b[0], n/Lanes)
	case AVX2:
		return dotAVX2(&a[0], &b[0], n/Lanes)
	}
	return dotGo(a, b)
}

// Along returns a·(x+y) and b·(x+y).
func Along(a, b, x, y []float64) (alongA, alongB float64) {
	n := wantSame("Along", len(a), len(b), len(x))
	wantSame("Along", n, n, len(y))
	switch level {
	case AVX512:
		return alongAVX512(&a[0], &b[0], &x[0], &y[0], n/Lanes)
	case AVX2:
		return alongAVX2(&a[0], &b[0], &x[0], &y[0], n/Lanes)
	}
	return alongGo(a, b, x, y)
}

func alongGo(a, b, x, y []float64) (float64, float64) {
	n := len(a)
	b, x, y = b[:n], x[:n], y[:n]
	var sa, sb [Lanes]float64
	for half := 0; half < Lanes; half += 4 {
		var a0, a1, a2, a3, b0, b1, b2, b3 float64
		for i := half; i+3 < n; i += Lanes {
			s0, s1, s2, s3 := x[i]+y[i], x[i+1]+y[i+1], x[i+2]+y[i+2], x[i+3]+y[i+3]
			a0, b0 = a0+float64(a[i]*s0), b0+float64(b[i]*s0)
			a1, b1 = a1+float64(a[i+1]*s1), b1+float64(b[i+1]*s1)
			a2, b2 = a2+float64(a[i+2]*s2), b2+float64(b[i+2]*s2)
			a3, b3 = a3+float64(a[i+3]*s3), b3+float64(b[i+3]*s3)
		}
		sa[half], sa[half+1], sa[half+2], sa[half+3] = a0, a1, a2, a3
		sb[half], sb[half+1], sb[half+2], sb[half+3] = b0, b1, b2, b3
	}
	return sumLanes(sa[:]), sumLanes(sb[:])
}

// wantSame panics unless all lengths are n, which it returns.
func wantSame(who string, n, a, b int) int {
	wantRows(who, n)
	if a != n || b != n {
		panic("kernel: " + who + ": slices differ in length")
	}
	return n
}

// wantRows panics unless n is a positive multiple of Lanes.
func wantRows(who string, n int) {
	if n == 0 || n%Lanes != 0 {
		panic("kernel: " + who + ": the length is not a positive multiple of 8")
	}
}
