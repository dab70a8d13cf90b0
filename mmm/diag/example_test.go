package diag_test

import (
	"fmt"
	"math/rand/v2"

	"mixmodel/mmm/diag"
)

func ExampleDescribe() {
	chains := make([][]float64, 4)
	for m := range chains {
		rng := rand.New(rand.NewPCG(7, uint64(m)))
		for range 1000 {
			chains[m] = append(chains[m], 2+0.5*rng.NormFloat64())
		}
	}
	s := diag.Describe(chains)
	fmt.Printf("mean %.2f ± %.2f, 94%% HDI [%.1f, %.1f], R-hat %.2f\n", s.Mean, s.MCSEMean, s.HDI94[0], s.HDI94[1], s.RHat)
	// Output: mean 2.00 ± 0.01, 94% HDI [1.1, 2.9], R-hat 1.00
}

func ExampleHDI() {
	fmt.Println(diag.HDI([]float64{0, 0.1, 0.2, 0.3, 5, 9, 10, 11, 12, 30}, 0.3))
	// Output: 0 0.3
}
