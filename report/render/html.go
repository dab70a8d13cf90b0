package render

import (
	"crypto/sha256"
	_ "embed" // for the style sheet and the script
	"encoding/base64"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"mixmodel/report/internal/ansi"
	"mixmodel/report/internal/brief"
	"mixmodel/report/internal/gosrc"
	"mixmodel/report/internal/safe"
	"mixmodel/report/internal/sim"
	"mixmodel/report/internal/table"
	"mixmodel/report/internal/tex"
)

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

// squeeze takes comments and white space out of a style sheet.
func squeeze(css string) string {
	css = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(css, "")
	css = regexp.MustCompile(`\s+`).ReplaceAllString(css, " ")
	css = regexp.MustCompile(` ?([{};,>]) ?`).ReplaceAllString(css, "$1")
	return strings.TrimSpace(strings.ReplaceAll(css, ": ", ":"))
}

var squeezed = sync.OnceValue(func() string { return squeeze(pageCSS) })

// style is the style sheet of the page.
func (d *document) style() string {
	if d.results.Simulator != nil {
		return squeezed() + squeeze(sim.Style())
	}
	return squeezed()
}

// script is the script of the page; "" is none.
func (d *document) script() string {
	text := ""
	if d.cells > 0 && len(d.sections) == 0 {
		text = strings.TrimSpace(pageJS)
	}
	if d.results.Simulator != nil {
		text += "\n" + sim.Script()
	}
	return strings.TrimSpace(text)
}

// page writes HTML. Write errors come out when it is sealed.
type page struct {
	*sealer
	d     *document
	table int // number of the latest table
	place place
	top   int // level of the first heading in the cells of a part, which becomes h3; 0 before it
}

func (p *page) write(parts ...string) {
	for _, s := range parts {
		_, _ = p.WriteString(s)
	}
}

func esc(s string) string { return html.EscapeString(s) }

func (d *document) html(w io.Writer) error {
	p := &page{sealer: newSealer(w), d: d}
	class := "page"
	if len(d.sections) > 0 {
		class = "page report"
	}
	p.head()
	p.write("<body>\n", `<a class="skip" href="#content">Skip to content</a>`, "\n", `<div class="`, class, `">`, "\n")
	p.contents()
	p.write(`<main id="content">`, "\n")
	if len(d.sections) > 0 {
		p.report()
	} else {
		if !d.hasTitle {
			p.write("<h1>", esc(d.title), "</h1>\n")
		}
		p.notices()
		for _, b := range d.blocks {
			p.block(b)
		}
	}
	p.write("</main>\n")
	p.foot()
	p.write("</div>\n")
	p.write(`<script type="application/json" id="manifest">`, string(d.manifest()), "</script>\n")
	if script := d.script(); script != "" {
		p.write("<script>", script, "</script>\n")
	}
	p.write("</body>\n</html>\n")
	return p.seal()
}

func (p *page) head() {
	css := p.d.style()
	p.write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	if !p.d.Trust {
		scripts := ""
		if script := p.d.script(); script != "" {
			scripts = "; script-src '" + hashOf(script) + "'"
		}
		p.write(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '`, hashOf(css), "'", scripts,
			`; base-uri 'none'; form-action 'none'">`, "\n")
	}
	p.write(`<meta name="viewport" content="width=device-width, initial-scale=1">`, "\n",
		`<meta name="color-scheme" content="light dark">`, "\n",
		`<meta name="referrer" content="no-referrer">`, "\n",
		"<title>", esc(p.d.title), "</title>\n<style>", css, "</style>\n</head>\n")
}

