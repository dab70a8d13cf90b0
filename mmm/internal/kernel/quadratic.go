package kernel

// QuadraticRow holds the coefficients of eight terms
//
//	linear·q - precision·(q-center)²/2
//
// and, for each, the share of a further derivative that belongs to q.
type QuadraticRow struct{ linear, precision, center, share [Lanes]float64 }

// Set puts a term in a lane.
func (r *QuadraticRow) Set(lane int, linear, precision, center, share float64) {
	r.linear[lane], r.precision[lane], r.center[lane], r.share[lane] = linear, precision, center, share
}

// Quadratic returns the sum of the terms at q and sets grad to their
// derivatives plus share·further, one QuadraticRow per eight elements.
func Quadratic(grad, q, further []float64, terms []QuadraticRow) float64 {
	n := wantSame("Quadratic", len(grad), len(q), len(further))
	wantSame("Quadratic", n, n, len(terms)*Lanes)
	switch level {
	case AVX512:
		return quadraticAVX512(&grad[0], &q[0], &further[0], &terms[0].linear[0], n/Lanes)
	case AVX2:
		return quadraticAVX2(&grad[0], &q[0], &further[0], &terms[0].linear[0], n/Lanes)
	}
	var s [Lanes]float64
	q, further = q[:n], further[:n]
	for i := range grad {
		t, l := &terms[i/Lanes], i%Lanes
		d := q[i] - t.center[l]
		pull := float64(t.precision[l] * d)
		s[l] = (s[l] + float64(t.linear[l]*q[i])) - float64(float64(0.5*pull)*d)
		grad[i] = (t.linear[l] - pull) + float64(t.share[l]*further[i])
	}
	return sumLanes(s[:])
}

// Scale sets out = slope·g + shift.
func Scale(out, slope, g, shift []float64) {
	n := wantSame("Scale", len(out), len(slope), len(g))
	wantSame("Scale", n, n, len(shift))
	switch level {
	case AVX512:
		scaleAVX512(&out[0], &slope[0], &g[0], &shift[0], n/Lanes)
	case AVX2:
		scaleAVX2(&out[0], &slope[0], &g[0], &shift[0], n/Lanes)
	default:
		slope, g, shift = slope[:n], g[:n], shift[:n]
		for i := range out {
			out[i] = float64(slope[i]*g[i]) + shift[i]
		}
	}
}
