package render

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/browsertest"
)

// views are the ways in which a page is looked at.
var views = map[string]browsertest.Options{
	"light": {Width: 1280, Height: 900}, "dark": {Width: 1280, Height: 900, Dark: true},
	"phone": {Width: 375, Height: 800}, "phone, dark": {Width: 375, Height: 800, Dark: true}, "print": {Width: 800, Height: 1000, Print: true},
}

// axe returns the source of axe-core, which is not a part of this repository.
func axe(t *testing.T) string {
	t.Helper()
	paths := []string{os.Getenv("AXE"), "../../node_modules/axe-core/axe.min.js"}
	if root, err := exec.Command("npm", "root", "-g").Output(); err == nil {
		paths = append(paths, filepath.Join(strings.TrimSpace(string(root)), "axe-core/axe.min.js"))
	}
	for _, path := range paths {
		if text, err := os.ReadFile(path); err == nil {
			return string(text)
		}
	}
	t.Skip("needs axe-core: npm install -g axe-core@4.11.0, or AXE=/path/to/axe.min.js")
	return ""
}

// pages are what is looked at: the samples in both profiles, and the rendered
// examples of the repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	list := map[string]string{}
	for name, nb := range map[string]*nbformat.Notebook{"sample": sample(t), "results": typedNotebook(t)} {
		for _, profile := range []Profile{Tutorial, Stakeholder} {
			page, err := HTML(nb, Options{Name: name, Profile: profile})
			if err != nil {
				t.Fatal(err)
			}
			list[name+", "+string(profile)] = string(page.Text)
		}
	}
	examples, _ := filepath.Glob("../../notebooks/rendered/*.html")
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list[filepath.Base(path)] = string(text)
	}
	return list
}

// quiet checks that a page asked for nothing and complained of nothing.
func quiet(t *testing.T, name string, p *browsertest.Page) {
	t.Helper()
	for _, f := range p.Faults() {
		t.Errorf("%s: %.400s", name, f)
	}
	for _, r := range p.Requests() {
		if !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "file:///") {
			t.Errorf("%s asks for %.200s", name, r)
		}
	}
}

// Looked at with axe-core, the rules of WCAG 2.2 AA: in light, dark, on a phone
// and on paper.
func TestPagesAreAccessible(t *testing.T) {
	source := axe(t)
	b := browsertest.Start(t)
	for name, text := range pages(t) {
		for view, o := range views {
			p := b.OpenHTML(text, o)
			p.Eval(source, nil)
			var found []struct {
				ID    string
				Nodes []struct {
					HTML, FailureSummary string
				}
			}
			p.Eval(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(r => r.violations)`, &found)
			for _, v := range found {
				for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
					t.Errorf("%s, %s: %s (%d places): %.300s: %.300s", name, view, v.ID, len(v.Nodes), n.HTML, n.FailureSummary)
				}
			}
			quiet(t, name+", "+view, p)
		}
	}
}

// No page is wider than the window, down to 320 pixels.
func TestPagesFitTheirWindow(t *testing.T) {
	b := browsertest.Start(t)
	for name, text := range pages(t) {
		p := b.OpenHTML(text, browsertest.Options{Width: 1280, Height: 900})
		for _, width := range []int{320, 375, 600, 800, 1000, 1280, 1920} {
			p.Resize(width, 800)
			var got struct {
				Scroll int
				Wide   string
			}
			p.Eval(`({Scroll: document.documentElement.scrollWidth, Wide: [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table, .plate, pre, .math, details:not([open])")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(" | ")})`, &got)
			if got.Scroll > width {
				t.Errorf("%s is %d pixels wide in a window of %d: %s", name, got.Scroll, width, got.Wide)
			}
		}
		quiet(t, name, p)
	}
}

// A page of all hostile inputs runs nothing and asks for nothing in a real
// browser, whatever the reader points at.
func TestHostilePagesDoNothingInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	const perPage = 100
	for from := 0; from < len(hostile); from += perPage {
		nb := &nbformat.Notebook{Metadata: nbformat.Metadata{}}
		for _, evil := range hostile[from:min(from+perPage, len(hostile))] {
			nb.Cells = append(nb.Cells, &nbformat.Cell{Type: nbformat.Markdown, Source: evil},
				codeCell(display("text/html", evil), display("text/markdown", evil), display("image/svg+xml", evil, "text/plain", evil), display("text/latex", evil),
					nbformat.Output{Type: nbformat.Stream, Name: "stdout", Text: evil}))
		}
		nb.Cells = append(nb.Cells, codeCell(hostileResults(hostile[from])...))
		for _, profile := range []Profile{Tutorial, Stakeholder} {
			name := fmt.Sprintf("%s, inputs %d on", profile, from)
			page, err := HTML(nb, Options{Name: "hostile", Profile: profile})
			if err != nil {
				t.Fatal(err)
			}
			p := b.OpenHTML(string(page.Text), browsertest.Options{Width: 1280, Height: 900})
			p.Eval(`(() => { for (const d of document.querySelectorAll("details")) { d.open = true }
				for (const e of document.querySelectorAll("main *")) { for (const n of ["mouseover", "mouseenter", "focus", "wheel", "toggle", "error", "load"]) { e.dispatchEvent(new Event(n)) } } })()`, nil)
			var live json.RawMessage
			p.Eval(`[...document.querySelectorAll("main script:not([type='application/json']), iframe, object, embed, form, base, meta[http-equiv=refresh], main style, main link")].map(e => e.outerHTML.slice(0, 200))`, &live)
			if string(live) != "[]" {
				t.Errorf("%s: %s", name, live)
			}
			quiet(t, name, p)
		}
	}
}
