package mmm

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors is the house: a package may import those of lower floors of its own
// tower only. The towers meet in the notebooks, not in code, and report shares
// the kernel's notebook format and runner. All of them may use the vocabulary.
var floors = map[string]int{
	"mmm/internal/fastmath":         0,
	"mmm/internal/netcdf":           0,
	"mmm/internal/trace":            0,
	"mmm/internal/radix":            0,
	"mmm/internal/kernel/poly":      0,
	"mmm/internal/kernel":           1,
	"mmm/diag":                      1,
	"mmm/dist":                      1,
	"mmm/adstock":                   2,
	"mmm/saturation":                2,
	"mmm/nuts":                      2,
	"mmm/nuts/bars":                 3,
	"mmm/adstock/adstocktest":       3,
	"mmm/saturation/saturationtest": 3,
	"mmm":                           4,
	"mmm/budget":                    5,
	"mmm/plot":                      6,
	"mmm/brief":                     7,
	"mmm/twin":                      5,
	"mmm/twin/gen":                  6,
	"mmm/nuts/bench":                6,
}

// vocabulary is the ground that every tower stands on: plain words for results,
// which import nothing of ours.
const vocabulary = "kernel/display/typed"

func TestImportsRunDownstairsOnly(t *testing.T) {
	root := filepath.Dir(mustGetwd(t))
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() && (strings.HasPrefix(name, ".") || name == "testdata") {
			return filepath.SkipDir
		}
		if e.IsDir() && path != root {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return filepath.SkipDir // a module of its own
			}
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		seen[pkg] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			full, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			if ours, ok := strings.CutPrefix(full, "mixmodel/"); ok {
				checkImport(t, pkg, ours)
			}
			if strings.Contains(full, "gonbui") && pkg != "kernel/display" &&
				!(pkg == "kernel/engine" && full == "github.com/janpfeifer/gonb/gonbui/protocol") {
				t.Errorf("%s imports %s; only kernel/display may", pkg, full)
			}
			if full == "C" {
				t.Errorf("%s uses cgo", pkg)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range floors {
		if !seen[pkg] {
			t.Errorf("%s stands in the plan but has no files", pkg)
		}
	}
	for _, tower := range []string{"kernel", "report"} {
		if !seen[tower] {
			t.Errorf("saw no package %s: nothing was checked there", tower)
		}
	}
}

func checkImport(t *testing.T, pkg, imported string) {
	t.Helper()
	mine, inModel := floors[pkg]
	theirs, theirModel := floors[imported]
	switch {
	case pkg == vocabulary:
		t.Errorf("%s imports %s: the vocabulary imports nothing of ours", pkg, imported)
	case imported == vocabulary && (inModel || !strings.HasPrefix(pkg, "mmm")):
	case strings.HasPrefix(pkg, "mmm") && !inModel:
		t.Errorf("%s has no floor in the plan", pkg)
	case inModel && !theirModel:
		t.Errorf("%s imports %s: the model knows nothing of notebooks and reports", pkg, imported)
	case inModel && theirs >= mine:
		t.Errorf("%s (floor %d) imports %s (floor %d): upstairs", pkg, mine, imported, theirs)
	case !inModel && theirModel:
		t.Errorf("%s imports %s: kernel and report know nothing of marketing", pkg, imported)
	case strings.HasPrefix(pkg, "kernel") && strings.HasPrefix(imported, "report"):
		t.Errorf("%s imports %s: upstairs", pkg, imported)
	}
}

func mustGetwd(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
