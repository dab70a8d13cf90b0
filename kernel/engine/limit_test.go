package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTheLimitKeepsBothEndsInOrder(t *testing.T) {
	text := func(s string) Output { return Output{Kind: Stream, Name: "stdout", Text: s} }
	picture := func(n int) Output {
		return Output{Kind: Display, Data: map[string]json.RawMessage{"x": json.RawMessage(strings.Repeat("1", n))}}
	}
	for _, test := range []struct {
		name string
		in   []Output
		want string
	}{
		{"little", []Output{text("ab"), picture(3), text("c")}, "ab <3> c"},
		{"a long text is cut", []Output{text(strings.Repeat("a", 12) + strings.Repeat("b", 10))}, "aaaaaaaaaa \n[... 2 bytes left out ...]\n bbbbbbbbbb"},
		{"no character is cut", []Output{text(strings.Repeat("→", 10))}, "→→→ \n[... 12 bytes left out ...]\n →→→"},
		{"many", []Output{text("aaaaaaaaa"), text("bbbb"), text("cccc"), text("dddd"), text("eee")}, "aaaaaaaaa b \n[... 4 bytes left out ...]\n ccc dddd eee"},
		{"a display in the end keeps its place", []Output{text("aaaaaaaaaaaa"), picture(3), text("bb")}, "aaaaaaaaaa aa <3> bb"},
		{"a display within the limit is not cut", []Output{picture(19), text("a")}, "<19> a"},
		{"a display beyond it is left out", []Output{text("a"), picture(30), text("b")}, "a \n[... 30 bytes left out, with 1 displays ...]\n b"},
	} {
		var got []string
		l := limiter{max: 20, out: func(o Output) {
			if o.Kind == Display {
				o.Text = fmt.Sprintf("<%d>", len(o.Data["x"]))
			}
			got = append(got, o.Text)
		}}
		for _, o := range test.in {
			l.put(o)
		}
		l.end()
		if s := strings.Join(got, " "); s != test.want || !utf8.ValidString(s) {
			t.Errorf("%s: got %q, want %q", test.name, s, test.want)
		}
	}
}
