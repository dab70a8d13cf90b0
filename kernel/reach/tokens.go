package reach

import (
	"bytes"
	"go/scanner"
	"go/token"
	"strings"
)

// Tokens is Go source without comments and layout, except for the comments
// that tell the compiler something. What layout asks for goes with it: commas
// and semicolons before a closing bracket.
func Tokens(src []byte) []byte {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	var text bytes.Buffer
	pending := ""
	for {
		_, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			return text.Bytes()
		case token.COMMENT:
			if !directive(lit) {
				continue
			}
			lit += "\n"
		case token.SEMICOLON, token.COMMA:
			text.WriteString(pending)
			pending = tok.String() + " "
			continue
		case token.RPAREN, token.RBRACK, token.RBRACE:
			pending = ""
		}
		if lit == "" {
			lit = tok.String()
		}
		text.WriteString(pending)
		text.WriteString(lit)
		text.WriteByte(' ')
		pending = ""
	}
}

func directive(comment string) bool {
	return strings.HasPrefix(comment, "//go:") && !strings.HasPrefix(comment, "//go:generate") || strings.HasPrefix(comment, "// +build")
}
