package dist

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestRandNormalAboveFollowsTheTruncatedNormal(t *testing.T) {
	const n = 20000
	checked := 0
	for i, c := range []struct{ mu, sigma, lower float64 }{
		{0.2, 0.1, 0}, {-0.1, 0.1, 0}, {-3, 0.1, 0}, {-3e4, 0.1, 0}, {5, 2, math.Inf(-1)}, {1e6, 10, 0}, {0, 1, 0},
	} {
		d := TruncatedNormal{c.mu, c.sigma, c.lower, math.Inf(1)}
		rng := rand.New(rand.NewPCG(3, uint64(i)))
		sum, sum2 := 0.0, 0.0
		for range n {
			x := RandNormalAbove(rng, c.mu, c.sigma, c.lower)
			if !(x > c.lower) {
				t.Fatalf("%v: draw %g", d, x)
			}
			u := d.CDF(x) - 0.5
			sum += u
			sum2 += u * u
		}
		if z := sum / math.Sqrt(n/12.0); math.Abs(z) > 4.5 {
			t.Errorf("%v: mean of CDF(draws) is off by %.1f standard errors", d, z)
		}
		if z := (sum2 - n/12.0) / math.Sqrt(n/180.0); math.Abs(z) > 4.5 {
			t.Errorf("%v: variance of CDF(draws) is off by %.1f standard errors", d, z)
		}
		checked++
	}
	if checked != 7 {
		t.Errorf("checked %d cases, want 7", checked)
	}
}

func TestRandNormalAboveTakesOneNumber(t *testing.T) {
	for _, lower := range []float64{-5, 0, 40} {
		a, b := rand.NewPCG(1, 2), rand.NewPCG(1, 2)
		RandNormalAbove(rand.New(a), 0, 1, lower)
		b.Uint64()
		if a.Uint64() != b.Uint64() {
			t.Errorf("lower = %g: stream not advanced by one", lower)
		}
	}
}

func TestTwoWaysToTheTruncatedMeanAgree(t *testing.T) {
	checked := 0
	for mu := -200.0; mu < 10; mu += 0.73 {
		d := TruncatedNormal{mu, 2, 1, math.Inf(1)}
		byIntegral, closed := d.Mean()-1, MeanNormalAbove(mu, 2, 1)-1
		if relErr(closed, byIntegral) > 1e-12 {
			t.Errorf("%v: mean less 1 is %.17g by integration, %.17g in closed form", d, byIntegral, closed)
		}
		checked++
	}
	if checked != 288 {
		t.Errorf("checked %d means, want 288", checked)
	}
	// Far out, the excess is σ²/(lower-μ), an exponential distribution.
	if got := MeanNormalAbove(-1e9, 2, 0); relErr(got, 4e-9) > 1e-12 {
		t.Errorf("excess far out is %g, want 4e-9", got)
	}
}

func TestTruncatedMomentsMatchTheClosedForms(t *testing.T) {
	checked := 0
	for _, c := range [][2]float64{{-1, 1}, {-3, 0.5}, {0.5, 2}, {-2, -0.1}, {-8, 9}, {-math.MaxFloat64, math.MaxFloat64}} {
		a, b := c[0], c[1]
		mass := NormCDF(b) - NormCDF(a)
		pa, pb := math.Exp(-a*a/2)/math.Sqrt(2*math.Pi), math.Exp(-b*b/2)/math.Sqrt(2*math.Pi)
		mean := (pa - pb) / mass
		edge := 0.0
		if pa > 0 {
			edge += a * pa
		}
		if pb > 0 {
			edge -= b * pb
		}
		variance := 1 + edge/mass - mean*mean
		d := TruncatedNormal{0, 1, a, b}
		if math.Abs(d.Mean()-mean) > 1e-14 || relErr(d.Variance(), variance) > 1e-13 {
			t.Errorf("%v: mean, variance = %.16g, %.16g, want %.16g, %.16g", d, d.Mean(), d.Variance(), mean, variance)
		}
		checked++
	}
	if checked != 6 {
		t.Errorf("checked %d intervals, want 6", checked)
	}
	// A short interval is nearly uniform, a far tail nearly exponential.
	if d := (TruncatedNormal{0, 1, 1, 1 + 1e-6}); relErr(d.Variance(), 1e-12/12) > 1e-6 {
		t.Errorf("%v: variance = %g, want 1e-12/12", d, d.Variance())
	}
	if d := (TruncatedNormal{-1e6, 1, 0, math.Inf(1)}); relErr(d.Variance(), 1e-12) > 1e-9 {
		t.Errorf("%v: variance = %g, want 1e-12", d, d.Variance())
	}
}

func TestNormQuantileInvertsNormCDFInBothTails(t *testing.T) {
	// Below -37.5 NormCDF is subnormal and short of digits.
	for z := -37.4; z < 6; z += 0.31 {
		p := NormCDF(z)
		// p near 1 has few digits of its own.
		tol := 1e-15*max(1, -z) + 2e-16/HazardPhi(z)
		if z > 0 {
			tol = 2e-16 / density(z)
		}
		if got := NormQuantile(p); math.Abs(got-z) > tol {
			t.Errorf("NormQuantile(NormCDF(%g)) = %.17g, off by %.2g", z, got, got-z)
		}
	}
}
