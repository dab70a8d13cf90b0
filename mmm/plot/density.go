package plot

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"mixmodel/mmm/internal/radix"
)

// density estimates the probability density of draws at n points: a Gaussian
// kernel with the bandwidth h of Silverman's rule, applied to a histogram of
// fine bins. The points reach 2.5 h beyond the draws; but draws that are all
// positive and come within h of zero are taken to be bounded there, and mass
// that the kernel would put below zero is reflected, so that the density
// is not rounded off at the bound. Draws in [0, 1] that come near 1 likewise.
//
// x is nil if the draws are all equal or none is finite.
//
// Source: Silverman (1986), Density Estimation, sections 2.10 and 3.4.
func density(draws []float64, n int) (x, y []float64) {
	s := finiteOnly(draws)
	radix.Sort(s)
	lo, hi := s[0], s[len(s)-1]
	h := bandwidth(s)
	if !(hi > lo) || !(h > 0) {
		return nil, nil
	}
	from, to := lo-2.5*h, hi+2.5*h
	atZero, atOne := lo >= 0 && lo < h, lo >= 0 && hi <= 1 && hi > 1-h
	if atZero {
		from = 0
	}
	if atOne {
		to = 1
	}
	bins := 6 * n
	width := (hi - lo) / float64(bins)
	weight := make([]float64, bins)
	for _, v := range s {
		weight[min(bins-1, int((v-lo)/width))] += 1 / float64(len(s))
	}
	x, y = make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = from + (to-from)*float64(i)/float64(n-1)
		for j, w := range weight {
			at := lo + (float64(j)+0.5)*width
			y[i] += w * gauss(x[i]-at, h)
			if atZero {
				y[i] += w * gauss(x[i]+at, h)
			}
			if atOne {
				y[i] += w * gauss(x[i]-2+at, h)
			}
		}
	}
	return x, y
}

// gauss is the density of a normal distribution with standard deviation h.
func gauss(d, h float64) float64 {
	z := d / h
	if z*z > 80 {
		return 0
	}
	return math.Exp(-z*z/2) / (h * math.Sqrt(2*math.Pi))
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
