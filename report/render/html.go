package render

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the style sheet
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"mixmodel/report/internal/ansi"
	"mixmodel/report/internal/gosrc"
	"mixmodel/report/internal/safe"
	"mixmodel/report/internal/table"
	"mixmodel/report/internal/tex"
)

//go:embed page.css
var pageCSS string

// style is the style sheet as it stands in the page, and its hash for the
// content security policy.
var style = sync.OnceValues(func() (css, hash string) {
	css = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(pageCSS, "")
	css = regexp.MustCompile(`\s+`).ReplaceAllString(css, " ")
	css = regexp.MustCompile(` ?([{};,>]) ?`).ReplaceAllString(css, "$1")
	css = strings.TrimSpace(strings.ReplaceAll(css, ": ", ":"))
	sum := sha256.Sum256([]byte(css))
	return css, "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
})

// page writes HTML.
type page struct {
	bytes.Buffer
	d     *document
	table int // number of the latest table
}

func (p *page) write(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

func esc(s string) string { return html.EscapeString(s) }

func (d *document) html() []byte {
	p := &page{d: d}
	p.head()
	p.write("<body>\n", `<a class="skip" href="#content">Skip to content</a>`, "\n", `<div class="page">`, "\n")
	p.contents()
	p.write(`<main id="content">`, "\n")
	if !d.hasTitle {
		p.write("<h1>", esc(d.title), "</h1>\n")
	}
	p.notices()
	p.items()
	p.write("</main>\n")
	p.foot()
	p.write("</div>\n")
	p.write("</body>\n</html>\n")
	return p.Bytes()
}

func (p *page) head() {
	css, hash := style()
	p.write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	if !p.d.Trust {
		p.write(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '`, hash,
			`'; base-uri 'none'; form-action 'none'">`, "\n")
	}
	p.write(`<meta name="viewport" content="width=device-width, initial-scale=1">`, "\n",
		`<meta name="color-scheme" content="light dark">`, "\n",
		`<meta name="referrer" content="no-referrer">`, "\n",
		"<title>", esc(p.d.title), "</title>\n<style>", css, "</style>\n</head>\n")
}

// contents writes the table of contents twice: beside the text for wide
// windows and paper, folded above it for narrow ones.
func (p *page) contents() {
	list := tocHTML(p.d.headings)
	p.write(`<header class="side">`, "\n")
	if list != "" {
		p.write(`<p class="cover" aria-hidden="true">`, esc(p.d.title), "</p>\n")
		p.write(`<nav class="toc" aria-label="Contents">`, "\n", `<p class="toc-title">Contents</p>`, "\n", list, "</nav>\n",
			`<nav class="toc-narrow" aria-label="Contents"><details><summary>Contents</summary>`, "\n", list, "</details></nav>\n")
	}
	p.write(`<fieldset class="theme"><legend>Colours</legend>`)
	for i, name := range []string{"auto", "light", "dark"} {
		checked := ""
		if i == 0 {
			checked = " checked"
		}
		p.write(`<input type="radio" name="theme" id="theme-`, name, `"`, checked, `><label for="theme-`, name, `">`, name, `</label>`)
	}
	p.write("</fieldset>\n</header>\n")
}

// tocHTML nests the headings. The title is left out if it is the only heading
// of its level, for it heads everything.
func tocHTML(headings []heading) string {
	if len(headings) > 0 && headings[0].level == 1 {
		others := 0
		for _, h := range headings[1:] {
			if h.level == 1 {
				others++
			}
		}
		if others == 0 {
			headings = headings[1:]
		}
	}
	if len(headings) == 0 {
		return ""
	}
	var b strings.Builder
	var open []int // levels of the lists that are open
	for _, h := range headings {
		for len(open) > 1 && h.level < open[len(open)-1] && h.level <= open[len(open)-2] {
			b.WriteString("</li></ul>")
			open = open[:len(open)-1]
		}
		switch {
		case len(open) == 0 || h.level > open[len(open)-1]:
			b.WriteString("<ul>\n")
			open = append(open, h.level)
		default:
			b.WriteString("</li>\n")
			open[len(open)-1] = min(open[len(open)-1], h.level)
		}
		b.WriteString(`<li><a href="#` + esc(h.id) + `">` + esc(h.text) + `</a>`)
	}
	b.WriteString(strings.Repeat("</li></ul>", len(open)) + "\n")
	return b.String()
}

// notices writes what a reader must know first.
func (p *page) notices() {
	if len(p.d.status) > 0 {
		p.write(`<div class="notice bad" role="note"><p><strong>This report is incomplete.</strong> `, esc(strings.Join(p.d.status, " ")), "</p>")
		if len(p.d.failed) > 0 {
			n := itoa(p.d.failed[0])
			p.write(`<p><a href="#cell-`, n, `-error">See what went wrong in cell `, n, `</a></p>`)
		}
		p.write("</div>\n")
	}
	if p.d.Trust {
		p.write(`<div class="notice" role="note"><p><strong>Rendered with --trust:</strong> the HTML of the notebook is in this page as it was, `,
			`scripts and links to other hosts included. Open it only if you trust the notebook.</p></div>`, "\n")
	}
}

// items writes everything, with what belongs to one code cell in one element.
func (p *page) items() {
	open := 0 // the code cell that is open
	for _, it := range p.d.items {
		cell := cellOf(it)
		if cell != open {
			if open > 0 {
				p.write("</div>\n")
			}
			if cell > 0 {
				p.write(`<div class="cell">`, "\n")
			}
			open = cell
		}
		p.item(it)
	}
	if open > 0 {
		p.write("</div>\n")
	}
}

// cellOf returns the code cell an item belongs to, 0 if none.
func cellOf(it item) int {
	switch it := it.(type) {
	case *code:
		return it.cell
	case *stream:
		return it.cell
	case *figure:
		return it.cell
	case *rich:
		return it.cell
	case *plain:
		return it.cell
	case *formula:
		return it.cell
	case *failure:
		return it.cell
	case *placeholder:
		return it.cell
	}
	return 0
}

func (p *page) item(it item) {
	switch it := it.(type) {
	case *passage:
		p.passage(it)
	case *code:
		p.code(it)
	case *stream:
		p.stream(it)
	case *figure:
		p.figure(it)
	case *rich:
		p.write(`<div class="rich">`, p.fragment(it.fragment), "</div>\n")
	case *plain:
		p.text("out", "Output of cell "+itoa(it.cell), ansi.HTML(it.text), it.cut)
	case *formula:
		p.formula(it)
	case *failure:
		p.failure(it)
	case *placeholder:
		p.placeholder(it)
	}
}

func (p *page) passage(it *passage) {
	if it.err != nil {
		text, cut := shorten(it.source)
		p.write(`<p class="label">Text not rendered: `, esc(it.err.Error()), "</p>\n")
		p.text("out", "Source of the text", esc(text), cut)
		return
	}
	p.write(`<div class="prose">`, p.fragment(it.fragment), "</div>\n")
}

func (p *page) code(it *code) {
	source := esc(it.source)
	if p.d.goCode {
		source = gosrc.HTML(it.source)
	}
	lines := strings.Count(it.source, "\n") + 1
	n := itoa(it.cell)
	p.write(`<details class="code" id="cell-`, n, `"><summary>Code <span>cell `, n, ` · `, counted(lines, "line"), `</span></summary>`,
		`<pre class="go"`, focusable(it.source, "Code of cell "+n), `><code>`, source, "</code></pre></details>\n")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return itoa(n) + " " + what + "s"
}

func (p *page) stream(it *stream) {
	class, label := "out", "Output of cell "
	if it.name == "stderr" {
		class, label = "out err", "Messages of cell "
	}
	p.text(class, label+itoa(it.cell), ansi.HTML(it.text), it.cut)
}

// text writes preformatted text; content is HTML.
func (p *page) text(class, label, content string, cut int) {
	content = strings.TrimRight(content, "\n")
	p.write(`<pre class="`, class, `"`, focusable(content, label), `>`, content, "</pre>\n")
	if cut > 0 {
		p.write(`<p class="label">`, grouped(cut), " more bytes not shown</p>\n")
	}
}

// focusable lets a keyboard scroll what is too wide for a phone or too long
// for a window.
func focusable(text, label string) string {
	long := strings.Count(text, "\n") > 24
	for line := range strings.Lines(text) {
		if long = long || len(line) > 40; long {
			return ` tabindex="0" role="group" aria-label="` + esc(label) + `"`
		}
	}
	return ""
}

// grouped prints n with thousands separators.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (p *page) figure(it *figure) {
	n := itoa(it.number)
	p.write(`<figure id="figure-`, n, `"><div class="plate">`, imgHTML(it.picture, it.alt), `</div><figcaption><b>Figure `, n, `.</b> `, esc(it.caption), "</figcaption></figure>\n")
}

