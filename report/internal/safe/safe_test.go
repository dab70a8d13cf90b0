package safe

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"mixmodel/report/internal/safe/safetest"
)

func TestHarmlessHTMLPasses(t *testing.T) {
	for in, want := range map[string]string{
		`<p>a <b>b</b> <a href="https://x.org/?a=1&amp;b">c</a></p>`:         `<p>a <b>b</b> <a href="https://x.org/?a=1&amp;b">c</a></p>`,
		`<table><tr><td colspan="2" align="right">1</td></tr></table>`:       `<table><tbody><tr><td colspan="2" align="right">1</td></tr></tbody></table>`,
		`<details open><summary>s</summary>x</details>`:                      `<details open=""><summary>s</summary>x</details>`,
		`<a id="here"></a><a href="#here">go</a>`:                            `<a id="u-here"></a><a href="#here">go</a>`,
		`<a name="here">x</a>`:                                               `<a id="u-here">x</a>`,
		`<input type="checkbox" checked> done`:                               `☑ done`,
		`<a href="mailto:a@b.c">m</a>`:                                       `<a href="mailto:a@b.c">m</a>`,
		`<sup id="c1-fnref:1"><a href="#c1-fn:1" class="footnote-ref">1</a>`: `<sup id="c1-fnref:1"><a href="#c1-fn:1" class="footnote-ref">1</a></sup>`,
		`5 < 6 & 7`: `5 &lt; 6 &amp; 7`,
	} {
		f, err := Clean(in, nil)
		if got := Render(f.Nodes); err != nil || got != want {
			t.Errorf("Clean(%q) = %q, %v\nwant %q", in, got, err, want)
		}
	}
}

func TestLinksElsewhereLoseTheirAddress(t *testing.T) {
	for _, href := range []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x",
		"vbscript:x", "file:///etc/passwd", "//evil.org", "/abs", "rel.html", "blob:x", "\x01javascript:x", "https:evil", "ftp://x", "http:\n//x"} {
		f, err := Clean(`<a href="`+href+`">x</a>`, nil)
		if got := Render(f.Nodes); err != nil || strings.Contains(got, "href") {
			t.Errorf("link to %q is kept: %s, %v", href, got, err)
		}
	}
}

const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="

