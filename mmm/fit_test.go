package mmm

import (
	"math"
	"strings"
	"testing"

	"mixmodel/mmm/nuts"
)

// fitOptions is enough for tests that need a fit but not a precise one.
var fitOptions = nuts.Options{Chains: 2, Warmup: 200, Draws: 200, Seed: 7}

func contains(s, sub string) bool { return strings.Contains(s, sub) }

// posteriorFile is the reference posterior: 40,000 draws of another sampler.
type posteriorFile struct {
	Parameters []struct {
		Name     string
		Mean, SD float64
		MCSE     float64 `json:"mcse_mean"`
	}
}

func readPosterior(t testing.TB) posteriorFile {
	t.Helper()
	var p posteriorFile
	readJSON(t, sharedFile(t, "reference", "case_study_posterior.json"), &p)
	return p
}

func posteriorMean(t testing.TB, train *Data) []float64 {
	t.Helper()
	var theta []float64
	for _, p := range readPosterior(t).Parameters {
		theta = append(theta, p.Mean)
	}
	return theta
}

// TestCaseStudyPosteriorAgreesWithStan is the acceptance test of sampling:
// the real data, 4 × (1,000 + 4,000), target 0.9.
func TestCaseStudyPosteriorAgreesWithStan(t *testing.T) {
	if testing.Short() {
		t.Skip("a full fit; skipped under -short")
	}
	train, _ := realData(t)
	ref := readPosterior(t)
	f, err := caseStudyModel(train).Fit(train, nuts.Options{Chains: 4, Warmup: 1000, Draws: 4000, Seed: 20220101, TargetAccept: 0.9})
	if err != nil {
		t.Fatal(err)
	}
	d := f.Diagnostics()
	t.Logf("\n%v", d.Table())
	if w := f.Warnings(); len(w) != 0 {
		t.Errorf("warnings: %v", w)
	}
	if d.Divergences != 0 || !(d.MaxRHat < 1.01) || !(d.MinESSBulk >= 400) || !(d.MinESSTail >= 400) {
		t.Errorf("got %d divergences, R-hat %.4f, ESS %.0f and %.0f; want 0, < 1.01, ≥ 400, ≥ 400", d.Divergences, d.MaxRHat, d.MinESSBulk, d.MinESSTail)
	}
	checked, sumSquares := 0, 0.0
	summaries := f.Summaries()
	for i, want := range ref.Parameters {
		s := summaries[i]
		z := (s.Mean - want.Mean) / math.Hypot(s.MCSEMean, want.MCSE)
		sumSquares += z * z
		if math.Abs(z) >= 4 {
			t.Errorf("%s: mean %.5f, reference %.5f: %.1f combined MCSE apart", s.Name, s.Mean, want.Mean, z)
		}
		if r := s.SD / want.SD; r < 0.95 || r > 1.05 {
			t.Errorf("%s: sd %.5f, reference %.5f: ratio %.3f", s.Name, s.SD, want.SD, r)
		}
		checked++
	}
	if checked != 55 {
		t.Errorf("checked %d parameters, want 55", checked)
	}
	t.Logf("root mean square of z over %d parameters: %.2f (1 for exact samplers)", checked, math.Sqrt(sumSquares/float64(checked)))
}
