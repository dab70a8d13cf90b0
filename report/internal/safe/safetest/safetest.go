// Package safetest judges HTML and SVG for tests: it looks at what a parser
// sees, knowing nothing of how it was cleaned.
package safetest

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Rules say what a page may hold beyond what any fragment may.
type Rules struct {
	Page   bool // what only the page itself has: see page.go
	Assets bool // pictures as files: relative sources
}

// Check parses src and returns every element, attribute and address in it that
// could run, load, frame, restyle or send, one fault each.
func Check(src string, r Rules) []string {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return []string{err.Error()}
	}
	c := checker{Rules: r, policy: policyOf(doc)}
	c.node(doc)
	if r.Page && c.styles != 1 {
		c.fault("%d style sheets", c.styles)
	}
	return c.faults
}

type checker struct {
	Rules
	faults []string
	styles int
	policy string // the content security policy
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// fine are the elements that can do nothing but show their content.
var fine = set(`html body main header nav footer article section div span p h1 h2 h3 h4 h5 h6 a b i u s em strong small sub sup
	mark del ins q cite abbr dfn code kbd samp var tt pre blockquote br hr wbr ul ol li dl dt dd figure figcaption details
	summary table caption colgroup col thead tbody tfoot tr th td img ruby rt rp bdi bdo center head`)

var mathML = set(`math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func (c *checker) node(n *html.Node) {
	if n.Type == html.ElementNode {
		c.element(n)
	}
	if n.Type == html.CommentNode && !c.Page {
		// Comments are harmless but have no business in a cleaned fragment.
		if c.Assets {
			return
		}
		c.fault("comment %.40q", n.Data)
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.node(k)
	}
}

func (c *checker) element(n *html.Node) {
	switch {
	case n.Namespace == "math" && mathML[n.Data]:
	case c.Page && n.Namespace == "svg" && drawn[n.Data]:
		c.drawing(n)
		return
	case n.Namespace != "":
		c.fault("<%s> of namespace %s", n.Data, n.Namespace)
	case fine[n.Data]:
	case c.Page && page[n.Data]:
		c.pageElement(n)
	default:
		c.fault("<%s>", n.Data)
	}
	for _, a := range n.Attr {
		c.attribute(n, a)
	}
}

var quiet = set(`class id title alt width height colspan rowspan scope align start value open lang role tabindex rel aria-label
	aria-hidden aria-labelledby data-ref data-math`)

var onMath = set(`display mathvariant stretchy minsize maxsize movablelimits lspace rspace width linethickness accent class`)

func (c *checker) attribute(n *html.Node, a html.Attribute) {
	switch {
	case a.Namespace != "":
		c.fault("attribute %s:%s", a.Namespace, a.Key)
	case n.Namespace == "math" && onMath[a.Key]:
	case a.Key == "href" && n.Data == "a":
		if u := strings.ToLower(a.Val); c.Page && get(n, "download") != "" && strings.HasPrefix(u, "data:text/csv;charset=utf-8,") {
			return
		} else if !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "mailto:") &&
			!strings.HasPrefix(u, "#") && !(c.Assets && !hasScheme(u)) {
			c.fault("link to %.60q", a.Val)
		}
	case a.Key == "src" && n.Data == "img":
		c.source(a.Val)
	case quiet[a.Key]:
	case c.Page && onPage[a.Key] && page[n.Data]:
	case c.Page && a.Key == "download" && n.Data == "a" && csvName.MatchString(a.Val):
	case c.Page && (strings.HasPrefix(a.Key, "data-") || strings.HasPrefix(a.Key, "aria-") || a.Key == "hidden") && ofTool(n):
	default:
		c.fault("<%s %s=%.40q>", n.Data, a.Key, a.Val)
	}
}

// hasScheme tells whether an address begins with something that ends in a colon.
func hasScheme(u string) bool {
	i := strings.IndexAny(u, ":/?#")
	return i >= 0 && u[i] == ':'
}

func (c *checker) source(src string) {
	if c.Assets && !hasScheme(src) && !strings.Contains(src, "..") && !strings.HasPrefix(src, "/") {
		return
	}
	mime, body, ok := strings.Cut(strings.TrimPrefix(src, "data:"), ",")
	if !ok || !strings.HasPrefix(src, "data:image/") {
		c.fault("picture from %.60q", src)
		return
	}
	if !strings.HasPrefix(mime, "image/svg+xml") {
		return
	}
	data, err := url.PathUnescape(body)
	if strings.HasSuffix(mime, ";base64") {
		var raw []byte
		raw, err = base64.StdEncoding.DecodeString(body)
		data = string(raw)
	}
	if err != nil {
		c.fault("picture: %v", err)
	}
	for _, f := range SVG(data) {
		c.fault("picture: %s", f)
	}
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
