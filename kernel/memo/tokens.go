package memo

import (
	"go/scanner"
	"go/token"
	"strings"
)

// tokens is Go source without comments and layout, except for the comments
// that tell the compiler something.
func tokens(src []byte) string {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	var text strings.Builder
	for {
		_, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return text.String()
		case tok == token.COMMENT:
			if !strings.HasPrefix(lit, "//go:") && !strings.HasPrefix(lit, "// +build") {
				continue
			}
		case tok == token.SEMICOLON:
			lit = ";" // written or implied by the end of a line
		}
		if lit == "" {
			lit = tok.String()
		}
		text.WriteString(lit)
		text.WriteByte(' ')
	}
}
