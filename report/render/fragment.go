package render

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"mixmodel/report/internal/prose"
	"mixmodel/report/internal/safe"
	"mixmodel/report/internal/table"
	"mixmodel/report/internal/tex"
)

// heading is an entry of the table of contents.
type heading struct {
	level    int
	text, id string
}

func itoa(n int) string { return strconv.Itoa(n) }

// proseHTML renders the Markdown of a cell.
func (d *document) proseHTML(src string, cell int, attached safe.Attachment) (safe.Fragment, error) {
	out, err := prose.HTML(src, cell)
	if err != nil {
		return safe.Fragment{}, err
	}
	return d.clean(out, attached)
}

// outputMarkdown renders a text/markdown output.
func (d *document) outputMarkdown(src string) (safe.Fragment, error) {
	d.outputNotes++
	return d.proseHTML(src, 1_000_000+d.outputNotes, nil) // footnotes apart from those of cells
}

// clean sanitizes HTML, unless it is trusted.
func (d *document) clean(src string, attached safe.Attachment) (safe.Fragment, error) {
	f, err := safe.Fragment{}, error(nil)
	if d.Trust {
		f, err = safe.Trusted(src, attached)
	} else {
		f, err = safe.Clean(src, attached)
	}
	if err != nil {
		return safe.Fragment{}, err
	}
	f.Nodes = trim(f.Nodes)
	return f, nil
}

// trim drops white space at either end.
func trim(nodes []*html.Node) []*html.Node {
	for len(nodes) > 0 && blank(nodes[0]) {
		nodes = nodes[1:]
	}
	for len(nodes) > 0 && blank(nodes[len(nodes)-1]) {
		nodes = nodes[:len(nodes)-1]
	}
	return nodes
}

func blank(n *html.Node) bool {
	return n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" || n.Type == html.CommentNode
}

func childrenOf(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, c)
	}
	return list
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func set(n *html.Node, key, val string) {
	for i, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			n.Attr[i].Val = val
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: val})
}

// setMath turns a placeholder around TeX into MathML, or into its source.
func setMath(n *html.Node) {
	src, display := rawText(n), get(n, "data-math") == "d"
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	n.Attr = nil
	ml, err := tex.MathML(src, display)
	if err == nil {
		nodes, parseErr := html.ParseFragment(strings.NewReader(ml), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
		if parseErr == nil && len(nodes) == 1 {
			n.Attr = []html.Attribute{{Key: "class", Val: mathClass(display)}}
			if display && wide(src) {
				n.Attr = append(n.Attr, html.Attribute{Key: "tabindex", Val: "0"}, html.Attribute{Key: "role", Val: "group"}, html.Attribute{Key: "aria-label", Val: "Formula"})
			}
			n.AppendChild(nodes[0])
			return
		}
	}
	n.Data, n.DataAtom = "code", atom.Code
	n.AppendChild(&html.Node{Type: html.TextNode, Data: strings.TrimSpace(src)})
}

// wide tells whether a formula may be wider than a phone and so has to scroll.
func wide(tex string) bool { return len(tex) > 30 }

func mathClass(display bool) string {
	if display {
		return "math display"
	}
	return "math"
}

func rawText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(rawText(c))
	}
	return b.String()
}

// alert is GitHub's marker at the start of a quotation.
var alert = regexp.MustCompile(`^\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?`)

// setAlert turns a quotation that begins with [!NOTE] into a box with a title.
func setAlert(n *html.Node) {
	p := n.FirstChild
	for p != nil && blank(p) {
		p = p.NextSibling
	}
	if p == nil || p.DataAtom != atom.P || p.FirstChild == nil || p.FirstChild.Type != html.TextNode {
		return
	}
	m := alert.FindStringSubmatch(p.FirstChild.Data)
	if m == nil {
		return
	}
	p.FirstChild.Data = p.FirstChild.Data[len(m[0]):]
	n.Data, n.DataAtom = "div", atom.Div
	n.Attr = []html.Attribute{{Key: "class", Val: "alert " + strings.ToLower(m[1])}, {Key: "role", Val: "note"}}
	title := &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P, Attr: []html.Attribute{{Key: "class", Val: "alert-title"}}}
	title.AppendChild(&html.Node{Type: html.TextNode, Data: m[1][:1] + strings.ToLower(m[1][1:])})
	n.InsertBefore(title, p)
}

