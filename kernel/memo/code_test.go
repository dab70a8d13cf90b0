package memo

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The program below stands for a cell; its module and the modules it needs are
// those of a notebook's project.
var project = map[string]string{
	"go.mod":                    "module example.com/p\n\ngo 1.25\n\nrequire example.com/other v1.0.0\n",
	"model/model.go":            "package model\n\nimport _ \"example.com/p/model/deep\"\n\nfunc Run(n int) int { return n }\n",
	"model/model_amd64.s":       "TEXT ·x(SB),0,$0\n",
	"model/model_test.go":       "package model\n",
	"model/deep/deep.go":        "package deep\n\nimport _ \"embed\"\n\n//go:embed data/table.csv\nvar table string\n",
	"model/deep/data/table.csv": "1,2\n",
	"unused/unused.go":          "package unused\n\nfunc X() {}\n",
	"cell/main.go": `package main

import (
	"context"
	"fmt"

	"example.com/p/model"
	"example.com/p/unused"
	"mixmodel/kernel/memo"
)

const (
	big   = 1000
	small = 1
)

const (
	first = iota
	second
)

type config struct{ N int }

func (c config) double() int { return 2 * c.N }

var (
	conf    = config{N: big}
	loaded  = model.Run(1)
	another = 7
)

func init() { fmt.Sprint(conf) }

func helper(n int) int {
	// A comment.
	return model.Run(n) + conf.double()
}

func idle() { unused.X() }

func get(ctx context.Context, n int) (int, error) {
	m := n + second
	fmt.Println(m)
	return memo.Do(ctx, "x", memo.Inputs(n), func(ctx context.Context) (int, error) { // HERE
		return helper(n), nil
	})
}

func main() {
	fmt.Println(get(context.Background(), another))
}
`,
}

// fingerprinted writes the project and fingerprints the function at HERE.
func fingerprintOf(t *testing.T, files map[string]string) (code string, open []string, err error) {
	t.Helper()
	root := t.TempDir()
	old := time.Now().Add(-24 * time.Hour)
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(path, old, old)
	}
	before := modules
	defer func() { modules = before }()
	modules = func() local {
		l := make(local)
		l.above(root)
		return l
	}
	main := files["cell/main.go"]
	w := place{"main", filepath.Join(root, "cell", "main.go"), 1 + strings.Count(main[:strings.Index(main, "// HERE")], "\n")}
	p, err := parseProgram(w)
	if err != nil {
		return "", nil, err
	}
	return p.fingerprint(w)
}

func TestTheCodeOfAFunctionIsWhatItDependsOnAndNoMore(t *testing.T) {
	base, _, err := fingerprintOf(t, project)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	check := func(same bool, file, old, replacement string) {
		t.Helper()
		checked++
		files := map[string]string{}
		for name, text := range project {
			files[name] = text
		}
		if !strings.Contains(files[file], old) {
			t.Fatalf("%s has no %q", file, old)
		}
		files[file] = strings.Replace(files[file], old, replacement, 1)
		code, _, err := fingerprintOf(t, files)
		if err != nil || (code == base) != same {
			t.Errorf("%s: %q in place of %q (%v): equal code is %v, want %v", file, replacement, old, err, code == base, same)
		}
	}
	const cell = "cell/main.go"
	for _, m := range [][3]string{ // what matters
		{cell, "return helper(n), nil", "return helper(n) + 1, nil"},
		{cell, "return model.Run(n)", "return 1 + model.Run(n)"},
		{cell, "2 * c.N", "3 * c.N"},
		{cell, "N int }", "N int64 }"},
		{cell, "big   = 1000", "big   = 2000"},
		{cell, "config{N: big}", "config{N: 5}"},
		{cell, "func init() { fmt.Sprint(conf) }", "func init() { conf.N++ }"},
		{cell, "func main() {", "func main() {\n\tconf.N = 7\n"},
		{cell, "func idle() {", "func idle() {\n\tp := &conf; p.N = 3\n"},
		{"model/model.go", "return n }", "return n + 1 }"},
		{"model/model_amd64.s", "$0", "$8"},
		{"model/deep/deep.go", "var table string", "var table, x string"},
		{"model/deep/data/table.csv", "1,2", "1,3"},
	} {
		check(false, m[0], m[1], m[2])
	}
	for _, m := range [][3]string{ // what does not
		{cell, "// A comment.", "// Another, of\n\t// two lines."},
		{cell, "func helper(n int) int {", "\n\nfunc helper(n   int) int {\n"},
		{cell, "unused.X()", "unused.X(); unused.X()"},
		{cell, "another = 7", "another = 8"},
		{cell, "small = 1", "small = 2"},
		{cell, "	second\n", "	second\n	third\n"},
		{cell, "fmt.Println(m)", "fmt.Println(m, m)"},
		{cell, "m := n + second", "m := n + first"},
		{cell, "func main() {", "func other() {}\n\nfunc main() {\n\tother()\n"},
		{"unused/unused.go", "func X() {}", "func X() { println() }"},
		{"model/model_test.go", "package model", "package model_test"},
		{"model/model.go", "func Run", "// Run runs.\nfunc Run"},
		{"go.mod", "v1.0.0", "v1.1.0"}, // it needs no other module
	} {
		check(true, m[0], m[1], m[2])
	}
	if checked != 26 {
		t.Errorf("checked %d changes, want 26", checked)
	}
}

