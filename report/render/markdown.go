package render

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/ansi"
	"mixmodel/report/internal/prose"
	"mixmodel/report/internal/safe"
	"mixmodel/report/internal/table"
)

// book writes Markdown.
type book struct {
	strings.Builder
	ours   strings.Builder // the same, without the HTML that has been cleaned
	d      *document
	inline bool
	strict bool // no Markdown but ours
	folder string
	assets []Asset
	have   map[string]bool // assets by name
}

// markdown writes the document. Cells that are harmless one by one need not be
// so together: a link defined in one is used in the next. If the whole is not,
// every cell is written as its cleaned HTML.
func (d *document) markdown(inline bool) ([]byte, []Asset) {
	b := d.book(inline, false)
	if !d.Trust && !rules.Harmless(b.ours.String()) {
		b = d.book(inline, true)
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), b.assets
}

func (d *document) book(inline, strict bool) *book {
	b := &book{d: d, inline: inline, strict: strict, folder: folderName(cmp.Or(d.Folder, d.Name)), have: map[string]bool{}}
	b.notices()
	if len(d.sections) > 0 {
		b.report()
		return b
	}
	if !d.hasTitle {
		b.block("# " + table.Escape(d.title))
	}
	for _, c := range d.blocks {
		b.cell(c)
	}
	return b
}

// cell writes what one cell of the notebook shows. What it hides is folded:
// GitHub knows <details>.
func (b *book) cell(c *block) {
	if len(c.items) == 0 {
		return
	}
	if c.view.foldCell {
		b.fold("Hidden cell")
	}
	folded := false
	for _, it := range c.items {
		if _, isCode := it.(*code); isCode {
			b.source(c, it.(*code))
			continue
		}
		if c.view.foldOutput && c.cell > 0 && !folded {
			b.fold("Output of cell " + itoa(c.cell))
			folded = true
		}
		if f, ok := it.(*figure); ok && f.moved {
			if !c.inAppendix() {
				continue
			}
			b.block("*Figure " + itoa(f.number) + " is above.*")
			continue
		}
		if r, ok := it.(*result); ok {
			b.result(c, r)
			continue
		}
		b.item(it)
	}
	if folded {
		b.block("</details>")
	}
	if c.view.foldCell {
		b.block("</details>")
	}
}

func (b *book) fold(summary string) { b.block("<details><summary>" + summary + "</summary>") }

func (b *book) source(c *block, it *code) {
	if b.d.Profile == Stakeholder && !c.inAppendix() {
		return
	}
	language := ""
	if b.d.goCode {
		language = "go"
	}
	if c.view.foldInput {
		b.fold("Code of cell " + itoa(c.cell))
	}
	b.fence(language, it.source, 0)
	if c.view.foldInput {
		b.block("</details>")
	}
}

var notName = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// folderName is the name of the folder of pictures.
func folderName(name string) string {
	name = strings.Trim(notName.ReplaceAllString(name, "-"), "-")
	if name == "" {
		name = "notebook"
	}
	return name[:min(len(name), 100)] + "_files"
}

// block writes a block and the blank line after it.
func (b *book) block(text string) {
	text = strings.Trim(text, "\n") + "\n\n"
	b.WriteString(text)
	b.ours.WriteString(text)
}

func (b *book) notices() {
	if len(b.d.status) > 0 {
		b.block("> [!CAUTION]\n> **This report is incomplete.** " + table.Escape(strings.Join(b.d.status, " ")))
	}
	if b.d.Trust {
		b.block("> [!WARNING]\n> Rendered with `--trust`: the HTML of the notebook is in this file as it was.")
	}
}

func (b *book) item(it item) {
	switch it := it.(type) {
	case *passage:
		if it.err != nil {
			text, cut := shorten(it.source)
			b.block("*Text not rendered: " + table.Escape(it.err.Error()) + "*")
			b.fence("", text, cut)
			return
		}
		b.markdownSource(it.source, it.attachments, it.fragment)
	case *stream:
		b.fence("text", ansi.Text(it.text), it.cut)
	case *figure:
		name := fmt.Sprintf("figure-%02d", it.number)
		b.block("![" + table.Escape(it.alt) + "](" + b.picture(name, it.picture) + ")")
		b.block("*Figure " + itoa(it.number) + ". " + table.Escape(it.caption) + "*" + b.data(name, it.data))
	case *rich:
		b.rich(it)
	case *plain:
		b.fence("text", ansi.Text(it.text), it.cut)
	case *formula:
		b.formula(it)
	case *failure:
		b.failure(it)
	case *placeholder:
		b.block("*" + table.Escape(it.describe()) + "*")
		if text := strings.TrimSpace(it.text); text != "" {
			b.fence("text", ansi.Text(text), 0)
		}
	}
}

