package safe

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Fragment is a piece of a page: nodes without a parent.
//
// A picture in it is an <img data-ref="N"> without a source, where N is its
// index in Pictures; whoever writes the page puts the source in.
type Fragment struct {
	Nodes    []*html.Node
	Pictures []Picture
}

// Attachment returns the base64 text and the MIME type of a file attached to
// a cell, if there is one of that name.
type Attachment func(name string) (mime, base64 string, ok bool)

// Clean parses src and returns what is harmless in it.
//
// Links are kept if they are http, https, mailto or #fragment; ids and names
// get the prefix "u-", so that they cannot shadow the page's own; footnote ids
// (see [FootnoteID]) and <span data-math> placeholders pass. Pictures are kept
// if their source is a data: URI of a known type or an attachment.
func Clean(src string, attached Attachment) (Fragment, error) {
	nodes, err := parse(src)
	if err != nil {
		return Fragment{}, err
	}
	c := cleaner{attached: attached}
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	c.children(root)
	nodes, err = parse(policy().Sanitize(Render(children(root))))
	if err != nil {
		return Fragment{}, err
	}
	return Fragment{Nodes: nodes, Pictures: c.pictures}, nil
}

// Trusted parses src and returns all of it, scripts included. Attachments
// become pictures, as in [Clean].
func Trusted(src string, attached Attachment) (Fragment, error) {
	nodes, err := parse(src)
	if err != nil {
		return Fragment{}, err
	}
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	c := cleaner{attached: attached}
	c.attachments(root)
	nodes = children(root)
	for _, n := range nodes {
		root.RemoveChild(n)
	}
	return Fragment{Nodes: nodes, Pictures: c.pictures}, nil
}

func (c *cleaner) attachments(n *html.Node) {
	for _, child := range children(n) {
		if child.DataAtom == atom.Img && strings.HasPrefix(attr(child, "src"), "attachment:") {
			c.img(child)
			continue
		}
		c.attachments(child)
	}
}

// Render writes nodes as HTML.
func Render(nodes []*html.Node) string {
	var b strings.Builder
	b.Grow(1 << 10)
	for _, n := range nodes {
		// A strings.Builder does not fail and no ErrorNode comes from a parser.
		_ = html.Render(&b, n)
	}
	return b.String()
}

// parse reads src as the content of a <div>, without keeping the nodes' parent.
func parse(src string) (nodes []*html.Node, err error) {
	if len(src) > MaxHTML {
		return nil, fmt.Errorf("HTML of %d bytes (want at most %d)", len(src), MaxHTML)
	}
	if d := depth(src); d > MaxDepth {
		return nil, fmt.Errorf("HTML nested more than %d deep", MaxDepth)
	}
	defer func() { // x/net/html panics beyond 512 open elements
		if r := recover(); r != nil {
			nodes, err = nil, fmt.Errorf("HTML that cannot be parsed: %v", r)
		}
	}()
	ctx := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	return html.ParseFragment(strings.NewReader(src), ctx)
}

// closesItself names elements whose end tag authors leave out: a next sibling
// ends them, so they do not nest.
var closesItself = map[atom.Atom]bool{
	atom.P: true, atom.Li: true, atom.Dt: true, atom.Dd: true, atom.Tr: true, atom.Td: true, atom.Th: true,
	atom.Thead: true, atom.Tbody: true, atom.Tfoot: true, atom.Colgroup: true, atom.Option: true, atom.Optgroup: true,
	atom.Br: true, atom.Hr: true, atom.Img: true, atom.Input: true, atom.Col: true, atom.Wbr: true, atom.Meta: true,
	atom.Link: true, atom.Base: true, atom.Area: true, atom.Embed: true, atom.Source: true, atom.Track: true, atom.Param: true,
}

// depth returns how deep the tags of src nest at most, looking no further than
// MaxDepth + 1. The tree builder's work grows with the depth times the length,
// so deep input is refused before it gets there.
func depth(src string) int {
	if most := strings.Count(src, "<") - strings.Count(src, "</"); most <= MaxDepth {
		return most // at worst, and no look at the tags: most HTML is that small
	}
	z := html.NewTokenizer(strings.NewReader(src))
	now, most := 0, 0
	for most <= MaxDepth {
		switch z.Next() {
		case html.ErrorToken:
			return most
		case html.StartTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); !closesItself[a] {
				now++
				most = max(most, now)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); !closesItself[a] {
				now = max(0, now-1)
			}
		}
	}
	return most
}

func children(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, c)
	}
	return list
}

// cleaner walks a tree before the allow-list does and takes out what needs
// more than a yes or no.
type cleaner struct {
	attached Attachment
	pictures []Picture
}

func (c *cleaner) children(n *html.Node) {
	for _, child := range children(n) {
		c.node(child)
	}
}

func (c *cleaner) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		return
	case n.Type != html.ElementNode:
		n.Parent.RemoveChild(n)
	case n.Namespace == "svg" && n.Data == "svg":
		c.svg(n)
	case n.Namespace != "" || gone[n.Data]:
		n.Parent.RemoveChild(n)
	case n.DataAtom == atom.Img:
		c.img(n)
	case n.DataAtom == atom.Input:
		c.input(n)
	default:
		n.Attr = keep(n)
		c.children(n)
	}
}

