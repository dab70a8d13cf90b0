package memo

import "bytes"

// stripped is Go source without comments, blank lines and indentation, but for
// the comments that tell the compiler something. It is ten times faster than
// [tokens], and keeps how a line is spaced.
func stripped(src []byte) []byte {
	out := make([]byte, 0, len(src))
	for i := 0; i < len(src); {
		from := i
		switch c := src[i]; {
		case c == '"' || c == '\'' || c == '`':
			i = literalEnd(src, i)
			out = append(out, src[from:i]...)
		case bytes.HasPrefix(src[i:], []byte("//")):
			i = endAfter(src, i, "\n")
			if i < len(src) || src[i-1] == '\n' {
				i-- // the line end counts
			}
			if comment := src[from:i]; bytes.HasPrefix(comment, []byte("//go:")) || bytes.HasPrefix(comment, []byte("// +build")) {
				out = append(out, comment...)
			}
		case bytes.HasPrefix(src[i:], []byte("/*")):
			i = endAfter(src, i+2, "*/")
			out = gap(out, bytes.IndexByte(src[from:i], '\n') >= 0)
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
			out = gap(out, c == '\n')
		default:
			i++
			out = append(out, c)
		}
	}
	return out
}

// gap ends what stands in out by a space or the end of the line, once.
func gap(out []byte, line bool) []byte {
	last := byte('\n')
	if len(out) > 0 {
		last = out[len(out)-1]
	}
	switch {
	case last == '\n', last == ' ' && !line:
		return out
	case last == ' ':
		out[len(out)-1] = '\n'
		return out
	case line:
		return append(out, '\n')
	}
	return append(out, ' ')
}

func endAfter(src []byte, i int, end string) int {
	if n := bytes.Index(src[i:], []byte(end)); n >= 0 {
		return i + n + len(end)
	}
	return len(src)
}

// literalEnd is where the string or rune at i ends.
func literalEnd(src []byte, i int) int {
	quote := src[i]
	if quote == '`' {
		return endAfter(src, i+1, "`")
	}
	for i++; i < len(src) && src[i] != quote && src[i] != '\n'; i++ {
		if src[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(src))
}