var ticks = regexp.MustCompile("`{3,}")

// fence writes text as a code block that nothing in it can close.
func (b *book) fence(language, text string, cut int) {
	mark := "```"
	for _, run := range ticks.FindAllString(text, -1) {
		if len(run) >= len(mark) {
			mark = run + "`"
		}
	}
	text = strings.ReplaceAll(strings.Trim(text, "\n"), "\r", "")
	b.block(mark + language + "\n" + text + "\n" + mark)
	if cut > 0 {
		b.block("*" + grouped(cut) + " more bytes not shown*")
	}
}

func (b *book) formula(it *formula) {
	tex := strings.TrimSpace(it.tex)
	text := "$$\n" + tex + "\n$$"
	if strings.Contains(tex, "$") || b.strict || !harmless(text) || !prose.Closed(text) {
		b.fence("tex", tex, 0)
		return
	}
	b.block(text)
}

func (b *book) failure(it *failure) {
	b.block("**Cell " + itoa(it.cell) + " failed:** " + table.Escape(strings.TrimSpace(it.name+": "+firstLine(it.value))))
	text := strings.TrimSpace(ansi.Text(it.trace))
	if text == "" {
		text = strings.TrimSpace(it.value)
	}
	if strings.Contains(text, "\n") || text != firstLine(it.value) {
		b.fence("text", text, 0)
	}
}

// rich writes an HTML output: as the Markdown it brings along, as a pipe table
// if it is a table that fits one, else as HTML.
func (b *book) rich(it *rich) {
	tables := tablesOf(it.fragment.Nodes)
	if it.markdown != "" {
		if len(tables) == 1 {
			caption := table.Of(tables[0]).Caption
			if text := table.Escape(caption); caption != "" && !strings.Contains(it.markdown, caption) && !strings.Contains(it.markdown, text) {
				b.block("**" + text + "**")
			}
		}
		b.markdownSource(it.markdown, nil, it.fragment)
		return
	}
	if len(tables) == 1 && onlyTable(it.fragment.Nodes) {
		if text, ok := table.Of(tables[0]).GFM(); ok {
			b.block(text)
			return
		}
	}
	b.html(it.fragment)
}

// onlyTable tells whether nodes show a table and nothing beside it.
func onlyTable(nodes []*html.Node) bool {
	for _, n := range nodes {
		switch {
		case n.DataAtom == atom.Table:
			if hasPicture(n) {
				return false
			}
		case n.Type == html.TextNode && strings.TrimSpace(n.Data) != "", n.DataAtom == atom.Img:
			return false
		case !onlyTable(childrenOf(n)):
			return false
		}
	}
	return true
}

func hasPicture(n *html.Node) bool {
	if n.DataAtom == atom.Img {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if hasPicture(c) {
			return true
		}
	}
	return false
}

var (
	embedded = regexp.MustCompile(`(?:attachment:|data:image/)[^)\s"'>]+`)
	remote   = regexp.MustCompile(`!\[([^\]\n]*)\]\((https?://[^)\s]+)`)
	inPage   = regexp.MustCompile(`\]\(#([^)\s]+)\)`)
	plainID  = regexp.MustCompile(`^[\pL\pN_-]+$`)
)

