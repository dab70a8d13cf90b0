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

// gammaQuantile returns the x with P(alpha, x) = p.
func gammaQuantile(alpha, p float64) float64 {
	switch p {
	case 0:
		return 0
	case 1:
		return math.Inf(1)
	}
	return mathext.GammaIncRegInv(alpha, p)
}

// betaQuantile returns the x with Iₓ(a, b) = p.
func betaQuantile(a, b, p float64) float64 { return mathext.InvRegIncBeta(a, b, p) }
