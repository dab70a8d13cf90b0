package saturation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"mixmodel/mmm/saturation"
	"mixmodel/mmm/saturation/saturationtest"
)

// all holds every transform of the package with the names of its parameters,
// points to try it at, and its ceiling: f(∞), +Inf if there is none.
// TestAllTransformsAreTested keeps it complete.
var all = []struct {
	s       saturationtest.Saturation
	params  []string
	points  [][]float64
	ceiling func(theta []float64) float64
}{
	{saturation.Logistic{}, []string{"beta", "lam"},
		[][]float64{{1, 3}, {0.4, 0.2}, {2, 12}}, first},
	{saturation.InverseScaledLogistic{}, []string{"beta", "lam"},
		[][]float64{{1, 0.5}, {0.4, 3}, {2, 0.05}}, first},
	{saturation.Tanh{}, []string{"b", "c"},
		[][]float64{{0.8, 0.5}, {2, 0.05}, {0.1, 3}}, first},
	{saturation.TanhBaselined{}, []string{"beta", "x0", "gain", "r"},
		[][]float64{{1, 0.5, 0.6, 0.7}, {0.3, 1, 2, 0.05}, {2, 0.2, 0.4, 0.98}},
		func(t []float64) float64 { return t[0] * t[1] * t[2] / t[3] }},
	{saturation.MichaelisMenten{}, []string{"alpha", "lam"},
		[][]float64{{2, 0.5}, {0.3, 0.01}, {1, 20}}, first},
	{saturation.Hill{}, []string{"beta", "slope", "kappa"},
		[][]float64{{1, 1.5, 0.5}, {0.6, 0.7, 0.2}, {2, 1, 1}, {1, 6, 0.4}}, first},
	{saturation.HillSigmoid{}, []string{"sigma", "beta", "lam"},
		[][]float64{{1, 5, 0.5}, {2, 0.3, 1.5}, {0.4, 40, 0.1}},
		func(t []float64) float64 { return t[0] / (1 + math.Exp(-t[1]*t[2])) }},
	{saturation.Root{}, []string{"beta", "alpha"},
		[][]float64{{1, 0.5}, {0.3, 0.05}, {2, 1}, {1, 1.6}}, none},
	{saturation.None{}, []string{"beta"}, [][]float64{{0.7}, {3}}, none},
	{saturation.Log{}, []string{"beta"}, [][]float64{{0.7}, {3}}, none},
}

func first(theta []float64) float64 { return theta[0] }

func none([]float64) float64 { return math.Inf(1) }

func TestAllTransformsAreTested(t *testing.T) {
	got := map[string]bool{}
	for _, c := range all {
		got[name(c.s)] = true
	}
	want := methodReceivers(t, "Curve")
	if !maps.Equal(got, want) || len(got) != 10 {
		t.Errorf("the list has %v, the package %v (want 10 transforms)", got, want)
	}
}

// methodReceivers returns the types of the package in the current directory
// that have the method.
func methodReceivers(t *testing.T, method string) map[string]bool {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == method {
				types[f.Recv.List[0].Type.(*ast.Ident).Name] = true
			}
		}
	}
	return types
}

func TestTransformsKeepTheRules(t *testing.T) {
	for _, c := range all {
		t.Run(name(c.s), func(t *testing.T) { saturationtest.Run(t, c.s) })
	}
}

func TestParametersAndScale(t *testing.T) {
	for _, c := range all {
		var got []string
		for _, p := range c.s.Params() {
			got = append(got, p.Name)
		}
		if !slices.Equal(got, c.params) {
			t.Errorf("%s: parameters %q, want %q", name(c.s), got, c.params)
		}
		want := 0
		if name(c.s) == "Tanh" {
			want = -1
		}
		if got := c.s.Scale(); got != want {
			t.Errorf("%s: scale is parameter %d, want %d", name(c.s), got, want)
		}
	}
}