// markdownSource writes Markdown as the author wrote it, with pictures inside
// the notebook as files, pictures on the web as links, and links within the
// notebook as GitHub names its headings. If anything in it
// could do harm, its cleaned HTML takes its place.
func (b *book) markdownSource(source string, attached safe.Attachment, f safe.Fragment) {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	source = prose.ReplaceReferences(source, b.reference)
	source = embedded.ReplaceAllStringFunc(source, func(src string) string {
		pic, err := safe.Source(src, attached)
		if err != nil {
			return src
		}
		return b.picture("image", pic)
	})
	source = inPage.ReplaceAllStringFunc(source, func(m string) string {
		name := m[len("](#") : len(m)-1]
		if id := b.d.target(unescapeURL(name)); !strings.HasPrefix(id, "u-") && plainID.MatchString(id) {
			return "](#" + id + ")"
		}
		return m
	})
	if !b.d.Trust {
		source = remote.ReplaceAllString(source, "[$1]($2")
	}
	if b.d.Trust || !b.strict && harmless(source) && prose.Closed(source) {
		b.block(source)
		return
	}
	b.html(f)
}

// reference is what a reference becomes: a link to a heading, or the words
// alone, for figures have no address on GitHub.
func (b *book) reference(name string) string {
	l, ok := b.d.find(name)
	switch {
	case !ok:
		return table.Escape(name + " (not in this notebook)")
	case plainID.MatchString(l.id) && !strings.HasPrefix(l.id, "u-") && !reserved.MatchString(l.id):
		return "[" + table.Escape(l.text) + "](#" + l.id + ")"
	}
	return table.Escape(l.text)
}

var rules = prose.Rules{Tag: safe.HarmlessTag, Link: safe.HarmlessLink, Picture: safe.HarmlessPicture}

// harmless tells whether Markdown holds nothing that would be cut out of a
// page, whether its reader knows mathematics or not.
func harmless(source string) bool { return prose.Check(source) == nil && rules.Harmless(source) }

// html writes a fragment on one line: in Markdown a blank line would end the
// HTML, and what follows would be read as Markdown again.
func (b *book) html(f safe.Fragment) {
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range f.Nodes {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
		root.AppendChild(n)
	}
	b.dress(root, f.Pictures)
	text := strings.TrimSpace(safe.Render([]*html.Node{root}))
	b.WriteString(strings.NewReplacer("\r", "&#13;", "\n", "&#10;").Replace(text) + "\n\n")
}

func (b *book) dress(n *html.Node, pictures []safe.Picture) {
	for _, c := range childrenOf(n) {
		switch {
		case c.DataAtom == atom.Img:
			b.dressImage(c, pictures)
		case c.DataAtom == atom.Span && get(c, "data-math") != "":
			fence := "$"
			if get(c, "data-math") == "d" {
				fence = "$$"
			}
			c.Attr = nil
			text := fence + strings.Join(strings.Fields(rawText(c)), " ") + fence
			for c.FirstChild != nil {
				c.RemoveChild(c.FirstChild)
			}
			c.AppendChild(&html.Node{Type: html.TextNode, Data: text})
			continue
		case c.DataAtom == atom.Table:
			table.AlignNumbers(c)
		}
		b.dress(c, pictures)
	}
}

func (b *book) dressImage(n *html.Node, pictures []safe.Picture) {
	var i int
	if _, err := fmt.Sscan(get(n, "data-ref"), &i); err != nil || i < 0 || i >= len(pictures) {
		return
	}
	n.Attr = []html.Attribute{{Key: "src", Val: b.picture("image", pictures[i])}, {Key: "alt", Val: get(n, "alt")}}
}

// data is a link to the numbers of a figure, as a file beside its picture; ""
// if they are not known or the text has to stand alone.
func (b *book) data(name string, t *typed.Table) string {
	if b.inline || t == nil || len(t.Columns) == 0 {
		return ""
	}
	return " ([data](" + b.file(name, ".csv", []byte(csvOf(*t))) + "))"
}

// picture returns the address of a picture: a file of its own or a data: URI.
func (b *book) picture(name string, pic safe.Picture) string {
	if b.inline {
		return pic.Base64URI()
	}
	return b.file(name, pic.Ext(), pic.Bytes())
}

// file adds a file, which is named after its content, and returns its address.
func (b *book) file(name, ext string, data []byte) string {
	sum := sha256.Sum256(data)
	path := b.folder + "/" + name + "-" + hex.EncodeToString(sum[:4]) + ext
	if !b.have[path] {
		b.have[path] = true
		b.assets = append(b.assets, Asset{Name: path, Data: data})
	}
	return path
}
