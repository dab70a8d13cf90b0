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
	nb := withParameters(`type Level int
var draws = 10
var seed uint8 = 1
var small int8 = 2 * draws0
const draws0 = 5
var target = 0.9
var quick = true
var wait = 2 * time.Second
var since = time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
var level = Level(2)
var shares, more = []float64{0.5}, []int{}
var data = mmm.Read("x")
var made = unknown()
var table = map[string]int{}
`)
	err := Inject(nb, map[string]string{
		"draws": "1.5", "seed": "256", "small": "200", "target": "NaN", "quick": "maybe", "wait": "5", "since": "2018", "level": "abc",
		"shares": "0.1,x", "more": "[1", "data": "1", "made": "1", "table": "1", "foo": "1",
	}, ".")
	want := strings.Join([]string{
		"parameters: data=1: its type is not known, so it cannot be set: undefined: mmm",
		"parameters: draws=1.5: want an int, such as 100",
		`parameters: the notebook has no parameter "foo" (it has data, draws, level, made, more, quick, seed, shares, since, small, table, target, wait)`,
		"parameters: level=abc: want a Level, which is an int, such as 100",
		"parameters: made=1: its type is not known, so it cannot be set: undefined: unknown",
		"parameters: more=[1: want a []int, whose elements commas separate: unexpected EOF",
		"parameters: quick=maybe: want a bool: true or false",
		"parameters: seed=256: want a uint8: 0 to 255",
		`parameters: shares=0.1,x: element 2 is "x": want a float64, such as 0.9`,
		"parameters: since=2018: want a time.Time, such as 2024-01-31 or 2024-01-31T09:00:00Z",
		"parameters: small=200: want an int8: -128 to 127",
		"parameters: table=1: it is a map[string]int, which cannot be set (only strings, bools, numbers, time.Duration, time.Time, and slices of them)",
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

// Types come from wherever the notebook has them.
func TestTypesOfParametersAreThoseOfTheProgram(t *testing.T) {
	nb := withParameters("var level, least = Loud, defaultLevel()\nvar wait = pause\nvar since clock.Time\nvar names Names = nil\nvar rates []Rate\nvar day = clock.Monday")
	earlier := &nbformat.Cell{ID: "earlier", Type: nbformat.Code, Source: "import clock \"time\"\n\nconst pause = 3 * clock.Second"}
	later := &nbformat.Cell{ID: "later", Type: nbformat.Code,
		Source: "type Level uint8\nconst Loud Level = 3\nfunc defaultLevel() Level { return undefined }\ntype Names []string\ntype Rate float32\n\n%%\nfmt.Println(level)"}
	broken := &nbformat.Cell{ID: "broken", Type: nbformat.Code, Source: "func {"}
	nb.Cells = append([]*nbformat.Cell{earlier}, append(nb.Cells, later, broken)...)
	err := Inject(nb, map[string]string{
		"level": "7", "least": "1", "wait": "90s", "since": "2024-01-31", "names": `TV,"Direct, Mail"`, "rates": "[0.5, 1e-3]", "day": "2",
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	want := `var day clock.Weekday = 2
var least Level = 1
var level Level = 7
var names Names = Names{"TV", "Direct, Mail"}
var rates []Rate = []Rate{0.5, 0.001}
var since clock.Time = clock.Date(2024, 1, 31, 0, 0, 0, 0, clock.UTC)
var wait clock.Duration = 90000000000 // 1m30s`
	if d := cmp.Diff(want, nb.Cells[2].Source); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAParametersCellThatIsNoGoSaysWhere(t *testing.T) {
	err := Inject(withParameters("var draws = 1\nvar seed = "), map[string]string{"draws": "2"}, ".")
	if err == nil || !strings.Contains(err.Error(), "p:2:") {
		t.Errorf("got %v, want line 2 of cell p", err)
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
