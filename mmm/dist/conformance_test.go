package dist

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var inf = math.Inf(1)

// all holds every distribution of the package, in ordinary and in difficult
// places. The tests of this file run over it.
var all = []Dist{
	Normal{0, 1}, Normal{0.2, 0.05}, Normal{-1e3, 20},
	HalfNormal{1}, HalfNormal{0.047808},
	TruncatedNormal{0.19, 0.1, 0, inf}, TruncatedNormal{-1, 0.2, 0, inf}, TruncatedNormal{-40, 0.5, 0, inf},
	TruncatedNormal{0.5, 0.25, 0, 1}, TruncatedNormal{0, 1, 2, 2.5}, TruncatedNormal{0, 1, -31, -30},
	TruncatedNormal{3, 2, -inf, 0}, TruncatedNormal{0, 1, -0.5, 1e-3}, TruncatedNormal{1, 2, -inf, inf},
	Laplace{0, 1}, Laplace{-3, 0.25},
	LogNormal{0, 1}, LogNormal{-2, 0.3},
	StudentT{1, 0, 1}, StudentT{3, 0.5, 2}, StudentT{7.5, -1, 0.1}, StudentT{250, 0, 1}, StudentT{0.5, 0, 1},
	Gamma{3, 1}, Gamma{1, 2}, Gamma{0.3, 1}, Gamma{80, 4}, GammaMeanSD(2, 0.5),
	Beta{1, 3}, Beta{3, 3}, Beta{0.5, 0.5}, Beta{1, 1}, Beta{40, 60},
	Exponential{1}, Exponential{0.02},
	Uniform{0, 1}, Uniform{-3, 5},
	HalfCauchy{1}, HalfCauchy{25},
	InverseGamma{3, 1}, InverseGamma{9.5, 4}, InverseGamma{0.75, 2},
}

func TestTheListOfTestedDistributionsIsComplete(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == "LogProb" {
				declared[fn.Recv.List[0].Type.(*ast.Ident).Name] = true
			}
		}
	}
	if len(declared) != 12 {
		t.Errorf("package declares %d distributions %v, want 12", len(declared), declared)
	}
	for _, d := range all {
		delete(declared, reflect.TypeOf(d).Name())
	}
	if len(declared) > 0 {
		t.Errorf("not in the list of tested distributions: %v", declared)
	}
}

// levels are probabilities at which distributions are probed.
var levels = []float64{1e-6, 1e-3, 0.01, 0.1, 0.25, 0.4999, 0.6, 0.9, 0.99, 0.999, 1 - 1e-6}

func TestEveryScoreMatchesCentralDifferences(t *testing.T) {
	checked := 0
	for _, d := range all {
		for _, p := range levels {
			x := d.Quantile(p)
			s := d.Support()
			h := 1e-3 * min(width(d), x-s.Lower, s.Upper-x)
			if l, ok := d.(Laplace); ok && math.Abs(x-l.Mu) < 3*h {
				continue // the kink
			}
			// Fourth order: error h⁴/30 of the fifth derivative.
			num := (8*(d.LogProb(x+h)-d.LogProb(x-h)) - (d.LogProb(x+2*h) - d.LogProb(x-2*h))) / (12 * h)
			// Truncation, then the rounding of the densities and of x ± h.
			tol := 1e-8*math.Abs(num) + 1e-15*(1+math.Abs(d.LogProb(x)))/h + 4e-16*math.Abs(x*num)/h
			if got := d.Score(x); !(math.Abs(got-num) <= tol) {
				t.Errorf("%v: Score(%g) = %g, differences give %g", d, x, got, num)
			}
			checked++
		}
	}
	if want := len(all)*len(levels) - 2; checked != want {
		t.Errorf("checked %d scores, want %d", checked, want)
	}
}

// width is the interquartile range.
func width(d Dist) float64 { return d.Quantile(0.75) - d.Quantile(0.25) }

func TestQuantileInvertsCDF(t *testing.T) {
	checked := 0
	for _, d := range all {
		for _, p := range append([]float64{1e-12, 1e-9}, levels...) {
			x := d.Quantile(p)
			// An x of relative precision eps cannot do better than this.
			tol := 1e-12*min(p, 1-p) + 2e-16*math.Abs(x)*math.Exp(d.LogProb(x)) + 1e-15
			if got := d.CDF(x); !(math.Abs(got-p) <= tol) {
				t.Errorf("%v: CDF(Quantile(%g)) = %g, off by %.2g (want %.2g), x = %g", d, p, got, math.Abs(got-p), tol, x)
			}
			checked++
		}
		s := d.Support()
		if lo, hi := d.Quantile(0), d.Quantile(1); lo != s.Lower || hi != s.Upper {
			t.Errorf("%v: quantiles at 0 and 1 are %g, %g, support is %v", d, lo, hi, s)
		}
	}
	if want := len(all) * (len(levels) + 2); checked != want {
		t.Errorf("checked %d quantiles, want %d", checked, want)
	}
}

