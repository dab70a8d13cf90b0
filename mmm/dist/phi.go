package dist

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"mixmodel/mmm/internal/fastmath"
)

// Φ and φ are the standard normal distribution function and density. All
// functions below rest on Mills' ratio
//
//	M(z) = (1-Φ(z))/φ(z)
//
// which is smooth and free of under- and overflow for z > 0, so that the tails
// lose no digits: log Φ(-z) = -z²/2 - log √(2π) + log M(z).

// center bounds the middle, |z| <= center, where Φ comes from erf instead.
const center = 0.46875 * math.Sqrt2

// farTail is where φ has underflowed.
const farTail = 38.7

// LogPhi returns log Φ(z), Φ the standard normal distribution function, to
// 15 digits in both tails: LogPhi(-40) = -804.6, LogPhi(10) = -7.6e-24.
func LogPhi(z float64) float64 {
	switch {
	case z > farTail:
		return 0
	case z > center:
		return math.Log1p(-density(z) * mills(z))
	case z >= -center:
		return math.Log(centralPhi(z))
	}
	return -0.5*z*z - logSqrt2Pi + math.Log(mills(-z))
}

// HazardPhi returns φ(z)/Φ(z), which is the derivative of [LogPhi], to 15
// digits in both tails: about -z for z far below 0, φ(z) for z far above.
func HazardPhi(z float64) float64 {
	switch {
	case z > farTail:
		return 0
	case z > center:
		f := density(z)
		return f / (1 - f*mills(z))
	case z >= -center:
		return density(z) / centralPhi(z)
	}
	return 1 / mills(-z)
}

// LogPhiHazard returns [LogPhi] and [HazardPhi] of z together, for the price
// of the first: the truncated normal likelihood and its gradient need both.
func LogPhiHazard(z float64) (logPhi, hazard float64) {
	switch {
	case z > farTail:
		return 0, 0
	case z > center:
		f := density(z)
		q := f * mills(z)
		return math.Log1p(-q), f / (1 - q)
	case z >= -center:
		p := centralPhi(z)
		return math.Log(p), density(z) / p
	}
	m := mills(-z)
	return -0.5*z*z - logSqrt2Pi + math.Log(m), 1 / m
}

// NormCDF returns Φ(z), the standard normal distribution function, to 15
// digits also where it is tiny. The upper tail is NormCDF(-z).
func NormCDF(z float64) float64 {
	switch {
	case z > farTail:
		return 1
	case z > center:
		return 1 - density(z)*mills(z)
	case z >= -center:
		return centralPhi(z)
	case z >= -farTail:
		return density(z) * mills(-z)
	case z < -farTail:
		return 0
	}
	return math.NaN()
}

// NormQuantile returns Φ⁻¹(p), -Inf for p = 0 and +Inf for p = 1. It panics
// unless 0 <= p <= 1.
func NormQuantile(p float64) float64 {
	mustProb("Normal", p)
	switch p {
	case 0:
		return math.Inf(-1)
	case 1:
		return math.Inf(1)
	}
	return mathext.NormalQuantile(p)
}

// density returns φ(z) for |z| <= farTail. The rounding error of z² would be
// multiplied by z²/2 in the exponential. So z is cut into 26 leading bits,
// whose square is exact, and a rest that enters by its Taylor series.
func density(z float64) float64 {
	lead := math.Float64frombits(math.Float64bits(z) &^ (1<<27 - 1))
	rest := 0.5 * (z - lead) * (z + lead) // below 5e-5
	e := 1 - rest*(1-rest*(0.5-rest*(1.0/6)))
	return fastmath.Exp(-0.5*lead*lead) * e * (1 / math.Sqrt2 / math.SqrtPi)
}

// centralPhi returns Φ(z) = (1 + erf(z/√2))/2 for |z| <= center.
//
// Source: Cody (1969), rational Chebyshev approximations for erf; also mills.
func centralPhi(z float64) float64 {
	x := z / math.Sqrt2
	y := x * x
	p := (((1.85777706184603153e-1*y+3.16112374387056560e0)*y+1.13864154151050156e2)*y+3.77485237685302021e2)*y + 3.20937758913846947e3
	q := (((y+2.36012909523441209e1)*y+2.44024637934444173e2)*y+1.28261652607737228e3)*y + 2.84423683343917062e3
	return 0.5 + 0.5*x*p/q
}

// mills returns (1-Φ(z))/φ(z) = √(π/2) exp(x²) erfc(x), x = z/√2, for
// z >= center.
func mills(z float64) float64 {
	const sqrtHalfPi = 1.2533141373155002512
	x := z / math.Sqrt2
	if x > 4 {
		return (1 - millsGap(x)) / z
	}
	p := (((((((2.15311535474403846e-8*x+5.64188496988670089e-1)*x+8.88314979438837594e0)*x+6.61191906371416295e1)*x+2.98635138197400131e2)*x+8.81952221241769090e2)*x+1.71204761263407058e3)*x+2.05107837782607147e3)*x + 1.23033935479799725e3
	q := (((((((x+1.57449261107098347e1)*x+1.17693950891312499e2)*x+5.37181101862009858e2)*x+1.62138957456669019e3)*x+3.29079923573345963e3)*x+4.36261909014324716e3)*x+3.43936767414372164e3)*x + 1.23033935480374942e3
	return sqrtHalfPi * p / q
}

// millsGap returns 1 - z·M(z) for z = √2 x, x > 4: about 1/z².
func millsGap(x float64) float64 {
	y := 1 / (x * x)
	p := ((((1.63153871373020978e-2*y+3.05326634961232344e-1)*y+3.60344899949804439e-1)*y+1.25781726111229246e-1)*y+1.60837851487422766e-2)*y + 6.58749161529837803e-4
	q := ((((y+2.56852019228982242e0)*y+1.87295284992346725e0)*y+5.27905102951428412e-1)*y+6.05183413124413191e-2)*y + 2.33520497626869185e-3
	return math.SqrtPi * y * p / q
}
