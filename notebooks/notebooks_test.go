package notebooks

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/client"
	_ "mixmodel/kernel/display" // what cells import: a change runs the tests again
	"mixmodel/kernel/execute"
	"mixmodel/kernel/headless"
	"mixmodel/kernel/memo"
	"mixmodel/kernel/nbformat"
	_ "mixmodel/mmm/plot"
	_ "mixmodel/mmm/twin"
)

var humanID = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

const setup = "%noautoget\n!*test -f go.work || (go work init . && go work use . \"$GONB_DIR/..\")"

// TestNotebooksFollowTheHouseRules: what is committed runs on stock GoNB, is
// stripped of outputs and changes by true differences only.
func TestNotebooksFollowTheHouseRules(t *testing.T) {
	paths, err := filepath.Glob("*.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, path := range paths {
		if strings.HasSuffix(path, ".executed.ipynb") {
			continue // somebody's own
		}
		seen++
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		nb, err := nbformat.Read(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		var again bytes.Buffer
		if err := nbformat.Write(&again, nb); err != nil || !bytes.Equal(raw, again.Bytes()) {
			t.Errorf("%s (%v): format 4.5 is written otherwise:\n%s", path, err, cmp.Diff(string(raw), again.String()))
		}
		var spec struct{ Name, Language string }
		if !nb.Metadata.Get(&spec, "kernelspec") || spec.Name != "gonb" || spec.Language != "go" {
			t.Errorf("%s: kernelspec is %v (want gonb)", path, spec)
		}
		var code []*nbformat.Cell
		for _, c := range nb.Cells {
			if !humanID.MatchString(c.ID) {
				t.Errorf("%s: id %q (want words)", path, c.ID)
			}
			if c.Type == nbformat.Code {
				code = append(code, c)
			}
			checkCell(t, path, c)
		}
		if len(code) < 2 || code[0].Source != setup || !strings.HasPrefix(code[1].Source, "import (") {
			t.Errorf("%s: want the cells that set up and import first", path)
		}
	}
	if seen < 3 {
		t.Errorf("saw %d notebooks, want the case study and those for newcomers", seen)
	}
}

func checkCell(t *testing.T, path string, c *nbformat.Cell) {
	t.Helper()
	if len(c.Outputs) > 0 || c.ExecutionCount != 0 {
		t.Errorf("%s: %s: has outputs (want them stripped)", path, c.ID)
	}
	for _, bad := range []string{"go get", "go install", "gonbui", "/home/", "/Users/"} {
		if c.Type == nbformat.Code && strings.Contains(c.Source, bad) {
			t.Errorf("%s: %s: %q", path, c.ID, bad)
		}
	}
	// Prints take another way than displays: stock GoNB mixes up their order.
	if strings.Contains(c.Source, "display.") && strings.Contains(c.Source, "fmt.Print") && !strings.Contains(c.Source, "fmt.Printf(&") {
		t.Errorf("%s: %s: prints beside displays", path, c.ID)
	}
}

// executed runs the notebook and returns what each cell put out.
func executed(t *testing.T, name string, start execute.Start) map[string][]nbformat.Output {
	t.Helper()
	nb, err := nbformat.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return runNotebook(t, nb, start)
}

func runNotebook(t *testing.T, nb *nbformat.Notebook, start execute.Start) map[string][]nbformat.Output {
	t.Helper()
	if _, err := os.Stat("../testdata/case_study_twin.csv"); err != nil { // cells read it; so a change of it runs the tests again
		t.Fatal(err)
	}
	var cannot error
	try := func(ctx context.Context, notice func(string)) (execute.Engine, error) {
		e, err := start(ctx, notice)
		cannot = err
		return e, err
	}
	err := execute.Run(t.Context(), nb, try, execute.Options{Dir: "."})
	if cannot != nil {
		t.Skipf("the engine cannot be started here: %v", cannot)
	}
	if err != nil {
		t.Fatal(execute.Describe(err))
	}
	var file bytes.Buffer // where the same text is spelled the same way
	if err := nbformat.Write(&file, nb); err != nil {
		t.Fatal(err)
	}
	if nb, err = nbformat.Read(&file); err != nil {
		t.Fatal(err)
	}
	outputs := make(map[string][]nbformat.Output)
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			outputs[c.ID] = c.Outputs
		}
	}
	return outputs
}

