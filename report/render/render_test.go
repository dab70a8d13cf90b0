package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/safe/safetest"
)

var update = flag.Bool("update", false, "write the golden files")

var assetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*_files/(figure-[0-9]{2,}|image)-[0-9a-f]{8}\.(svg|png|jpg|gif|webp|csv)$`)

func sample(t testing.TB) *nbformat.Notebook {
	t.Helper()
	nb, err := nbformat.ReadFile("testdata/sample.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// golden compares got with a file, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		if err := os.WriteFile(path+".got", got, 0o644); err != nil {
			t.Log(err)
		}
		t.Errorf("%s (-want +got); -update accepts it:\n%s", name, diff)
	}
}

var (
	styleElement = regexp.MustCompile(`(?s)<style>.*?</style>`)
	styleHash    = regexp.MustCompile(`sha256-[A-Za-z0-9+/=]+`)
)

func TestTheSampleNotebookRendersAsBefore(t *testing.T) {
	page, err := HTML(sample(t), Options{Name: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	text := styleElement.ReplaceAll(page.Text, []byte("<style>...</style>"))
	golden(t, "sample.html", styleHash.ReplaceAll(text, []byte("sha256-...")))

	book, err := Markdown(sample(t), Options{Name: "sample"}, false)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.md", book.Text)
	for _, a := range book.Assets {
		if !assetName.MatchString(a.Name) {
			t.Errorf("asset %q", a.Name)
		}
		golden(t, filepath.Base(a.Name), a.Data)
	}
	if len(book.Assets) != 2 || book.Figures != 2 || page.Tables != 1 || page.Title != "Sales of lemonade" {
		t.Errorf("%d assets, %d figures, %d tables, title %q", len(book.Assets), book.Figures, page.Tables, page.Title)
	}
}

func TestTheSameNotebookGivesTheSameBytes(t *testing.T) {
	one, err := HTML(sample(t), Options{Name: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	md, err := Markdown(sample(t), Options{Name: "sample"}, true)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := HTML(sample(t), Options{Name: "sample"})
		if err != nil || !bytes.Equal(one.Text, again.Text) {
			t.Fatalf("HTML differs (%v)", err)
		}
		mdAgain, err := Markdown(sample(t), Options{Name: "sample"}, true)
		if err != nil || !bytes.Equal(md.Text, mdAgain.Text) {
			t.Fatalf("Markdown differs (%v)", err)
		}
	}
}

// Rendering must not change the notebook it is given.
func TestRenderingTwiceFromOneNotebookGivesTheSameBytes(t *testing.T) {
	nb := sample(t)
	one, _ := HTML(nb, Options{Name: "sample"})
	two, _ := HTML(nb, Options{Name: "sample"})
	if !bytes.Equal(one.Text, two.Text) {
		t.Error("the second page differs")
	}
}

func TestThePolicyNamesTheStyleSheetAndTheScriptAndNothingElse(t *testing.T) {
	page, err := HTML(sample(t), Options{Name: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	hash := func(pattern string) string {
		text := regexp.MustCompile(pattern).FindSubmatch(page.Text)
		sum := sha256.Sum256(text[1])
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := `content="default-src 'none'; img-src data:; style-src ` + hash(`(?s)<style>(.*?)</style>`) + `; script-src ` + hash(`(?s)<script>(.*?)</script>`) +
		`; base-uri 'none'; form-action 'none'"`
	if !bytes.Contains(page.Text, []byte(want)) {
		t.Errorf("no %s", want)
	}
	if faults := safetest.Check(string(page.Text), safetest.Rules{Page: true}); len(faults) > 0 {
		t.Error(faults)
	}
	if bytes.Contains(page.Text, []byte(" style=")) && bytes.Contains(styleElement.ReplaceAll(page.Text, nil), []byte(`" style="`)) {
		t.Error("a style attribute, which the policy forbids")
	}
	policy, styles := bytes.Index(page.Text, []byte("Content-Security-Policy")), bytes.Index(page.Text, []byte("<style>"))
	if policy > styles {
		t.Error("the policy comes after the style sheet")
	}
}

