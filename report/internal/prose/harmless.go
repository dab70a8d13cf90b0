package prose

import (
	"html"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Harmless tells whether all HTML in src passes tag and all its links and
// pictures pass link. It asks twice, with and without mathematics: a reader
// without it sees markup where one with it sees a formula.
func Harmless(src string, tag, link func(string) bool) bool {
	plain := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))
	source := []byte(src)
	for _, md := range []goldmark.Markdown{markdown(0), plain} {
		if !harmless(md.Parser().Parse(text.NewReader(source)), source, tag, link) {
			return false
		}
	}
	return true
}

func harmless(doc ast.Node, source []byte, tag, link func(string) bool) bool {
	// goldmark's entity and percent rules decide what a browser would follow.
	follow := func(dest []byte) bool {
		return link(html.UnescapeString(string(util.URLEscape(dest, true)))) && link(string(dest))
	}
	ok := true
	// The walk itself returns no error: neither does the visitor.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			ok = ok && tag(string(n.Segments.Value(source)))
		case *ast.HTMLBlock:
			raw := string(n.Lines().Value(source))
			if n.HasClosure() {
				raw += string(n.ClosureLine.Value(source))
			}
			ok = ok && tag(raw)
		case *ast.Link:
			ok = ok && follow(n.Destination)
		case *ast.Image:
			ok = ok && follow(n.Destination) && !remote(string(n.Destination))
		case *ast.AutoLink:
			ok = ok && (n.AutoLinkType == ast.AutoLinkEmail || link(string(n.URL(source))))
		}
		if !ok {
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return ok
}

// remote tells whether showing a picture would ask another host for it.
func remote(dest string) bool {
	low := strings.ToLower(dest)
	return strings.HasPrefix(low, "http:") || strings.HasPrefix(low, "https:")
}
