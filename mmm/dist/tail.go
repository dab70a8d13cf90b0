package dist

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/integrate/quad"
)

// Normal distributions cut off at a bound. Standardised throughout: the
// interval is (a, b), Q = 1-Φ, and M is Mills' ratio. In a tail everything is
// expressed by ratios Q(z)/Q(a), whose exponents are small, and by the excess
// z-a, which Φ⁻¹ would give as the difference of two large numbers.

// RandNormalAbove draws from the normal distribution with parameters mu and
// sigma > 0 conditioned on a value above lower, which may be -Inf. All three
// are in one unit. It takes one number from rng and is exact wherever lower
// lies: the inverse distribution function at a uniform u, for lower > mu in
// terms of the excess over lower.
func RandNormalAbove(rng *rand.Rand, mu, sigma, lower float64) float64 {
	u := openUnit(rng)
	a := (lower - mu) / sigma
	var x float64
	if a > 0 {
		x = lower + sigma*tailExcess(a, math.Log(u))
	} else {
		x = mu - sigma*NormQuantile(u*NormCDF(-a))
	}
	return inside(Support{lower, math.Inf(1)}, x)
}

// MeanNormalAbove returns the mean of the normal distribution with parameters
// mu and sigma > 0 conditioned on a value above lower,
//
//	μ + σ φ(a)/(1-Φ(a)), a = (lower-μ)/σ
//
// to 15 digits of its excess over lower, however far lower lies above mu.
func MeanNormalAbove(mu, sigma, lower float64) float64 {
	a := (lower - mu) / sigma
	switch {
	case a > 4*math.Sqrt2:
		gap := millsGap(a / math.Sqrt2)
		return lower + sigma*a*gap/(1-gap)
	case a > 0:
		return lower + sigma*(HazardPhi(-a)-a)
	}
	return mu + sigma*HazardPhi(-a)
}

// tailMills returns M(z) for z >= 0.
func tailMills(z float64) float64 {
	if z < center {
		return centralPhi(-z) / density(z)
	}
	return mills(z)
}

// logTailRatio returns log Q(a+t)/Q(a) for a, t >= 0.
func logTailRatio(a, t float64) float64 {
	if math.IsInf(t, 1) {
		return math.Inf(-1)
	}
	return -t*(a+0.5*t) + math.Log(tailMills(a+t)/tailMills(a))
}

// logTailShare returns log Q(a+t)/Q(a) where a+t is the p-quantile of the
// normal distribution on (a, a+width), a >= 0; q is 1-p, given so that
// neither end loses digits.
func logTailShare(a, width, p, q float64) float64 {
	r := logTailRatio(a, width)
	if p < 0.5 {
		return math.Log1p(p * math.Expm1(r))
	}
	return math.Log(q + p*math.Exp(r))
}

// tailExcess returns the t >= 0 with log Q(a+t)/Q(a) = logShare, for a >= 0
// and logShare <= 0.
//
// Newton's method on a concave function from the right of its zero, which
// descends monotonically. The start ignores M: M falls, so it lies right.
func tailExcess(a, logShare float64) float64 {
	if math.IsInf(logShare, -1) {
		return math.Inf(1)
	}
	if logShare == 0 {
		return 0
	}
	t := -2 * logShare / (a + math.Sqrt(a*a-2*logShare))
	for range 50 {
		step := (logShare - logTailRatio(a, t)) * tailMills(a+t)
		t -= step
		if !(step > 1e-15*t) {
			break
		}
	}
	return max(t, 0)
}

// tailLogProb returns the log density at a+t of the standard normal on
// (a, a+width), a >= 0.
func tailLogProb(a, t, width float64) float64 {
	return -t*(a+0.5*t) - math.Log(tailMills(a)) - math.Log(-math.Expm1(logTailRatio(a, width)))
}

// tailCDF returns the distribution function at a+t of the standard normal on
// (a, a+width), a >= 0.
func tailCDF(a, t, width float64) float64 {
	return math.Expm1(logTailRatio(a, t)) / math.Expm1(logTailRatio(a, width))
}

// tailUpperCDF returns 1 - tailCDF(a, t, width) with all its digits.
func tailUpperCDF(a, t, width float64) float64 {
	return math.Exp(logTailRatio(a, t)) * math.Expm1(logTailRatio(a+t, width-t)) / math.Expm1(logTailRatio(a, width))
}

// centralLogMass returns log(Φ(b)-Φ(a)), a < 0 < b.
func centralLogMass(a, b float64) float64 {
	switch {
	case math.IsInf(b, 1):
		return LogPhi(-a)
	case math.IsInf(a, -1):
		return LogPhi(b)
	}
	return math.Log(0.5 * (math.Erf(b/math.Sqrt2) - math.Erf(a/math.Sqrt2)))
}

// centralCDF returns (Φ(z)-Φ(a))/(Φ(b)-Φ(a)), a < z < b, a < 0 < b.
func centralCDF(a, z, b float64) float64 {
	whole := centralLogMass(a, b)
	if z < 0 { // on (a, z), seen from z
		return math.Exp(LogPhi(z)-whole) * -math.Expm1(logTailRatio(-z, z-a))
	}
	return min(1, math.Exp(centralLogMass(a, z)-whole))
}

// centralQuantile returns the p-quantile of the standard normal on (a, b),
// a < 0 < b, from the nearer tail.
func centralQuantile(a, b, p float64) float64 {
	below := (1-p)*NormCDF(a) + p*NormCDF(b)
	if below <= 0.5 {
		return NormQuantile(below)
	}
	return -NormQuantile((1-p)*NormCDF(-a) + p*NormCDF(-b))
}

// truncatedMoments returns the variance of the standard normal on (a, b) and
// its mean less its mode, which is the bound if the interval excludes 0. The closed forms subtract nearly equal numbers where the interval
// is short or far out, so it integrates: Gauss-Legendre on the part where the
// density exceeds e⁻⁴⁰ of its peak, with central second moments.
func truncatedMoments(a, b float64) (mean, variance float64) {
	const depth = 40
	peak := min(max(0, a), b)
	reach := 2 * depth / (math.Abs(peak) + math.Sqrt(peak*peak+2*depth))
	lo, hi := max(a-peak, -reach), min(b-peak, reach)

	var x, w [96]float64
	quad.Legendre{}.FixedLocations(x[:], w[:], lo, hi)
	total := 0.0
	for i := range x {
		w[i] *= math.Exp(-x[i] * (peak + 0.5*x[i]))
		total += w[i]
		mean += w[i] * x[i]
	}
	mean /= total
	for i := range x {
		variance += w[i] * (x[i] - mean) * (x[i] - mean)
	}
	return mean, variance / total
}
