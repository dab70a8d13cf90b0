package notebooks

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mixmodel/kernel/client"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/headless"
	"mixmodel/kernel/memo"
	"mixmodel/kernel/nbformat"
	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/budget"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/saturation"
)

var columns = mmm.Columns{Date: "week", Target: "sales", Channels: []mmm.Channel{{Column: "tv"}, {Column: "radio"}}}

var monday = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

func table(t *testing.T, path string, first float64) {
	t.Helper()
	var rows strings.Builder
	rows.WriteString("week,sales,tv,radio\n")
	for week := range 40 {
		x := float64(week*week%17) + first
		fmt.Fprintf(&rows, "%s,%g,%g,%g\n", monday.AddDate(0, 0, 7*week).Format(time.DateOnly), 50+3*x+float64(week%5), x, float64(week*7%11))
	}
	if err := os.WriteFile(path, []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestMemoKeepsWhatFollowsFromAModel: the model library's values are inputs,
// and the file that it reads within a computation is one, too, though neither
// package knows the other.
func TestMemoKeepsWhatFollowsFromAModel(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sales.csv")
	var warnings bytes.Buffer
	store := memo.Store{Dir: filepath.Join(dir, "store"), Warnings: &warnings}
	model := mmm.Model{Adstock: adstock.Geometric{MaxLag: 3}, Saturation: saturation.Logistic{Beta: dist.HalfNormals([]float64{0.3, 0.7})}}
	computed := 0
	best := func(model mmm.Model, seed uint64) []float64 {
		return memo.Must(memo.DoIn(t.Context(), store, "best", memo.Inputs(model, seed), func(ctx context.Context) ([]float64, error) {
			computed++
			data, err := mmm.ReadCSV(path, columns)
			if err != nil {
				return nil, err
			}
			fit, err := model.FitContext(ctx, data, nuts.Options{Chains: 2, Warmup: 200, Draws: 100, Seed: seed})
			if err != nil {
				return nil, err
			}
			plan, err := budget.Optimize(fit.Draws, budget.Options{Periods: 4, Within: 0.5})
			if err != nil {
				return nil, err
			}
			return plan.Spend, nil
		}))
	}
	for i, step := range []struct {
		what string
		do   func()
	}{
		{"the first time", func() { table(t, path, 1); best(model, 1) }},
		{"another seed", func() { best(model, 2) }},
		{"another prior", func() { m := model; m.Intercept = dist.Normal{Mu: 1, Sigma: 1}; best(m, 1) }},
		{"another table", func() { table(t, path, 2); best(model, 1) }},
	} {
		step.do()
		if computed != i+1 {
			t.Errorf("%s: %d computations, want %d", step.what, computed, i+1)
		}
		best(model, 1)
		if want := i + 1; computed != want {
			t.Errorf("after %s: computed again", step.what)
		}
	}
	data := mmm.Must(mmm.ReadCSV(path, columns))
	fit := mmm.Must(model.Fit(data, nuts.Options{Chains: 1, Warmup: 200, Draws: 50}))
	memo.Must(memo.DoIn(t.Context(), store, "inputs", memo.Inputs(data, fit, columns), func(context.Context) (int, error) { return 1, nil }))
	if warnings.Len() > 0 {
		t.Errorf("warned: %s", &warnings)
	}
}

// TestStockGoNBAndOurEngineShareKeptValues: the value that one has computed the
// other reads, from a cell with other code around it.
func TestStockGoNBAndOurEngineShareKeptValues(t *testing.T) {
	whole, err := nbformat.ReadFile("go_notebooks.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(memo.Variable, t.TempDir())
	run := func(start execute.Start, more string) string {
		nb := &nbformat.Notebook{Metadata: whole.Metadata}
		for _, c := range whole.Clone().Cells {
			switch c.ID {
			case "memo":
				c.Source, _, _ = strings.Cut(c.Source, "%%\n")
				c.Source += more + "%%\nfmt.Println(pi())\n"
				fallthrough
			case "setup", "imports", "parameters":
				nb.Cells = append(nb.Cells, c)
			}
		}
		return words(runNotebook(t, nb, start)["memo"])
	}
	first := run(client.GoNB("."), "")
	if !strings.HasPrefix(first, "throwing") {
		t.Errorf("the first run: got %q, want the value computed", first)
	}
	_, want, _ := strings.Cut(first, "\n")
	for i, start := range []execute.Start{headless.Own(".", false), headless.Own(".", true), client.GoNB(".")} {
		if got := run(start, fmt.Sprintf("// Unlike before.\nvar other%d = 1\n\n", i)); got != want {
			t.Errorf("run %d: got %q, want %q, read from the store", i+2, got, want)
		}
	}
}
