package safe

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

var (
	number  = regexp.MustCompile(`^[0-9]{1,4}$`)
	align   = regexp.MustCompile(`^(left|right|center|justify)$`)
	scope   = regexp.MustCompile(`^(col|row|colgroup|rowgroup)$`)
	id      = regexp.MustCompile(`^(u-[A-Za-z0-9_:.-]+|c[0-9]+-fn(ref[0-9]*)?:[0-9]+)$`)
	phrase  = regexp.MustCompile(`^[^\x00-\x1f]*$`)
	notes   = regexp.MustCompile(`^(footnotes|footnote-ref|footnote-backref)$`)
	roles   = regexp.MustCompile(`^doc-(endnotes|noteref|backlink)$`)
	code    = regexp.MustCompile(`^language-[A-Za-z0-9_+#.-]{1,32}$`)
	formula = regexp.MustCompile(`^[id]$`)
)

// policy is the allow-list: text, tables, links, and pictures by reference.
// There is no src, no style, and no class but those named here.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "wbr", "div", "span", "section", "blockquote", "pre", "code",
		"kbd", "samp", "var", "tt", "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "q", "cite",
		"abbr", "dfn", "bdi", "bdo", "ruby", "rt", "rp", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption",
		"details", "summary", "center", "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td")
	p.AllowNoAttrs().OnElements("span", "a")

	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true) // for "#place"; the pattern refuses the rest
	p.AllowAttrs("href").Matching(link).OnElements("a")
	p.AllowAttrs("title").Matching(phrase).OnElements("a", "abbr", "dfn", "img")
	p.AllowAttrs("data-ref").Matching(number).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("data-math").Matching(formula).OnElements("span")
	p.AllowAttrs("id").Matching(id).Globally()
	p.AllowAttrs("class").Matching(notes).OnElements("div", "a")
	p.AllowAttrs("role").Matching(roles).OnElements("div", "a")
	p.AllowAttrs("class").Matching(code).OnElements("code")

	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("td", "th")
	p.AllowAttrs("align").Matching(align).OnElements("td", "th", "p", "div")
	p.AllowAttrs("scope").Matching(scope).OnElements("th")
	p.AllowAttrs("start", "value").Matching(number).OnElements("ol", "li")
	p.AllowAttrs("open").Matching(regexp.MustCompile(`^(open)?$`)).OnElements("details")
	return p
})
