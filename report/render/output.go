package render

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/ansi"
	"mixmodel/report/internal/safe"
)

// outputs adds the outputs of code cell n, which is cell at of the notebook,
// with neighbouring pieces of the same stream in one.
func (d *document) outputs(at, n int, list []nbformat.Output) {
	for i := 0; i < len(list); i++ {
		o := list[i]
		switch o.Type {
		case nbformat.Stream:
			var text strings.Builder
			pieces := 0
			for ; i < len(list) && list[i].Type == nbformat.Stream && list[i].Name == o.Name; i++ {
				text.WriteString(list[i].Text)
				pieces++
			}
			i--
			d.account(func() { d.stream(n, o.Name, text.String()) }, pieces)
		case nbformat.Error:
			trace, _ := shorten(strings.Join(o.Traceback, "\n"))
			if d.printed(n, trace) {
				trace = ""
			}
			name, value := d.headline(n, o.EName, o.EValue)
			d.account(func() { d.add(&failure{cell: n, name: name, value: value, trace: trace}) }, 1)
		default:
			d.account(func() { d.bundle(spot{at, i}, n, o) }, 1)
		}
	}
}

// account counts what becomes of pieces outputs that show adds to the document.
func (d *document) account(show func(), pieces int) {
	b := d.blocks[len(d.blocks)-1]
	items := len(b.items)
	show()
	if len(b.items) == items {
		d.outputCount.Empty += pieces
		return
	}
	if _, ok := d.last().(*placeholder); ok {
		d.outputCount.Named += pieces
		return
	}
	d.outputCount.Shown += pieces
}

var exitStatus = regexp.MustCompile(`^(exit status [0-9]+|signal: .*)$`)

// headline returns what an error is called. GoNB only knows that a program
// ended badly; why is in what it printed last.
func (d *document) headline(n int, name, value string) (string, string) {
	if !exitStatus.MatchString(strings.TrimSpace(value)) {
		return name, value
	}
	s, ok := d.last().(*stream)
	if !ok || s.cell != n || s.name != "stderr" {
		return name, value
	}
	last := ""
	for line := range strings.Lines(ansi.Text(s.text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			kind, why, _ := strings.Cut(line, ": ")
			return kind, why
		}
		if line != "" && !exitStatus.MatchString(line) {
			last = line
		}
	}
	if last == "" {
		return name, value
	}
	return strings.TrimSpace(value), last
}

// printed tells whether the latest item is what cell n printed and holds text:
// a program that panics prints its trace itself.
func (d *document) printed(n int, text string) bool {
	s, ok := d.last().(*stream)
	return ok && s.cell == n && strings.Contains(s.text, strings.TrimSpace(text))
}

func (d *document) stream(n int, name, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	text, cut := shorten(text)
	d.add(&stream{cell: n, name: name, text: text, cut: cut})
}

// shorten cuts text to MaxText bytes, at the end of a line if one is near, and
// tells how many bytes are left out.
func shorten(text string) (string, int) {
	if len(text) <= MaxText {
		return text, 0
	}
	end := MaxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	if nl := strings.LastIndexByte(text[:end], '\n'); nl > end-10_000 {
		end = nl + 1
	}
	return text[:end], len(text) - end
}

// bundle shows one value in the best representation that can be shown. Those
// that fail their check are passed over; if none is left but text, the
// placeholder says what was there.
func (d *document) bundle(at spot, n int, o nbformat.Output) {
	var why string
	if d.typed(n, o) {
		return
	}
	for _, mime := range safe.Types {
		text, ok := pictureText(o.Data, mime)
		if !ok {
			continue
		}
		pic, err := safe.FromBundle(mime, text)
		if err == nil {
			d.figure(n, o, mime, pic)
			return
		}
		if why == "" {
			why = err.Error()
		}
	}
	if text, ok := o.Data.Text("text/html"); ok && strings.TrimSpace(text) != "" {
		f, err := d.fragments[at]()
		if err == nil && len(f.Nodes) == 0 {
			err = errNothingLeft
		}
		if err == nil {
			d.richHTML(n, o, f)
			return
		}
		why = err.Error()
	}
	if text, ok := o.Data.Text("text/markdown"); ok && strings.TrimSpace(text) != "" {
		f, err := d.outputMarkdown(text)
		if err == nil && len(f.Nodes) == 0 {
			err = errNothingLeft
		}
		if err == nil {
			d.addRich(&rich{cell: n, fragment: f, markdown: text})
			return
		}
		why = err.Error()
	}
	if text, ok := o.Data.Text("text/latex"); ok && strings.TrimSpace(text) != "" {
		d.add(&formula{cell: n, tex: stripDollars(text)})
		return
	}
	d.fallback(n, o, why)
}

