package kernel

import "math"

// WarpRow holds the parameters of eight hyperbolas
//
//	q(u) = a + b·u + c·√(1 + (d·(u-m))²)
type WarpRow struct {
	a, b, c, d, m [Lanes]float64
	cd, cdd       [Lanes]float64 // c·d and c·d²
}

// Set puts a hyperbola in a lane.
func (w *WarpRow) Set(lane int, a, b, c, d, m float64) {
	w.a[lane], w.b[lane], w.c[lane], w.d[lane], w.m[lane] = a, b, c, d, m
	w.cd[lane], w.cdd[lane] = float64(c*d), float64(c*d)*d
}

// Warp sets q, its slope dq/du, and dLog = d log(slope)/du at u, one WarpRow
// per eight elements.
func Warp(q, slope, dLog, u []float64, w []WarpRow) {
	n := len(u)
	wantRows("Warp", n)
	if len(q) != n || len(slope) != n || len(dLog) != n || len(w)*Lanes != n {
		panic("kernel: Warp: slices differ in length")
	}
	switch level {
	case AVX512:
		warpAVX512(&q[0], &slope[0], &dLog[0], &u[0], &w[0].a[0], n/Lanes)
	case AVX2:
		warpAVX2(&q[0], &slope[0], &dLog[0], &u[0], &w[0].a[0], n/Lanes)
	default:
		for i, u := range u {
			w, l := &w[i/Lanes], i%Lanes
			v := w.d[l] * (u - w.m[l])
			r := math.Sqrt(math.FMA(v, v, 1))
			inv := 1 / r
			slope[i] = math.FMA(float64(w.cd[l]*v), inv, w.b[l])
			q[i] = math.FMA(w.c[l], r, math.FMA(w.b[l], u, w.a[l]))
			dLog[i] = w.cdd[l] * (inv * inv) * inv / slope[i]
		}
	}
}
