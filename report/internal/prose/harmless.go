package prose

import (
	"bytes"
	"html"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Rules say what Markdown may hold: pieces of raw HTML, destinations of links,
// and sources of pictures.
type Rules struct {
	Tag, Link, Picture func(string) bool
}

// Harmless tells whether everything in src passes the rules. It asks twice,
// with and without mathematics: a reader without it sees markup where one with
// it sees a formula.
func (r Rules) Harmless(src string) bool {
	for _, md := range dialects() {
		pc := parser.NewContext()
		doc := md.Parser().Parse(text.NewReader([]byte(src)), parser.WithContext(pc))
		for _, ref := range pc.References() {
			if !r.follow(r.Link, ref.Destination()) {
				return false
			}
		}
		if !r.harmless(doc, []byte(src)) {
			return false
		}
	}
	return true
}

var dialects = sync.OnceValue(func() []goldmark.Markdown {
	return []goldmark.Markdown{markdown(), goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))}
})

// Closed tells whether src leaves nothing open, such as a code fence, that
// would take in what stands after it.
func Closed(src string) bool {
	const after = "what stands after it"
	source := []byte(src + "\n\n" + after + "\n")
	for _, md := range dialects() {
		last := md.Parser().Parse(text.NewReader(source)).LastChild()
		if last != nil && last.Kind().String() == "FootnoteList" {
			last = last.PreviousSibling()
		}
		if last == nil || last.Kind() != ast.KindParagraph || !bytes.Equal(bytes.TrimSpace(last.Lines().Value(source)), []byte(after)) {
			return false
		}
	}
	return true
}

// follow asks rule about a destination as it is written and as a browser would
// follow it, by goldmark's rules for entities and escapes.
func (r Rules) follow(rule func(string) bool, dest []byte) bool {
	return rule(string(dest)) && rule(html.UnescapeString(string(util.URLEscape(dest, true))))
}

func (r Rules) harmless(doc ast.Node, source []byte) bool {
	ok := true
	// The walk itself returns no error: neither does the visitor.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			ok = ok && r.Tag(string(n.Segments.Value(source)))
		case *ast.HTMLBlock:
			raw := n.Lines().Value(source)
			if n.HasClosure() {
				raw = append(bytes.Clone(raw), n.ClosureLine.Value(source)...)
			}
			ok = ok && r.Tag(string(raw))
		case *ast.Link:
			ok = ok && r.follow(r.Link, n.Destination)
		case *ast.Image:
			ok = ok && r.follow(r.Picture, n.Destination)
		case *ast.AutoLink:
			ok = ok && (n.AutoLinkType == ast.AutoLinkEmail || r.Link(string(n.URL(source))))
		}
		if !ok {
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return ok
}