func imgHTML(pic safe.Picture, alt string) string {
	size := ""
	if pic.Width > 0 {
		size = fmt.Sprintf(` width="%d" height="%d"`, pic.Width, pic.Height)
	}
	return `<img src="` + pic.DataURI() + `" alt="` + esc(alt) + `"` + size + `>`
}

func (p *page) formula(it *formula) {
	ml, err := tex.MathML(it.tex, true)
	if err != nil {
		text, cut := shorten(it.tex)
		p.text("out", "Output of cell "+itoa(it.cell), esc(text), cut)
		return
	}
	p.write(`<div class="rich"><span class="math display"`, scrolls(it.tex), `>`, ml, "</span></div>\n")
}

func (p *page) failure(it *failure) {
	n := itoa(it.cell)
	trace := strings.TrimSpace(ansi.Text(it.trace))
	p.write(`<div class="failure" role="group" aria-label="Error in cell `, n, `" id="`, p.d.ids.fresh("cell-"+n+"-error"), `"><p class="failure-title"><strong>Cell `, n, ` failed</strong> `,
		esc(strings.TrimSpace(it.name+": "+firstLine(it.value))), "</p>")
	if trace != "" && trace != strings.TrimSpace(it.value) {
		shown := strings.TrimSpace(ansi.HTML(it.trace))
		p.write(`<pre`, focusable(trace, "Trace of the error in cell "+n), `>`, shown, "</pre>")
	} else if strings.Contains(strings.TrimSpace(it.value), "\n") {
		p.write(`<pre>`, esc(strings.TrimSpace(it.value)), "</pre>")
	}
	p.write("</div>\n")
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

func (p *page) placeholder(it *placeholder) {
	p.write(`<p class="label">`, esc(it.describe()), "</p>\n")
	if text := strings.TrimSpace(it.text); text != "" {
		p.text("out", "Text of an output of cell "+itoa(it.cell), ansi.HTML(text), 0)
	}
}

func (p *page) foot() {
	d := p.d
	facts := []string{counted(d.cells, "code cell"), counted(d.figures, "figure"), counted(p.table, "table")}
	if d.placeholders > 0 {
		facts = append(facts, counted(d.placeholders, "output")+" not shown")
	}
	p.write("<footer>")
	if d.Name != "" {
		p.write("<p>Rendered from ", esc(d.Name), ".ipynb: ", strings.Join(facts, ", "), ".</p>")
	} else {
		p.write("<p>", strings.Join(facts, ", "), ".</p>")
	}
	if !d.Trust {
		p.write("<p>This page is one file. It runs no script and asks no other host for anything.</p>")
	}
	p.write("</footer>\n")
}

// fragment writes nodes, with pictures put in and tables framed so that they
// scroll by themselves.
func (p *page) fragment(f safe.Fragment) string {
	root := &xhtml.Node{Type: xhtml.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range f.Nodes {
		root.AppendChild(n)
	}
	p.dress(root, f.Pictures, false)
	nodes := childrenOf(root)
	for _, n := range nodes {
		root.RemoveChild(n)
	}
	return safe.Render(nodes)
}

// dress prepares the nodes under n for the page.
func (p *page) dress(n *xhtml.Node, pictures []safe.Picture, inTable bool) {
	for _, c := range childrenOf(n) {
		switch {
		case c.Type != xhtml.ElementNode || c.Namespace != "":
			continue
		case c.DataAtom == atom.Span && get(c, "data-math") != "":
			setMath(c)
			continue
		case c.DataAtom == atom.A && strings.HasPrefix(strings.ToLower(get(c, "href")), "http"):
			set(c, "rel", "noopener noreferrer")
		case c.DataAtom == atom.Li && strings.HasPrefix(strings.TrimSpace(rawText(c)), "☐") || c.DataAtom == atom.Li && strings.HasPrefix(strings.TrimSpace(rawText(c)), "☑"):
			set(c, "class", "task")
		case c.DataAtom == atom.Blockquote:
			setAlert(c)
		case c.DataAtom == atom.Img:
			putPicture(c, pictures)
		case c.DataAtom == atom.Pre:
			if text := rawText(c); focusable(text, "") != "" {
				set(c, "tabindex", "0")
				set(c, "role", "group")
				set(c, "aria-label", "Code")
			}
			if c.FirstChild != nil && c.FirstChild.DataAtom == atom.Code {
				colourCode(c.FirstChild)
			}
		case c.DataAtom == atom.Table:
			table.Style(c)
			p.dress(c, pictures, true)
			if !inTable {
				p.frame(c)
			}
			continue
		}
		p.dress(c, pictures, inTable)
	}
}

// putPicture gives an <img> its picture.
func putPicture(n *xhtml.Node, pictures []safe.Picture) {
	i, err := strconv.Atoi(get(n, "data-ref"))
	if err != nil || i < 0 || i >= len(pictures) {
		return
	}
	attrs := []xhtml.Attribute{{Key: "src", Val: pictures[i].DataURI()}, {Key: "alt", Val: get(n, "alt")}}
	if title := get(n, "title"); title != "" {
		attrs = append(attrs, xhtml.Attribute{Key: "title", Val: title})
	}
	if pictures[i].Width > 0 {
		attrs = append(attrs, xhtml.Attribute{Key: "width", Val: itoa(pictures[i].Width)}, xhtml.Attribute{Key: "height", Val: itoa(pictures[i].Height)})
	}
	n.Attr = attrs
}

// colourCode colours Go in a fenced block.
func colourCode(n *xhtml.Node) {
	if class := get(n, "class"); class != "language-go" && class != "language-golang" {
		return
	}
	nodes, err := xhtml.ParseFragment(strings.NewReader(gosrc.HTML(rawText(n))), &xhtml.Node{Type: xhtml.ElementNode, Data: "code", DataAtom: atom.Code})
	if err != nil {
		return
	}
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	for _, c := range nodes {
		n.AppendChild(c)
	}
	set(n, "class", "go")
}

// shortTable is how many rows stay on one sheet of paper.
const shortTable = 25

// frame puts a table into an element that scrolls.
func (p *page) frame(n *xhtml.Node) {
	p.table++
	label, class := "Table "+itoa(p.table), "table"
	t := table.Of(n)
	if t.Caption != "" {
		label += ": " + strings.ReplaceAll(t.Caption, "\n", " ")
	}
	if len(t.Rows) <= shortTable {
		class = "table short"
	}
	div := &xhtml.Node{Type: xhtml.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []xhtml.Attribute{
		{Key: "class", Val: class}, {Key: "role", Val: "group"}, {Key: "tabindex", Val: "0"}, {Key: "aria-label", Val: label}}}
	n.Parent.InsertBefore(div, n)
	n.Parent.RemoveChild(n)
	div.AppendChild(n)
}

// scrolls lets a keyboard scroll a formula that is wide.
func scrolls(tex string) string {
	if !wide(tex) {
		return ""
	}
	return ` tabindex="0" role="group" aria-label="Formula"`
}
