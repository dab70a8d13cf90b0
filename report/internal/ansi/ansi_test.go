package ansi

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func TestTextIsWhatTheTerminalShows(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"plain", "a\nb\n", "a\nb\n"},
		{"progress bar keeps its last state", "10%\r50%\r100%\ndone\n", "100%\ndone\n"},
		{"return overwrites only what is written", "abcdef\rXY\n", "XYcdef\n"},
		{"windows line end", "a\r\nb\r\n", "a\nb\n"},
		{"erase to the end of the line", "abcdef\rXY\x1b[K\n", "XY\n"},
		{"erase the line", "abcdef\x1b[2KXY", "XY"},
		{"backspace", "ab\bc", "ac"},
		{"backspace at the start", "\b\ba", "a"},
		{"colour", "\x1b[1;31mred\x1b[0m", "red"},
		{"title sequence", "\x1b]0;title\x07text", "text"},
		{"hyperlink", "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"},
		{"unfinished sequence", "a\x1b[31", "a"},
		{"unfinished title keeps the next line", "a\x1b]0;t\nb", "a\nb"},
		{"lone escape", "a\x1b", "a"},
		{"escape before newline", "a\x1b\nb", "a\nb"},
		{"eight-bit CSI", "\u009b31mred", "red"},
		{"NUL and BEL", "a\x00b\x07c", "abc"},
		{"tab stays", "a\tb", "a\tb"},
		{"no newline at the end", "a\nb", "a\nb"},
		{"UTF-8", "é→\r→", "→→"},
	}
	for _, c := range cases {
		if got := Text(c.in); got != c.want {
			t.Errorf("%s: Text(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestHTMLNamesStylesByClass(t *testing.T) {
	cases := []struct{ in, want string }{
		{"a<b>&\"", "a&lt;b&gt;&amp;&#34;"},
		{"\x1b[31mred\x1b[0m", `<span class="ansi-1">red</span>`},
		{"\x1b[1;92mok\x1b[mx", `<span class="ansi-10 ansi-bold">ok</span>x`},
		{"\x1b[38;5;196mx", `<span class="ansi-9">x</span>`},
		{"\x1b[48;2;0;0;250mx", `<span class="ansi-bg-12">x</span>`},
		{"\x1b[7mx", `<span class="ansi-reverse">x</span>`},
		{"\x1b[7;31mx", `<span class="ansi-bg-1">x</span>`},
		{"\x1b[3m\x1b[4mx\x1b[23;24my", `<span class="ansi-italic ansi-underline">x</span>y`},
	}
	for _, c := range cases {
		if got := HTML(c.in); got != c.want {
			t.Errorf("HTML(%q)\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// The page must contain nothing but text and spans with our classes, whatever
// a program prints.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"a\rb", "\x1b[31mx\x1b[0m", "<script>", "\x1b[38;5;", "\x1b]0;<img onerror=x>\x07", "\x9b1m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := HTML(s)
		if !utf8.ValidString(out) {
			t.Fatalf("HTML(%q) is not UTF-8", s)
		}
		z := html.NewTokenizer(strings.NewReader(out))
		for {
			tt := z.Next()
			if tt == html.ErrorToken {
				return
			}
			tok := z.Token()
			switch {
			case tt == html.TextToken:
			case tok.Data == "span" && (tt == html.EndTagToken || len(tok.Attr) == 1 && tok.Attr[0].Key == "class" && strings.HasPrefix(tok.Attr[0].Val, "ansi-")):
			default:
				t.Fatalf("HTML(%q) holds %v", s, tok)
			}
		}
	})
}