func TestCDFIsTheIntegralOfTheDensity(t *testing.T) {
	checked := 0
	for _, d := range all {
		for i := 1; i < len(levels); i++ {
			lo, hi := d.Quantile(levels[i-1]), d.Quantile(levels[i])
			got := integrate(d, lo, hi)
			want := d.CDF(hi) - d.CDF(lo)
			if !(math.Abs(got-want) <= 1e-9) {
				t.Errorf("%v: density integrates to %.12g over (%g, %g), CDF says %.12g", d, got, lo, hi, want)
			}
			checked++
		}
	}
	if want := len(all) * (len(levels) - 1); checked != want {
		t.Errorf("checked %d integrals, want %d", checked, want)
	}
}

// integrate integrates the density over (lo, hi) in the log of the distance
// to the nearer bound, or to the median where that side has none: densities
// may have a pole at a bound, and tails are long.
func integrate(d Dist, lo, hi float64) float64 {
	s, median := d.Support(), d.Quantile(0.5)
	from := func(origin, sign, near, far float64) float64 {
		return evenSimpson(func(u float64) float64 {
			r := math.Exp(u)
			return math.Exp(d.LogProb(origin+sign*r)) * r
		}, math.Log(near), math.Log(far))
	}
	switch {
	case hi <= median && !math.IsInf(s.Lower, 0):
		return from(s.Lower, 1, lo-s.Lower, hi-s.Lower)
	case hi <= median:
		return from(median, -1, median-hi, median-lo)
	case lo >= median && !math.IsInf(s.Upper, 0):
		return from(s.Upper, -1, s.Upper-hi, s.Upper-lo)
	case lo >= median:
		return from(median, 1, lo-median, hi-median)
	}
	return evenSimpson(func(x float64) float64 { return math.Exp(d.LogProb(x)) }, lo, hi)
}

func evenSimpson(f func(float64) float64, lo, hi float64) float64 {
	const n = 2000
	h := (hi - lo) / n
	sum := f(lo) + f(hi)
	for i := 1; i < n; i++ {
		sum += float64(2+2*(i%2)) * f(lo+float64(i)*h)
	}
	return sum * h / 3
}

func TestDrawsFollowTheDistribution(t *testing.T) {
	const n = 20000
	for i, d := range all {
		rng := rand.New(rand.NewPCG(11, uint64(i)))
		// u = CDF(x) is uniform: mean 1/2, variance 1/12, and the largest
		// distance of its distribution from the diagonal is small.
		var sum, sum2 float64
		var bins [20]int
		for range n {
			x := d.Rand(rng)
			if !d.Support().Contains(x) {
				t.Fatalf("%v: draw %g lies outside %v", d, x, d.Support())
			}
			u := d.CDF(x)
			sum += u
			sum2 += (u - 0.5) * (u - 0.5)
			bins[min(19, int(20*u))]++
		}
		if z := (sum/n - 0.5) / math.Sqrt(1.0/12/n); math.Abs(z) > 4.5 {
			t.Errorf("%v: mean of CDF(draws) is %.4f, z = %.1f", d, sum/n, z)
		}
		if z := (sum2/n - 1.0/12) / math.Sqrt(1.0/180/n); math.Abs(z) > 4.5 {
			t.Errorf("%v: variance of CDF(draws) is %.4f, z = %.1f", d, sum2/n, z)
		}
		chi2 := 0.0
		for _, b := range bins {
			chi2 += (float64(b) - n/20) * (float64(b) - n/20) / (n / 20)
		}
		if chi2 > 60 { // 19 degrees of freedom: p = 4e-6
			t.Errorf("%v: chi-squared of CDF(draws) in 20 bins is %.1f", d, chi2)
		}
	}
}

func TestDrawsHaveTheMomentsStated(t *testing.T) {
	const n = 20000
	checked := 0
	for i, d := range all {
		if heavyTailed(d) {
			continue // a sample variance means nothing here
		}
		rng := rand.New(rand.NewPCG(12, uint64(i)))
		x := make([]float64, n)
		mean, m2, m4 := 0.0, 0.0, 0.0
		for j := range x {
			x[j] = d.Rand(rng)
			mean += x[j] / n
		}
		for _, v := range x {
			e := (v - mean) * (v - mean)
			m2 += e / n
			m4 += e * e / n
		}
		if z := (mean - d.Mean()) / math.Sqrt(m2/n); math.Abs(z) > 4.5 {
			t.Errorf("%v: mean of draws %g, Mean() = %g, z = %.1f", d, mean, d.Mean(), z)
		}
		if z := (m2 - d.Variance()) / math.Sqrt((m4-m2*m2)/n); math.Abs(z) > 5 {
			t.Errorf("%v: variance of draws %g, Variance() = %g, z = %.1f", d, m2, d.Variance(), z)
		}
		checked++
	}
	if want := len(all) - 7; checked != want {
		t.Errorf("checked %d distributions, want %d", checked, want)
	}
}

func heavyTailed(d Dist) bool {
	switch d := d.(type) {
	case StudentT:
		return d.Nu <= 4
	case InverseGamma:
		return d.Alpha <= 4
	case HalfCauchy:
		return true
	}
	return false
}