func TestCapturedVariablesBringTheFunctionAround(t *testing.T) {
	files := map[string]string{}
	for name, text := range project {
		files[name] = text
	}
	files["cell/main.go"] = strings.Replace(project["cell/main.go"], "return helper(n), nil", "return helper(m), nil", 1)
	base, _, err := fingerprintOf(t, files)
	if err != nil {
		t.Fatal(err)
	}
	files["cell/main.go"] = strings.Replace(files["cell/main.go"], "m := n + second", "m := n + first", 1)
	if code, _, err := fingerprintOf(t, files); err != nil || code == base {
		t.Errorf("another value of a captured variable: %v, equal code is %v", err, code == base)
	}
}

func TestVariablesFromElsewhereAreAskedFor(t *testing.T) {
	files := map[string]string{}
	for name, text := range project {
		files[name] = text
	}
	const line = "return helper(n), nil"
	files["cell/main.go"] = strings.Replace(project["cell/main.go"], line, "return helper(n + loaded + another), nil", 1)
	if _, open, err := fingerprintOf(t, files); err != nil || !slices.Equal(open, []string{"loaded"}) {
		t.Errorf("got %q (%v), want the variable that another package gave", open, err)
	}
	files["cell/main.go"] = strings.Replace(files["cell/main.go"], "memo.Inputs(n)", "memo.Inputs(n, loaded)", 1)
	if _, open, err := fingerprintOf(t, files); err != nil || len(open) > 0 {
		t.Errorf("got %q (%v), want none: it is an input", open, err)
	}
}

func TestSourcesNewerThanTheProgramAreNotItsCode(t *testing.T) {
	before := built
	defer func() { built = before }()
	built = func() time.Time { return time.Now().Add(-48 * time.Hour) }
	if _, _, err := fingerprintOf(t, project); err == nil {
		t.Error("got no error")
	}
}

func TestPackageNamesAreGuessedFromPaths(t *testing.T) {
	for path, want := range map[string]string{
		"fmt": "fmt", "math/rand/v2": "rand", "gopkg.in/yaml.v3": "yaml", "example.com/m/v10": "m", "example.com/vault": "vault",
	} {
		if got := packageName(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// cell is a program that says whether it computed, in two shapes: as stock
// GoNB writes it, and as an engine does that compiles inside the project.
const cell = `package main

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/stat"
	"mixmodel/kernel/memo"
	"mixmodel/kernel/trace"
)
%s
func main() {
%s	fmt.Print(get())
}
`

const declared = `
var computed bool
%[1]s
func get() (float64, bool) {
	v := memo.Must(memo.Do(context.Background(), "mean", memo.Inputs(), func(context.Context) (float64, error) {
		computed = true
		return stat.Mean([]float64{1, 2, %[2]s, float64(len(trace.Variable))}, nil), nil
	}))
	return v, computed
}
`

func TestStockCellsAndOursShareValues(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "ours"), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	env := func(more ...string) []string {
		clean := slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GOFLAGS=") || strings.HasPrefix(s, "GOWORK=") })
		return append(append(clean, Variable+"="+filepath.Join(dir, "store"), "GOPROXY=off"), more...)
	}
	run := func(folder string, env []string, name string, args ...string) string {
		t.Helper()
		c := exec.Command(name, args...)
		c.Dir, c.Env = folder, env
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	stock := func(declarations, main string) string {
		write("main.go", fmt.Sprintf(cell, declarations, main))
		write("go.mod", "module gonb_1\n\ngo 1.25.0\n")
		write("go.work", "go 1.25.0\n\nuse .\n\nuse "+root+"\n")
		run(dir, env(), "go", "build", "-o", "gonb_1")
		return run(filepath.Join(root, "notebooks"), env("GONB_TMP_DIR="+dir, "GONB_DIR="+filepath.Join(root, "notebooks")), filepath.Join(dir, "gonb_1"))
	}
	ours := func(declarations, main string) string {
		write("ours/main.go", "//line /In/cell.go:1\n"+fmt.Sprintf(cell, "\n//line /In/other.go:7\n"+declarations+"\n//line /In/cell.go:9\n", main))
		at := filepath.Join(root, "notebooks", "cell0123", "main.go")
		write("overlay.json", fmt.Sprintf(`{"Replace": {%q: %q}}`, at, filepath.Join(dir, "ours", "main.go")))
		run(root, env(), "go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-buildvcs=false", "-overlay", filepath.Join(dir, "overlay.json"), "-o", filepath.Join(dir, "ours", "cell"), "./notebooks/cell0123")
		return run(filepath.Join(root, "notebooks"), env("GONB_DIR="+filepath.Join(root, "notebooks"), "GONB_TMP_DIR="+filepath.Join(dir, "ours")), filepath.Join(dir, "ours", "cell"))
	}
	three := fmt.Sprintf(declared, "", "3")
	for i, step := range []struct{ what, got, want string }{
		{"stock, first", stock(three, ""), "5 true"},
		{"stock, another cell", stock(fmt.Sprintf(declared, "func plot() {}\n", "3"), "\tplot()\n"), "5 false"},
		{"ours", ours(three, ""), "5 false"},
		{"ours, another cell", ours(fmt.Sprintf(declared, "// A comment.\nvar x = 1\n", "3"), "\tprintln(x)\n"), "5 false"},
		{"ours, another function", ours(fmt.Sprintf(declared, "", "7"), ""), "6 true"},
		{"stock, the same", stock(fmt.Sprintf(declared, "", "7"), ""), "6 false"},
	} {
		if got := strings.TrimPrefix(step.got, "1\n"); got != step.want {
			t.Errorf("step %d, %s: got %q, want %q (the value, and whether it was computed)", i+1, step.what, got, step.want)
		}
	}
}
