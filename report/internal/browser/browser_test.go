package browser

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func installed(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	if _, err := Find(); err != nil {
		t.Skip(err)
	}
}

const small = `<!DOCTYPE html><html lang="en"><title>t</title><h1>Sales</h1><p>Text</p><script>window.x = 41</script>`

func TestAPageIsOpenedAskedAndWatched(t *testing.T) {
	installed(t)
	b, err := Start()
	if err != nil {
		t.Skip("the browser does not start:", err)
	}
	defer b.Close()
	path := filepath.Join(t.TempDir(), "a page.html")
	if err := os.WriteFile(path, []byte(small+`<img src="missing.png"><script>console.error("no"); setTimeout(() => alert(1))</script>`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := patience(t)
	p, err := b.Open(ctx, path, View{Width: 375, Dark: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var got struct {
		X, Width int
		Dark     bool
	}
	if err := p.Eval(ctx, `new Promise(r => setTimeout(() => r({X: window.x + 1, Width: innerWidth, Dark: matchMedia("(prefers-color-scheme: dark)").matches}), 50))`, &got); err != nil {
		t.Fatal(err)
	}
	if got.X != 42 || got.Width != 375 || !got.Dark {
		t.Errorf("the page says %+v", got)
	}
	if r := p.Requests(); len(r) != 1 || !strings.HasSuffix(r[0], "missing.png") {
		t.Errorf("requests %q", r)
	}
	faults := strings.Join(p.Faults(), "\n")
	if !strings.Contains(faults, "console: ") || !strings.Contains(faults, "dialog: 1") {
		t.Errorf("faults %q", faults)
	}
	if png, err := p.Screenshot(ctx, true); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("screenshot: %v", err)
	}
}

func TestThePDFIsTaggedAndTheSameTwice(t *testing.T) {
	installed(t)
	ctx := patience(t)
	one, err := PDF(ctx, []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // dates have seconds
	two, err := PDF(ctx, []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		t.Errorf("two runs differ: %d and %d bytes", len(one), len(two))
	}
	for _, want := range []string{"/StructTreeRoot", "/Lang", "/Outlines"} {
		if !bytes.Contains(one, []byte(want)) {
			t.Errorf("no %s in the PDF", want)
		}
	}
}

func TestAMissingBrowserIsOneClearLine(t *testing.T) {
	t.Setenv("CHROMIUM", "")
	t.Setenv("PATH", t.TempDir())
	_, err := PDF(patience(t), []byte(small))
	if err == nil {
		t.Skip("a browser is installed outside PATH")
	}
	if s := err.Error(); strings.Contains(s, "\n") || !strings.Contains(s, "apt install chromium") {
		t.Errorf("%q", s)
	}
}
