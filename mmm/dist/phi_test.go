package dist

import (
	"math"
	"testing"
)

func relErr(got, want float64) float64 {
	if got == want {
		return 0
	}
	return math.Abs(got-want) / math.Abs(want)
}

func TestNormalTailsMatchFiftyDigitArithmetic(t *testing.T) {
	rows := readVectors(t, "phi.csv")
	for _, row := range rows {
		z, logPhi, hazard, phi := parse(t, row[0]), parse(t, row[1]), parse(t, row[2]), parse(t, row[3])
		check := func(what string, got, want float64) {
			if math.Abs(want) < 1e-307 { // fewer digits exist
				if math.Abs(got) > 1.1e-307 {
					t.Errorf("%s(%g) = %g, want %g", what, z, got, want)
				}
				return
			}
			if e := relErr(got, want); !(e <= 2e-15) {
				t.Errorf("%s(%g) = %.17g, want %.17g, relative error %.2g", what, z, got, want, e)
			}
		}
		l, h := LogPhiHazard(z)
		check("LogPhi", LogPhi(z), logPhi)
		check("HazardPhi", HazardPhi(z), hazard)
		check("LogPhiHazard, first,", l, logPhi)
		check("LogPhiHazard, second,", h, hazard)
		check("NormCDF", NormCDF(z), phi)
	}
	if len(rows) < 145 {
		t.Errorf("checked %d points, want at least 145", len(rows))
	}
}

func TestNormalTailsAtTheExtremes(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ z, logPhi, hazard, phi float64 }{
		{inf, 0, 0, 1}, {-inf, -inf, inf, 0},
		{1e300, 0, 0, 1}, {-1e300, -inf, 1e300, 0},
	} {
		l, h := LogPhiHazard(c.z)
		if LogPhi(c.z) != c.logPhi || l != c.logPhi || NormCDF(c.z) != c.phi {
			t.Errorf("at %g: LogPhi = %g, %g, NormCDF = %g", c.z, LogPhi(c.z), l, NormCDF(c.z))
		}
		if relErr(h, c.hazard) > 1e-15 || HazardPhi(c.z) != h {
			t.Errorf("at %g: hazard = %g, %g, want %g", c.z, h, HazardPhi(c.z), c.hazard)
		}
	}
	nan := math.NaN()
	l, h := LogPhiHazard(nan)
	for i, v := range []float64{LogPhi(nan), HazardPhi(nan), NormCDF(nan), l, h} {
		if !math.IsNaN(v) {
			t.Errorf("function %d of NaN is %g", i, v)
		}
	}
}

func TestNormalTailsHaveNoJumpsWhereTheFormulaChanges(t *testing.T) {
	for _, z := range []float64{-4 * math.Sqrt2, -center, center, 4 * math.Sqrt2, farTail} {
		below, above := math.Nextafter(z, -50), math.Nextafter(z, 50)
		for _, f := range []func(float64) float64{LogPhi, HazardPhi, NormCDF} {
			// The functions' own relative slope is at most about |z|.
			tol := 3e-15 + 2*max(1, math.Abs(z))*(above-below)
			if a, b := f(below), f(above); math.Abs(a-b) > tol*math.Abs(a)+1e-300 {
				t.Errorf("jump at %g: %.17g to %.17g", z, a, b)
			}
		}
	}
}

func TestHazardIsTheDerivativeOfLogPhi(t *testing.T) {
	checked := 0
	for z := -60.0; z < 8; z += 0.37 {
		const h = 1e-3
		num := (8*(LogPhi(z+h)-LogPhi(z-h)) - (LogPhi(z+2*h) - LogPhi(z-2*h))) / (12 * h)
		if got := HazardPhi(z); math.Abs(got-num) > 1e-9*(got+1e-3) {
			t.Errorf("HazardPhi(%g) = %g, differences give %g", z, got, num)
		}
		checked++
	}
	if checked != 184 {
		t.Errorf("checked %d points, want 184", checked)
	}
}
