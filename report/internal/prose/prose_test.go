package prose

import (
	"strings"
	"testing"
	"time"
)

func render(t *testing.T, src string) string {
	t.Helper()
	out, err := HTML(src, 3)
	if err != nil {
		t.Fatalf("HTML(%.60q): %v", src, err)
	}
	return strings.TrimSpace(out)
}

func TestDollarsMeanMathOnlyWhereAReaderWouldThinkSo(t *testing.T) {
	cases := []struct{ in, want string }{
		{`Let $x_1 < 2$ be`, `<p>Let <span data-math="i">x_1 &lt; 2</span> be</p>`},
		{`cost $5 and $10 each`, `<p>cost $5 and $10 each</p>`},
		{`from $5-$10`, `<p>from $5-$10</p>`},
		{`\$x\$`, `<p>$x$</p>`},
		{"`$x$`", `<p><code>$x$</code></p>`},
		{`$a_b$ and *c* $d*e$`, `<p><span data-math="i">a_b</span> and <em>c</em> <span data-math="i">d*e</span></p>`},
		{"$a\nb$", "<p><span data-math=\"i\">a\nb</span></p>"},
		{`text $$x$$ text`, `<p>text <span data-math="d">x</span> text</p>`},
		{"$$x$$", `<div><span data-math="d">x</span></div>`},
		{"$$\na\n+ b\n= c\n$$", "<div><span data-math=\"d\">a\n+ b\n= c</span></div>"},
		{"before\n$$\na\n\nb\n$$\nafter", "<p>before</p>\n<div><span data-math=\"d\">a\n\nb</span></div>\n<p>after</p>"},
		{"- item\n\n  $$\n  a\n  $$", "<ul>\n<li>\n<p>item</p>\n<div><span data-math=\"d\">a</span></div>\n</li>\n</ul>"},
		{"> $$\n> a\n> $$", "<blockquote>\n<div><span data-math=\"d\">a</span></div>\n</blockquote>"},
		{"\\begin{align}\na &= b \\\\\n- c\n\\end{align}", "<div><span data-math=\"d\">\\begin{align}\na &amp;= b \\\\\n- c\n\\end{align}</span></div>"},
		{"\\begin{itemize}", `<p>\begin{itemize}</p>`},
		{"$$ never closed", `<p>$$ never closed</p>`},
		{"$never closed", `<p>$never closed</p>`},
		{"$$$$", `<p>$$$$</p>`},
		{"```\n$$\nx\n$$\n```", "<pre><code>$$\nx\n$$\n</code></pre>"},
		{`a $x\$y$ b`, `<p>a <span data-math="i">x\$y</span> b</p>`},
	}
	for _, c := range cases {
		if got := render(t, c.in); got != c.want {
			t.Errorf("HTML(%q)\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestGitHubConstructsAreRead(t *testing.T) {
	for in, want := range map[string]string{
		"| a | b |\n|---|--:|\n| 1 | 2 |": `<td align="right">2</td>`,
		"~~x~~":                           `<del>x</del>`,
		"https://go.dev":                  `<a href="https://go.dev">`,
		"- [x] done":                      `type="checkbox"`,
		"a[^1]\n\n[^1]: note":             `id="c3-fn:1"`,
	} {
		if got := render(t, in); !strings.Contains(got, want) {
			t.Errorf("HTML(%q) = %s, want it to contain %s", in, got, want)
		}
	}
}

// Each bomb is small and would take seconds or gigabytes if it were read.
func TestBombsAreRefusedOrCheap(t *testing.T) {
	row := strings.Repeat("|-", 2000)
	for name, src := range map[string]string{
		"wide table":               strings.Repeat("|a", 2000) + "\n" + row + "\n" + strings.Repeat("|x\n", 2000),
		"many cells":               strings.Repeat("|a", 900) + "\n" + strings.Repeat("|-", 900) + "\n" + strings.Repeat("|x\n", 2000),
		"quoted wide table":        "> " + strings.Repeat("|a", 2000) + "\n> " + row + "\n",
		"unclosed links":           strings.Repeat("[a](<b", 50_000),
		"links":                    strings.Repeat("[a](", 4_900),
		"images":                   strings.Repeat("![", 9_000),
		"footnotes":                strings.Repeat("[^a]: x\n", 9_000),
		"dollars":                  strings.Repeat("$a ", 300_000),
		"double dollars":           strings.Repeat("$$a ", 200_000),
		"double dollar lines":      strings.Repeat("$$a\n", 200_000),
		"dollars in short lines":   strings.Repeat("$a\n\n", 200_000),
		"begin":                    strings.Repeat("\\begin{align}\n", 60_000),
		"backticks":                strings.Repeat("`a``b```", 100_000),
		"asterisks":                strings.Repeat("*a **b ", 100_000),
		"quotes":                   strings.Repeat(">", 10_000),
		"lists":                    strings.Repeat("- ", 10_000),
		"angle brackets":           strings.Repeat("<a ", 9_000),
		"tildes":                   strings.Repeat("~~a ", 100_000),
		"one byte more than fits":  strings.Repeat("a", MaxBytes+1),
		"autolinks without an end": strings.Repeat("http://a.b/(", 50_000),
	} {
		start := time.Now()
		_, err := HTML(src, 1)
		if d := time.Since(start); d > 4*time.Second {
			t.Errorf("%s: %d bytes took %v (error %v)", name, len(src), d, err)
		} else {
			t.Logf("%s: %d bytes, %v, %v", name, len(src), d.Round(time.Millisecond), err)
		}
	}
}

func TestReferencesAndLabelsAreRead(t *testing.T) {
	for in, want := range map[string]string{
		"See {ref}`fig-roas` and @fig-roas.": `<p>See <a href="#@fig-roas">fig-roas</a> and <a href="#@fig-roas">fig-roas</a>.</p>`,
		"(the-data)=\n## Data":               "<a id=\"the-data\"></a>\n<h2>Data</h2>",
		"me@fig-roas `@fig-x` `{ref}`":       `<p>me@fig-roas <code>@fig-x</code> <code>{ref}</code></p>`,
		"```\n(x)=\n@fig-a\n```":             "<pre><code>(x)=\n@fig-a\n</code></pre>",
		"@figure {ref}x (a) = b":             "<p>@figure {ref}x (a) = b</p>",
	} {
		if got := strings.TrimSpace(render(t, in)); got != want {
			t.Errorf("%q gives\n%s\nwant\n%s", in, got, want)
		}
	}
	src := "(a)=\n# A\n\n- see {ref}`a`\n  > and @fig-b, `@fig-c`\n"
	if got, want := ReplaceReferences(src, func(l string) string { return "<" + l + ">" }), "# A\n\n- see <a>\n  > and <fig-b>, `@fig-c`\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
