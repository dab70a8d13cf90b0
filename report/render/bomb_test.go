package render

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"mixmodel/kernel/nbformat"
)

// bombs are inputs that are cheap to write and have been dear to read, each
// about n bytes, and the type under which a cell shows them; "" is Markdown.
func bombs(n int) map[string][2]string {
	rep := func(s string) string { return strings.Repeat(s, max(1, n/len(s))) }
	return map[string][2]string{
		"open brackets":      {"", rep("[")},
		"links never closed": {"", rep("[a](<b")},
		"emphasis":           {"", rep("*a _b ")},
		"emphasis, nested":   {"", rep("*_")},
		"backticks":          {"", rep("`a``")},
		"backtick runs": {"", func() string { // each longer than the last
			var b strings.Builder
			for i := 1; b.Len() < n; i++ {
				b.WriteString(strings.Repeat("`", i) + " ")
			}
			return b.String()
		}()},
		"quotes":     {"", strings.Repeat(">", 2000) + " a\n" + rep("> a\n")},
		"lists":      {"", rep("- ")},
		"wide table": {"", strings.Repeat("|a", 900) + "\n" + strings.Repeat("|-", 900) + "\n" + rep("|x\n")},
		"footnotes": {"", func() string {
			var b strings.Builder
			for i := 0; b.Len() < n; i++ {
				fmt.Fprintf(&b, "[^%d]: x\n\n", i)
			}
			return b.String()
		}()},
		"reference definitions": {"", func() string {
			var b strings.Builder
			for i := 0; b.Len() < n; i++ {
				fmt.Fprintf(&b, "[%d]: x\n", i)
			}
			return b.String()
		}()},
		"entities":            {"", rep("&#x41;&")},
		"autolinks":           {"", rep("https://a.b/")},
		"dollars":             {"", rep("$a ")},
		"dollar pairs":        {"", rep("$$a$")},
		"TeX groups":          {"", "$" + rep("{") + "$"},
		"TeX fractions":       {"", "$$" + rep(`\frac{`) + "$$"},
		"many formulas":       {"", rep("$x_1^2$ ")},
		"references":          {"", rep("@fig-a {ref}`b` ")},
		"labels":              {"", rep("(a)=\n")},
		"comments":            {"", rep("<!--")},
		"raw tags":            {"", rep("<a b ")},
		"HTML, deep":          {"text/html", rep("<div>")},
		"HTML, deep tables":   {"text/html", rep("<table><tr><td>")},
		"HTML, formatting":    {"text/html", rep("<b><i><a>")},
		"HTML, attributes":    {"text/html", "<p " + rep("a=b ") + ">"},
		"HTML, one attribute": {"text/html", "<p title='" + rep("x") + "'>"},
		"HTML, many rows":     {"text/html", "<table>" + rep("<tr><td>1")},
		"HTML, wide rows":     {"text/html", "<table>" + rep("<td>")},
		"HTML, select":        {"text/html", rep("<select><option>")},
		"SVG, deep":           {"image/svg+xml", "<svg>" + rep("<g>")},
		"SVG, flat":           {"image/svg+xml", "<svg>" + rep("<g/>")},
		"SVG, path":           {"image/svg+xml", "<svg><path d='" + rep("M0 0") + "'/></svg>"},
		"SVG, uses":           {"image/svg+xml", "<svg>" + rep("<use href='#a'/>")},
		"base64":              {"image/png", rep("AAAA")},
		"escapes":             {"text/plain", rep("\x1b[31m")},
		"escape never closed": {"text/plain", rep("\x1b]8;;")},
		"carriage returns":    {"text/plain", rep("a\r")},
		"backspaces":          {"text/plain", rep("a\b\b")},
		"cursor moves":        {"text/plain", rep("\x1b[999A\x1b[999C")},
		"long line":           {"text/plain", rep("x")},
		"TeX output":          {"text/latex", rep(`\sqrt{`)},
		"typed":               {"application/vnd.mixmodel.report.v1+json", `{"kind":"table","id":"t","columns":[{"label":"a","values":[` + rep("1,") + `1]}]}`},
		"typed, columns":      {"application/vnd.mixmodel.report.v1+json", `{"kind":"table","id":"t","columns":[` + rep(`{"label":"a","values":[1]},`) + `{"label":"a","values":[1]}]}`},
		"typed, deep":         {"application/vnd.mixmodel.report.v1+json", `{"kind":"kpi","x":` + rep("[")},
	}
}

// Each takes at most two seconds of the processor for a megabyte, in HTML and
// in Markdown. A quarter of one shows it: what grows faster than its length
// takes longer.
func TestBombsAreDefused(t *testing.T) {
	const size = 1 << 18
	for name, bomb := range bombs(size) {
		t.Run(name, func(t *testing.T) {
			c := &nbformat.Cell{Type: nbformat.Markdown, Source: bomb[1]}
			if bomb[0] != "" {
				o := display("text/plain", "x")
				o.Data.SetText(bomb[0], bomb[1])
				if strings.HasSuffix(bomb[0], "json") {
					o.Data[bomb[0]] = []byte(bomb[1])
				}
				c = codeCell(o)
			}
			nb := &nbformat.Notebook{Cells: []*nbformat.Cell{c}}
			for format, write := range map[string]func() (*Page, error){
				"HTML":     func() (*Page, error) { return HTML(nb, Options{Name: "x"}) },
				"Markdown": func() (*Page, error) { return Markdown(nb, Options{Name: "x"}, false) },
			} {
				before := spent()
				page, err := write()
				if err != nil {
					t.Fatal(err)
				}
				if d := spent() - before; d > 2*time.Second/4 {
					t.Errorf("%s: %v for %d bytes", format, d, len(bomb[1]))
				}
				if len(page.Text) > 40*size {
					t.Errorf("%s: a page of %d bytes", format, len(page.Text))
				}
			}
		})
	}
}

// A picture that decodes to gigabytes is not decoded, here or by its reader.
func TestHugePicturesAreNamedInsteadOfShown(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewPaletted(image.Rect(0, 0, 30_000, 2), color.Palette{color.Black})); err != nil {
		t.Fatal(err)
	}
	// The height in the header: 2 becomes 30,000. Its checksum follows.
	data := b.Bytes()
	binary.BigEndian.PutUint32(data[20:], 30_000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	text := one(t, codeCell(display("image/png", base64.StdEncoding.EncodeToString(data))))
	contains(t, text, "picture of 30000 x 30000 pixels")
}
