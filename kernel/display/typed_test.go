package display

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	xhtml "golang.org/x/net/html"

	"mixmodel/kernel/display/typed"
)

var update = flag.Bool("update", false, "write testdata")

// samples are one typed value of each kind.
func samples(t *testing.T) []typed.Value {
	t.Helper()
	files, err := filepath.Glob("typed/testdata/*.json")
	if err != nil || len(files) != 10 {
		t.Fatalf("%d samples (%v), want 10, one of each kind", len(files), err)
	}
	var out []typed.Value
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		v, err := typed.Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		out = append(out, v)
	}
	return out
}

// TestEachTypedValueHasFormsForThoseWhoDoNotKnowIt compares them with
// testdata/fallback.md, where they can be read.
func TestEachTypedValueHasFormsForThoseWhoDoNotKnowIt(t *testing.T) {
	var all strings.Builder
	for _, v := range samples(t) {
		b := bundleOf(v)
		for _, mime := range []string{typed.MIME, mimeHTML, mimeMarkdown, mimeText} {
			if b.data[mime] == "" {
				t.Errorf("%s: nothing for %s", v.Kind(), mime)
			}
		}
		if _, err := xhtml.Parse(strings.NewReader(b.data[mimeHTML])); err != nil || strings.Contains(b.data[mimeHTML], "NaN") {
			t.Errorf("%s: %v: %s", v.Kind(), err, b.data[mimeHTML])
		}
		all.WriteString(b.data[mimeMarkdown] + "\n\n")
	}
	const path = "testdata/fallback.md"
	if *update {
		if err := os.WriteFile(path, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), all.String()); d != "" {
		t.Errorf("%s (-want +got; run with -update to renew):\n%s", path, d)
	}
}

// TestATypedValueReachesGoNBAsAnObject sends it the way that gonbui does.
func TestATypedValueReachesGoNBAsAnObject(t *testing.T) {
	for _, v := range samples(t) {
		var pipe bytes.Buffer
		if err := gob.NewEncoder(&pipe).Encode(bundleOf(v).protocol()); err != nil {
			t.Fatalf("%s: %v", v.Kind(), err)
		}
		var got protocol.DisplayData
		if err := gob.NewDecoder(&pipe).Decode(&got); err != nil {
			t.Fatalf("%s: %v", v.Kind(), err)
		}
		object, ok := got.Data[typed.MIME].(map[string]any)
		if !ok || object["kind"] != string(v.Kind()) {
			t.Fatalf("%s: got %T, want an object with its kind", v.Kind(), got.Data[typed.MIME])
		}
		data, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		again, err := typed.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := typed.Marshal(v); true {
			if have, _ := typed.Marshal(again); !bytes.Equal(want, have) {
				t.Errorf("%s: got %s, want %s", v.Kind(), have, want)
			}
		}
	}
}

type chart struct{ figure }

func (chart) Typed() typed.Value {
	return typed.Figure{ID: "fig-x", Title: "A dot", Caption: "One dot.", Alt: "a dot",
		Data: typed.Table{Columns: []typed.Column{{Label: "x", Values: typed.Numbers{1}}}}}
}

func TestAPictureKeepsItsOwnForms(t *testing.T) {
	b := bundleOf(chart{figure{"a dot", "One dot."}})
	if b.data[mimeSVG] != "<svg/>" || !strings.Contains(b.data[typed.MIME], `"id":"fig-x"`) || b.data[mimeHTML] != "" || b.data[mimeText] != "One dot. (a dot)" {
		t.Errorf("got %v", b.data)
	}
}

func TestAFaultyTypedValueIsReportedNotSent(t *testing.T) {
	var faults bytes.Buffer
	old := stderr
	stderr = &faults
	defer func() { stderr = old }()
	b := bundleOf(typed.Table{ID: "t", Columns: []typed.Column{{Label: "a", Text: []string{"x"}}, {Label: "b", Values: typed.Numbers{1, 2}}}})
	if b.data[typed.MIME] != "" || b.data[mimeHTML] != "" || !strings.Contains(faults.String(), "2 entries (want 1)") {
		t.Errorf("got %v and %q", b.data, faults.String())
	}
}

func TestNamesCannotBecomeMarkup(t *testing.T) {
	const evil = `<img src=x onerror=alert(1)> | *b* $x$`
	b := bundleOf(typed.Table{ID: "t", Caption: evil, Columns: []typed.Column{{Label: evil, Text: []string{evil}}}})
	if strings.Contains(b.data[mimeHTML], "<img") || strings.Contains(b.data[mimeMarkdown], "<img") || strings.Contains(b.data[mimeMarkdown], " | *b*") {
		t.Errorf("got %v", b.data)
	}
}
