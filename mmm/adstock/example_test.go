package adstock_test

import (
	"fmt"

	"mixmodel/mmm/adstock"
)

// Seven spent once, half of the effect left after a week, three weights: the
// spend spreads as 4 + 2 + 1.
func ExampleConvolve() {
	tv := adstock.Geometric{MaxLag: 2}
	w := make([]float64, tv.Len())
	tv.Weights(w, nil, []float64{0.5})

	spend := []float64{7, 0, 0, 0, 0}
	adstocked := make([]float64, len(spend))
	adstock.Convolve(adstocked, spend, w)
	fmt.Printf("%.0f\n", adstocked)
	// Output: [4 2 1 0 0]
}

func ExampleGeometric() {
	a := adstock.Geometric{MaxLag: 3, Raw: true}
	w := make([]float64, a.Len())
	slope := make([]float64, a.Len())
	a.Weights(w, [][]float64{slope}, []float64{0.5})
	fmt.Println("weights   ", w)
	fmt.Println("d/d alpha ", slope)
	fmt.Println("prior     ", a.Params()[0].Name, "~", a.Params()[0].Prior)
	// Output:
	// weights    [1 0.5 0.25 0.125]
	// d/d alpha  [0 1 1 0.75]
	// prior      alpha ~ Beta(alpha=1, beta=3)
}

func ExampleDelayed() {
	show(adstock.Delayed{MaxLag: 5}, 0.5, 2)
	// Output: [0.029 0.235 0.470 0.235 0.029 0.001]
}

func ExampleWeibullPDF() {
	show(adstock.WeibullPDF{MaxLag: 5}, 2, 3)
	// Output: [0.331 0.552 0.115 0.002 0.000 0.000]
}

func ExampleWeibullCDF() {
	show(adstock.WeibullCDF{MaxLag: 4}, 2, 2)
	// Output: [0.477 0.372 0.137 0.014 0.000 0.000]
}

func ExampleBinomial() {
	show(adstock.Binomial{MaxLag: 3}, 0.5)
	// Output: [0.357 0.286 0.214 0.143]
}

func ExampleNone() {
	show(adstock.None{})
	// Output: [1.000]
}

// show prints the kernel at theta.
func show(a interface {
	Len() int
	Weights(w []float64, dw [][]float64, theta []float64)
}, theta ...float64) {
	w := make([]float64, a.Len())
	a.Weights(w, nil, theta)
	fmt.Printf("%.3f\n", w)
}
