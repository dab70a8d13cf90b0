package saturation_test

import (
	"fmt"

	"mixmodel/mmm/saturation"
	"mixmodel/mmm/saturation/saturationtest"
)

// At the largest spend of the past, x = 1, the next unit brings less than a
// fifth of what the first one did.
func ExampleLogistic() {
	tv := saturation.Logistic{}
	x := []float64{0, 0.5, 1}
	y, slope := make([]float64, 3), make([]float64, 3)
	tv.Curve(y, slope, nil, x, []float64{0.4, 3}) // beta = 0.4, lam = 3
	fmt.Printf("effect %.3f\nslope  %.3f\n", y, slope)
	for _, p := range tv.Params() {
		fmt.Println(p.Name, "~", p.Prior)
	}
	// Output:
	// effect [0.000 0.254 0.362]
	// slope  [0.600 0.358 0.108]
	// beta ~ HalfNormal(sigma=2)
	// lam ~ Gamma(alpha=3, beta=1)
}

func ExampleInverseScaledLogistic() {
	show(saturation.InverseScaledLogistic{}, 1, 0.5)
	// Output: [0.000 0.109 0.268 0.500 0.800 0.976]
}

func ExampleTanh() {
	show(saturation.Tanh{}, 0.8, 0.5)
	// Output: [0.000 0.196 0.444 0.679 0.789 0.800]
}

func ExampleTanhBaselined() {
	show(saturation.TanhBaselined{}, 1, 0.5, 0.6, 0.7)
	// Output: [0.000 0.074 0.175 0.300 0.403 0.428]
}

func ExampleMichaelisMenten() {
	show(saturation.MichaelisMenten{}, 2, 0.5)
	// Output: [0.000 0.333 0.667 1.000 1.333 1.600]
}

// S-shaped: not concave, so a budget optimizer must look twice.
func ExampleHill() {
	theta := []float64{1, 1.5, 0.5}
	show(saturation.Hill{}, theta...)
	fmt.Println("concave:", saturation.Hill{}.Concave(theta))
	// Output:
	// [0.000 0.082 0.261 0.500 0.739 0.889]
	// concave: false
}

func ExampleHillSigmoid() {
	show(saturation.HillSigmoid{}, 1, 5, 0.5)
	// Output: [0.000 0.043 0.147 0.424 0.848 0.924]
}

func ExampleRoot() {
	show(saturation.Root{}, 1, 0.5)
	// Output: [0.000 0.316 0.500 0.707 1.000 1.414]
}

func ExampleLog() {
	show(saturation.Log{}, 1)
	// Output: [0.000 0.095 0.223 0.405 0.693 1.099]
}

func ExampleNone() {
	show(saturation.None{}, 2)
	// Output: [0.000 0.200 0.500 1.000 2.000 4.000]
}

// show prints the curve at theta for x = 0, 0.1, 0.25, 0.5, 1, 2.
func show(s saturationtest.Saturation, theta ...float64) {
	x := []float64{0, 0.1, 0.25, 0.5, 1, 2}
	y := make([]float64, len(x))
	s.Curve(y, nil, nil, x, theta)
	fmt.Printf("%.3f\n", y)
}