// idSet holds the ids in use.
type idSet map[string]bool

// reserved ids belong to the page.
var reserved = regexp.MustCompile(`^(figure|cell|table|theme|result|sim)-`)

// unique returns want, or want-1, want-2, ... if it is taken.
func (ids idSet) unique(want string) string {
	id := want
	if reserved.MatchString(id) || id == "contents" || id == "content" || id == "manifest" || id == "appendix" {
		id = "section-" + id
		want = id
	}
	for i := 1; ids[id]; i++ {
		id = want + "-" + itoa(i)
	}
	ids[id] = true
	return id
}

// slug is GitHub's id for a heading.
func slug(text string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case unicode.IsSpace(r):
			return '-'
		}
		return -1
	}, strings.TrimSpace(text))
	if s == "" {
		return "section"
	}
	return s
}

// collectHeadings gives every heading in a cell an id and an entry in the
// table of contents, and notes the author's other ids.
func (d *document) collectHeadings(nodes []*html.Node) {
	named := "" // by the label just before
	for _, n := range nodes {
		if n.Type != html.ElementNode || n.Namespace != "" {
			continue
		}
		id := get(n, "id")
		if level := headingLevel(n); level > 0 {
			text := strings.ReplaceAll(table.Text(n), "\n", " ")
			if id == "" {
				id = d.ids.unique(slug(text))
				set(n, "id", id)
			}
			if text != "" {
				d.headings = append(d.headings, heading{level, text, id})
			}
			if named != "" {
				d.labels[named] = label{id, text}
			}
		}
		if id != "" {
			d.ids[id] = true
		}
		if named = d.noteLabel(n); named == "" {
			d.collectHeadings(childrenOf(n))
		}
	}
}

func headingLevel(n *html.Node) int {
	if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
		return int(n.Data[1] - '0')
	}
	return 0
}

// resolveLinks points links within the notebook at the ids they have in the
// page. Jupyter keeps capitals in its ids, GitHub does not: both are found.
func (d *document) resolveLinks(nodes []*html.Node) {
	for _, n := range nodes {
		if href := get(n, "href"); n.DataAtom == atom.A && strings.HasPrefix(href, "#@") {
			d.resolve(n, href[2:])
		} else if n.DataAtom == atom.A && strings.HasPrefix(href, "#") {
			set(n, "href", "#"+d.target(unescapeURL(href[1:])))
		}
		d.resolveLinks(childrenOf(n))
	}
}

func (d *document) target(name string) string {
	for _, id := range []string{name, safe.OwnID(name), slug(name)} {
		if d.ids[id] {
			return id
		}
	}
	var number int
	if _, err := fmt.Sscanf(name, "figure-%d", &number); err == nil && number >= 1 && number <= d.figures {
		return "figure-" + itoa(number)
	}
	return name
}

func unescapeURL(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// onlyPicture tells whether nodes show one picture and no word.
func onlyPicture(nodes []*html.Node) bool {
	for _, n := range nodes {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" || n.DataAtom == atom.Table {
			return false
		}
		if !onlyPicture(childrenOf(n)) {
			return false
		}
	}
	return true
}

func tablesOf(nodes []*html.Node) []*html.Node {
	var list []*html.Node
	for _, n := range nodes {
		list = append(list, table.Tables(n)...)
	}
	return list
}

// setCaption gives a table without a caption one.
func setCaption(n *html.Node, caption string) {
	if table.Of(n).Caption != "" {
		return
	}
	c := &html.Node{Type: html.ElementNode, Data: "caption", DataAtom: atom.Caption}
	c.AppendChild(&html.Node{Type: html.TextNode, Data: caption})
	n.InsertBefore(c, n.FirstChild)
}

// fresh returns an id of the page itself, numbered from the second on.
func (ids idSet) fresh(want string) string {
	id := want
	for i := 2; ids[id]; i++ {
		id = want + "-" + itoa(i)
	}
	ids[id] = true
	return id
}
