package sim

import (
	"math"

	"mixmodel/kernel/display/typed"
)

// weights writes the adstock weights of one draw into w; see [typed.Adstock].
// Logarithms of the weights are taken relative to the largest where the sum
// does not matter: else a late peak would leave 0/0.
func weights(w []float64, a typed.Adstock, theta []float64) {
	logs := logWeights[a.Name]
	most, least := math.Inf(-1), math.Inf(1)
	for l := range w {
		w[l] = logs(l, len(w), theta)
		most, least = math.Max(most, w[l]), math.Min(least, w[l])
	}
	if a.Name == "weibull-pdf" {
		stretch(w, least, most)
	} else {
		shift := 0.0
		if a.Normalized {
			shift = most
		}
		for l := range w {
			w[l] = math.Exp(w[l] - shift)
		}
	}
	if !a.Normalized {
		return
	}
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	for l := range w {
		w[l] /= sum
	}
}

// stretch turns logarithms of a density into (p - min p)/(max p - min p), or
// into ones if all are equal.
func stretch(w []float64, least, most float64) {
	low := math.Exp(least - most)
	for l := range w {
		if low == 1 {
			w[l] = 1
		} else {
			w[l] = (math.Exp(w[l]-most) - low) / (1 - low)
		}
	}
}

// logWeights are the logarithms of the weight at lag l of n, up to a constant
// for the Weibull density.
var logWeights = map[string]func(l, n int, theta []float64) float64{
	"geometric": func(l, _ int, theta []float64) float64 { return power(float64(l), theta[0]) },
	"delayed": func(l, _ int, theta []float64) float64 {
		d := float64(l) - theta[1]
		return power(d*d, theta[0])
	},
	"binomial": func(l, n int, theta []float64) float64 {
		if l == 0 {
			return 0
		}
		return (1/theta[0] - 1) * math.Log(1-float64(l)/float64(n+1))
	},
	"weibull-pdf": func(l, _ int, theta []float64) float64 {
		lam, k, x := theta[0], theta[1], math.Log(float64(l+1))
		if l == 0 {
			return 0
		}
		return (k-1)*x + math.Exp(k*(x-math.Log(lam)))*math.Expm1(-k*x)
	},
	"weibull-cdf": func(l, _ int, theta []float64) float64 {
		hazard := 0.0
		for i := 1; i <= l; i++ {
			hazard += math.Pow(float64(i)/theta[0], theta[1])
		}
		return -hazard
	},
	"none": func(l, _ int, _ []float64) float64 { return power(float64(l), 0) },
}

// power returns log(base^exponent), with 0^0 = 1.
func power(exponent, base float64) float64 {
	if exponent == 0 {
		return 0
	}
	return exponent * math.Log(base)
}
