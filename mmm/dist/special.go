package dist

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// lgamma returns log Γ(x) for x > 0.
func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// xlogy returns x log y, and 0 for x = 0 whatever y: a density's factor that
// is not there must not turn a bound of the support into NaN.
func xlogy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(y)
}

// xlog1py returns x log(1+y), and 0 for x = 0.
func xlog1py(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log1p(y)
}

// xdivy returns x/y, and 0 for x = 0.
func xdivy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x / y
}

// log1pSquare returns log(1+r²), also where r² overflows.
func log1pSquare(r float64) float64 {
	if math.Abs(r) > 1e10 {
		return 2 * math.Log(math.Abs(r))
	}
	return math.Log1p(r * r)
}

// lgammaHalfStep returns log Γ(n+½) - log Γ(n). The difference of two large
// logarithms loses digits, hence Stirling's series for large n: the next term
// is below 1e-16.
func lgammaHalfStep(n float64) float64 {
	if n < 100 {
		return lgamma(n+0.5) - lgamma(n)
	}
	r := 1 / (n * n)
	return 0.5*math.Log(n) - (1.0/8-(1.0/192-r/640)*r)/n
}

// gammaUpper returns Q(alpha, x) = 1 - P(alpha, x).
func gammaUpper(alpha, x float64) float64 { return mathext.GammaIncRegComp(alpha, x) }

// gammaUpperQuantile returns the x with Q(alpha, x) = p.
func gammaUpperQuantile(alpha, p float64) float64 {
	switch p {
	case 0:
		return math.Inf(1)
	case 1:
		return 0
	}
	return mathext.GammaIncRegCompInv(alpha, p)
}

// gammaQuantile returns the x with P(alpha, x) = p.
func gammaQuantile(alpha, p float64) float64 {
	switch p {
	case 0:
		return 0
	case 1:
		return math.Inf(1)
	}
	x := mathext.GammaIncRegInv(alpha, p)
	if p > 0.25 {
		return x
	}
	// The library stops at an absolute error. P(alpha, x) < x^alpha/Γ(alpha+1),
	// nearly equal for small x, bounds the quantile from below.
	x = max(x, math.Exp((math.Log(p)+lgamma(alpha+1))/alpha))
	return polish(x, p, Gamma{alpha, 1})
}

// betaQuantile returns the x with Iₓ(a, b) = p.
func betaQuantile(a, b, p float64) float64 {
	x := mathext.InvRegIncBeta(a, b, p)
	return polish(x, p, Beta{a, b})
}

// polish brings x, nearly the p-quantile of a distribution on x > 0, to full
// precision: Newton's method on log CDF over log x, as long as it gains.
func polish(x, p float64, d Dist) float64 {
	upper := d.Support().Upper
	gap := math.Inf(1)
	best := x
	for range 10 {
		f := d.CDF(x)
		off := math.Log(f / p)
		if !(math.Abs(off) < gap) {
			break
		}
		gap, best = math.Abs(off), x
		slope := x * math.Exp(d.LogProb(x)) / f
		x = min(x*math.Exp(-off/slope), upper)
	}
	return best
}
