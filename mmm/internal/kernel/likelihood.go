package kernel

import (
	"math"

	"mixmodel/mmm/internal/kernel/poly"
)

// Residuals are the sums that a likelihood is made of, over all periods.
type Residuals struct {
	Squares float64 // Σ ((y-mu)/sigma)²
	LogPhi  float64 // Σ log Φ(z), z = mu/sigma
	Hazard  float64 // Σ z·φ(z)/Φ(z)
}

// Normal returns the sum of squares and sets dmu to the derivative of minus
// half of it in mu; inv is 1/sigma. Where the grid has no period, y is 0 and mu
// becomes so.
func Normal(dmu, mu, y []float64, g Grid, inv float64) Residuals {
	n := wantSame("Normal", len(dmu), len(mu), len(y))
	wantSame("Normal", n, n, g.Len())
	g.clearRest(mu)
	mu, y = mu[:n], y[:n]
	var out [Lanes]float64
	switch level {
	case AVX512:
		normalAVX512(&dmu[0], &mu[0], &y[0], n/Lanes, inv, &out[0])
	case AVX2:
		normalAVX2(&dmu[0], &mu[0], &y[0], n/Lanes, inv, &out[0])
	default:
		for i := range dmu {
			r := (y[i] - mu[i]) * inv
			dmu[i] = r * inv
			out[i%Lanes] += float64(r * r)
		}
	}
	return Residuals{Squares: sumLanes(out[:])}
}

// truncatedSums are the running sums of [TruncatedNormal], by lane.
type truncatedSums struct {
	squares [Lanes]float64 // ((y-mu)/sigma)²
	hazard  [Lanes]float64 // z·φ(z)/Φ(z)
	product [Lanes]float64 // Φ(z), or M(-z) = Φ(z)/φ(z) where z < 0
	below   [Lanes]float64 // -2·log φ(z) where z < 0
	over    [Lanes]float64 // what the factors of product are fractions of
}

// rowsPerProduct bounds the factors of a lane's product, each between 1e-9 and
// 1e4 for z > -4e8, so that it remains a normal number.
const rowsPerProduct = 32

// TruncatedNormal is [Normal] for the normal distribution cut off at 0, whose
// density is divided by Φ(mu/sigma).
//
// Φ comes from Mills' ratio M, see [poly.Mills], without loss in either tail:
// Φ(z) = 1 - φ(z)·M(z) for z >= 0 and φ(z)·M(-z) for z < 0; the hazard
// φ(z)/Φ(z) is 1/M(-z) there. With φ = t/a, see [poly.Half], Φ is (a-t·M)/a,
// the hazard t/(a-t·M), and the division by a waits for the end. The sum of
// logarithms is the logarithm of a product. Relative error of hazard and Φ:
// below 6e-13.
func TruncatedNormal(dmu, mu, y []float64, g Grid, inv float64) Residuals {
	n := wantSame("TruncatedNormal", len(dmu), len(mu), len(y))
	wantSame("TruncatedNormal", n, n, g.Len())
	g.clearRest(mu)
	// Without a period, z is 0 and the factor Φ(0) = 1/2.
	total := Residuals{LogPhi: float64(n-g.Periods) * math.Ln2}
	var p product
	for from := 0; from < n; from += rowsPerProduct * Lanes {
		to := min(n, from+rowsPerProduct*Lanes)
		var s truncatedSums
		switch level {
		case AVX512:
			truncatedAVX512(&dmu[from], &mu[from], &y[from], (to-from)/Lanes, inv, &s.squares[0])
		case AVX2:
			truncatedAVX2(&dmu[from], &mu[from], &y[from], (to-from)/Lanes, inv, &s.squares[0])
		default:
			truncatedGo(dmu[from:to], mu[from:to], y[from:to], inv, &s)
		}
		total.Squares += sumLanes(s.squares[:])
		total.Hazard += sumLanes(s.hazard[:])
		total.LogPhi -= sumLanes(s.below[:]) / 2
		p.timesAll(s.product[:])
	}
	total.LogPhi += p.log()
	g.clearRest(dmu)
	return total
}

const halfPerLn2 = perLn2 / 2

// truncatedGo is a pipeline: while a period is in its last stage, that of the
// next row is in the one before, see curvesGo.
func truncatedGo(dmu, mu, y []float64, inv float64, s *truncatedSums) {
	n := len(dmu)
	mu, y = mu[:n], y[:n]
	c, k := &truncatedConstants, &poly.Mills // read from memory, they leave the registers free
	for i := range Lanes {
		s.product[i], s.over[i] = 1, 1
	}
	const two = 2 * Lanes
	var first, mills [Lanes]float64
	var above, below [two]float64
	for i := range n + two {
		lane := i & (Lanes - 1)
		if i := i - two; i >= 0 {
			r, z := (y[i]-mu[i])*inv, mu[i]*inv
			a, t, m := above[i&(two-1)], below[i&(two-1)], mills[lane]
			var h float64
			if math.Signbit(z) { // cheaper than z < 0, and as good
				h = 1 / m
				s.product[lane] *= m
				s.below[lane] += float64(z*z) + c.logTwoPi
			} else {
				cut := a - float64(t*m)
				h = t / cut
				s.product[lane] *= cut
				s.over[lane] *= a
			}
			s.squares[lane] += float64(r * r)
			s.hazard[lane] += float64(h * z)
			dmu[i] = (r - h) * inv
		}
		if i := i - Lanes; i >= 0 && i < n {
			v := first[lane]
			x := c.start - v
			y0, y1 := float64((x+k[0][0])*x)+k[0][1], float64((x+k[1][0])*x)+k[1][1]
			y2, y3 := float64((x+k[2][0])*x)+k[2][1], float64((x+k[3][0])*x)+k[3][1]
			q0, q1 := float64((y0+(x+k[0][2]))*y0)+k[0][3], float64((y1+(x+k[1][2]))*y1)+k[1][3]
			q2, q3 := float64((y2+(x+k[2][2]))*y2)+k[2][3], float64((y3+(x+k[3][2]))*y3)+k[3][3]
			mills[lane] = v * (float64(q0*q1) * float64(q2*q3))
		}
		if i < n {
			z := float64(mu[i] * inv)
			first[lane] = c.top / (math.Abs(z) + c.shift)
			q, p, e := halves(float64(float64(z*z)*c.minusHalfPerLn2) + c.log2Phi0)
			above[i&(two-1)], below[i&(two-1)] = q-p, shift(q+p, e)
		}
	}
	for i, v := range s.over {
		s.product[i] /= v
	}
}

var truncatedConstants = struct{ minusHalfPerLn2, log2Phi0, logTwoPi, shift, start, top float64 }{
	-halfPerLn2, poly.Log2Phi0, poly.LogTwoPi, poly.MillsShift, poly.MillsStart, poly.MillsTop}
