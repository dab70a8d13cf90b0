package render

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/kernel/nbformat"
)

// notebooks are what lies in this repository and in the folder that the
// environment variable NOTEBOOKS names, valid ones of format 3 to 4.5.
func notebooks(t *testing.T) map[string]*nbformat.Notebook {
	t.Helper()
	list := map[string]*nbformat.Notebook{"sample": sample(t), "results": typedNotebook(t)}
	for _, root := range []string{"../..", os.Getenv("NOTEBOOKS")} {
		if root == "" {
			continue
		}
		err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".ipynb") {
				return err
			}
			if nb, err := nbformat.ReadFile(path); err == nil {
				list[path] = nb
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// Every output is shown, named by a placeholder, hidden by its author, or
// empty; nothing is lost.
func TestEveryOutputIsAccountedFor(t *testing.T) {
	outputs := 0
	for name, nb := range notebooks(t) {
		want := 0
		for _, c := range nb.Cells {
			want += len(c.Outputs)
		}
		outputs += want
		for _, profile := range []Profile{Tutorial, Stakeholder} {
			page, err := HTML(nb, Options{Name: "x", Profile: profile})
			if err != nil {
				t.Fatal(err)
			}
			book, err := Markdown(nb, Options{Name: "x", Profile: profile}, false)
			if err != nil {
				t.Fatal(err)
			}
			if page.Outputs.Total() != want || page.Outputs != book.Outputs {
				t.Errorf("%s, %s: HTML %+v, Markdown %+v of %d outputs", name, profile, page.Outputs, book.Outputs, want)
			}
		}
	}
	if outputs < 30 {
		t.Fatalf("saw %d outputs, want at least 30", outputs)
	}
	t.Logf("%d outputs", outputs)
}

// Each kind of output ends where it should.
func TestOutputsAreCountedByWhatBecameOfThem(t *testing.T) {
	stream := nbformat.Output{Type: nbformat.Stream, Name: "stdout", Text: "a\n"}
	failed := nbformat.Output{Type: nbformat.Error, EName: "E", EValue: "v"}
	for i, c := range []struct {
		outs []nbformat.Output
		tag  string
		want Outputs
	}{
		{[]nbformat.Output{stream, stream, failed}, "", Outputs{Shown: 3}},
		{[]nbformat.Output{display("text/html", "<b>x</b>")}, "hide-output", Outputs{Shown: 1}},
		{[]nbformat.Output{display("text/html", "<b>x</b>"), stream}, "remove_output", Outputs{Hidden: 2}},
		{[]nbformat.Output{display("text/html", "<b>x</b>"), stream}, "remove-cell", Outputs{Hidden: 2}},
		{[]nbformat.Output{display("text/html", ""), display(), display("text/plain", " ")}, "", Outputs{Empty: 3}},
		{[]nbformat.Output{display("application/x", "{}"), display("image/png", "!"), display("application/vnd.mixmodel.report.v1+json", "{}")}, "", Outputs{Named: 3}},
		{[]nbformat.Output{display("text/html", "<script>x</script>"), display("text/html", "<!-- x -->", "text/plain", "but this")}, "", Outputs{Named: 2}},
	} {
		cell := codeCell(c.outs...)
		cell.Metadata = nbformat.Metadata{}
		cell.Metadata.Set("tags", []string{c.tag})
		page, err := HTML(&nbformat.Notebook{Cells: []*nbformat.Cell{cell}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if page.Outputs != c.want {
			t.Errorf("case %d: %s", i, fmt.Sprintf("%+v, want %+v", page.Outputs, c.want))
		}
	}
}