// gone names elements that vanish with everything in them.
var gone = map[string]bool{
	"applet": true, "area": true, "audio": true, "base": true, "button": true, "canvas": true, "datalist": true, "dialog": true,
	"embed": true, "frame": true, "frameset": true, "head": true, "iframe": true, "link": true, "map": true, "math": true, "meta": true,
	"noembed": true, "noframes": true, "noscript": true, "object": true, "optgroup": true, "option": true, "param": true,
	"picture": true, "plaintext": true, "portal": true, "script": true, "select": true, "slot": true, "source": true, "style": true,
	"svg": true, "template": true, "textarea": true, "title": true, "track": true, "video": true, "xmp": true, "listing": true,
}

func (c *cleaner) svg(n *html.Node) {
	pic, err := fromSVG(n)
	if err != nil {
		replace(n, textNode("["+err.Error()+"]"))
		return
	}
	replace(n, c.ref(pic, pic.Title, ""))
}

func (c *cleaner) img(n *html.Node) {
	src, alt := attr(n, "src"), attr(n, "alt")
	pic, err := Source(src, c.attached)
	if err != nil {
		replace(n, missing(src, alt, err))
		return
	}
	replace(n, c.ref(pic, alt, attr(n, "title")))
}

// Source returns the picture that the source of an <img> names: a data: URI or
// an attachment.
func Source(src string, attached Attachment) (Picture, error) {
	src = strings.TrimSpace(src)
	if name, ok := strings.CutPrefix(src, "attachment:"); ok {
		if attached != nil {
			if mime, text, ok := attached(name); ok {
				return FromBundle(mime, []byte(text))
			}
		}
		return Picture{}, fmt.Errorf("there is no attachment of that name")
	}
	if len(src) >= 5 && strings.EqualFold(src[:5], "data:") {
		return fromDataURI(src)
	}
	return Picture{}, fmt.Errorf("only pictures inside the notebook are shown")
}

func (c *cleaner) ref(pic Picture, alt, title string) *html.Node {
	c.pictures = append(c.pictures, pic)
	n := &html.Node{Type: html.ElementNode, Data: "img", DataAtom: atom.Img}
	n.Attr = []html.Attribute{{Key: "data-ref", Val: fmt.Sprint(len(c.pictures) - 1)}, {Key: "alt", Val: alt}}
	if title != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "title", Val: title})
	}
	return n
}

// missing stands in for a picture that is not shown: its alternative text, as
// a link if the picture is on the web.
func missing(src, alt string, why error) *html.Node {
	text := "picture"
	if alt != "" {
		text = "picture: " + alt
	}
	em := &html.Node{Type: html.ElementNode, Data: "em", DataAtom: atom.Em}
	if Link(src) && !strings.HasPrefix(src, "#") {
		a := &html.Node{Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{{Key: "href", Val: src}}}
		a.AppendChild(textNode(text))
		em.AppendChild(a)
		return em
	}
	em.AppendChild(textNode("[" + text + " not shown: " + why.Error() + "]"))
	return em
}

// input keeps the boxes of a task list, as characters.
func (c *cleaner) input(n *html.Node) {
	if attr(n, "type") != "checkbox" {
		n.Parent.RemoveChild(n)
		return
	}
	box := "☐"
	for _, a := range n.Attr {
		if a.Key == "checked" {
			box = "☑"
		}
	}
	replace(n, textNode(box))
}

// FootnoteID matches the ids and references goldmark gives to footnotes, with
// the prefix "c<cell>-" that keeps cells apart.
var FootnoteID = regexp.MustCompile(`^c[0-9]+-fn(ref[0-9]*)?:[0-9]+$`)

// keep returns the attributes of n that go on to the allow-list.
func keep(n *html.Node) []html.Attribute {
	var kept []html.Attribute
	for _, a := range n.Attr {
		switch {
		case a.Namespace != "" || a.Key == "data-ref":
			continue
		case a.Key == "id" || a.Key == "name" && n.DataAtom == atom.A:
			a.Key = "id"
			if a.Val = OwnID(a.Val); a.Val == "" {
				continue
			}
		case a.Key == "href":
			if !Link(a.Val) {
				continue
			}
		case a.Key == "title" && len(a.Val) > 1000:
			continue
		}
		kept = append(kept, a)
	}
	return kept
}

var notID = regexp.MustCompile(`[^A-Za-z0-9_:.-]+`)

// OwnID returns the id that an author's id gets in the page, or "".
func OwnID(id string) string {
	if FootnoteID.MatchString(id) {
		return id
	}
	if id = notID.ReplaceAllString(strings.TrimSpace(id), "-"); id == "" {
		return ""
	}
	return "u-" + id
}

var link = regexp.MustCompile(`(?i)^(https?://[^/?#\s]|mailto:|#)`)

// Link tells whether href may stay: http, https, mailto, or a place in the page.
func Link(href string) bool {
	return link.MatchString(href) && !strings.ContainsFunc(href, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func textNode(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

func replace(old, with *html.Node) {
	old.Parent.InsertBefore(with, old)
	old.Parent.RemoveChild(old)
}