// words are the outputs of a cell as a reader without pictures has them.
func words(list []nbformat.Output) string {
	var all []string
	for _, o := range list {
		switch o.Type {
		case nbformat.Stream:
			all = append(all, o.Text)
		case nbformat.Error:
			all = append(all, "ERROR "+o.EValue+"\n"+strings.Join(o.Traceback, "\n"))
		default:
			text, _ := o.Data.Text("text/plain")
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

var newcomers = map[string]func(*testing.T, map[string][]nbformat.Output){
	"quickstart.ipynb":   quickstart,
	"go_notebooks.ipynb": goNotebooks,
}

// TestNotebooksForNewcomersSayWhatIsTrue runs them on our engine and compares
// what they print with what their text claims.
func TestNotebooksForNewcomersSayWhatIsTrue(t *testing.T) {
	for name, check := range newcomers {
		t.Run(name, func(t *testing.T) {
			t.Setenv(memo.Variable, t.TempDir())
			check(t, ours(t, name))
		})
	}
}

// ran keeps what our engine put out, for the tests that compare with it.
var ran = make(map[string]map[string][]nbformat.Output)

func ours(t *testing.T, name string) map[string][]nbformat.Output {
	if ran[name] == nil {
		ran[name] = executed(t, name, headless.Own(".", false))
	}
	return ran[name]
}

func quickstart(t *testing.T, out map[string][]nbformat.Output) {
	if len(out) != 10 {
		t.Errorf("%d code cells, want the ten that the text announces", len(out))
	}
	for id, want := range map[string][]string{
		"load":       {"209 weeks, 7 channels, 22 controls"},
		"check":      {"4 chains × 1,000", "no warnings"},
		"roas":       {"Online Display", "P(highest)"},
		"saturation": {"Response of each channel"},
	} {
		for _, w := range want {
			if !strings.Contains(words(out[id]), w) {
				t.Errorf("%s: got %q, want %q in it", id, words(out[id]), w)
			}
		}
	}
	for _, id := range []string{"look", "check", "roas", "saturation", "budget"} {
		if !slices.ContainsFunc(out[id], func(o nbformat.Output) bool { return o.Data["image/svg+xml"] != nil }) {
			t.Errorf("%s shows no figure", id)
		}
	}
	caption := func(id string, i int) (s string) {
		out[id][i].Metadata.Get(&s, "image/svg+xml", "caption")
		return s
	}
	near(t, "Direct Mail's share of spend, in %", caption("look", 1), `Direct Mail takes ([\d.]+) %`, 44.4, 0.05)
	near(t, "weeks inside the 94 % band", caption("check", 2), `94 % band (?:holds )?(\d+) of 209`, 199, 5)
	near(t, "divergences", words(out["check"]), `divergences\s+│\s+(\d+)`, 0, 0)
	near(t, "R-hat", words(out["check"]), `R-hat\s+│\s+([\d.]+)`, 1, 0.01)
	near(t, "median ROAS of Online Display", words(out["roas"]), `Online Display │ [\d.]+ │\s+([\d.]+)`, 69.5, 5)
	near(t, "gain of the plan, in %", words(out["budget"]), `brings \*\*(\d+) %\*\*`, 14, 1)
	near(t, "money of the plan", words(out["budget"]), `total\s+│\s+1.73 M │ ([\d.]+) M`, 1.73, 0)
}

// near compares a number in a text. The tolerance is what the draws may differ
// by on processors that round otherwise.
func near(t *testing.T, what, text, pattern string, want, tolerance float64) {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Errorf("%s: %q has no %s", what, text, pattern)
		return
	}
	got, err := strconv.ParseFloat(m[1], 64)
	if err != nil || math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %s, want %g ± %g", what, m[1], want, tolerance)
	}
}

func goNotebooks(t *testing.T, out map[string][]nbformat.Output) {
	for id, want := range map[string]string{
		"hello":         "Hello from a Go program.\n",
		"use":           "Hello, Ada\nHello, Grace\n",
		"assign":        "count is 2\n",
		"forgotten":     "count is 1 again\n",
		"figure":        "A picture is a value with a method. (7 bars)",
		"memo":          "throwing 2000000 darts ...\npi is about 3.139\n",
		"memo-again":    "pi is still about 3.139, and no dart was thrown\n",
		"errors":        "half of 8 is 4\nno half: 7 is odd (want an even number)\n",
		"after-failure": "All is well.\n",
		"shell":         "../testdata/case_study_twin.csv\n",
	} {
		if got := words(out[id]); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if got := words(out["fails"]); !strings.Contains(got, "ERROR") || !strings.Contains(got, "7 is odd") {
		t.Errorf("fails: got %q, want the error that it panics with", got)
	}
	if n := len(out["markdown"]); n != 2 {
		t.Errorf("markdown: %d outputs, want Markdown and HTML", n)
	}
}

// TestNotebooksForNewcomersAreTheSameOnStockGoNB compares every output. Stock
// GoNB says of a panic that the program exited with status 2; what it panicked
// with stands in the text that it printed.
func TestNotebooksForNewcomersAreTheSameOnStockGoNB(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute: left out with -short")
	}
	for name, check := range newcomers {
		t.Run(name, func(t *testing.T) {
			t.Setenv(memo.Variable, t.TempDir())
			stock := executed(t, name, client.GoNB("."))
			check(t, stock)
			compared := 0
			for id, mine := range ours(t, name) {
				if id == "fails" {
					continue
				}
				if d := cmp.Diff(mine, stock[id]); d != "" {
					t.Errorf("%s (-ours +stock):\n%s", id, d)
				}
				compared++
			}
			if compared < 10 {
				t.Error(fmt.Sprint("compared ", compared, " cells"))
			}
		})
	}
}
