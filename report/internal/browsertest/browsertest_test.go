package browsertest

import (
	"strings"
	"testing"
)

func TestAPageIsLoadedAskedAndHeard(t *testing.T) {
	b := Start(t)
	p := b.OpenHTML(`<!DOCTYPE html><title>x</title><input id="i"><img src="data:image/png;base64,AAAA" alt=""><script>console.error("oh"); document.title = matchMedia("(prefers-color-scheme: dark)").matches + " " + innerWidth</script>`, Options{Width: 375, Height: 600, Dark: true})
	var title string
	p.Eval("document.title", &title)
	if title != "true 375" {
		t.Errorf("title %q, want true 375", title)
	}
	p.Eval("document.getElementById('i').focus()", nil)
	p.Key("a")
	p.Until("document.getElementById('i').value === 'a'")
	if f := p.Faults(); len(f) != 1 || !strings.Contains(f[0], "oh") {
		t.Errorf("faults %q", f)
	}
	if r := p.Requests(); len(r) == 0 || !strings.HasPrefix(r[0], "file://") {
		t.Errorf("requests %q", r)
	}
	still := b.OpenHTML(`<!DOCTYPE html><title>x</title><script>document.title = "ran"</script>`, Options{NoScript: true})
	var r struct {
		Root struct{ NodeID int }
	}
	still.Call("DOM.getDocument", nil, &r)
	var html struct{ OuterHTML string }
	still.Call("DOM.getOuterHTML", object{"nodeId": r.Root.NodeID}, &html)
	if strings.Contains(html.OuterHTML, "<title>ran") {
		t.Error("a script ran without leave")
	}
}
