//go:build unix

package headless

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/client"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/lint"
	"mixmodel/kernel/nbformat"
)

var examples = flag.Bool("examples", false, "run all of GoNB's example notebooks, and ours, in TestNotebooksShowTheSameOnStockGoNB")

// notRun are GoNB's own test notebooks that are not compared.
var notRun = map[string]string{
	"comms":       "needs a browser",
	"dom":         "needs a browser",
	"widgets":     "needs a browser",
	"wasm":        "WebAssembly, for a browser",
	"input_boxes": "asks the reader for input",
}

// needsModule are those that import gonbui, which stock GoNB fetches from the
// network: here they get our module by the set-up of this house.
var needsModule = []string{"gonbui", "capture"}

// differs are cells that show something else on stock GoNB, by notebook and a
// piece of their source, with the reason.
var differs = []struct{ notebook, source, reason string }{
	{"gotest", "testify", "stock GoNB takes the newest testify from the network; here there is none for either engine"},
	{"gonbui", "--cover", "in a module our cells are no real files, of which alone the go command counts coverage; we say so"},
	{"gowork", "%goworkfix", "a go.work is used as it is, so that no replace rule is needed"},
	{"gowork", "cat go.mod", "a go.work is used as it is, so that no replace rule is needed"},
	{"gowork", "%track", "nothing is tracked: what a cell imports is compiled anew whenever it has changed"},
	{"functions", "constraints", "stock GoNB takes x/exp from the network; the cell after it needs what this one declares"},
}

// TestNotebooksShowTheSameOnStockGoNB runs notebooks on both engines and
// compares what they show. All of them:
//
//	go test ./kernel/headless -run ShowTheSame -examples -timeout 20m
func TestNotebooksShowTheSameOnStockGoNB(t *testing.T) {
	if _, ok := client.Built(t.Context()); !ok {
		t.Skip("stock GoNB is not built: run a notebook with --engine=gonb once")
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/janpfeifer/gonb").Output()
	if err != nil {
		t.Skipf("GoNB's module is not there: %v", err)
	}
	paths, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "examples", "tests", "*.ipynb"))
	if err != nil || len(paths) < 15 {
		t.Fatalf("%d example notebooks, %v; want 15 or more", len(paths), err)
	}
	t.Setenv("GOPROXY", "off")
	compared := 0
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".ipynb")
		if notRun[name] != "" || !*examples && name != "hello" && name != "vartuple" {
			continue
		}
		compared++
		t.Run(name, func(t *testing.T) { sameOnBoth(t, path, slices.Contains(needsModule, name)) })
	}
	t.Logf("%d notebooks compared", compared)
}

func TestOurNotebooksShowTheSameOnStockGoNB(t *testing.T) {
	if !*examples {
		t.Skip("takes two minutes; ask for it with -examples")
	}
	paths, err := filepath.Glob("../../notebooks/*.ipynb")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no notebooks: %v", err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".executed.ipynb") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			nb := must(nbformat.ReadFile(path))
			own := runOn(t, "own", path, nb)
			stock := runOn(t, "gonb", path, nb)
			if d := cmp.Diff(stock, own, cmp.AllowUnexported(shows{})); d != "" {
				t.Errorf("(-stock +own):\n%s", d)
			}
		})
	}
}

