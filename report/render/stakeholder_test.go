package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/safe/safetest"
)

// typedNotebook is a notebook that shows the samples of every typed kind.
func typedNotebook(t testing.TB) *nbformat.Notebook {
	t.Helper()
	tagged := func(c *nbformat.Cell, tags ...string) *nbformat.Cell {
		c.Metadata = nbformat.Metadata{}
		c.Metadata.Set("tags", tags)
		return c
	}
	text := func(s string) *nbformat.Cell { return &nbformat.Cell{Type: nbformat.Markdown, Source: s} }
	nb := &nbformat.Notebook{Metadata: nbformat.Metadata{}, Cells: []*nbformat.Cell{
		text("# Media and sales\n\nAn analysis of four years. See @fig-total-return, {ref}`fig-none` and {ref}`method`."),
		tagged(text("The market grew by a tenth in the last year."), "exec-summary"),
		tagged(text("Only for learners."), "tutorial-only"),
		text("(method)=\n## The method\n\nA model."),
	}}
	for _, kind := range []string{"manifest", "diagnostics", "kpi", "base", "channels", "figure", "forecast", "plan", "simulator", "table"} {
		nb.Cells = append(nb.Cells, codeCell(typedOutput(t, kind)))
	}
	nb.Cells = append(nb.Cells, tagged(codeCell(display("text/plain", "stakeholder cell")), "stakeholder"),
		tagged(codeCell(display("text/plain", "a long log")), "hide_output"), tagged(codeCell(display("text/plain", "gone")), "remove-output"))
	return nb
}

// typedOutput is the sample of a kind as a cell shows it.
func typedOutput(t testing.TB, kind string) nbformat.Output {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../kernel/display/typed/testdata", kind+".json"))
	if err != nil {
		t.Fatal(err)
	}
	o := display("text/plain", kind+" as text", "text/html", "<b>"+kind+" as HTML</b>")
	o.Data[typed.MIME] = raw
	if kind == "figure" {
		o.Data[typed.MIME] = bytes.Replace(raw, []byte("fig-total-spend"), []byte("fig-total-return"), 1)
		o.Data.SetText("image/svg+xml", square)
	}
	return o
}

func stakeholder(t testing.TB, nb *nbformat.Notebook) *Page {
	t.Helper()
	page, err := HTML(nb, Options{Name: "study", Profile: Stakeholder, SHA256: strings.Repeat("0", 64)})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestTheStakeholderReportIsInOrder(t *testing.T) {
	page := stakeholder(t, typedNotebook(t))
	text := string(page.Text)
	at := 0
	for _, want := range []string{`<h1>Media and sales</h1>`, "Decision grade", `id="summary"`, `class="lead">Move `, "The probability that it beats today", "The market grew by a tenth",
		`id="key-figures"`, `id="drivers"`, `id="returns"`, `id="figure-1"`, `id="saturation"`, `id="plan"`, `id="what-if"`, `id="forecast"`, `id="trust"`,
		`id="findings"`, "stakeholder cell", `id="limits"`, `id="glossary"`, `id="appendix"`, "How this report was made", `id="manifest"`} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("no %s after %.80s", want, text[at:])
		}
		at += i
	}
	for _, no := range []string{"Only for learners", "as HTML", "gone"} {
		if strings.Contains(text, no) {
			t.Errorf("%q is in the report", no)
		}
	}
	contains(t, text, `href="#figure-1">Figure`, "fig-none (not in this notebook)", `<a href="#the-method">The method</a>`, `<a href="#figure-1">Figure 1</a> is above`,
		`download="figure-1.csv"`, `"notebook_sha256":"000`)
	if faults := safetest.Check(text, safetest.Rules{Page: true}); len(faults) > 0 {
		t.Error(faults)
	}
	if want := (Outputs{Shown: 12, Hidden: 1}); page.Outputs != want {
		t.Errorf("outputs %+v, want %+v", page.Outputs, want)
	}
}

func TestTheTutorialKeepsTheOrderAndTheCode(t *testing.T) {
	page, err := HTML(typedNotebook(t), Options{Name: "study"})
	if err != nil {
		t.Fatal(err)
	}
	text := string(page.Text)
	contains(t, text, "Only for learners", `<details class="code" id="cell-1" open>`, `<summary>Output of cell 12</summary>`, `id="result-channels"`, `id="result-plan"`,
		`<a href="#figure-1">Figure`, `<title>Media and sales</title>`)
	if strings.Contains(text, "Appendix") {
		t.Error("a tutorial has an appendix")
	}
}

