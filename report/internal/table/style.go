package table

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Style marks up the <table> element n for readers: cells of numeric columns
// get the class "num", others "center" or "right" as their align attribute
// says; header cells say what they head; an empty header cell becomes a plain
// one, for it heads nothing. It returns the table as it was.
func Style(n *html.Node) Table {
	t := Of(n)
	numeric := t.Numeric()
	for r, row := range t.Rows {
		for i, c := range row {
			attrs := without(c.node.Attr, "align", "scope", "class")
			if c.Header {
				if c.Text == "" {
					c.node.Data, c.node.DataAtom = "td", atom.Td
				} else {
					scope := "row"
					if r < t.HeaderRows {
						scope = "col"
					}
					attrs = append(attrs, html.Attribute{Key: "scope", Val: scope})
				}
			}
			if class := class(c.Align, numeric[i] && t.Regular); class != "" {
				attrs = append(attrs, html.Attribute{Key: "class", Val: class})
			}
			c.node.Attr = attrs
		}
	}
	return t
}

func class(a Align, numeric bool) string {
	switch {
	case a == Right || a == Unset && numeric:
		return "num"
	case a == Center:
		return "mid"
	}
	return ""
}

func without(attrs []html.Attribute, keys ...string) []html.Attribute {
	var kept []html.Attribute
next:
	for _, a := range attrs {
		for _, k := range keys {
			if a.Key == k {
				continue next
			}
		}
		kept = append(kept, a)
	}
	return kept
}

// AlignNumbers marks up n for a reader without our style sheet: numeric columns get
// align="right".
func AlignNumbers(n *html.Node) {
	t := Of(n)
	numeric := t.Numeric()
	for _, row := range t.Rows {
		for i, c := range row {
			if c.Align == Unset && numeric[i] && t.Regular {
				c.node.Attr = append(without(c.node.Attr, "align"), html.Attribute{Key: "align", Val: "right"})
			}
		}
	}
}