func sameOnBoth(t *testing.T, path string, inModule bool) {
	nb := must(nbformat.ReadFile(path))
	dir := t.TempDir()
	if inModule {
		dir = filepath.Join(dir, "notebooks")
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"go.mod", "go.sum"} {
			raw := must(os.ReadFile("../../" + name))
			if err := os.WriteFile(filepath.Join(dir, "..", name), raw, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("GONB_GIT_ROOT", filepath.Dir(dir)) // where they look for gonbui
		setup := &nbformat.Cell{ID: "house-setup", Type: nbformat.Code, Source: lint.Setup}
		nb.Cells = slices.Insert(nb.Cells, 0, setup)
	}
	name := strings.TrimSuffix(filepath.Base(path), ".ipynb")
	own := runOn(t, "own", filepath.Join(dir, "n.ipynb"), nb)
	// Stock GoNB loses a display now and then: it may try again, we may not.
	var diffs []string
	for range 3 {
		stock := runOn(t, "gonb", filepath.Join(dir, "n.ipynb"), nb)
		if diffs = differences(t, name, stock, own); len(diffs) == 0 {
			return
		}
		t.Logf("stock GoNB is run again for\n%s", strings.Join(diffs, "\n"))
	}
	t.Error(strings.Join(diffs, "\n"))
}

func differences(t *testing.T, name string, stock, own []shows) (diffs []string) {
	for i := range stock {
		if reason := known(name, stock[i]); reason != "" {
			t.Logf("%s: not compared: %s", stock[i].id, reason)
			continue
		}
		if d := cmp.Diff(stock[i], own[i], cmp.AllowUnexported(shows{})); d != "" {
			diffs = append(diffs, fmt.Sprintf("cell %s (-stock +own):\n%s\n%s", stock[i].id, stock[i].source, d))
		}
	}
	return diffs
}

func known(name string, s shows) string {
	for _, d := range differs {
		if d.notebook == name && strings.Contains(s.source, d.source) {
			return d.reason
		}
	}
	return ""
}

// shows is what a cell shows, less what cannot be the same.
type shows struct {
	id, source string
	outputs    []string
}

func runOn(t *testing.T, engine, path string, nb *nbformat.Notebook) []shows {
	t.Helper()
	nb = nb.Clone()
	f := Flags{Engine: engine, Freeze: freeze.Off}
	if _, err := f.Run(t.Context(), path, nb, execute.Options{AllowErrors: true}, io.Discard); err != nil && execute.ExitCode(err) != 1 {
		t.Fatalf("%s: %v", engine, err)
	}
	var all []shows
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			all = append(all, shows{c.ID, c.Source, normal(c)})
		}
	}
	return all
}

// What cannot be the same on two engines, or in two runs.
var normalisations = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile("\x1b\\[[0-9;]*m"), ""},
	{regexp.MustCompile(`[^\s"']*(mixmodel-cells-\d+/gonb|gonb-run-\d+/gonb_[0-9a-f]{8})`), "$$GONB_TMP_DIR"},
	// Where code is: we name cells, stock GoNB its main.go.
	{regexp.MustCompile(`(gonb_session/gonb_cells/c[0-9a-f]{20}|gonb_[0-9a-f]{8})/[-\w]+\.go:\d+:`), "FILE"},
	{regexp.MustCompile(`(/In/[-\w]+|\./main)\.go:\d+:\d+`), "FILE"},
	{regexp.MustCompile(`gonb_session(/gonb_cells/c[0-9a-f]{20})?|\bgonb_[0-9a-f]{8}\b|# gonb\b`), "MODULE"},
	{regexp.MustCompile(`# MODULE`), "MODULE"},
	{regexp.MustCompile(`gonb_tests_gowork_\w+`), "TMP_PKG"}, // made by the notebook
	// Keys of variables without a name in listings.
	{regexp.MustCompile(`_~[-\w~]+`), "_~KEY"},
	// Times.
	{regexp.MustCompile(`\d+\s+[\d.]+ ns/op`), "N ns/op"},
	{regexp.MustCompile(`\(?\b[\d.]+ ?m?s\)?\b`), "TIME"},
	{regexp.MustCompile(`[ \t]+`), " "},
}

// normal are a cell's outputs, normalised. Of errors only that there is one
// counts: we say panic and line where stock GoNB says "exit status 2", and it
// prints the trace to stderr.
func normal(c *nbformat.Cell) []string {
	failed := slices.ContainsFunc(c.Outputs, func(o nbformat.Output) bool { return o.Type == nbformat.Error })
	var list []string
	for _, o := range c.Outputs {
		switch {
		case o.Type == nbformat.Error:
			list = append(list, "error")
		case o.Type == nbformat.Stream && o.Name == "stderr" && failed:
		case o.Type == nbformat.Stream:
			list = append(list, o.Name+": "+normalise(o.Text))
		default:
			for _, mime := range slices.Sorted(maps.Keys(o.Data)) {
				text, _ := o.Data.Text(mime)
				list = append(list, mime+": "+normalise(text))
			}
		}
	}
	return list
}

func normalise(text string) string {
	for _, n := range normalisations {
		text = n.pattern.ReplaceAllString(text, n.with)
	}
	return text
}
