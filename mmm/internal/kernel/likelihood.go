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
// half of it in mu. mask is 1 where there is a period and 0 elsewhere, where
// y is 0; inv is 1/sigma.
func Normal(dmu, mu, y, mask []float64, inv float64) Residuals {
	n := len(dmu)
	wantRows("Normal", n)
	mu, y, mask = mu[:n], y[:n], mask[:n]
	var out [Lanes]float64
	switch level {
	case AVX512:
		normalAVX512(&dmu[0], &mu[0], &y[0], &mask[0], n/Lanes, inv, &out[0])
	case AVX2:
		normalAVX2(&dmu[0], &mu[0], &y[0], &mask[0], n/Lanes, inv, &out[0])
	default:
		for i := range dmu {
			r := (y[i] - mu[i]) * inv * mask[i]
			dmu[i] = r * inv
			out[i%Lanes] = math.FMA(r, r, out[i%Lanes])
		}
	}
	return Residuals{Squares: sumLanes(out[:])}
}

// truncatedSums are the running sums of [TruncatedNormal], by lane.
type truncatedSums struct {
	squares [Lanes]float64 // ((y-mu)/sigma)²
	hazard  [Lanes]float64 // z·φ(z)/Φ(z)
	product [Lanes]float64 // Φ(z), or Φ(z)·e^(z²/2) where z < 0
	below   [Lanes]float64 // z² where z < 0
}

// rowsPerProduct bounds the factors of a lane's product, each above 1e-9 for
// z > -4e8, so that it does not underflow.
const rowsPerProduct = 32

// TruncatedNormal is [Normal] for the normal distribution cut off at 0, whose
// density is divided by Φ(mu/sigma).
//
// Φ comes from Mills' ratio M, see [poly.Mills], without loss in either tail:
// Φ(z) = 1 - φ(z)·M(z) for z >= 0 and φ(z)·M(-z) for z < 0; the hazard
// φ(z)/Φ(z) is 1/M(-z) there. The sum of logarithms is the logarithm of a
// product. Relative error of hazard and Φ: about 2e-15.
func TruncatedNormal(dmu, mu, y, mask []float64, inv float64) Residuals {
	n := len(dmu)
	wantRows("TruncatedNormal", n)
	mu, y, mask = mu[:n], y[:n], mask[:n]
	var total Residuals
	var p product
	for from := 0; from < n; from += rowsPerProduct * Lanes {
		to := min(n, from+rowsPerProduct*Lanes)
		var s truncatedSums
		switch level {
		case AVX512:
			truncatedAVX512(&dmu[from], &mu[from], &y[from], &mask[from], (to-from)/Lanes, inv, &s.squares[0])
		case AVX2:
			truncatedAVX2(&dmu[from], &mu[from], &y[from], &mask[from], (to-from)/Lanes, inv, &s.squares[0])
		default:
			truncatedGo(dmu[from:to], mu[from:to], y[from:to], mask[from:to], inv, &s)
		}
		total.Squares += sumLanes(s.squares[:])
		total.Hazard += sumLanes(s.hazard[:])
		total.LogPhi -= sumLanes(s.below[:]) / 2
		for _, v := range s.product {
			p.times(v)
		}
	}
	total.LogPhi += p.log()
	return total
}

const (
	invSqrt2Pi = 0.3989422804014326779 // φ(0)
	halfPerLn2 = perLn2 / 2
)

func truncatedGo(dmu, mu, y, mask []float64, inv float64, s *truncatedSums) {
	n := len(dmu)
	mu, y, mask = mu[:n], y[:n], mask[:n]
	for lane := range Lanes {
		squares, hazard, product, below := 0.0, 0.0, 1.0, 0.0
		for i := lane; i < n; i += Lanes {
			here := mask[i]
			r := (y[i] - mu[i]) * inv * here
			z := mu[i] * inv * here
			a := math.Abs(z)
			zz := float64(z * z)
			phi := exp2(notBelow(float64(zz*-halfPerLn2))) * invSqrt2Pi * here
			shifted := a + poly.MillsShift
			rec := 1 / shifted
			m := mills(math.FMA(-2*poly.MillsShift, rec, 1)) // shifted·M(a)
			h, factor := 0.0, 0.0
			if z < 0 {
				h = shifted / m
				factor = rec * m * invSqrt2Pi
				below += zz
			} else {
				factor = math.FMA(-phi, float64(rec*m), 1)
				h = phi / factor
			}
			product *= factor
			squares = math.FMA(r, r, squares)
			hazard = math.FMA(h, z, hazard)
			dmu[i] = (r - h) * inv
		}
		s.squares[lane], s.hazard[lane], s.product[lane], s.below[lane] = squares, hazard, product, below
	}
}

// mills evaluates poly.Mills, even and odd powers apart.
func mills(t float64) float64 {
	c := &poly.Mills
	tt := float64(t * t)
	p, q := c[20], c[19]
	p = math.FMA(p, tt, c[18])
	q = math.FMA(q, tt, c[17])
	p = math.FMA(p, tt, c[16])
	q = math.FMA(q, tt, c[15])
	p = math.FMA(p, tt, c[14])
	q = math.FMA(q, tt, c[13])
	p = math.FMA(p, tt, c[12])
	q = math.FMA(q, tt, c[11])
	p = math.FMA(p, tt, c[10])
	q = math.FMA(q, tt, c[9])
	p = math.FMA(p, tt, c[8])
	q = math.FMA(q, tt, c[7])
	p = math.FMA(p, tt, c[6])
	q = math.FMA(q, tt, c[5])
	p = math.FMA(p, tt, c[4])
	q = math.FMA(q, tt, c[3])
	p = math.FMA(p, tt, c[2])
	q = math.FMA(q, tt, c[1])
	p = math.FMA(p, tt, c[0])
	return math.FMA(q, t, p)
}