// What a page costs before it shows anything, with every script and style that
// there is.
func TestThePageItselfIsSmall(t *testing.T) {
	page, err := HTML(&nbformat.Notebook{}, Options{Name: "empty"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := read(typedNotebook(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	shell := len(page.Text) - len((&document{}).style())
	n := shell + len(d.style()) + len(d.script())
	t.Logf("shell %d, styles %d, scripts %d: %d bytes", shell, len(d.style()), len(d.script()), n)
	if n > 45_000 {
		t.Errorf("a page is %d bytes before it shows anything, want at most 45000", n)
	}
}

// one renders a notebook of the given cells.
func one(t *testing.T, cells ...*nbformat.Cell) string {
	t.Helper()
	page, err := HTML(&nbformat.Notebook{Cells: cells}, Options{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return string(page.Text)
}

func codeCell(outs ...nbformat.Output) *nbformat.Cell {
	return &nbformat.Cell{Type: nbformat.Code, Source: "x()", ExecutionCount: 1, Outputs: outs}
}

func display(pairs ...string) nbformat.Output {
	o := nbformat.Output{Type: nbformat.DisplayData, Data: nbformat.MIMEBundle{}, Metadata: nbformat.Metadata{}}
	for i := 0; i < len(pairs); i += 2 {
		o.Data.SetText(pairs[i], pairs[i+1])
	}
	return o
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			_, body, _ := strings.Cut(text, "</head>")
			t.Errorf("no %s in\n%s", w, body)
		}
	}
}

const square = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>`

func TestTheBestRepresentationIsShown(t *testing.T) {
	contains(t, one(t, codeCell(display("text/plain", "no", "text/html", "<b>no</b>", "image/svg+xml", square))), `<img src="data:image/svg+xml,`, `width="20" height="10"`)
	contains(t, one(t, codeCell(display("text/plain", "no", "text/markdown", "no", "text/html", "<b>yes</b>"))), "<b>yes</b>")
	contains(t, one(t, codeCell(display("text/plain", "no", "text/markdown", "*yes*"))), "<em>yes</em>")
	contains(t, one(t, codeCell(display("text/latex", "$x^2$"))), "<msup><mi>x</mi><mn>2</mn></msup>")
	contains(t, one(t, codeCell(display("text/plain", "yes"))), "<pre class=\"out\">yes</pre>")
}

func TestWhatCannotBeShownIsNamed(t *testing.T) {
	contains(t, one(t, codeCell(display("application/vnd.plotly.v1+json", "{}", "text/plain", "a chart"))),
		"Output not shown: application/vnd.plotly.v1+json", "a chart", "1 output not shown")
	contains(t, one(t, codeCell(display("image/png", "AAAA"))), "image/png that is not a picture")
	contains(t, one(t, codeCell(display("application/javascript", "alert(1)"))), "Output not shown: application/javascript")
	contains(t, one(t, codeCell(display("image/svg+xml", "no picture", "text/html", "<b>but this</b>"))), "<b>but this</b>")
}

func TestCaptionAndAltComeFromTheMetadata(t *testing.T) {
	o := display("image/svg+xml", square, "text/plain", "ignored here")
	o.Metadata.Set("image/svg+xml", map[string]string{"caption": "A <caption>", "alt": "An \"alt\""})
	contains(t, one(t, codeCell(o)), `alt="An &#34;alt&#34;"`, "<b>Figure 1.</b> A &lt;caption&gt;", `id="figure-1"`)
	contains(t, one(t, &nbformat.Cell{Type: nbformat.Markdown, Source: "## Spend"}, codeCell(display("image/svg+xml", square))),
		"<b>Figure 1.</b> Spend", "in the section “Spend”")
	contains(t, one(t, codeCell(display("image/svg+xml", square, "text/plain", "Line chart of sales"))), `alt="Line chart of sales"`)
	contains(t, one(t, codeCell(display("text/html", "<div>"+square+"</div>"))), "<b>Figure 1.</b>")
}

func TestStreamsOfOneCellAreMerged(t *testing.T) {
	out := func(name, text string) nbformat.Output {
		return nbformat.Output{Type: nbformat.Stream, Name: name, Text: text}
	}
	text := one(t, codeCell(out("stdout", "10%\r"), out("stdout", "100%\n"), out("stderr", "\x1b[31mbad\x1b[0m\n"), out("stdout", "end")))
	contains(t, text, `<pre class="out">100%</pre>`, `<pre class="out err"><span class="ansi-1">bad</span></pre>`, `<pre class="out">end</pre>`)
}

func TestHeadingsGetUniqueIdsAndAContents(t *testing.T) {
	md := func(s string) *nbformat.Cell { return &nbformat.Cell{Type: nbformat.Markdown, Source: s} }
	text := one(t, md("# Title\n\n## Same"), md("## Same\n\n### Deep `x`\n\n[to](#Same) [deep](#Deep-x) [fig](#figure-1)"), md("## Figure 1\n\n## figure-1"), codeCell(display("image/svg+xml", square)))
	contains(t, text, `id="same"`, `id="same-1"`, `id="deep-x"`, `<a href="#same-1">Same</a><ul>`, `<title>Title</title>`,
		`<a href="#same">to</a>`, `<a href="#deep-x">deep</a>`, `<a href="#figure-1">fig</a>`, `id="section-figure-1"`)
	if n := strings.Count(text, `id="figure-1"`); n != 1 {
		t.Errorf("figure-1 is the id of %d elements", n)
	}
}

func TestAFailureMakesTheReportIncomplete(t *testing.T) {
	failed := codeCell(nbformat.Output{Type: nbformat.Error, EName: "panic", EValue: "no data", Traceback: []string{"panic: no data", "main.go:3"}})
	notRun := &nbformat.Cell{Type: nbformat.Code, Source: "y()"}
	text := one(t, codeCell(), failed, notRun, notRun, notRun)
	contains(t, text, "This report is incomplete.", "Cell 2 of 5 failed. Cells 3 to 5 were not run.", `href="#cell-2-error"`, `id="cell-2-error"`, "main.go:3")
	contains(t, one(t, notRun), "The notebook has not been executed")
	allowed := codeCell(failed.Outputs...)
	allowed.Metadata = nbformat.Metadata{}
	allowed.Metadata.Set("tags", []string{"raises-exception"})
	if strings.Contains(one(t, allowed), "This report is incomplete") {
		t.Error("an expected failure is reported")
	}
	page, err := HTML(&nbformat.Notebook{Cells: []*nbformat.Cell{codeCell()}}, Options{Failure: "it was interrupted"})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(page.Text), "Execution ended early: it was interrupted.")
}

func TestLimitsCutAndSaySo(t *testing.T) {
	long := strings.Repeat("0123456789\n", 200_000)
	text := one(t, codeCell(nbformat.Output{Type: nbformat.Stream, Name: "stdout", Text: long}))
	contains(t, text, "more bytes not shown")
	if len(text) > MaxText+100_000 {
		t.Errorf("the page is %d bytes", len(text))
	}
	bomb := strings.Repeat("|a", 2000) + "\n" + strings.Repeat("|-", 2000) + "\n" + strings.Repeat("|x\n", 2000)
	contains(t, one(t, &nbformat.Cell{Type: nbformat.Markdown, Source: bomb}), "Text not rendered: markdown: table of 2001 columns")
	if _, err := HTML(&nbformat.Notebook{Cells: make([]*nbformat.Cell, MaxCells+1)}, Options{}); err == nil {
		t.Error("too many cells are not refused")
	}
}

func TestMarkdownKeepsTheAuthorsText(t *testing.T) {
	source := "# A *b*\n\n$x_1 < 2$ and <br> <kbd>x</kbd> [l](https://x.org) [m](other.md)\n\n| a |\n|---|\n| 1 |"
	book, err := Markdown(&nbformat.Notebook{Cells: []*nbformat.Cell{{Type: nbformat.Markdown, Source: source}}}, Options{Name: "x"}, false)
	if err != nil || strings.TrimSpace(string(book.Text)) != source {
		t.Errorf("%v\n%s", err, book.Text)
	}
}

func TestMarkdownPicturesBecomeFilesOrURIs(t *testing.T) {
	attached := nbformat.MIMEBundle{}
	attached.SetText("image/svg+xml", square)
	nb := &nbformat.Notebook{Cells: []*nbformat.Cell{
		{Type: nbformat.Markdown, Source: "# T\n\n![a](attachment:p.svg) ![b](https://x.org/p.png)", Attachments: map[string]nbformat.MIMEBundle{"p.svg": attached}},
		codeCell(display("image/svg+xml", square)),
	}}
	book, err := Markdown(nb, Options{Name: "../evil name/x"}, false)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(book.Text), "![a](evil-name-x_files/image-", "[b](https://x.org/p.png)", "](evil-name-x_files/figure-01-", "*Figure 1. T*")
	for _, a := range book.Assets {
		if !assetName.MatchString(a.Name) {
			t.Errorf("asset %q", a.Name)
		}
	}
	inline, err := Markdown(nb, Options{Name: "x"}, true)
	if err != nil || len(inline.Assets) != 0 {
		t.Fatalf("%v, %d assets", err, len(inline.Assets))
	}
	contains(t, string(inline.Text), "](data:image/svg+xml;base64,")
}

func TestHTMLTablesBecomePipeTables(t *testing.T) {
	nb := &nbformat.Notebook{Cells: []*nbformat.Cell{
		codeCell(display("text/html", "<style>x</style><div><table><tr><th>a</th><th>b</th></tr><tr><td>x|y</td><td>1.5</td></tr></table></div>")),
		codeCell(display("text/html", "<table><tr><td colspan=2>wide</td></tr><tr><td>1</td><td>\n\n2</td></tr></table>")),
		codeCell(display("text/html", "<p>as HTML</p>", "text/markdown", "*as Markdown*")),
	}}
	book, err := Markdown(nb, Options{Name: "x"}, false)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(book.Text), "| a | b |\n|---|---:|\n| x\\|y | 1.5 |\n", `<td colspan="2">wide</td>`, "*as Markdown*")
	if strings.Contains(string(book.Text), "as HTML") {
		t.Error("the HTML is there too")
	}
}