func TestMomentsThatDivergeSaySo(t *testing.T) {
	for _, c := range []struct {
		d              Dist
		mean, variance float64
	}{
		{StudentT{1, 0, 1}, math.NaN(), math.NaN()},
		{StudentT{2, 3, 1}, 3, inf},
		{StudentT{3, 3, 2}, 3, 12},
		{InverseGamma{1, 1}, inf, inf},
		{InverseGamma{2, 3}, 3, inf},
		{InverseGamma{3, 4}, 2, 4},
		{HalfCauchy{1}, inf, inf},
	} {
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if m, v := c.d.Mean(), c.d.Variance(); !same(m, c.mean) || !same(v, c.variance) {
			t.Errorf("%v: mean, variance = %g, %g, want %g, %g", c.d, m, v, c.mean, c.variance)
		}
	}
}

func TestLogProbIsNeverNaN(t *testing.T) {
	for _, d := range all {
		s := d.Support()
		points := []float64{0, 1, -1, 1e300, -1e300, 5e-324, -5e-324, math.MaxFloat64, 1e160, s.Lower, s.Upper}
		for _, x := range points {
			lp := d.LogProb(x)
			if math.IsNaN(lp) && isFinite(x) {
				t.Errorf("%v: LogProb(%g) is NaN", d, x)
			}
			if (x < s.Lower || x > s.Upper) && !math.IsInf(lp, -1) {
				t.Errorf("%v: LogProb(%g) = %g outside the support, want -Inf", d, x, lp)
			}
			if c := d.CDF(x); !(c >= 0 && c <= 1) {
				t.Errorf("%v: CDF(%g) = %g", d, x, c)
			}
		}
	}
}

func TestEveryDistributionIsAComparablePrior(t *testing.T) {
	for _, d := range all {
		if d.Elem(3) != d || d.Len() != 0 {
			t.Errorf("%v: Elem(3) = %v, Len() = %d, want itself and 0", d, d.Elem(3), d.Len())
		}
		if err := d.Check(); err != nil {
			t.Errorf("%v: %v", d, err)
		}
	}
}

// TestStringNamesTypeAndEveryField holds the form that tables and
// fingerprints rely on: Name(field=value, ...), in full precision.
func TestStringNamesTypeAndEveryField(t *testing.T) {
	for _, d := range all {
		v := reflect.ValueOf(d)
		var fields []string
		for i := range v.NumField() {
			fields = append(fields, fmt.Sprintf("%s=%g", strings.ToLower(v.Type().Field(i).Name), v.Field(i).Float()))
		}
		want := v.Type().Name() + "(" + strings.Join(fields, ", ") + ")"
		if got := d.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCheckFindsEveryFaultyField(t *testing.T) {
	seen := map[reflect.Type]bool{}
	for _, d := range all {
		v := reflect.ValueOf(d)
		if seen[v.Type()] {
			continue
		}
		seen[v.Type()] = true
		bad := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			bad.Field(i).SetFloat(math.NaN())
		}
		err := bad.Interface().(Dist).Check()
		if err == nil {
			t.Errorf("%v: Check finds no fault", bad)
			continue
		}
		for i := range v.NumField() {
			if field := v.Type().Field(i).Name + " is NaN"; !strings.Contains(err.Error(), field) {
				t.Errorf("%v: fault %q is missing in %q", bad, field, err)
			}
		}
	}
	if err := (Normal{Sigma: -1}).Check(); err == nil || err.Error() != "dist: Normal: Sigma is -1 (want finite, > 0)" {
		t.Errorf("got %v", err)
	}
	if err := (Uniform{}).Check(); err == nil || err.Error() != "dist: Uniform: Lower is 0, Upper is 0 (want Lower < Upper)" {
		t.Errorf("got %v", err)
	}
}

func TestQuantilePanicsOutsideZeroOne(t *testing.T) {
	for _, d := range all {
		for _, p := range []float64{-0.1, 1.1, math.NaN()} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%v: Quantile(%g) does not panic", d, p)
					}
				}()
				d.Quantile(p)
			}()
		}
	}
}

// Cases on which the library's inverse incomplete beta function, or our use of
// it, once failed.
func TestQuantilesOfExtremeShapes(t *testing.T) {
	for _, p := range []float64{0.86, 0.93, 0.97} {
		if x := (Beta{0.6, 0.02}).Quantile(p); !(x > 0.999 && x <= 1) {
			t.Errorf("Beta(0.6, 0.02): quantile at %g is 1%+g, want at most 1", p, x-1)
		}
	}
	for _, p := range []float64{0.28, 0.33, 0.57, 0.6} {
		d := StudentT{0.02, 0, 1}
		if got := d.CDF(d.Quantile(p)); relErr(got, p) > 1e-12 {
			t.Errorf("%v: CDF(Quantile(%g)) = %g", d, p, got)
		}
	}
	d := Gamma{0.05, 1}
	if got := d.CDF(d.Quantile(1e-6)); relErr(got, 1e-6) > 1e-12 {
		t.Errorf("%v: CDF(Quantile(1e-6)) = %g", d, got)
	}
}