func TestFailingDiagnosticsStandOnTop(t *testing.T) {
	nb := typedNotebook(t)
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			raw := string(o.Data[typed.MIME])
			if strings.Contains(raw, `"e-bfmi"`) {
				raw = strings.Replace(raw, `"decision_grade":true`, `"decision_grade":false`, 1)
				i := strings.Index(raw, `"divergences"`)
				raw = raw[:i] + strings.Replace(strings.Replace(raw[i:], `"value":0`, `"value":7`, 1), `"pass":true`, `"pass":false`, 1)
				o.Data[typed.MIME] = []byte(raw)
			}
		}
	}
	page := stakeholder(t, nb)
	if page.DecisionGrade || !stakeholder(t, typedNotebook(t)).DecisionGrade {
		t.Fatal("the page does not know")
	}
	text := string(page.Text)
	notice, summary := strings.Index(text, "<strong>Not decision grade.</strong>"), strings.Index(text, `id="summary"`)
	if notice < 0 || notice > summary {
		t.Errorf("the notice is at %d, the summary at %d", notice, summary)
	}
	contains(t, text, "Decide nothing on this report yet: 1 of", "cards doubtful")
}

func TestStakeholderMarkdownHasTablesAndSentences(t *testing.T) {
	book, err := Markdown(typedNotebook(t), Options{Name: "study", Profile: Stakeholder}, false)
	if err != nil {
		t.Fatal(err)
	}
	text := string(book.Text)
	contains(t, text, "# Media and sales\n", "**✓ Decision grade**", "## Summary\n\n**Move ", "| Channel | Return | Before the data |", "*Figure 1. ", "| Plan | Budget a week |", "## Appendix: the notebook",
		"[The method](#the-method)")
	if strings.Contains(text, "(method)=") || strings.Contains(text, "@fig-total-return") || strings.Contains(text, "Only for learners") {
		t.Errorf("markup is left over:\n%s", text)
	}
	golden(t, "stakeholder.md", book.Text)
}

func TestAnyNotebookHasAStakeholderPage(t *testing.T) {
	page := stakeholder(t, sample(t))
	text := string(page.Text)
	contains(t, text, "Sales of lemonade", `<details class="code" id="cell-1">`)
	if strings.Contains(text, "Appendix") || strings.Contains(text, "Decision grade") {
		t.Error("a report is made of nothing")
	}
}

func TestUnknownProfilesAreRefused(t *testing.T) {
	if _, err := HTML(sample(t), Options{Profile: "boss"}); err == nil || !strings.Contains(err.Error(), `"stakeholder"`) {
		t.Errorf("%v", err)
	}
}

// The numbers behind a figure lie beside its picture, under names that say what
// is in them.
func TestFiguresInMarkdownLinkToTheirNumbers(t *testing.T) {
	for _, profile := range []Profile{Tutorial, Stakeholder} {
		book, err := Markdown(typedNotebook(t), Options{Name: "study", Profile: profile}, false)
		if err != nil {
			t.Fatal(err)
		}
		tables := 0
		for _, a := range book.Assets {
			if !strings.HasSuffix(a.Name, ".csv") {
				continue
			}
			tables++
			if !strings.Contains(string(book.Text), "* ([data]("+a.Name+"))\n") {
				t.Errorf("%s: no link to %s", profile, a.Name)
			}
			if sum := sha256.Sum256(a.Data); !strings.Contains(a.Name, hex.EncodeToString(sum[:4])) {
				t.Errorf("%s is not named after its content", a.Name)
			}
			rows, err := csv.NewReader(bytes.NewReader(a.Data)).ReadAll()
			if err != nil || len(rows) < 2 {
				t.Errorf("%s: %v, %v", a.Name, rows, err)
			}
		}
		if tables == 0 {
			t.Errorf("%s: no numbers", profile)
		}
		inline, err := Markdown(typedNotebook(t), Options{Name: "study", Profile: profile}, true)
		if err != nil || len(inline.Assets) > 0 || strings.Contains(string(inline.Text), "[data]") {
			t.Errorf("%s: a text alone has %d files, %v", profile, len(inline.Assets), err)
		}
	}
}
