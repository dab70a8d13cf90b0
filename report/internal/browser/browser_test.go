package browser

import (
	"bytes"
	"context"
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
