// Package ansi turns what a program printed to a terminal into text for a page.
//
// It replays the few things programs really do to a terminal line: carriage
// return and backspace overwrite, erase-in-line deletes, and SGR sequences set
// colour and weight. Everything else that starts with an escape character,
// and every other control character, is dropped.
package ansi

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// style is the look of one character. Colours are 1 + the index of the
// terminal's 16 colours; 0 is the page's own colour.
type style struct {
	fg, bg uint8
	flags  flags
}

type flags uint8

const (
	bold flags = 1 << iota
	dim
	italic
	underline
	reverse
)

type char struct {
	r rune
	s style
}

// screen is one terminal line under construction and the lines before it.
type screen struct {
	line []char
	col  int
	now  style
	emit func([]char)
}

// Text returns s as it would stand on the terminal, without any styling.
func Text(s string) string {
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	replay(s, func(line []char) {
		for _, c := range line {
			b.WriteRune(c.r)
		}
	})
	return b.String()
}

// HTML returns s as it would stand on the terminal, escaped for HTML, with
// styled runs in <span> elements whose classes are "ansi-1" (foreground,
// 0 to 15), "ansi-bg-1", "ansi-bold", "ansi-dim", "ansi-italic" and
// "ansi-underline".
func HTML(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	replay(s, func(line []char) { writeLine(&b, line) })
	return b.String()
}

func isControl(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0x9b }

// replay feeds s to a terminal line and calls emit once per line, with the
// line's newline as its last character if it had one.
func replay(s string, emit func([]char)) {
	scr := screen{emit: emit}
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == 0x1b || r == 0x9b:
			n = scr.escape(s)
		case r == '\n':
			scr.newline()
		case r == '\r':
			// "\r\n" ends a line; only a lone return goes back to its start.
			if !strings.HasPrefix(s[n:], "\n") {
				scr.col = 0
			}
		case r == '\b':
			scr.col = max(0, scr.col-1)
		case isControl(r):
		default:
			scr.put(r)
		}
		s = s[n:]
	}
	if len(scr.line) > 0 {
		emit(scr.line)
	}
}

func (scr *screen) put(r rune) {
	c := char{r, scr.now}
	if scr.col < len(scr.line) {
		scr.line[scr.col] = c
	} else {
		scr.line = append(scr.line, c)
	}
	scr.col++
}

func (scr *screen) newline() {
	scr.emit(append(scr.line, char{r: '\n'}))
	scr.line, scr.col = scr.line[:0], 0
}

// escape handles the escape sequence at the start of s and returns its length.
func (scr *screen) escape(s string) int {
	body := strings.TrimPrefix(s, "\x1b")
	if len(body) == len(s) { // the one-character form of ESC [
		body = "[" + s[len("\u009b"):]
		return scr.csi(body) - 1 + len("\u009b")
	}
	switch {
	case strings.HasPrefix(body, "["):
		return 1 + scr.csi(body)
	case strings.HasPrefix(body, "]"), strings.HasPrefix(body, "P"), strings.HasPrefix(body, "_"):
		return 1 + stringSequence(body)
	case body == "":
		return 1
	}
	_, n := utf8.DecodeRuneInString(body)
	if body[0] < ' ' { // not a sequence: keep the newline that follows
		n = 0
	}
	return 1 + n
}

// csi handles "[" parameters final, and returns how long it is.
func (scr *screen) csi(body string) int {
	i := 1
	for i < len(body) && body[i] >= 0x20 && body[i] < 0x40 {
		i++
	}
	if i == len(body) {
		return i
	}
	switch body[i] {
	case 'm':
		scr.now = scr.now.sgr(body[1:i])
	case 'K':
		scr.erase(body[1:i])
	case 'G':
		if body[1:i] == "" || body[1:i] == "1" {
			scr.col = 0
		}
	}
	if body[i] < ' ' {
		return i // a broken sequence: keep the control character that broke it
	}
	if body[i] >= utf8.RuneSelf {
		return i
	}
	return i + 1
}

func (scr *screen) erase(mode string) {
	switch mode {
	case "", "0":
		scr.line = scr.line[:min(scr.col, len(scr.line))]
	case "2":
		scr.line, scr.col = scr.line[:0], 0
	}
}

// stringSequence returns the length of an OSC, DCS or APC sequence, which ends
// at BEL or ESC \; one that never ends goes to the end of the line.
func stringSequence(body string) int {
	for i := 1; i < len(body); i++ {
		switch {
		case body[i] == 0x07:
			return i + 1
		case body[i] == 0x1b:
			if i+1 < len(body) && body[i+1] == '\\' {
				return i + 2
			}
			return i
		case body[i] == '\n':
			return i
		}
	}
	return len(body)
}

