package plot

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// density estimates the probability density of draws at n points from their
// smallest to their largest: a Gaussian kernel with the bandwidth of
// Silverman's rule, applied to a histogram of 8n bins. Mass that the kernel
// would put outside the range is reflected, so that a density that ends at a
// bound, such as zero, is not rounded off there.
//
// x is nil if the draws are all equal or none is finite.
//
// Source: Silverman (1986), Density Estimation, equations 2.16 and 3.31.
func density(draws []float64, n int) (x, y []float64) {
	s := finiteOnly(draws)
	slices.Sort(s)
	lo, hi := s[0], s[len(s)-1]
	h := bandwidth(s)
	if !(hi > lo) || !(h > 0) {
		return nil, nil
	}
	bins := 8 * n
	width := (hi - lo) / float64(bins)
	weight := make([]float64, bins)
	for _, v := range s {
		weight[min(bins-1, int((v-lo)/width))] += 1 / float64(len(s))
	}
	kernel := func(d float64) float64 { return math.Exp(-d*d/(2*h*h)) / (h * math.Sqrt(2*math.Pi)) }
	x, y = make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = lo + (hi-lo)*float64(i)/float64(n-1)
		for j, w := range weight {
			if w == 0 {
				continue
			}
			at := lo + (float64(j)+0.5)*width
			y[i] += w * (kernel(x[i]-at) + kernel(x[i]-(2*lo-at)) + kernel(x[i]-(2*hi-at)))
		}
	}
	return x, y
}

// bandwidth is 0.9 min(sd, IQR/1.34) n^(-1/5).
func bandwidth(sorted []float64) float64 {
	spread := 0.0
	if len(sorted) > 1 {
		spread = stat.StdDev(sorted, nil)
	}
	iqr := stat.Quantile(0.75, stat.Empirical, sorted, nil) - stat.Quantile(0.25, stat.Empirical, sorted, nil)
	if iqr > 0 {
		spread = min(spread, iqr/1.34)
	}
	return 0.9 * spread * math.Pow(float64(len(sorted)), -0.2)
}
