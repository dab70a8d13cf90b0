package safe

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// HarmlessTag tells whether raw, HTML in the middle of Markdown, passes the
// allow-list as it stands: nothing in it would be cut out, and it has no
// picture, whose source the list leaves to the page.
func HarmlessTag(raw string) bool {
	if len(raw) > MaxHTML {
		return false
	}
	return sameTokens(raw, policy().Sanitize(raw))
}

// sameTokens compares two pieces of HTML, less their comments.
func sameTokens(a, b string) bool {
	x, y := tokens(a), tokens(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

func tokens(s string) []string {
	var list []string
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return list
		}
		tok := z.Token()
		if kind != html.CommentToken && strings.TrimSpace(tok.String()) != "" {
			list = append(list, strings.TrimSpace(tok.String()))
		}
	}
}

var scheme = regexp.MustCompile(`^[^/?#]*:`)

// HarmlessLink tells whether the destination of a link in Markdown may stay:
// as [Link], or relative to the page.
func HarmlessLink(href string) bool {
	if strings.ContainsFunc(href, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return false
	}
	return Link(href) || !scheme.MatchString(href) && !strings.HasPrefix(href, "//")
}

var uri = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]*$`)

// HarmlessPicture tells whether the source of a picture in Markdown may stay:
// a file below the page, or the picture itself.
func HarmlessPicture(src string) bool {
	return uri.MatchString(src) || HarmlessLink(src) && !scheme.MatchString(src) && !strings.HasPrefix(src, "/") && !strings.Contains(src, "..")
}
