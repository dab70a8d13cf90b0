package diag

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// reference holds the vectors of diagnostics_vectors.json: fixed arrays of
// 4 x 250 draws with the numbers that ArviZ gives for them.
type reference struct {
	Series []struct {
		Name     string
		Values   [][]float64
		Expected struct {
			Mean, SD, Q05, Q50, Q95 float64
			RHat                    float64
			RHatBulk                float64    `json:"rhat_bulk"`
			RHatFolded              float64    `json:"rhat_folded"`
			ESSBulk                 float64    `json:"ess_bulk"`
			ESSTail                 float64    `json:"ess_tail"`
			ESSMean                 float64    `json:"ess_mean"`
			ESSQ05                  float64    `json:"ess_q05"`
			ESSQ95                  float64    `json:"ess_q95"`
			MCSEMean                float64    `json:"mcse_mean"`
			MCSESD                  float64    `json:"mcse_sd"`
			MCSEQ05                 float64    `json:"mcse_q05"`
			MCSEQ95                 float64    `json:"mcse_q95"`
			HDI94                   [2]float64 `json:"hdi_94"`
			HDI50                   [2]float64 `json:"hdi_50"`
			Autocorrelation         [][]float64
		}
	}
	EBFMI []float64 `json:"e_bfmi_lp"`
}

// readReference finds ../shared next to the module; the file is not part of
// the repository, so the test skips without it.
func readReference(t *testing.T) reference {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
	path := filepath.Join(dir, "..", "shared", "reference", "diagnostics_vectors.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip("reference vectors are not here: ", err)
	}
	var ref reference
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	return ref
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if got == want {
		return
	}
	if !(math.Abs(got-want) <= tol*math.Abs(want)) {
		t.Errorf("%s = %.15g, want %.15g, relative difference %.2g", what, got, want, math.Abs(got-want)/math.Abs(want))
	}
}

func TestEveryReferenceSeriesIsReproduced(t *testing.T) {
	const tol = 1e-9
	ref := readReference(t)
	checked := 0
	for _, s := range ref.Series {
		t.Run(s.Name, func(t *testing.T) {
			is := func(what string, got, want float64) {
				t.Helper()
				near(t, what, got, want, tol)
				checked++
			}
			x, e := s.Values, s.Expected
			d := Describe(x)
			is("Mean", d.Mean, e.Mean)
			is("SD", d.SD, e.SD)
			is("Q05", d.Q05, e.Q05)
			is("Median", d.Median, e.Q50)
			is("Q95", d.Q95, e.Q95)
			is("HDI94 lower", d.HDI94[0], e.HDI94[0])
			is("HDI94 upper", d.HDI94[1], e.HDI94[1])
			is("RHat", d.RHat, e.RHat)
			is("ESSBulk", d.ESSBulk, e.ESSBulk)
			is("ESSTail", d.ESSTail, e.ESSTail)
			is("MCSEMean", d.MCSEMean, e.MCSEMean)
			is("MCSESD", d.MCSESD, e.MCSESD)
			is("MCSEQ05", d.MCSEQ05, e.MCSEQ05)
			is("MCSEQ95", d.MCSEQ95, e.MCSEQ95)

			is("ESSMean()", ESSMean(x), e.ESSMean)
			is("ESSQuantile(.05)", ESSQuantile(x, 0.05), e.ESSQ05)
			is("ESSQuantile(.95)", ESSQuantile(x, 0.95), e.ESSQ95)

			c := flatten(x)
			r := rank(c.v)
			is("R-hat, bulk", c.with(r.normalScores()).split().plainRHat(), e.RHatBulk)
			is("R-hat, folded", c.with(r.folded().normalScores()).split().plainRHat(), e.RHatFolded)

			lo, hi := HDI(c.v, 0.5)
			is("HDI(.5) lower", lo, e.HDI50[0])
			is("HDI(.5) upper", hi, e.HDI50[1])
			for m, chain := range x {
				for lag, got := range Autocorrelation(chain, 10) {
					is("autocorrelation", got, e.Autocorrelation[m][lag])
				}
			}
			if s.Name == "lp__" {
				for m, chain := range x {
					is("EBFMI", EBFMI(chain), ref.EBFMI[m])
				}
			}
		})
	}
	if want := 12*(21+4*11) + 4; checked != want {
		t.Errorf("checked %d numbers, want %d", checked, want)
	}
}

func TestDescribeAgreesWithTheSingleFunctions(t *testing.T) {
	for _, x := range [][][]float64{noise(1, 4, 250, 0.5), noise(2, 3, 101, -0.3), noise(3, 1, 40, 0)} {
		d := Describe(x)
		all := flatten(x).v
		lo, hi := HDI(all, 0.94)
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"Mean", d.Mean, Mean(all)}, {"SD", d.SD, SD(all)}, {"Median", d.Median, Median(all)},
			{"HDI lower", d.HDI94[0], lo}, {"HDI upper", d.HDI94[1], hi},
			{"RHat", d.RHat, RHat(x)}, {"ESSBulk", d.ESSBulk, ESSBulk(x)}, {"ESSTail", d.ESSTail, ESSTail(x)},
			{"MCSEMean", d.MCSEMean, MCSEMean(x)}, {"MCSESD", d.MCSESD, MCSESD(x)},
			{"MCSEQ05", d.MCSEQ05, MCSEQuantile(x, 0.05)}, {"MCSEQ95", d.MCSEQ95, MCSEQuantile(x, 0.95)},
		} {
			if c.got != c.want || math.IsNaN(c.got) {
				t.Errorf("%d x %d: Describe says %s = %g, the function %g", len(x), len(x[0]), c.name, c.got, c.want)
			}
		}
	}
}
