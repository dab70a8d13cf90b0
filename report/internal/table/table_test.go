package table

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func parse(t testing.TB, src string) *html.Node {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		t.Skip(err)
	}
	return doc
}

const roas = `<table><caption>ROAS by channel</caption>
<thead><tr><th></th><th>mean</th><th>94 % interval</th><th>note</th></tr></thead>
<tbody><tr><th>tv</th><td>1,234.5</td><td>3.1 [2.6, 3.7]</td><td>a|b</td></tr>
<tr><th>social</th><td>-0.5 %</td><td>n/a</td><td>x<br>y *z*</td></tr></tbody></table>`

func TestNumbersAreToldFromWords(t *testing.T) {
	yes := []string{"1", "-1", "−1.5", "1,234.50", "$3.1", "€ 2", "12 %", "1e-5", "3.1 [2.6, 3.7]", "3.1 (2.6–3.7)", "2.0 ± 0.1", ".5", "1.5k", "+3 pp", "< 0.01", "[1, 2]", "12 ms", "1 234"}
	no := []string{"", "tv", "2018-04-01 was", "Q1", "x1", "-", "v1.2", "a 1", "1st of May", "channel 3", "2018-04-01", "2018-04"}
	for _, s := range yes {
		if !IsNumber(s) {
			t.Errorf("IsNumber(%q) = false", s)
		}
	}
	for _, s := range no {
		if IsNumber(s) {
			t.Errorf("IsNumber(%q) = true", s)
		}
	}
}

func TestATableBecomesAPipeTable(t *testing.T) {
	got, ok := Of(Tables(parse(t, roas))[0]).GFM()
	want := "**ROAS by channel**\n\n|  | mean | 94 % interval | note |\n|---|---:|---:|---|\n" +
		"| **tv** | 1,234.5 | 3.1 \\[2.6, 3.7\\] | a\\|b |\n| **social** | -0.5 % | n/a | x<br>y \\*z\\* |\n"
	if !ok || got != want {
		t.Errorf("GFM() = %v\n%s\nwant\n%s", ok, got, want)
	}
}

func TestWhatPipesCannotHoldIsRefused(t *testing.T) {
	for name, src := range map[string]string{
		"colspan": `<table><tr><th colspan=2>a</th></tr><tr><td>1<td>2</tr></table>`,
		"rowspan": `<table><tr><td rowspan=2>a<td>b</tr><tr><td>c</tr></table>`,
		"ragged":  `<table><tr><td>a<td>b</tr><tr><td>c</tr></table>`,
		"nested":  `<table><tr><td><table><tr><td>a</table></table>`,
		"empty":   `<table></table>`,
		"2 heads": `<table><tr><th>a</tr><tr><th>b</tr><tr><td>c</tr></table>`,
	} {
		if got, ok := Of(Tables(parse(t, src))[0]).GFM(); ok {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func TestStyleMarksNumbersAndHeaders(t *testing.T) {
	doc := parse(t, roas)
	Style(Tables(doc)[0])
	var b strings.Builder
	if err := html.Render(&b, doc); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<td></td>`, `<th scope="col" class="num">mean</th>`, `<th scope="row">tv</th>`, `<td class="num">n/a</td>`, `<th scope="col">note</th>`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// A pipe table keeps its shape whatever its cells hold.
func FuzzGFM(f *testing.F) {
	f.Add(roas)
	f.Add(`<table><tr><td>a\|b<td>` + "`x`\n|--|" + `<tr><td>&#10;c<td></table>`)
	f.Fuzz(func(t *testing.T, src string) {
		for _, n := range Tables(parse(t, src)) {
			tab := Of(n)
			tab.Caption = ""
			text, ok := tab.GFM()
			if !ok {
				continue
			}
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			want := len(tab.Rows) + 2 - tab.HeaderRows
			if len(lines) != want {
				t.Fatalf("%q: %d lines, want %d\n%s", src, len(lines), want, text)
			}
			for _, l := range lines {
				bare := strings.ReplaceAll(strings.ReplaceAll(l, `\\`, ""), `\|`, "")
				if got := strings.Count(bare, "|"); got != len(tab.Rows[0])+1 {
					t.Fatalf("%q: %d pipes in %q, want %d", src, got, l, len(tab.Rows[0])+1)
				}
			}
		}
	})
}

// TestShortWaysAgreeWithThePattern: what is told without it is told the same.
func TestShortWaysAgreeWithThePattern(t *testing.T) {
	blank := regexp.MustCompile(`^(|[-–—−.…]+|na|n/a|nan|null|nil|\+?-?inf)$`)
	for _, s := range []string{"", "5", "-5", "1.5", "1.", ".5", "-.5", "--5", "1.2.3", "TV", "na", "N/A", "nan", "-inf", "+-inf", "…", "—", "-", "a-", "12 %",
		"2024-01-01", "2024", "1,000", "(3)", "x1", "1x", "abc5", "-", "5-", "５", "NULL", "i nf", "1e5"} {
		if got, want := IsNumber(s), numeric.MatchString(s) && !date.MatchString(s); got != want {
			t.Errorf("%q: a number is %v, want %v", s, got, want)
		}
		if got, want := isBlank(s), blank.MatchString(strings.ToLower(s)); got != want {
			t.Errorf("%q: blank is %v, want %v", s, got, want)
		}
	}
}