// sgr returns st after the "select graphic rendition" parameters p.
func (st style) sgr(p string) style {
	args := strings.FieldsFunc(p, func(r rune) bool { return r == ';' || r == ':' })
	if len(args) == 0 {
		return style{}
	}
	for i := 0; i < len(args); i++ {
		n, err := strconv.Atoi(args[i])
		if err != nil {
			continue
		}
		switch {
		case n == 0:
			st = style{}
		case n == 1:
			st.flags |= bold
		case n == 2:
			st.flags |= dim
		case n == 3:
			st.flags |= italic
		case n == 4:
			st.flags |= underline
		case n == 7:
			st.flags |= reverse
		case n == 22:
			st.flags &^= bold | dim
		case n == 23:
			st.flags &^= italic
		case n == 24:
			st.flags &^= underline
		case n == 27:
			st.flags &^= reverse
		case n >= 30 && n <= 37:
			st.fg = uint8(n-30) + 1
		case n >= 90 && n <= 97:
			st.fg = uint8(n-90) + 9
		case n >= 40 && n <= 47:
			st.bg = uint8(n-40) + 1
		case n >= 100 && n <= 107:
			st.bg = uint8(n-100) + 9
		case n == 39:
			st.fg = 0
		case n == 49:
			st.bg = 0
		case n == 38, n == 48:
			c, used := extended(args[i+1:])
			i += used
			if n == 38 {
				st.fg = c
			} else {
				st.bg = c
			}
		}
	}
	return st
}

// extended reads the colour after 38 or 48: "5;n" or "2;r;g;b". It returns the
// nearest of the 16 colours (plus 1) and how many arguments it used.
func extended(args []string) (colour uint8, used int) {
	at := func(i int) int {
		if i >= len(args) {
			return 0
		}
		n, _ := strconv.Atoi(args[i])
		return max(0, min(255, n))
	}
	switch at(0) {
	case 5:
		n := at(1)
		switch {
		case n < 16:
			return uint8(n) + 1, 2
		case n < 232: // 6x6x6 cube
			n -= 16
			return nearest(n/36*51, n/6%6*51, n%6*51), 2
		default:
			grey := (n-232)*10 + 8
			return nearest(grey, grey, grey), 2
		}
	case 2:
		return nearest(at(1), at(2), at(3)), 4
	}
	return 0, 1
}

// nearest maps a colour to one of the 16: one bit per component, and the
// bright half when the strongest component is bright.
func nearest(r, g, b int) uint8 {
	top := max(r, g, b)
	if top < 64 {
		return 1
	}
	bit := func(v, weight int) int {
		if 2*v > top {
			return weight
		}
		return 0
	}
	n := bit(r, 1) + bit(g, 2) + bit(b, 4)
	if top > 192 {
		n += 8
	}
	return uint8(n) + 1
}

func writeLine(b *strings.Builder, line []char) {
	for len(line) > 0 {
		n := 1
		for n < len(line) && line[n].s == line[0].s {
			n++
		}
		class := line[0].s.class()
		if class != "" {
			b.WriteString(`<span class="` + class + `">`)
		}
		for _, c := range line[:n] {
			writeRune(b, c.r)
		}
		if class != "" {
			b.WriteString("</span>")
		}
		line = line[n:]
	}
}

func writeRune(b *strings.Builder, r rune) {
	switch r {
	case '&':
		b.WriteString("&amp;")
	case '<':
		b.WriteString("&lt;")
	case '>':
		b.WriteString("&gt;")
	case '"':
		b.WriteString("&#34;")
	default:
		b.WriteRune(r)
	}
}

func (st style) class() string {
	if st == (style{}) {
		return ""
	}
	if st.flags&reverse != 0 {
		st.fg, st.bg = st.bg, st.fg
		if st.fg == 0 && st.bg == 0 {
			return strings.TrimSpace("ansi-reverse " + st.weight())
		}
	}
	var c []string
	if st.fg > 0 {
		c = append(c, "ansi-"+strconv.Itoa(int(st.fg)-1))
	}
	if st.bg > 0 {
		c = append(c, "ansi-bg-"+strconv.Itoa(int(st.bg)-1))
	}
	if w := st.weight(); w != "" {
		c = append(c, w)
	}
	return strings.Join(c, " ")
}

func (st style) weight() string {
	var c []string
	for _, f := range []struct {
		flag flags
		name string
	}{{bold, "ansi-bold"}, {dim, "ansi-dim"}, {italic, "ansi-italic"}, {underline, "ansi-underline"}} {
		if st.flags&f.flag != 0 {
			c = append(c, f.name)
		}
	}
	return strings.Join(c, " ")
}
