package display

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

type figure struct{ alt, caption string }

func (figure) SVG() []byte       { return []byte("<svg/>") }
func (f figure) Alt() string     { return f.alt }
func (f figure) Caption() string { return f.caption }

type table struct{}

func (table) HTML() string     { return "<table></table>" }
func (table) Markdown() string { return "| a |" }
func (table) String() string   { return "a" }

type note struct{}

func (note) Markdown() string { return "*note*" }

type empty struct{}

func (empty) HTML() string { return "" }

func TestABundleHoldsEveryRepresentationAndText(t *testing.T) {
	for _, test := range []struct {
		name  string
		value any
		want  bundle
	}{
		{"figure", figure{"a dot", "One dot."}, bundle{
			data:     map[string]string{"image/svg+xml": "<svg/>", "text/plain": "One dot. (a dot)"},
			metadata: map[string]map[string]string{"image/svg+xml": {"alt": "a dot", "caption": "One dot."}},
		}},
		{"figure without words", figure{}, bundle{
			data: map[string]string{"image/svg+xml": "<svg/>", "text/plain": "a figure"},
		}},
		{"table", table{}, bundle{
			data: map[string]string{"text/html": "<table></table>", "text/markdown": "| a |", "text/plain": "a"},
		}},
		{"markdown", note{}, bundle{data: map[string]string{"text/markdown": "*note*", "text/plain": "*note*"}}},
		{"number", 42, bundle{data: map[string]string{"text/plain": "42"}}},
		{"nil", nil, bundle{data: map[string]string{"text/plain": "<nil>"}}},
		{"empty HTML", empty{}, bundle{data: map[string]string{"text/plain": "{}"}}},
	} {
		if d := cmp.Diff(test.want, bundleOf(test.value), cmp.AllowUnexported(bundle{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, d)
		}
	}
}

// printed returns what f prints outside a notebook.
func printed(t *testing.T, f func()) string {
	t.Helper()
	var buf bytes.Buffer
	old := stdout
	stdout = &buf
	defer func() { stdout = old }()
	f()
	return buf.String()
}

func TestOutsideANotebookTheTextIsPrinted(t *testing.T) {
	got := printed(t, func() {
		Show(table{}, figure{"a dot", ""})
		HTML("<b>x</b>")
		Markdown("*y*\n")
	})
	if want := "a\na dot\n<b>x</b>\n*y*\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProgressEndsWithTheCounts(t *testing.T) {
	got := printed(t, func() {
		p := NewProgress("sampling", 2)
		for i := range 1000 {
			p.Update(0, i+1, 1000, 0)
			p.Update(1, i+1, 1000, 1)
		}
		p.Update(1, 3, 1000, 1) // too late
		p.Close()
	})
	want := "sampling: 2 chains, 0 of 0 (0 %), 0 divergences\nsampling: 2 chains, 2000 of 2000 (100 %), 1 divergence\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProgressThatIsClosedEarlyShowsWhereItStands(t *testing.T) {
	got := printed(t, func() {
		p := NewProgress("<sampling>", 1)
		p.Update(0, 500, 1000, 0)
		p.Close()
		if h := p.html(); !strings.Contains(h, "&lt;sampling&gt;") || !strings.Contains(h, "██████████░░░░░░░░░░") {
			t.Errorf("got %s, want an escaped title and a half bar", h)
		}
	})
	if !strings.HasSuffix(got, "<sampling>: 1 chain, 500 of 1000 (50 %), 0 divergences\n") {
		t.Errorf("got %q", got)
	}
}

func TestProgressTellsTimeLeftAndStepButNoTimeInItsLastState(t *testing.T) {
	printed(t, func() {
		p := NewProgress("sampling", 2)
		p.began = p.began.Add(-10 * time.Second)
		p.StepSize(0, 0.2934)
		p.Update(0, 500, 1000, 0)
		p.Update(1, 250, 1000, 0)
		h, s := p.html(), p.text()
		if !strings.Contains(h, "<td>step 0.293</td><td>about 11 s left</td>") || !strings.Contains(h, "0 divergences</td><td>about 31 s left</td>") || !strings.HasSuffix(s, "0 divergences, about 17 s left") {
			t.Errorf("got %s and %q, want the step of the first chain and 11, 31 and 17 s left", h, s)
		}
		p.Close()
		if h, s := p.html(), p.text(); strings.Contains(h, "left") || strings.Contains(s, "left") || !strings.Contains(h, "step 0.293") {
			t.Errorf("the last state is %s and %q, want the step and no time", h, s)
		}
	})
}

func TestTheMessageCarriesDataMetadataAndID(t *testing.T) {
	b := bundleOf(figure{"a", "b"})
	b.id = "x"
	want := &protocol.DisplayData{
		Data:      map[protocol.MIMEType]any{"image/svg+xml": "<svg/>", "text/plain": "b (a)"},
		Metadata:  map[string]any{"image/svg+xml": map[string]string{"alt": "a", "caption": "b"}},
		DisplayID: "x",
	}
	if d := cmp.Diff(want, b.protocol()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