// errNothingLeft is why an output that only runs is not shown.
var errNothingLeft = errors.New("nothing in it is left once scripts and styles are gone")

// pictureText is the text of a picture: what an <svg> is made of, or base64,
// which is not copied.
func pictureText(b nbformat.MIMEBundle, mime string) ([]byte, bool) {
	text, ok := b.Bytes(mime)
	return text, ok && len(bytes.TrimSpace(text)) > 0
}

// fallback shows the plain text of an output that has nothing better, under a
// label if there would have been something else.
func (d *document) fallback(n int, o nbformat.Output, why string) {
	text, _ := o.Data.Text("text/plain")
	text, cut := shorten(text)
	others := unknownTypes(o.Data)
	switch {
	case len(others) > 0 || why != "":
		d.placeholders++
		d.add(&placeholder{cell: n, types: others, why: why, text: text})
	case strings.TrimSpace(text) != "":
		d.add(&plain{cell: n, text: text, cut: cut})
	}
}

// unknownTypes lists the types of a bundle that are not shown, in order.
func unknownTypes(b nbformat.MIMEBundle) []string {
	var list []string
	for mime := range b {
		text, isText := b.Text(mime)
		if mime == "text/plain" || isText && strings.TrimSpace(text) == "" {
			continue
		}
		list = append(list, mime)
	}
	sort.Strings(list)
	return list
}

// figure adds a picture. It gets its number when all are known.
func (d *document) figure(n int, o nbformat.Output, mime string, pic safe.Picture) {
	d.add(&figure{
		cell: n, picture: pic,
		label:   metaText(o, mime, "label"),
		caption: d.captionFor(n, o, mime, pic),
		alt:     d.altFor(n, o, mime, pic),
	})
}

func (d *document) captionFor(n int, o nbformat.Output, mime string, pic safe.Picture) string {
	for _, s := range []string{metaText(o, mime, "caption"), pic.Title, d.section()} {
		if s != "" {
			return s
		}
	}
	return "Output of cell " + itoa(n)
}

func (d *document) altFor(n int, o nbformat.Output, mime string, pic safe.Picture) string {
	text, _ := o.Data.Text("text/plain")
	for _, s := range []string{metaText(o, mime, "alt"), metaText(o, mime, "caption"), pic.Title, telling(text)} {
		if s != "" {
			return s
		}
	}
	if s := d.section(); s != "" {
		return "Output of cell " + itoa(n) + " in the section “" + s + "”, without a description"
	}
	return "Output of cell " + itoa(n) + ", without a description"
}

// telling returns text if it describes a picture rather than naming an object,
// such as "<Figure size 640x480 with 1 Axes>".
func telling(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 500 || strings.HasPrefix(text, "<") || !strings.Contains(text, " ") {
		return ""
	}
	return text
}

// section is the text of the latest heading.
func (d *document) section() string {
	if len(d.headings) == 0 {
		return ""
	}
	return d.headings[len(d.headings)-1].text
}

// richHTML adds an HTML output; if it is nothing but one picture, as GoNB sends
// SVG, a figure.
func (d *document) richHTML(n int, o nbformat.Output, f safe.Fragment) {
	if len(f.Pictures) == 1 && onlyPicture(f.Nodes) {
		pic := f.Pictures[0]
		d.figure(n, o, "text/html", pic)
		return
	}
	markdown, _ := o.Data.Text("text/markdown")
	d.addRich(&rich{cell: n, fragment: f, markdown: markdown, caption: metaText(o, "text/html", "caption")})
}

func (d *document) addRich(r *rich) {
	tables := tablesOf(r.fragment.Nodes)
	d.tables += len(tables)
	if len(tables) == 1 && r.caption != "" {
		setCaption(tables[0], r.caption)
	}
	d.add(r)
}

// stripDollars takes the delimiters off a TeX output.
func stripDollars(tex string) string {
	tex = strings.TrimSpace(tex)
	for _, pair := range [][2]string{{"$$", "$$"}, {"$", "$"}, {`\[`, `\]`}, {`\(`, `\)`}} {
		if len(tex) > len(pair[0])+len(pair[1]) && strings.HasPrefix(tex, pair[0]) && strings.HasSuffix(tex, pair[1]) {
			return strings.TrimSpace(tex[len(pair[0]) : len(tex)-len(pair[1])])
		}
	}
	return tex
}

// describe says what a placeholder stands for.
func (p *placeholder) describe() string {
	s := "Output not shown"
	if len(p.types) > 0 {
		s += ": " + strings.Join(slices.Compact(p.types), ", ")
	}
	if p.why != "" {
		s += " (" + p.why + ")"
	}
	return s
}
