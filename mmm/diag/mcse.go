package diag

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"mixmodel/mmm/internal/radix"
)

// MCSEMean returns the Monte Carlo standard error of the mean of x,
// [chain][draw]: SD/√[ESSMean], in the unit of x. NaN as for [ESSBulk].
func MCSEMean(x [][]float64) float64 {
	c := flatten(x)
	return SD(c.v) / math.Sqrt(c.essMean(radix.Sorted(c.v)))
}

// MCSESD returns the Monte Carlo standard error of the standard deviation of
// x, [chain][draw], in the unit of x. With d = (x-mean)², v = mean d:
//
//	√((mean d² - v²) / ESSMean(d) / 4v)
//
// NaN as for [ESSBulk], and where |x - mean| is constant.
//
// Source: ArviZ since 0.21, delta method without assuming normality. Older
// releases and other packages assume it and give other numbers.
func MCSESD(x [][]float64) float64 {
	c := flatten(x)
	return c.mcseSD(radix.Sorted(c.v), Mean(c.v))
}

func (c chains) mcseSD(sorted []float64, mean float64) float64 {
	if !usable(sorted) {
		return math.NaN()
	}
	d := make([]float64, len(c.v))
	for i, x := range c.v {
		d[i] = (x - mean) * (x - mean)
	}
	if constant(d) {
		return math.NaN()
	}
	v := Mean(d)
	variance := sumSquares(d, v) / float64(len(d)) // mean d² - v², without its cancellation
	return math.Sqrt(variance / c.with(d).split().ess() / v / 4)
}

// MCSEQuantile returns the Monte Carlo standard error of the p-quantile of x,
// [chain][draw], in the unit of x: half the width of the interval between the
// order statistics that bound a one-sigma interval for p. NaN as for
// [ESSQuantile].
//
// Source: Vehtari et al. (2021), section 4.4.
func MCSEQuantile(x [][]float64, p float64) float64 {
	c := flatten(x)
	s := radix.Sorted(c.v)
	return mcseQuantile(s, p, c.essQuantile(s, p))
}

func mcseQuantile(sorted []float64, p, ess float64) float64 {
	if math.IsNaN(ess) {
		return math.NaN()
	}
	const below, above = 0.1586553, 0.8413447 // Φ(-1), Φ(1)
	n := float64(len(sorted))
	a, b := ess*p+1, ess*(1-p)+1
	lo := max(math.Floor(n*mathext.InvRegIncBeta(a, b, below)), 1)
	hi := min(math.Ceil(n*mathext.InvRegIncBeta(a, b, above)), n)
	return (sorted[int(hi)-1] - sorted[int(lo)-1]) / 2
}
