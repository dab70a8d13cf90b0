package kernel

// Triangle is a lower triangular matrix L of size Dim, stored for products
// with L and with its transpose: rows of L by blocks of eight, and within a
// block column by column, padded with zeros.
type Triangle struct {
	Dim   int
	lower []float64 // block b: columns 0 … 8b+7
	upper []float64 // of the transpose, block b: columns 8b … Pad(Dim)-1
}

// NewTriangle copies the matrix with elements at(i, j), j <= i < dim.
func NewTriangle(dim int, at func(i, j int) float64) *Triangle {
	n := Pad(dim)
	blocks := n / Lanes
	size := Lanes * Lanes * blocks * (blocks + 1) / 2
	t := &Triangle{Dim: dim, lower: Aligned(size), upper: Aligned(size)}
	l, u := t.lower, t.upper
	element := func(i, j int) float64 {
		if i < dim && j <= i {
			return at(i, j)
		}
		return 0
	}
	for first := 0; first < n; first += Lanes {
		for j := range first + Lanes {
			for lane := range Lanes {
				l[lane] = element(first+lane, j)
			}
			l = l[Lanes:]
		}
		for j := first; j < n; j++ {
			for lane := range Lanes {
				u[lane] = element(j, first+lane)
			}
			u = u[Lanes:]
		}
	}
	return t
}

// At returns element (i, j), j <= i.
func (t *Triangle) At(i, j int) float64 {
	b := i / Lanes
	return t.lower[Lanes*Lanes*b*(b+1)/2+Lanes*j+i%Lanes]
}

// Mul sets q = shift + L·z. All have length Pad(Dim); behind Dim, z and shift
// must be 0, and q becomes 0.
func (t *Triangle) Mul(q, shift, z []float64) {
	t.product(q, shift, t.lower, z, Lanes, Lanes, 0)
}

// MulT sets out = shift + Lᵀ·g.
func (t *Triangle) MulT(out, shift, g []float64) {
	t.product(out, shift, t.upper, g, Pad(t.Dim), -Lanes, Lanes)
}

// product multiplies block by block. The first block has n columns, each next
// one more columns than the one before; from block to block the vector starts
// ahead elements later.
func (t *Triangle) product(out, shift, m, v []float64, n, more, ahead int) {
	size := Pad(t.Dim)
	if len(out) != size || len(shift) != size || len(v) != size || size == 0 {
		panic("kernel: Triangle: the vectors do not have length Pad(Dim)")
	}
	switch level {
	case AVX512:
		triangleAVX512(&out[0], &shift[0], &m[0], &v[0], size/Lanes, n, more, ahead)
	case AVX2:
		triangleAVX2(&out[0], &shift[0], &m[0], &v[0], size/Lanes, n, more, ahead)
	default:
		for first := 0; first < size; first += Lanes {
			for lane := 0; lane < Lanes; lane += 2 {
				a, b := stridedDots(m[lane:Lanes*n], v[:n])
				out[first+lane], out[first+lane+1] = shift[first+lane]+a, shift[first+lane+1]+b
			}
			m, v, n = m[Lanes*n:], v[ahead:], n+more
		}
	}
}

// stridedDots returns Σ m[8j]·v[j] and Σ m[8j+1]·v[j], each in four running
// sums.
func stridedDots(m, v []float64) (a, b float64) {
	var a0, a1, a2, a3, b0, b1, b2, b3 float64
	for ; len(v) >= 4; v = v[4:] {
		c := m[:3*Lanes+2]
		v0, v1, v2, v3 := v[0], v[1], v[2], v[3]
		a0 += float64(c[0] * v0)
		b0 += float64(c[1] * v0)
		a1 += float64(c[Lanes] * v1)
		b1 += float64(c[Lanes+1] * v1)
		a2 += float64(c[2*Lanes] * v2)
		b2 += float64(c[2*Lanes+1] * v2)
		a3 += float64(c[3*Lanes] * v3)
		b3 += float64(c[3*Lanes+1] * v3)
		m = m[min(4*Lanes, len(m)):]
	}
	return (a0 + a1) + (a2 + a3), (b0 + b1) + (b2 + b3)
}
