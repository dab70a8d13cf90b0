package safe

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// FromSVG returns the first <svg> element of src as a picture of its own:
// well-formed XML that draws, and does nothing else.
//
// A browser shows it in an <img>, where nothing could run anyway; but a
// Markdown report keeps it as a file that a reader may open by itself.
func FromSVG(src string) (Picture, error) {
	if len(src) > MaxSVG {
		return Picture{}, fmt.Errorf("SVG of %d bytes (want at most %d)", len(src), MaxSVG)
	}
	i := strings.Index(src, "<svg")
	if i < 0 {
		return Picture{}, fmt.Errorf("SVG without an <svg> element")
	}
	nodes, err := parse(src[i:])
	if err != nil {
		return Picture{}, fmt.Errorf("SVG: %w", err)
	}
	for _, n := range nodes {
		if n.Type == html.ElementNode && n.Data == "svg" && n.Namespace == "svg" {
			return fromSVG(n)
		}
	}
	return Picture{}, fmt.Errorf("SVG without an <svg> element")
}

func fromSVG(n *html.Node) (Picture, error) {
	w := svgWriter{}
	w.element(n, true)
	if w.b.Len() > MaxSVG {
		return Picture{}, fmt.Errorf("SVG of %d bytes (want at most %d)", w.b.Len(), MaxSVG)
	}
	pic := Picture{MIME: "image/svg+xml", data: []byte(w.b.String()), Title: w.title}
	pic.Width, pic.Height = svgSize(n)
	return pic, nil
}

type svgWriter struct {
	b     strings.Builder
	title string // of the picture itself
}

// svgElements draw, group, or are referred to by what draws. Not among them:
// script, foreignObject, a, animate and set, iframe and the like, audio, view.
var svgElements = words(`svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath
	title desc clipPath mask pattern marker linearGradient radialGradient stop image switch style filter
	feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
	feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
	feSpecularLighting feSpotLight feTile feTurbulence`)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

func (w *svgWriter) element(n *html.Node, root bool) {
	if n.Namespace != "svg" || !svgElements[n.Data] {
		return
	}
	if n.Data == "style" {
		if css := text(n); harmlessCSS(css) {
			w.b.WriteString("<style>" + xmlText(css) + "</style>")
		}
		return
	}
	w.b.WriteString("<" + n.Data)
	if root {
		w.b.WriteString(" xmlns='http://www.w3.org/2000/svg'")
		if usesXlink(n) {
			w.b.WriteString(" xmlns:xlink='http://www.w3.org/1999/xlink'")
		}
	}
	seen := map[string]bool{}
	for _, a := range n.Attr {
		if name := svgAttr(n, a); name != "" && !seen[name] {
			seen[name] = true
			w.b.WriteString(" " + name + "='" + xmlAttr(a.Val) + "'")
		}
	}
	if n.FirstChild == nil {
		w.b.WriteString("/>")
		return
	}
	w.b.WriteString(">")
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.text(n, c)
		case html.ElementNode:
			if root && c.Data == "title" && w.title == "" {
				w.title = strings.Join(strings.Fields(text(c)), " ")
			}
			w.element(c, false)
		}
	}
	w.b.WriteString("</" + n.Data + ">")
}

// showsText names the elements whose text matters; elsewhere it is indentation.
var showsText = words("text tspan textPath title desc")

func (w *svgWriter) text(parent, n *html.Node) {
	switch {
	case showsText[parent.Data]:
		w.b.WriteString(xmlText(n.Data))
	case strings.Contains(n.Data, "\n"):
		w.b.WriteByte('\n')
	}
}

// attrName is what an attribute may be called. "xmlns" is written by us.
var attrName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// svgAttr returns the name under which attribute a of n is written, or "".
func svgAttr(n *html.Node, a html.Attribute) string {
	key := strings.ToLower(a.Key)
	switch {
	case a.Namespace == "xml" && (key == "space" || key == "lang"):
		return "xml:" + key
	case key == "href" && (a.Namespace == "" || a.Namespace == "xlink"):
		if !svgHref(n, a.Val) {
			return ""
		}
		if a.Namespace != "" {
			return "xlink:href"
		}
		return "href"
	case a.Namespace != "" || !attrName.MatchString(a.Key) || key == "xmlns":
		return ""
	case strings.HasPrefix(key, "on"), key == "src", key == "srcdoc", key == "action", key == "formaction", key == "ping":
		return ""
	case a.Key != "d" && a.Key != "points" && !harmlessCSS(a.Val):
		return ""
	}
	return a.Key
}

// svgHref allows references inside the picture, and raster data in <image>.
func svgHref(n *html.Node, v string) bool {
	if strings.HasPrefix(v, "#") {
		return true
	}
	if n.Data != "image" || !rasterURI.MatchString(v) {
		return false
	}
	_, err := fromDataURI(v)
	return err == nil
}

var rasterURI = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,`)

// harmlessCSS tells whether a style sheet, a style or a presentation attribute
// refers to nothing outside the picture. Escapes could hide a reference, so
// there must be none.
func harmlessCSS(css string) bool {
	low := strings.ToLower(css)
	if strings.Contains(low, "@import") || strings.Contains(low, "expression(") || strings.Contains(low, "javascript:") || strings.Contains(low, "image-set") || strings.Contains(low, "src(") {
		return false
	}
	for rest := low; ; {
		_, after, ok := strings.Cut(rest, "url")
		if !ok {
			break
		}
		target := strings.TrimLeft(after, " \t\r\n(\"'")
		if strings.HasPrefix(strings.TrimLeft(after, " \t\r\n"), "(") && !strings.HasPrefix(target, "#") {
			return false
		}
		rest = after
	}
	return !strings.Contains(low, `\`)
}

func usesXlink(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Namespace == "xlink" {
			return true
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if usesXlink(c) {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(text(c))
	}
	return b.String()
}

// xmlChar drops what XML 1.0 cannot hold.
func xmlChar(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
		return -1
	}
	return r
}

var (
	escapeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	escapeAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", "'", "&#39;", "\n", "&#10;", "\t", "&#9;", "\r", "&#13;").Replace
)

func xmlText(s string) string {
	return escapeText(strings.ToValidUTF8(strings.Map(xmlChar, s), "\ufffd"))
}
func xmlAttr(s string) string {
	return escapeAttr(strings.ToValidUTF8(strings.Map(xmlChar, s), "\ufffd"))
}

// svgSize returns the size at which a browser shows the picture: its width
// and height if absolute, else the extent of its view box.
func svgSize(n *html.Node) (width, height int) {
	w, h := length(attr(n, "width")), length(attr(n, "height"))
	if w == 0 || h == 0 {
		box := strings.FieldsFunc(attr(n, "viewBox"), func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
		if len(box) != 4 {
			return 0, 0
		}
		w, h = length(box[2]), length(box[3])
	}
	if w == 0 || h == 0 {
		return 0, 0
	}
	return int(math.Ceil(w)), int(math.Ceil(h))
}

var units = []struct {
	suffix string
	px     float64
}{{"px", 1}, {"pt", 96. / 72}, {"pc", 16}, {"in", 96}, {"cm", 96 / 2.54}, {"mm", 96 / 25.4}}

// length returns a CSS length in pixels, 0 if it is not one or not absolute.
func length(s string) float64 {
	s = strings.TrimSpace(s)
	px := 1.0
	for _, u := range units {
		if v, ok := strings.CutSuffix(s, u.suffix); ok {
			s, px = v, u.px
			break
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(v > 0 && v*px < 20000) {
		return 0
	}
	return v * px
}