// hashOf is how a content security policy names a style sheet or a script.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// contents writes the table of contents twice: beside the text for wide
// windows and paper, folded above it for narrow ones.
func (p *page) contents() {
	list := tocHTML(p.d.outline())
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

// outline is what the table of contents lists.
func (d *document) outline() []heading {
	if len(d.sections) == 0 {
		return d.headings
	}
	var list []heading
	for _, s := range d.sections {
		list = append(list, heading{2, s.title, s.id})
	}
	return append(list, heading{2, "Appendix: the notebook", "appendix"})
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

// block writes what one cell of the notebook shows.
func (p *page) block(b *block) {
	if len(b.items) == 0 {
		return
	}
	n := itoa(b.cell)
	if b.view.foldCell {
		name := "Hidden text"
		if b.cell > 0 {
			name = "Hidden cell " + n
		}
		p.write(`<details class="fold"><summary>`, name, "</summary>\n")
	}
	if b.cell > 0 {
		p.write(`<div class="cell">`, "\n")
	}
	folded := false
	for _, it := range b.items {
		if _, isCode := it.(*code); !isCode && b.view.foldOutput && b.cell > 0 && !folded {
			p.write(`<details class="fold"><summary>Output of cell `, n, "</summary>\n")
			folded = true
		}
		p.item(b, it)
	}
	if folded {
		p.write("</details>\n")
	}
	if b.cell > 0 {
		p.write("</div>\n")
	}
	if b.view.foldCell {
		p.write("</details>\n")
	}
}

func (p *page) item(b *block, it item) {
	switch it := it.(type) {
	case *passage:
		p.passage(it)
	case *code:
		p.code(b, it)
	case *result:
		p.result(it)
	case *stream:
		p.stream(it)
	case *figure:
		if it.moved && p.place < inAppendix {
			return
		}
		if it.moved {
			n := itoa(it.number)
			p.write(`<p class="label"><a href="#figure-`, n, `">Figure `, n, `</a> is above.</p>`, "\n")
			return
		}
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

// code writes a source, open in a tutorial unless its cell asks to hide it. In
// a report for stakeholders it is folded in the appendix and nowhere else.
func (p *page) code(b *block, it *code) {
	open := " open"
	switch {
	case p.d.Profile == Stakeholder && (b.view.summary || b.view.stakeholder):
		return
	case p.d.Profile == Stakeholder || b.view.foldInput:
		open = ""
	}
	source := esc(it.source)
	if p.d.goCode {
		source = gosrc.HTML(it.source)
	}
	lines := strings.Count(it.source, "\n") + 1
	n := itoa(it.cell)
	p.write(`<details class="code" id="cell-`, n, `"`, open, `><summary>Code <span>cell `, n, ` · `, counted(lines, "line"), `</span></summary>`,
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
	p.write(`<figure id="figure-`, n, `"><div class="plate`)
	if it.picture.Width > 480 { // whose words a phone would make too small to read
		p.write(` wide" tabindex="0" role="group" aria-label="Picture of figure `, n)
	}
	p.write(`">`)
	p.img(it.picture, it.alt)
	p.write(`</div><figcaption><b>Figure `, n, `.</b> `, esc(it.caption), "</figcaption>")
	if it.data != nil && p.place < inAppendix { // there it would double the page; a tutorial has it
		t := brief.TableOf(*it.data)
		t.Caption = "Data of figure " + n
		p.data(t, "figure-"+n)
	}
	p.write("</figure>\n")
}

func (p *page) img(pic safe.Picture, alt string) {
	p.write(`<img src="`)
	_ = pic.WriteURI(p) // errors stick to p
	p.write(`" alt="`, esc(alt), `"`)
	if pic.Width > 0 {
		p.write(` width="`, itoa(pic.Width), `" height="`, itoa(pic.Height), `"`)
	}
	p.write(">")
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
	if n := d.outputCount.Hidden; n > 0 {
		facts = append(facts, counted(n, "output")+" hidden")
	}
	p.write("<footer>")
	if m := d.results.Manifest; m != nil && len(d.sections) > 0 {
		p.provenance(*m)
	}
	if d.Name != "" {
		p.write("<p>Rendered from ", esc(d.Name), ".ipynb: ", strings.Join(facts, ", "), ".</p>")
	} else {
		p.write("<p>", strings.Join(facts, ", "), ".</p>")
	}
	if d.SHA256 != "" {
		p.write(`<p>SHA-256 of the notebook: <code>`, esc(d.SHA256), "</code></p>")
	}
	if !d.Trust {
		p.write("<p>This page is one file. It asks no other host for anything and runs no script of the notebook.</p>")
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
		case headingLevel(c) > 0 && get(c, "id") != "":
			if p.place != inNotebook {
				if p.top == 0 {
					p.top = headingLevel(c)
				}
				c.Data = "h" + itoa(min(6, max(3, headingLevel(c)-p.top+3)))
				c.DataAtom = atom.Lookup([]byte(c.Data))
			}
			p.dress(c, pictures, inTable)
			addAnchor(c)
			continue
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
			t := table.Style(c)
			p.dress(c, pictures, true)
			if !inTable {
				p.frame(c, t)
			}
			continue
		}
		p.dress(c, pictures, inTable)
	}
}

// addAnchor puts a link to itself behind a heading.
func addAnchor(n *xhtml.Node) {
	a := &xhtml.Node{Type: xhtml.ElementNode, Data: "a", DataAtom: atom.A, Attr: []xhtml.Attribute{
		{Key: "class", Val: "anchor"}, {Key: "href", Val: "#" + get(n, "id")}, {Key: "aria-label", Val: "Link to this section"}}}
	a.AppendChild(&xhtml.Node{Type: xhtml.TextNode, Data: "#"})
	n.AppendChild(a)
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
func (p *page) frame(n *xhtml.Node, t table.Table) {
	p.table++
	label, class := "Table "+itoa(p.table), "table"
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
