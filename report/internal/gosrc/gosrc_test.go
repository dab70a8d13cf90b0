package gosrc

import (
	"go/scanner"
	"go/token"
	"html"
	"regexp"
	"strings"
	"testing"
)

func TestTokensGetTheirClass(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"keyword and name", "var x = y", `<span class="k">var</span> x = y`},
		{"call, string, number", `f("a<b", 1.5)`, `<span class="f">f</span>(<span class="s">&#34;a&lt;b&#34;</span>, <span class="n">1.5</span>)`},
		{"type and constant", "var p *int = nil", `<span class="k">var</span> p *<span class="t">int</span> = <span class="b">nil</span>`},
		{"comment", "x // why", `x <span class="c">// why</span>`},
		{"rune", `'a'`, `<span class="s">&#39;a&#39;</span>`},
		{"main block", "%%\nx()", `<span class="m">%%</span>` + "\n" + `<span class="f">x</span>()`},
		{"kernel command", "%noautoget\nvar x int", `<span class="m">%noautoget</span>` + "\n" + `<span class="k">var</span> x <span class="t">int</span>`},
		{"shell line", "!*test -f go.work || (a && b)", `<span class="m">!*test -f go.work || (a &amp;&amp; b)</span>`},
		{"shell line goes on after a backslash", "!a \\\n b\nx", `<span class="m">!a \` + "\n" + ` b</span>` + "\nx"},
		{"cell magic takes the rest", "%%bash\nfor x in 1; do", `<span class="m">%%bash` + "\n" + `for x in 1; do</span>`},
		{"command look-alike inside a raw string", "x = `\n%d\n!x\n`", "x = <span class=\"s\">`\n%d\n!x\n`</span>"},
		{"command look-alike inside a comment", "/*\n!x\n*/", "<span class=\"c\">/*\n!x\n*/</span>"},
		{"string that never ends", `x := "abc`, `x := <span class="s">&#34;abc</span>`},
		{"not Go at all", "<script>§ \x00", "&lt;script&gt;§ \x00"},
		{"operator at a line start is Go", "x :=\ny", "x :=\ny"},
		{"empty", "", ""},
	}
	for _, c := range cases {
		if got := HTML(c.in); got != c.want {
			t.Errorf("%s: HTML(%q)\n got %s\nwant %s", c.name, c.in, got, c.want)
		}
	}
}

var tags = regexp.MustCompile(`</?span[^>]*>`)

// Colouring must never change the text a reader sees, and must agree with
// go/scanner on every keyword and literal.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"%%\nx := `a\r\nb`", "!ls\nvar", "x /* y", "\"\\", "%", "%%sh\n<b>", "'", "\ufeffpackage x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		want := strings.ReplaceAll(src, "\r\n", "\n")
		if got := html.UnescapeString(tags.ReplaceAllString(HTML(src), "")); html.UnescapeString(html.EscapeString(want)) != got {
			t.Fatalf("HTML(%q) reads %q", src, got)
		}
	})
}

func TestClassesAgreeWithTheScanner(t *testing.T) {
	src := "package p\n\nimport \"fmt\"\n\n// Hello says hello.\nfunc Hello[T any](n int) (err error) {\n\tfor i := range n {\n\t\tfmt.Println('x', `raw`, 0x1p-2, 1i, i)\n\t}\n\treturn nil\n}\n"
	var want, got []string
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", -1, len(src)), []byte(src), nil, scanner.ScanComments)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok.IsKeyword() || tok.IsLiteral() && tok != token.IDENT || tok == token.COMMENT {
			want = append(want, lit)
		}
	}
	for _, m := range regexp.MustCompile(`(?s)<span class="[ksnc]">(.*?)</span>`).FindAllStringSubmatch(HTML(src), -1) {
		got = append(got, html.UnescapeString(m[1]))
	}
	if len(want) < 12 || strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("coloured %q\nscanner %q", got, want)
	}
}
