package complete

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

const header = "package main\n"

// goText returns a cell's text as Go: special lines are blanked and the line that opens main
// does so in Go. Bytes keep their places, but for the opening line, so offsets
// into the cell are found with at.
type goText struct {
	src    string
	inMain bool   // the text opened main, and does not close it
	magic  string // the cell is for another program: %%bash and the like
	starts []int  // of each line of the cell, in src
	from   []int  // of each line, in the cell
	blank  []bool
}

// translate makes Go of a cell, or of its beginning.
func translate(cell string) goText {
	var t goText
	var sb strings.Builder
	sb.WriteString(header)
	offset, continued := 0, false
	for line := range strings.SplitAfterSeq(cell, "\n") {
		t.starts = append(t.starts, sb.Len())
		t.from = append(t.from, offset)
		offset += len(line)
		text, eol := strings.CutSuffix(line, "\n")
		special := continued || t.magic != "" || isSpecial(text)
		continued = special && strings.HasSuffix(text, `\`)
		switch {
		case opensMain(text) && !t.inMain && t.magic == "":
			t.inMain = true
			text = "func main() {"
		case special:
			if name, _, _ := strings.Cut(strings.TrimPrefix(text, "//gonb:"), " "); len(t.from) == 1 && cellMagics[name] != "" {
				t.magic = name
			}
			text = ""
		case strings.HasPrefix(text, "package "):
			text = ""
		}
		t.blank = append(t.blank, special)
		sb.WriteString(text)
		if eol {
			sb.WriteByte('\n')
		}
	}
	t.src = sb.String()
	return t
}

// at returns the place in src of an offset into the cell. On a line that was
// blanked it is the line's beginning.
func (t goText) at(offset int) int {
	i := t.line(offset)
	if t.blank[i] {
		return t.starts[i]
	}
	return t.starts[i] + offset - t.from[i]
}

// line returns the number of the line that an offset into the cell is on.
func (t goText) line(offset int) int {
	i := len(t.from) - 1
	for t.from[i] > offset {
		i--
	}
	return i
}

// isSpecial says whether a line is a command to the kernel.
func isSpecial(line string) bool {
	line = strings.TrimPrefix(line, "//gonb:")
	return strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!")
}

// opensMain says whether a line is the beginning of the cell's main.
func opensMain(line string) bool {
	name, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "//gonb:")), " ")
	return name == "%%" || name == "%main"
}

// lexed is one token.
type lexed struct {
	pos, end int
	tok      token.Token
	lit      string
}

// lex returns the tokens of src, without comments and semicolons that are not
// written. unfinished is the text that the source ends within: a token that is a
// string, a character or a comment.
func lex(src string) (tokens []lexed, unfinished *lexed) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	failed := false
	s.Init(file, []byte(src), func(token.Position, string) { failed = true }, scanner.ScanComments)
	for {
		failed = false
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return tokens, unfinished
		}
		t := lexed{pos: file.Offset(pos), tok: tok, lit: lit}
		if lit == "" {
			t.lit = tok.String()
		}
		t.end = t.pos + len(t.lit)
		switch {
		case tok == token.COMMENT:
			if t.end >= len(src) && (failed || strings.HasPrefix(lit, "//")) {
				unfinished = &t
			}
			continue
		case tok == token.SEMICOLON && lit != ";":
			continue
		case failed && (tok == token.STRING || tok == token.CHAR) && t.end >= len(strings.TrimRight(src, "\n")):
			unfinished = &t
		}
		tokens = append(tokens, t)
	}
}

// open returns the brackets that src leaves open.
func open(tokens []lexed) []lexed {
	var stack []lexed
	for _, t := range tokens {
		switch t.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			stack = append(stack, t)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		}
	}
	return stack
}

var closing = map[token.Token]string{token.LPAREN: ")", token.LBRACK: "]", token.LBRACE: "}"}

// closed returns src with all brackets closed that it leaves open.
func closed(src string) string {
	tokens, _ := lex(src)
	stack := open(tokens)
	var sb strings.Builder
	sb.WriteString(src)
	for i := len(stack) - 1; i >= 0; i-- {
		sb.WriteString(closing[stack[i].tok])
	}
	return sb.String()
}

// Offsets of the protocol count characters (code points), ours bytes.

// byteOffset returns the offset in bytes of the n-th character, or the nearest
// there is.
func byteOffset(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

func characters(s string) int { return utf8.RuneCountInString(s) }

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// wordBefore returns where the word begins that ends at an offset.
func wordBefore(s string, at int) int {
	return len(strings.TrimRightFunc(s[:at], isWord))
}

// wordAfter returns where the word ends that an offset is in.
func wordAfter(s string, at int) int {
	return len(s) - len(strings.TrimLeftFunc(s[at:], isWord))
}
