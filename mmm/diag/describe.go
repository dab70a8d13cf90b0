package diag

import "math"

// Summary is a row of a parameter table: where the posterior lies and whether
// the sample knows it. Fields are in the unit of the parameter, ESS in draws.
type Summary struct {
	Mean, SD         float64
	HDI94            [2]float64 // narrowest interval with 94 % of the draws
	Q05, Median, Q95 float64

	MCSEMean, MCSESD float64 // Monte Carlo standard errors
	MCSEQ05, MCSEQ95 float64
	ESSBulk, ESSTail float64 // effective sample sizes
	RHat             float64
}

// Describe returns the Summary of x, [chain][draw]. Each field is what the
// function of its name returns, for the price of one sort: about 2 ms for
// 4 x 4,000 draws that mix well. It panics if the chains differ in length.
func Describe(x [][]float64) Summary {
	c := flatten(x)
	r := rank(c.v)
	s, z := r.sorted, r.normalScores()
	out := Summary{
		Mean:   Mean(c.v),
		SD:     SD(c.v),
		Q05:    Quantile(s, 0.05),
		Median: Quantile(s, 0.5),
		Q95:    Quantile(s, 0.95),
		RHat:   c.rhat(r, z),
	}
	out.HDI94[0], out.HDI94[1] = HDISorted(s, 0.94)

	out.ESSBulk = c.essBulk(r, z)
	low, high := c.essQuantile(s, 0.05), c.essQuantile(s, 0.95)
	out.ESSTail = lesser(low, high)
	out.MCSEMean = out.SD / math.Sqrt(c.essMean(s))
	out.MCSESD = c.mcseSD(s, out.Mean)
	out.MCSEQ05 = mcseQuantile(s, 0.05, low)
	out.MCSEQ95 = mcseQuantile(s, 0.95, high)
	return out
}
