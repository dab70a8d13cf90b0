package execute

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/nbformat"
)

func withParameters(source string) *nbformat.Notebook {
	c := &nbformat.Cell{ID: "p", Type: nbformat.Code, Source: source, Metadata: nbformat.Metadata{}}
	c.Metadata.Set("tags", []string{TagParameters})
	last := &nbformat.Cell{ID: "last", Type: nbformat.Code, Metadata: nbformat.Metadata{}}
	return &nbformat.Notebook{Cells: []*nbformat.Cell{c, last}}
}

func TestInjectReportsEveryNameAndValueThatDoesNotFit(t *testing.T) {
	nb := withParameters("var draws = 10\nvar seed uint8 = 1\nvar target = 0.9\nvar quick = true\nvar wait = 2 * time.Second\nvar made = f()\n")
	err := Inject(nb, map[string]string{
		"draws": "x", "seed": "256", "target": "NaN", "quick": "maybe", "wait": "5", "made": "1", "foo": "1",
	}, ".")
	want := strings.Join([]string{
		"parameters: draws=x: want an int, such as 1000",
		`parameters: the notebook has no parameter "foo" (it has draws, made, quick, seed, target, wait)`,
		"parameters: made=1: the notebook gives it no literal value (of type string, bool, time.Duration or a number), so it cannot be set",
		"parameters: quick=maybe: want a bool: true or false",
		"parameters: seed=256: want a uint8, such as 1000",
		"parameters: target=NaN: want a float64, such as 0.9",
		"parameters: wait=5: want a time.Duration, such as 90s or 5m",
	}, "\n")
	if d := cmp.Diff(want, err.Error()); d != "" || !errors.Is(err, ErrParams) || ExitCode(err) != 2 {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(nb.Cells) != 2 {
		t.Errorf("the notebook has %d cells after a refusal, want 2", len(nb.Cells))
	}
}

func TestInjectDeclaresTheVariablesAnew(t *testing.T) {
	nb := withParameters("%noautoget\nvar (\n\tname = `x`\n\tlow, high = -1, 2.5\n\tn int64 = 3\n)\n%%\nfor {}")
	for range 2 { // the second time replaces the cell
		err := Inject(nb, map[string]string{"name": `a "b"`, "low": "-5", "high": "1e3", "n": "+7"}, ".")
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(nb.Cells) != 3 || nb.Cells[1].ID != TagInjected || !nb.Cells[1].HasTag(TagInjected) {
		t.Fatalf("got %d cells, the second %q, want 3 and %q", len(nb.Cells), nb.Cells[1].ID, TagInjected)
	}
	want := "var high float64 = 1000\nvar low int = -5\nvar n int64 = 7\nvar name string = \"a \\\"b\\\"\""
	if d := cmp.Diff(want, nb.Cells[1].Source); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if err := nb.Validate(); err != nil {
		t.Error(err)
	}
}

func TestInjectNeedsATaggedCell(t *testing.T) {
	nb := withParameters("var a = 1")
	nb.Cells = nb.Cells[1:]
	if err := Inject(nb, nil, "."); err != nil {
		t.Errorf("no parameters: got %v, want none", err)
	}
	if err := Inject(nb, map[string]string{"a": "1"}, "."); !errors.Is(err, ErrParams) {
		t.Errorf("got %v, want ErrParams", err)
	}
}

func TestPathsAreSeenFromTheNotebooksFolder(t *testing.T) {
	for _, test := range []struct{ dir, path, want string }{
		{"../client/testdata", "../client/testdata/hello.ipynb", "hello.ipynb"},
		{"..", "../client/testdata/hello.ipynb", "client/testdata/hello.ipynb"},
		{"../client/testdata", "params.go", "../../execute/params.go"},
		{".", "../client/testdata/hello.ipynb", "../client/testdata/hello.ipynb"},
		{"..", "no such file", "no such file"},
		{"..", "../client", "../client"}, // a folder
		{"..", "https://example.com/params.go", "https://example.com/params.go"},
		{"..", "/etc/hosts", "/etc/hosts"},
		{"..", "", ""},
	} {
		got, err := seenFrom(test.dir, test.path)
		if err != nil || got != test.want {
			t.Errorf("seenFrom(%q, %q) = %q, %v, want %q", test.dir, test.path, got, err, test.want)
		}
	}
}
