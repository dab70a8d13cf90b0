package dist_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"mixmodel/mmm/dist"
)

func Example() {
	alpha := dist.Beta{Alpha: 1, Beta: 3}
	rng := rand.New(rand.NewPCG(7, 0))
	x := alpha.Rand(rng)
	fmt.Println(alpha)
	fmt.Printf("log density %.4f, score %.1f, median %.4f\n", alpha.LogProb(0.25), alpha.Score(0.25), alpha.Quantile(0.5))
	fmt.Println("draw inside (0,1):", alpha.Support().Contains(x))
	// Output:
	// Beta(alpha=1, beta=3)
	// log density 0.5232, score -2.7, median 0.2063
	// draw inside (0,1): true
}

func ExampleHalfNormals() {
	share := []float64{0.45, 0.05, 0.5}
	fmt.Println(dist.HalfNormals(share))
	// Output: [HalfNormal(sigma=0.45), HalfNormal(sigma=0.05), HalfNormal(sigma=0.5)]
}

func ExampleLogPhi() {
	// The obvious formula loses both tails.
	for _, z := range []float64{-40, 10} {
		fmt.Printf("%.6g  %.6g\n", dist.LogPhi(z), math.Log(0.5*math.Erfc(-z/math.Sqrt2)))
	}
	// Output:
	// -804.608  -Inf
	// -7.61985e-24  0
}