func TestPicturesAreTakenFromTheNotebookOnly(t *testing.T) {
	attached := func(name string) (string, string, bool) {
		return "image/png", onePixel, name == "a b.png"
	}
	f, err := Clean(`<img src="data:image/png;base64,`+onePixel+`" alt="one"><img src="attachment:a b.png" alt="two"><img src="attachment:no.png">`+
		`<img src="https://x.org/p.png" alt="three"><img src="../secret.png" alt="four"><img src="data:text/html;base64,AAAA"><img src="file:///etc/passwd">`, attached)
	if err != nil || len(f.Pictures) != 2 {
		t.Fatalf("%d pictures, %v, want 2", len(f.Pictures), err)
	}
	if p := f.Pictures[0]; p.Width != 1 || p.Height != 1 || p.MIME != "image/png" {
		t.Errorf("picture is %s of %d x %d", p.MIME, p.Width, p.Height)
	}
	got := Render(f.Nodes)
	for _, want := range []string{`<img data-ref="0" alt="one"/>`, `<img data-ref="1" alt="two"/>`, `<a href="https://x.org/p.png">picture: three</a>`, "four not shown"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestAnSVGKeepsItsDrawingAndNothingElse(t *testing.T) {
	pic, err := FromSVG(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x "y">]><!-- c --><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
		width="72pt" height="36pt" viewBox="0 0 72 36" onload="alert(1)"><title>Sales &amp; co</title><script>alert(1)</script><style>@import url(http://x); </style>
		<style>.a{fill:url(#g)}</style><defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><a href="javascript:alert(1)"><rect/></a>
		<g style="fill:red;stroke:#000"><path d="M0 0L1 1" class="a"/><use xlink:href="#g"/><use href="http://x/y.svg#z"/></g>
		<image href="http://x/y.png"/><image href="data:image/png;base64,` + onePixel + `"/><foreignObject><p>x</p></foreignObject><text>5 &lt; 6</text></svg>`)
	if err != nil {
		t.Fatal(err)
	}
	svg := string(pic.Bytes())
	if faults := safetest.SVG(svg); len(faults) > 0 {
		t.Errorf("%v in\n%s", faults, svg)
	}
	for _, want := range []string{"<path d='M0 0L1 1' class='a'/>", "xlink:href='#g'", "fill:url(#g)", "style='fill:red;stroke:#000'", "5 &lt; 6", "data:image/png", "linearGradient"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	for _, no := range []string{"script", "onload", "@import", "http://x", "foreignObject", "ENTITY"} {
		if strings.Contains(svg, no) {
			t.Errorf("%s in\n%s", no, svg)
		}
	}
	if pic.Width != 96 || pic.Height != 48 || pic.Title != "Sales & co" {
		t.Errorf("size %d x %d, title %q", pic.Width, pic.Height, pic.Title)
	}
}

func TestTheShorterEncodingIsChosen(t *testing.T) {
	text, err := FromSVG(`<svg><path d="` + strings.Repeat("M0 0 ", 1000) + `"/></svg>`)
	if err != nil || !strings.HasPrefix(text.DataURI(), "data:image/svg+xml,%3Csvg") {
		t.Errorf("%v %.60s", err, text.DataURI())
	}
	marked, err := FromSVG(`<svg>` + strings.Repeat("<g/>", 1000) + `</svg>`)
	if err != nil || !strings.HasPrefix(marked.DataURI(), "data:image/svg+xml;base64,") {
		t.Errorf("%v %.60s", err, marked.DataURI())
	}
	if faults := safetest.Check(`<img src="`+text.DataURI()+`">`, safetest.Rules{}); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestOversizeIsRefused(t *testing.T) {
	for name, fail := range map[string]func() error{
		"deep HTML":   func() error { _, err := Clean(strings.Repeat("<div>", 100_000), nil); return err },
		"deep SVG":    func() error { _, err := FromSVG("<svg>" + strings.Repeat("<g>", 100_000)); return err },
		"long HTML":   func() error { _, err := Clean(strings.Repeat("x", MaxHTML+1), nil); return err },
		"long SVG":    func() error { _, err := FromSVG("<svg>" + strings.Repeat("x", MaxSVG)); return err },
		"not base64":  func() error { _, err := FromBundle("image/png", []byte("%%%")); return err },
		"not a PNG":   func() error { _, err := FromBundle("image/png", []byte("PHNjcmlwdD4=")); return err },
		"huge PNG":    func() error { _, err := raster("image/png", bytes.NewReader(hugePNG())); return err },
		"text as SVG": func() error { _, err := FromSVG("hello"); return err },
	} {
		if fail() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Clean(strings.Repeat("<p>x<li>y<td>z", 5_000), nil); err != nil {
		t.Errorf("end tags left out: %v", err)
	}
}

// hugePNG is a header that promises 100000 x 100000 pixels.
func hugePNG() []byte {
	header := []byte("IHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00")
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
	return binary.BigEndian.AppendUint32(png, crc32.ChecksumIEEE(header))
}

// Whatever goes in, what comes out is harmless, and cleaning it again changes
// nothing.
func FuzzClean(f *testing.F) {
	for _, s := range []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>`, `<a href="javascript:x">`,
		`<table><caption><svg><p>`, `<p id="a" style="x" onclick=y>`, `<svg><a xlink:href="javascript:x"><text>`, `<input type=checkbox><select><option>`,
		`<span data-math="i">x</span><img data-ref="9">`, "<pre>\n\nx</pre>", `<!--><script>-->`, `<title><b></title>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		out, err := Clean(src, nil)
		if err != nil {
			return
		}
		text := Render(out.Nodes)
		if faults := safetest.Check(text, safetest.Rules{}); len(faults) > 0 {
			t.Fatalf("Clean(%q) = %q: %v", src, text, faults)
		}
		for _, p := range out.Pictures {
			if p.MIME != "image/svg+xml" {
				continue
			}
			if faults := safetest.SVG(string(p.Bytes())); len(faults) > 0 {
				t.Fatalf("Clean(%q) holds the picture %q: %v", src, p.Bytes(), faults)
			}
		}
		nodes, err := parse(text)
		if err != nil {
			t.Fatalf("Clean(%q) = %q: %v", src, text, err)
		}
		if again := Render(nodes); again != text {
			t.Fatalf("Clean(%q) = %q, which reads as %q", src, text, again)
		}
	})
}
