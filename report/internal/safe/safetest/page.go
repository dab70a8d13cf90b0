package safetest

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// page are elements that only the page itself has: its head, the choice of
// colours, the what-if calculator.
var page = set(`title meta style script fieldset legend input label button output noscript`)

var onPage = set(`charset http-equiv content name type checked for min max step inputmode autocomplete spellcheck readonly`)

// drawn are the elements of the small pictures that the page draws itself, in
// the place of an attribute that could load or run.
var drawn = set(`svg line circle rect path`)

var onDrawing = set(`class width height x y x1 x2 y1 y2 cx cy r rx d fill stroke role overflow focusable aria-label aria-hidden`)

var paint = regexp.MustCompile(`^(#[0-9a-f]{6})?$`)

var csvName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,90}\.csv$`)

func (c *checker) drawing(n *html.Node) {
	for _, a := range n.Attr {
		if a.Namespace != "" || !onDrawing[a.Key] || (a.Key == "fill" || a.Key == "stroke") && !paint.MatchString(a.Val) {
			c.fault("<%s %s:%s=%.40q>", n.Data, a.Namespace, a.Key, a.Val)
		}
	}
}

func (c *checker) pageElement(n *html.Node) {
	switch n.Data {
	case "style":
		c.styles++
		c.named("style-src", n)
	case "script":
		c.script(n)
		return
	case "meta":
		for _, a := range n.Attr {
			if a.Key == "http-equiv" && a.Val != "Content-Security-Policy" {
				c.fault("<meta http-equiv=%q>", a.Val)
			}
		}
	case "input", "label", "button", "output", "noscript":
		if theme := get(n, "type") == "radio" && get(n, "name") == "theme" || n.Data == "label" && strings.HasPrefix(get(n, "for"), "theme-"); !theme && !ofTool(n) {
			c.fault("<%s> outside the calculator", n.Data)
		}
		return
	case "fieldset", "legend":
		return
	}
	if n.Parent.Data != "head" {
		c.fault("<%s> outside the head", n.Data)
	}
}

// script allows data, and the scripts that the policy names.
func (c *checker) script(n *html.Node) {
	if get(n, "src") != "" {
		c.fault("<script src>")
	}
	if get(n, "type") == "application/json" {
		if n.Parent.Data != "body" && !ofTool(n) {
			c.fault("data in <%s>", n.Parent.Data)
		}
		return
	}
	c.named("script-src", n)
}

// named checks that the policy names what is in n.
func (c *checker) named(directive string, n *html.Node) {
	text := ""
	if n.FirstChild != nil {
		text = n.FirstChild.Data
	}
	sum := sha256.Sum256([]byte(text))
	if want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(c.policy, want) {
		c.fault("<%s> that the policy does not name", n.Data)
	}
}

// ofTool tells whether n is a part of the what-if calculator.
func ofTool(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == "div" && get(n, "class") == "sim" {
			return true
		}
	}
	return false
}

// policyOf is the content security policy in the head of a page.
func policyOf(n *html.Node) string {
	if n.Data == "meta" && get(n, "http-equiv") == "Content-Security-Policy" && n.Parent.Data == "head" {
		return get(n, "content")
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if p := policyOf(k); p != "" {
			return p
		}
	}
	return ""
}
