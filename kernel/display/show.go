package display

import (
	"fmt"
	"strings"

	"mixmodel/kernel/display/typed"
)

// MIME types of representations.
const (
	mimeText     = "text/plain"
	mimeHTML     = "text/html"
	mimeMarkdown = "text/markdown"
	mimeSVG      = "image/svg+xml"
)

type (
	svg        interface{ SVG() []byte }
	html       interface{ HTML() string }
	markdown   interface{ Markdown() string }
	described  interface{ Alt() string }
	captioned  interface{ Caption() string }
	stringLike interface{ String() string }
	typedLike  interface{ Typed() typed.Value }
)

// Show shows the values one after another, each with all the representations
// it has: a picture if it has a method SVG() []byte, with its Alt() string and
// Caption() string in the output's metadata under "image/svg+xml"; HTML and
// Markdown if it has methods HTML() string and Markdown() string; and always
// text: String() string, or the caption, alternative text or Markdown, or
// what fmt.Sprint gives. An empty representation does not count.
//
// A [typed.Value], or a value that has one by its method Typed() typed.Value,
// is sent under [typed.MIME] too, as a JSON object. A typed value without other
// forms of its own gets them: tables and sentences. One that does not validate
// is shown without its type, and its faults go to standard error.
//
// If GoNB cannot be reached, the text goes to standard output and what went
// wrong to standard error.
func Show(values ...any) {
	for _, v := range values {
		send(bundleOf(v))
	}
}

// HTML shows a piece of HTML.
func HTML(source string) {
	send(bundle{data: map[string]string{mimeHTML: source, mimeText: source}})
}

// Markdown shows a piece of Markdown.
func Markdown(source string) {
	send(bundle{data: map[string]string{mimeMarkdown: source, mimeText: source}})
}

// bundle is one value in several representations.
type bundle struct {
	data     map[string]string            // by MIME type
	metadata map[string]map[string]string // by MIME type and key
	id       string                       // of a display that is updated; "" is none
}

func bundleOf(v any) bundle {
	b := bundle{data: make(map[string]string)}
	set := func(mime, s string) {
		if strings.TrimSpace(s) != "" {
			b.data[mime] = s
		}
	}
	if x, ok := v.(svg); ok {
		set(mimeSVG, string(x.SVG()))
		if about := about(v); len(about) > 0 {
			b.metadata = map[string]map[string]string{mimeSVG: about}
		}
	}
	if x, ok := v.(html); ok {
		set(mimeHTML, x.HTML())
	}
	if x, ok := v.(markdown); ok {
		set(mimeMarkdown, x.Markdown())
	}
	if x, ok := typedOf(v); ok {
		data, err := typed.Marshal(x)
		if err != nil {
			fmt.Fprintf(stderr, "display: %v\n", err)
		}
		set(typed.MIME, string(data))
		if _, bare := v.(typed.Value); bare && err == nil {
			p := fallback(x)
			set(mimeHTML, p.html())
			set(mimeMarkdown, p.markdown())
			set(mimeText, p.text())
		}
	}
	if b.data[mimeText] == "" {
		b.data[mimeText] = textOf(v)
	}
	return b
}

// typedOf returns v, or what it has, as a typed value.
func typedOf(v any) (x typed.Value, ok bool) {
	switch v := v.(type) {
	case typed.Value:
		return v, true
	case typedLike:
		x = v.Typed()
	}
	return x, x != nil
}

// about is what a picture says about itself.
func about(v any) map[string]string {
	m := make(map[string]string)
	if x, ok := v.(described); ok && x.Alt() != "" {
		m["alt"] = x.Alt()
	}
	if x, ok := v.(captioned); ok && x.Caption() != "" {
		m["caption"] = x.Caption()
	}
	return m
}

func textOf(v any) string {
	var candidates []string
	if x, ok := v.(stringLike); ok {
		candidates = append(candidates, x.String())
	}
	if _, ok := v.(svg); ok {
		a := about(v)
		candidates = append(candidates, join(a["caption"], a["alt"]))
	}
	if x, ok := v.(markdown); ok {
		candidates = append(candidates, x.Markdown())
	}
	for _, c := range candidates {
		if strings.TrimSpace(c) != "" {
			return c
		}
	}
	if _, ok := v.(svg); ok {
		return "a figure" // rather than its bytes
	}
	return fmt.Sprint(v)
}

// join puts caption and alternative text into one text, once if they are the
// same.
func join(caption, alt string) string {
	switch {
	case caption == "" || caption == alt:
		return alt
	case alt == "":
		return caption
	}
	return caption + " (" + alt + ")"
}
