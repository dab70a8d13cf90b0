package adstock_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/adstock/adstocktest"
)

// all holds every transform of the package, raw and normalised, with the
// names of its parameters. TestAllTransformsAreTested keeps it complete.
var all = []struct {
	name   string
	a      adstocktest.Adstock
	params []string
}{
	{"Geometric", adstock.Geometric{MaxLag: 5}, []string{"alpha"}},
	{"Geometric raw", adstock.Geometric{MaxLag: 5, Raw: true}, []string{"alpha"}},
	{"Delayed", adstock.Delayed{MaxLag: 5}, []string{"alpha", "theta"}},
	{"Delayed raw", adstock.Delayed{MaxLag: 5, Raw: true}, []string{"alpha", "theta"}},
	{"WeibullPDF", adstock.WeibullPDF{MaxLag: 5}, []string{"lam", "k"}},
	{"WeibullPDF raw", adstock.WeibullPDF{MaxLag: 5, Raw: true}, []string{"lam", "k"}},
	{"WeibullCDF", adstock.WeibullCDF{MaxLag: 5}, []string{"lam", "k"}},
	{"WeibullCDF raw", adstock.WeibullCDF{MaxLag: 5, Raw: true}, []string{"lam", "k"}},
	{"Binomial", adstock.Binomial{MaxLag: 5}, []string{"alpha"}},
	{"Binomial raw", adstock.Binomial{MaxLag: 5, Raw: true}, []string{"alpha"}},
	{"None", adstock.None{}, nil},
}

func TestAllTransformsAreTested(t *testing.T) {
	want := map[string]int{}
	for name := range methodReceivers(t, "Weights") {
		want[name] = 2 // raw and normalised
	}
	want["None"] = 1
	got := map[string]int{}
	for _, c := range all {
		kind, _, _ := strings.Cut(c.name, " ")
		got[kind]++
	}
	if !maps.Equal(got, want) || len(got) != 6 {
		t.Errorf("the list has %v, the package %v (want 6 transforms)", got, want)
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
		t.Run(c.name, func(t *testing.T) { adstocktest.Run(t, c.a) })
	}
}

func TestParameterNamesAreThoseOfPyMCMarketing(t *testing.T) {
	for _, c := range all {
		var got []string
		for _, p := range c.a.Params() {
			got = append(got, p.Name)
		}
		if !slices.Equal(got, c.params) {
			t.Errorf("%s: parameters %q, want %q", c.name, got, c.params)
		}
	}
}
