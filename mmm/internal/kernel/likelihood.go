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
			out[i%Lanes] += float64(r * r)
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
// product. Relative error of hazard and Φ: below 6e-13.
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
		p.timesAll(s.product[:])
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
	c, k := &truncatedConstants, &poly.Mills // read from memory, they leave the registers free
	for lane := range Lanes {
		squares, hazard, product, below := 0.0, 0.0, 1.0, 0.0
		for i := lane; i < n; i += Lanes {
			here := mask[i]
			r := float64((y[i]-mu[i])*inv) * here
			z := float64(mu[i]*inv) * here
			zz := float64(z * z)
			far := math.Abs(z) + c.shift
			rec := 1 / far
			x := c.one - float64(c.twoShift*rec)
			// φ(z) = φ(0)·b/a
			t := float64(zz * c.minusHalfPerLn2)
			if !(t > c.floor) {
				t = c.floor
			}
			shifted := t + c.round
			f := t - (shifted - c.round)
			ff := float64(f * f)
			q := float64((ff+c.q1)*ff) + c.q0
			p := float64(f * (float64(c.p1*ff) + c.p0))
			a, b := q-p, q+p
			b = math.Float64frombits(math.Float64bits(b) + math.Float64bits(shifted)<<52)
			phi := float64(b/a) * float64(c.phi0*here)
			// m = (|z|+K)·M(|z|), in four parts that do not wait for each other
			xx := float64(x * x)
			x4 := float64(xx * xx)
			p0 := float64((float64((float64((float64(k[16]*x4)+k[12])*x4)+k[8])*x4)+k[4])*x4) + k[0]
			p1 := float64((float64((float64(k[13]*x4)+k[9])*x4)+k[5])*x4) + k[1]
			p2 := float64((float64((float64(k[14]*x4)+k[10])*x4)+k[6])*x4) + k[2]
			p3 := float64((float64((float64(k[15]*x4)+k[11])*x4)+k[7])*x4) + k[3]
			m := float64((float64(p3*xx)+p1)*x) + (float64(p2*xx) + p0)
			mill := float64(rec * m)
			h, factor := 0.0, 0.0
			if z < 0 {
				h = far / m
				factor = mill * c.phi0
				below += zz
			} else {
				factor = c.one - float64(phi*mill)
				h = phi / factor
			}
			product *= factor
			squares += float64(r * r)
			hazard += float64(h * z)
			dmu[i] = (r - h) * inv
		}
		s.squares[lane], s.hazard[lane], s.product[lane], s.below[lane] = squares, hazard, product, below
	}
}

var truncatedConstants = struct{ minusHalfPerLn2, floor, round, p0, p1, q0, q1, shift, twoShift, phi0, one float64 }{
	-halfPerLn2, floor, round, poly.Half.P0, poly.Half.P1, poly.Half.Q0, poly.Half.Q1, poly.MillsShift, 2 * poly.MillsShift, invSqrt2Pi, 1}
