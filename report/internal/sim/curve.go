package sim

import "math"

// curve is a saturation curve: its value and slope at x >= 0 for the
// parameters theta; see [typed.Simulator]. A slope that would be infinite is
// math.MaxFloat64.
type curve func(x float64, theta []float64) (value, slope float64)

var curves = map[string]curve{
	"logistic":                func(x float64, t []float64) (float64, float64) { return bend(x, t[0], t[1]) },
	"inverse-scaled-logistic": func(x float64, t []float64) (float64, float64) { return bend(x, t[0], math.Log(3)/t[1]) },
	"tanh":                    func(x float64, t []float64) (float64, float64) { return bend(x, t[0], 2/t[0]/t[1]) },
	"tanh-baselined": func(x float64, t []float64) (float64, float64) {
		r := math.Max(t[3], 1e-9) // below, the curve is a straight line
		return bend(x, t[0]*t[2]*t[1]/r, 2*math.Atanh(r)/t[1])
	},
	"michaelis-menten": func(x float64, t []float64) (float64, float64) {
		q := math.Min(1/(t[1]+x), math.MaxFloat64)
		return t[0] * (x * q), finite(t[0] * (t[1] * q) * q)
	},
	"hill": func(x float64, t []float64) (float64, float64) {
		if x == 0 {
			return 0, steepAtZero(t[0]/math.Pow(t[2], t[1]), t[1])
		}
		u := t[1] * math.Log(x/t[2])
		return t[0] * sigmoid(u), finite(t[0] * t[1] * (sigmoid(u) * sigmoid(-u) / x))
	},
	"hill-sigmoid": func(x float64, t []float64) (float64, float64) {
		u := t[1] * (x - t[2])
		// s(u) - s(u₀) without cancellation, u₀ = -beta·lam
		return t[0] * (sigmoid(u) * sigmoid(t[1]*t[2]) * -math.Expm1(-t[1]*x)), t[0] * t[1] * (sigmoid(u) * sigmoid(-u))
	},
	"root": func(x float64, t []float64) (float64, float64) {
		if x == 0 {
			return 0, steepAtZero(t[0], t[1])
		}
		g := math.Pow(x, t[1])
		return t[0] * g, finite(t[0] * t[1] * (g / x))
	},
	"log":  func(x float64, t []float64) (float64, float64) { return t[0] * math.Log1p(x), t[0] / (1 + x) },
	"none": func(x float64, t []float64) (float64, float64) { return t[0] * x, t[0] },
}

// bend is height·tanh(steepness·x/2), the curve behind four of them.
func bend(x, height, steepness float64) (value, slope float64) {
	steepness = math.Min(steepness, 1e300)
	g := math.Tanh(steepness * x / 2)
	return height * g, height * steepness / 2 * (1 - g*g)
}

func sigmoid(u float64) float64 { return 1 / (1 + math.Exp(-u)) }

// steepAtZero is the slope at 0 of scale·x^power.
func steepAtZero(scale, power float64) float64 {
	switch {
	case power < 1 && scale > 0:
		return math.MaxFloat64
	case power == 1:
		return finite(scale)
	}
	return 0
}

func finite(x float64) float64 { return math.Min(x, math.MaxFloat64) }
