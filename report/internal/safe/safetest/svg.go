package safetest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// live are the elements of SVG that run, load, link, animate or hold HTML.
var live = set(`script foreignobject a animate animatemotion animatetransform set iframe object embed audio video handler
	listener discard canvas`)

// SVG checks a picture as the XML it must be, and returns everything in it that
// could do more than draw.
func SVG(src string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	d := xml.NewDecoder(strings.NewReader(src))
	depth, root := 0, ""
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fault("not XML: %v", err)
			break
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			depth++
			if root == "" {
				root = tok.Name.Local
			}
			if live[strings.ToLower(tok.Name.Local)] || tok.Name.Space != "http://www.w3.org/2000/svg" {
				fault("<%s> of %q", tok.Name.Local, tok.Name.Space)
			}
			for _, a := range tok.Attr {
				svgAttribute(tok.Name.Local, a, fault)
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			// A style sheet must refer to nothing outside.
			if low := strings.ToLower(string(tok)); strings.Contains(low, "@import") || strings.Contains(low, "url(h") || strings.Contains(low, "url(/") {
				fault("style sheet %.60q", low)
			}
		case xml.ProcInst, xml.Directive:
			fault("%T", tok)
		}
	}
	if root != "svg" || depth != 0 {
		fault("root <%s>, depth %d at the end", root, depth)
	}
	return faults
}

func svgAttribute(element string, a xml.Attr, fault func(string, ...any)) {
	name, val := strings.ToLower(a.Name.Local), strings.ToLower(a.Value)
	switch {
	case strings.HasPrefix(name, "on"), name == "src", name == "base", name == "action":
		fault("<%s %s>", element, name)
	case name == "href" && !strings.HasPrefix(val, "#") && !strings.HasPrefix(val, "data:image/png") && !strings.HasPrefix(val, "data:image/jpeg") &&
		!strings.HasPrefix(val, "data:image/gif") && !strings.HasPrefix(val, "data:image/webp"):
		fault("<%s href=%.60q>", element, val)
	case strings.Contains(val, "javascript:"), strings.Contains(val, "url(") && !strings.Contains(strings.NewReplacer(`"`, "", "'", "", " ", "").Replace(val), "url(#"):
		fault("<%s %s=%.60q>", element, name, val)
	}
}
