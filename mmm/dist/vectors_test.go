package dist

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// readVectors reads a table of known answers: comment lines, a header, rows.
func readVectors(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open("testdata/vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func parse(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// fromName builds a distribution from its parameters in field order.
var fromName = map[string]func(p []float64) Dist{
	"Normal":          func(p []float64) Dist { return Normal{p[0], p[1]} },
	"HalfNormal":      func(p []float64) Dist { return HalfNormal{p[0]} },
	"TruncatedNormal": func(p []float64) Dist { return TruncatedNormal{p[0], p[1], p[2], p[3]} },
	"Laplace":         func(p []float64) Dist { return Laplace{p[0], p[1]} },
	"LogNormal":       func(p []float64) Dist { return LogNormal{p[0], p[1]} },
	"StudentT":        func(p []float64) Dist { return StudentT{p[0], p[1], p[2]} },
	"Gamma":           func(p []float64) Dist { return Gamma{p[0], p[1]} },
	"Beta":            func(p []float64) Dist { return Beta{p[0], p[1]} },
	"Exponential":     func(p []float64) Dist { return Exponential{p[0]} },
	"Uniform":         func(p []float64) Dist { return Uniform{p[0], p[1]} },
	"HalfCauchy":      func(p []float64) Dist { return HalfCauchy{p[0]} },
	"InverseGamma":    func(p []float64) Dist { return InverseGamma{p[0], p[1]} },
}

func TestDensityAndCDFMatchFiftyDigitArithmetic(t *testing.T) {
	rows := readVectors(t, "dist.csv")
	seen := map[string]int{}
	for _, row := range rows {
		var params []float64
		for _, s := range strings.Fields(row[1]) {
			params = append(params, parse(t, s))
		}
		d := fromName[row[0]](params)
		x, logProb, cdf := parse(t, row[2]), parse(t, row[3]), parse(t, row[4])
		// The absolute part is for log densities that cross zero, the sum of
		// log gammas of some hundred.
		if got := d.LogProb(x); !(math.Abs(got-logProb) <= 2e-13+1e-14*math.Abs(logProb)) {
			t.Errorf("%v: LogProb(%g) = %.17g, want %.17g", d, x, got, logProb)
		}
		if got := d.CDF(x); !(math.Abs(got-cdf) <= 1e-12*cdf) {
			t.Errorf("%v: CDF(%g) = %.17g, want %.17g", d, x, got, cdf)
		}
		seen[row[0]]++
	}
	if len(rows) != 147 || len(seen) != len(fromName) {
		t.Errorf("checked %d rows of %d distributions, want 147 of %d", len(rows), len(seen), len(fromName))
	}
}

// The vectors of the case study's likelihood: (y, mu, sigma) -> log density,
// log Φ(mu/sigma), mean.
func TestTruncatedNormalMatchesTheCaseStudyVectors(t *testing.T) {
	for _, c := range []struct{ y, mu, sigma, logProb, logPhi, mean float64 }{
		{.2, .19, .1, 1.4077835076, -.0291369478, .1967555784},
		{0, -.1, .1, 2.7246682048, -1.8410216450, .0525135276},
		{.5, 2, .3, -12.2149657289, -1.30839e-11, 2},
		{.001, -1, .2, 3.2304852732, -15.0649983940, .0373007934},
		{.05, -3, .1, -9.4201094839, -454.3212439563, .0033259667},
		{.3, .05, .1, -1.3724070249, -.3689464153, .1009160434},
	} {
		d := TruncatedNormal{c.mu, c.sigma, 0, math.Inf(1)}
		near := func(what string, got, want, tol float64) {
			if !(math.Abs(got-want) <= tol) {
				t.Errorf("%v at %g: %s = %.12g, want %.12g", d, c.y, what, got, want)
			}
		}
		near("log density", d.LogProb(c.y), c.logProb, 1e-10)
		near("log Phi", LogPhi(c.mu/c.sigma), c.logPhi, 1e-10)
		near("mean", d.Mean(), c.mean, 1e-10)
		near("MeanNormalAbove", MeanNormalAbove(c.mu, c.sigma, 0), c.mean, 1e-10)
		near("relative log Phi", LogPhi(c.mu/c.sigma)/c.logPhi, 1, 1e-5)
		if lp := d.LogProb(-1e-300); !math.IsInf(lp, -1) {
			t.Errorf("%v: LogProb below 0 is %g, want -Inf", d, lp)
		}
	}
}
