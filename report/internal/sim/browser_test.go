package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/browsertest"
)

// pageOf is a page with simulators in it, under the policy of a report.
func pageOf(t testing.TB, list ...typed.Simulator) string {
	t.Helper()
	base, err := os.ReadFile("../../render/page.css")
	if err != nil {
		t.Fatal(err)
	}
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	css := string(base) + Style()
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src ` +
		hash(css) + `; script-src ` + hash(Script()) + `; base-uri 'none'; form-action 'none'"><meta name="viewport" content="width=device-width, initial-scale=1">` +
		`<meta name="color-scheme" content="light dark"><title>Simulator</title><style>` + css + `</style></head><body><div class="page"><header class="side"></header><main><h1>What if we spent differently?</h1>`)
	for _, s := range list {
		section, err := Render(s)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(section.HTML)
	}
	b.WriteString(`</main></div><script>` + Script() + `</script></body></html>`)
	return b.String()
}

// TestPictures writes pictures of the simulator into the folder that the
// variable SIM_PICTURES names, to look at.
func TestPictures(t *testing.T) {
	dir := os.Getenv("SIM_PICTURES")
	if dir == "" {
		t.Skip("SIM_PICTURES names no folder for the pictures")
	}
	b := browsertest.Start(t)
	for name, o := range map[string]browsertest.Options{
		"light": {Width: 1280, Height: 900}, "dark": {Width: 1280, Height: 900, Dark: true}, "phone": {Width: 375, Height: 800},
		"narrow": {Width: 320, Height: 700}, "noscript": {Width: 1280, Height: 900, NoScript: true}, "print": {Width: 800, Height: 900, Print: true},
	} {
		p := b.OpenHTML(pageOf(t, sample(t)), o)
		if !o.NoScript {
			p.Eval(`(s => { s.value = s.max * 0.95; s.dispatchEvent(new Event("input")) })(document.querySelectorAll("[data-channel] [type=range]")[1])`, nil)
		}
		p.Screenshot(filepath.Join(dir, name+".png"))
		for _, f := range p.Faults() {
			t.Errorf("%s: %s", name, f)
		}
	}
}

// sample is the simulator that package typed keeps as an example.
func sample(t testing.TB) typed.Simulator {
	t.Helper()
	text, err := os.ReadFile("../../../kernel/display/typed/testdata/simulator.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := typed.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v.(typed.Simulator)
}

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }
