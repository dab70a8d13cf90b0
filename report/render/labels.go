package render

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"mixmodel/report/internal/safe"
)

// label is what a reference leads to, and the words it becomes.
type label struct{ id, text string }

// find returns what a reference names: a figure, a table, a place that the
// author labelled, or a heading.
func (d *document) find(name string) (label, bool) {
	if l, ok := d.labels[name]; ok {
		return l, true
	}
	for _, id := range []string{safe.OwnID(name), slug(name)} {
		if text, ok := d.headingText()[id]; ok {
			return label{id, text}, true
		}
	}
	return label{}, false
}

// headingText has the headings by id.
func (d *document) headingText() map[string]string {
	if d.byID == nil {
		d.byID = make(map[string]string, len(d.headings))
		for _, h := range d.headings {
			d.byID[h.id] = h.text
		}
	}
	return d.byID
}

// noteLabel remembers an empty <a id="u-name">, as a line (name)= becomes; the
// heading after it gives it its words.
func (d *document) noteLabel(n *html.Node) string {
	name, ok := strings.CutPrefix(get(n, "id"), "u-")
	if n.DataAtom != atom.A || !ok || n.FirstChild != nil || get(n, "href") != "" {
		return ""
	}
	d.labels[name] = label{id: "u-" + name, text: name}
	return name
}

// resolve makes a link of a reference; one that leads nowhere becomes its name
// and says so.
func (d *document) resolve(n *html.Node, name string) {
	text, href := name+" (not in this notebook)", ""
	if l, ok := d.find(name); ok {
		text, href = l.text, "#"+l.id
	}
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	n.Attr = nil
	if href == "" {
		n.Data, n.DataAtom = "em", atom.Em
		return
	}
	set(n, "href", href)
}
