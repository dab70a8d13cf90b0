package mmm

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/saturation"
)

// sharedFile returns the path of a file in the shared folder beside the
// repository, and skips the test where it is absent.
func sharedFile(t testing.TB, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(append([]string{dir, "..", "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs %s beside the repository", filepath.Join(append([]string{"shared"}, elem...)...))
	}
	return path
}

// caseStudyColumns reads the case study's file, the real one or the twin.
var caseStudyColumns = Columns{
	Date: "wk_strt_dt", Target: "sales",
	Channels: []Channel{
		{Name: "Direct Mail", Column: "mdsp_dm"}, {Name: "Insert", Column: "mdsp_inst"}, {Name: "Newspaper", Column: "mdsp_nsp"},
		{Name: "Online Display", Column: "mdsp_on"}, {Name: "Radio", Column: "mdsp_audtr"}, {Name: "Social Media", Column: "mdsp_so"},
		{Name: "TV", Column: "mdsp_vidtr"},
	},
	ControlPrefix: "hldy_",
}

// splitDate is the last possible training day of the case study.
var splitDate = time.Date(2018, 2, 1, 0, 0, 0, 0, time.UTC)

// caseStudyModel is the case study's model for this training data.
func caseStudyModel(train *Data) Model {
	return Model{
		Adstock:     adstock.Geometric{MaxLag: 5, Alpha: dist.Beta{Alpha: 1, Beta: 3}},
		Saturation:  saturation.Logistic{Beta: dist.HalfNormals(train.SpendShare()), Lambda: dist.Gamma{Alpha: 3, Beta: 1}},
		Seasonality: Fourier{Order: 5, Coefficients: dist.Laplace{Mu: 0, B: 1}},
		Intercept:   dist.Normal{Mu: 0.2, Sigma: 0.05},
		Controls:    dist.Normal{Mu: 0, Sigma: 1},
		Likelihood:  TruncatedNormal{Sigma: dist.HalfNormal{Sigma: 1}},
	}
}

func realData(t testing.TB) (train, test *Data) {
	t.Helper()
	d, err := ReadCSV(sharedFile(t, "data", "mmm_stan_data.csv"), caseStudyColumns)
	if err != nil {
		t.Fatal(err)
	}
	return Must2(d.SplitAt(splitDate))
}

// reference is the independent computation that ours must agree with.
type reference struct {
	test   *Data
	draws  *Draws
	labels map[string]any
	value  map[string]any
	scale  float64
}

func loadReference(t testing.TB) *reference {
	t.Helper()
	train, test := realData(t)
	values := readDraws(t, sharedFile(t, "reference", "case_study_draws.csv.gz"))
	draws, err := caseStudyModel(train).NewDraws(train, values)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Labels  map[string]any
		Entries map[string]struct{ Value any }
	}
	readJSON(t, sharedFile(t, "reference", "case_study_derived.json"), &doc)
	r := &reference{test: test, draws: draws, labels: doc.Labels, value: map[string]any{}, scale: draws.SalesScale()}
	for name, e := range doc.Entries {
		r.value[name] = e.Value
	}
	return r
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

// readDraws reads chain, draw, then one column per parameter.
func readDraws(t testing.TB, path string) [][][]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out [][][]float64
	for _, r := range rows[1:] {
		var draw []float64
		for _, s := range r[2:] {
			v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			if err != nil {
				t.Fatal(err)
			}
			draw = append(draw, v)
		}
		chain, _ := strconv.Atoi(r[0])
		for len(out) <= chain {
			out = append(out, nil)
		}
		out[chain] = append(out[chain], draw)
	}
	return out
}

// flat lists the numbers of a nested JSON value in order.
func flat(v any) []float64 {
	switch v := v.(type) {
	case float64:
		return []float64{v}
	case []any:
		var out []float64
		for _, e := range v {
			out = append(out, flat(e)...)
		}
		return out
	}
	return nil
}