func TestFencesHoldWhateverTheyHold(t *testing.T) {
	nb := &nbformat.Notebook{Cells: []*nbformat.Cell{codeCell(nbformat.Output{Type: nbformat.Stream, Name: "stdout", Text: "a\n````\nb\x1b[1mc\x1b[0m\n"})}}
	book, err := Markdown(nb, Options{Name: "x"}, false)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(book.Text), "`````text\na\n````\nbc\n`````")
}

func TestAFailureIsCalledByItsReason(t *testing.T) {
	for printed, want := range map[string]string{
		"warming up\npanic: boom 3\n\ngoroutine 1 [running]:\nmain.main()\nexit status 2\n": "panic: boom 3",
		"fatal error: all goroutines are asleep - deadlock!\n":                              "fatal error: all goroutines are asleep - deadlock!",
		"2026/01/01 fit: no data\nexit status 1\n":                                          "exit status 2: 2026/01/01 fit: no data",
		"\n": "ERROR: exit status 2",
	} {
		text := one(t, codeCell(nbformat.Output{Type: nbformat.Stream, Name: "stderr", Text: printed},
			nbformat.Output{Type: nbformat.Error, EName: "ERROR", EValue: "exit status 2", Traceback: []string{"exit status 2"}}))
		contains(t, text, "<strong>Cell 1 failed</strong> "+want)
	}
}
