//go:build unix

package headless

import (
	"bytes"
	"flag"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

var caseStudy = flag.Bool("casestudy", false, "run the case study in TestTheCaseStudyIsReplayed")

// ran executes nb and returns the ids of cells that were run, not thawed.
func ran(t *testing.T, nb *nbformat.Notebook, o execute.Options) (ids []string, took time.Duration, err error) {
	t.Helper()
	o.Progress = func(e execute.Event) {
		switch e.Kind {
		case execute.CellEnd:
			ids = append(ids, e.ID)
		case execute.Warning:
			t.Errorf("%s: %s", e.ID, e.Text)
		}
	}
	began := time.Now()
	err = execute.Run(t.Context(), nb, Own(o.Dir, true), o)
	return ids, time.Since(began), err
}

func written(t *testing.T, nb *nbformat.Notebook) string {
	t.Helper()
	var buf bytes.Buffer
	if err := nbformat.Write(&buf, nb); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestARunThatFailedIsResumedWhereItFailed(t *testing.T) {
	h := newHouse(t)
	h.insert("target", "fails", nbformat.Code, "%%\nif _, err := os.Stat(\"../data/late.csv\"); err != nil {\n\tpanic(err)\n}\nfmt.Println(\"late\")")
	original := h.nb.Clone()
	ids, _, err := ran(t, h.nb, h.options())
	// p and the injected cell only declare: they are the program that "imports" is.
	if execute.ExitCode(err) != 1 || strings.Join(ids, " ") != "imports helpers other fails" {
		t.Fatalf("the first time %v were run: %v", ids, err)
	}
	h.nb = original.Clone()
	if ids, _, _ = ran(t, h.nb, h.options()); strings.Join(ids, " ") != "fails" {
		t.Errorf("the second time %v were run, want the failing cell alone", ids)
	}
	h.write("data/late.csv", "1")
	h.nb = original.Clone()
	ids, _, err = ran(t, h.nb, h.options())
	if err != nil || strings.Join(ids, " ") != "fails target" {
		t.Errorf("after the repair %v were run, %v, want the failing cell and the one after it", ids, err)
	}
	resumed := written(t, h.nb)
	h.nb = original.Clone()
	o := h.options()
	o.Freeze = freeze.Off
	if _, _, err := ran(t, h.nb, o); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(written(t, h.nb), resumed); d != "" {
		t.Errorf("the resumed notebook differs (-run +resumed):\n%s", d)
	}
}

func TestDisplaysOfFrozenCellsAreStillUpdated(t *testing.T) {
	h := newHouse(t)
	h.write("go.mod", strings.Replace(string(must(readRoot("go.mod"))), "module mixmodel", "module m", 1))
	h.write("go.sum", string(must(readRoot("go.sum"))))
	h.nb = &nbformat.Notebook{}
	for _, c := range [][2]string{
		{"imports", "import \"github.com/janpfeifer/gonb/gonbui\""},
		{"shows", "%%\ngonbui.UpdateHtml(\"fixed\", \"<b>one</b>\")\ngonbui.Sync()"},
		{"updates", "%%\ngonbui.UpdateHtml(\"fixed\", \"<b>two</b>\")\ngonbui.Sync()"},
		{"again volatile", "%%\ngonbui.UpdateHtml(\"fixed\", \"<b>three</b>\")\ngonbui.Sync()"},
	} {
		id, tag, _ := strings.Cut(c[0], " ")
		cell := &nbformat.Cell{ID: id, Type: nbformat.Code, Source: c[1], Metadata: nbformat.Metadata{}}
		cell.Metadata.Set("tags", strings.Fields(tag))
		h.nb.Cells = append(h.nb.Cells, cell)
	}
	h.params = nil
	original := h.nb.Clone()
	first := ""
	for _, want := range []string{"imports shows updates again", "again"} {
		h.nb = original.Clone()
		ids, _, err := ran(t, h.nb, h.options())
		if err != nil {
			t.Fatal(execute.Describe(err))
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s were run, want %s", got, want)
		}
		text, _ := h.nb.Cells[1].Outputs[0].Data.Text("text/html")
		if text != "<b>three</b>" || len(h.nb.Cells[2].Outputs)+len(h.nb.Cells[3].Outputs) != 0 {
			t.Errorf("the display holds %s", text)
		}
		if first == "" {
			first = written(t, h.nb)
		} else if d := cmp.Diff(first, written(t, h.nb)); d != "" {
			t.Errorf("(-first +second):\n%s", d)
		}
	}
}

// TestTheCaseStudyIsReplayed runs the case study once, replays it, edits one
// cell and compares with a run without frozen results. Want: a replay in 1.5 s,
// an edit of a plot cell that runs this cell alone. It takes a minute:
//
//	go test ./kernel/headless -run CaseStudy -casestudy -v
func TestTheCaseStudyIsReplayed(t *testing.T) {
	if !*caseStudy {
		t.Skip("takes a minute; ask for it with -casestudy")
	}
	path := "../../notebooks/case_study.ipynb"
	original := must(nbformat.ReadFile(path))
	o := execute.Options{Dir: filepath.Dir(path), Freeze: freeze.Auto, Store: freeze.Store{Dir: t.TempDir()}}
	run := func(nb *nbformat.Notebook) ([]string, time.Duration, string) {
		t.Helper()
		ids, took, err := ran(t, nb, o)
		if err != nil {
			t.Fatal(execute.Describe(err))
		}
		return ids, took, written(t, nb)
	}
	ids, took, first := run(original.Clone())
	t.Logf("first run: %d cells in %.1f s", len(ids), took.Seconds())
	for range 3 {
		ids, took, again := run(original.Clone())
		t.Logf("replay: %d cells were run, %v, in %.2f s", len(ids), ids, took.Seconds())
		if strings.Join(ids, " ") != "setup" {
			t.Errorf("the replay ran %v, want the set-up's shell line alone", ids)
		}
		if again != first {
			t.Error("the replay differs from the run")
		}
	}
	edited := original.Clone()
	for _, c := range edited.Cells {
		if c.ID == "fig-split" {
			c.Source = strings.Replace(c.Source, "plot.Options{}", "plot.Options{Title: \"Edited\"}", 1)
		}
	}
	ids, took, _ = run(edited)
	t.Logf("edit of one plot cell: %v in %.2f s", ids, took.Seconds())
	if strings.Join(ids, " ") != "setup fig-split" {
		t.Errorf("the edit ran %v, want setup and fig-split", ids)
	}
	o.Freeze = freeze.Verify
	ids, took, again := run(original.Clone())
	t.Logf("verify: %d cells in %.1f s", len(ids), took.Seconds())
	if again != first {
		t.Error("a second run differs from the first")
	}
}

// BenchmarkReplay replays the case study from frozen results. Want: 1.5 s.
//
//	go test ./kernel/headless -run xxx -bench Replay -benchtime 5x
func BenchmarkReplay(b *testing.B) {
	path := "../../notebooks/case_study.ipynb"
	nb := must(nbformat.ReadFile(path))
	f := Flags{Engine: "own", Freeze: freeze.Auto}
	run := func() {
		if _, err := f.Run(b.Context(), path, nb.Clone(), execute.Options{}, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	run()
	for b.Loop() {
		run()
	}
}
