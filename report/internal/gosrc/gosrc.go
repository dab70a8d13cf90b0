// Package gosrc colours the source of a Go notebook cell.
//
// A cell is Go as GoNB reads it: declarations and statements, with lines that
// begin with % or ! (commands to the kernel or the shell) in between, and
// often incomplete. Colouring therefore works on tokens, never on syntax, and
// cannot fail: what is not a token is printed as it stands.
package gosrc

import (
	"go/scanner"
	"go/token"
	"html"
	"strings"
)

// HTML returns src escaped for HTML with tokens in <span> elements of class
// k (keyword), t (predeclared type), b (predeclared constant or function),
// f (name being called), s (string or rune), n (number), c (comment) and
// m (kernel or shell command line). Its text is src, with \r\n as \n.
func HTML(src string) string {
	src = strings.ReplaceAll(src, "\r\n", "\n")
	var b strings.Builder
	b.Grow(2 * len(src))
	bytes := []byte(src)
	for done := 0; done < len(src); {
		if n := commandLines(src[done:]); n > 0 {
			writeCommand(&b, src[done:done+n])
			done += n
			continue
		}
		done += writeGo(&b, src[done:], bytes[done:])
	}
	return b.String()
}

// commandLines returns the length of the command at the start of src, newline
// included, or 0 if there is none. A shell command goes on after a backslash,
// and a cell magic such as %%bash takes the rest of the cell.
func commandLines(src string) int {
	if len(src) < 2 || src[0] != '%' && src[0] != '!' {
		return 0
	}
	if isCellMagic(src) {
		return len(src)
	}
	n := 0
	for {
		end := strings.IndexByte(src[n:], '\n')
		if end < 0 {
			return len(src)
		}
		n += end + 1
		if end == 0 || src[n-2] != '\\' {
			return n
		}
	}
}

// isCellMagic tells whether src starts with %%name, except the lone %% and
// %%main, which only open a Go main function.
func isCellMagic(src string) bool {
	line, _, _ := strings.Cut(src, "\n")
	name, ok := strings.CutPrefix(line, "%%")
	if !ok || name == "" || name[0] == ' ' || name[0] == '\t' {
		return false
	}
	word, _, _ := strings.Cut(name, " ")
	switch word {
	case "bash", "sh", "script", "writefile", "html", "javascript", "markdown", "svg", "latex":
		return true
	}
	return false
}

func writeCommand(b *strings.Builder, line string) {
	text := strings.TrimSuffix(line, "\n")
	span(b, "m", text)
	b.WriteString(line[len(text):])
}

// writeGo colours the Go at the start of src up to the next command line, and
// returns its length. Lines inside a raw string or a block comment are Go
// whatever they begin with. bytes is src again, for the scanner.
func writeGo(b *strings.Builder, src string, bytes []byte) int {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", 1, len(bytes))
	s.Init(file, bytes, func(token.Position, string) {}, scanner.ScanComments)

	done := 0
	for {
		pos, tok, lit := s.Scan()
		at := len(src)
		if tok != token.EOF {
			at = file.Offset(pos)
		}
		if at < done {
			continue
		}
		if n := nextCommand(src, done, at); n >= 0 {
			b.WriteString(html.EscapeString(src[done:n]))
			return n
		}
		if tok == token.EOF {
			b.WriteString(html.EscapeString(src[done:]))
			return len(src)
		}
		if lit == "" {
			lit = tok.String()
		}
		// Semicolons the scanner inserts are not in the source, and it drops
		// carriage returns from raw strings: there the source is printed plain.
		if tok == token.SEMICOLON && lit == "\n" || !strings.HasPrefix(src[at:], lit) {
			continue
		}
		b.WriteString(html.EscapeString(src[done:at]))
		done = at + len(lit)
		span(b, class(tok, lit, src[done:]), lit)
	}
}

// nextCommand returns where the first command line that starts in
// src[from:to+1] starts, or -1. The text between from and to is white space,
// so the answer is to itself or nothing, unless the scanner stumbled.
func nextCommand(src string, from, to int) int {
	for i := from; i <= to && i < len(src); i++ {
		if i > 0 && src[i-1] == '\n' && commandLines(src[i:]) > 0 {
			return i
		}
	}
	return -1
}

func span(b *strings.Builder, class, text string) {
	if class == "" || text == "" {
		b.WriteString(html.EscapeString(text))
		return
	}
	b.WriteString(`<span class="` + class + `">` + html.EscapeString(text) + `</span>`)
}

func class(tok token.Token, lit, rest string) string {
	switch {
	case tok == token.COMMENT:
		return "c"
	case tok == token.STRING || tok == token.CHAR:
		return "s"
	case tok.IsLiteral() && tok != token.IDENT:
		return "n"
	case tok.IsKeyword():
		return "k"
	case tok != token.IDENT:
		return ""
	case types[lit]:
		return "t"
	case predeclared[lit]:
		return "b"
	case strings.HasPrefix(rest, "("):
		return "f"
	}
	return ""
}

var types = set("any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 " +
	"rune string uint uint8 uint16 uint32 uint64 uintptr")

var predeclared = set("true false nil iota append cap clear close complex copy delete imag len make max min new " +
	"panic print println real recover")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
