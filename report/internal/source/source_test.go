package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/kernel/nbformat"
	"mixmodel/report/render"
)

func sample(t testing.TB, kind string) string {
	t.Helper()
	text, err := os.ReadFile("../../../kernel/display/typed/testdata/" + kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// notebook shows values, each JSON as it is.
func notebook(t testing.TB, values ...string) []byte {
	t.Helper()
	type object = map[string]any
	cells := []object{}
	for i, v := range values {
		cells = append(cells, object{"cell_type": "code", "id": fmt.Sprint("c", i), "metadata": object{}, "execution_count": i + 1, "source": "",
			"outputs": []object{{"output_type": "display_data", "metadata": object{}, "data": object{typed.MIME: json.RawMessage(v)}}}})
	}
	text, err := json.Marshal(object{"cells": cells, "metadata": object{}, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestResultsComeBackFromNotebookAndPage(t *testing.T) {
	kinds := []string{"kpi", "base", "channels", "plan", "forecast", "diagnostics", "manifest", "simulator", "table"}
	var values []string
	for _, k := range kinds {
		values = append(values, sample(t, k))
	}
	text := notebook(t, values...)
	fromNotebook, err := Parse("x.ipynb", text)
	if err != nil {
		t.Fatal(err)
	}
	nb, err := nbformat.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	page, err := render.HTML(nb, render.Options{Name: "x", SHA256: strings.Repeat("1", 64), Profile: render.Stakeholder})
	if err != nil {
		t.Fatal(err)
	}
	fromPage, err := Parse("x.html", page.Text)
	if err != nil {
		t.Fatal(err)
	}
	if fromNotebook.Page || !fromPage.Page || fromPage.About.Notebook != "x" || fromPage.About.Profile != "stakeholder" || fromPage.About.SHA256 != strings.Repeat("1", 64) {
		t.Errorf("%v, %v, %+v", fromNotebook.Page, fromPage.Page, fromPage.About)
	}
	if fromPage.Seal == "" || fromPage.Seal != fromPage.Sum || len(fromPage.Lines) < 50 {
		t.Errorf("seal %q, sum %q, %d lines", fromPage.Seal, fromPage.Sum, len(fromPage.Lines))
	}
	for _, s := range []*Source{fromNotebook, fromPage} {
		if len(s.Values) != len(kinds) {
			t.Errorf("%s: %d results, want %d", s.Path, len(s.Values), len(kinds))
		}
		for _, v := range s.Values {
			if v.Err != nil {
				t.Errorf("%s, %s: %v", s.Path, v.Where, v.Err)
			}
		}
	}
	for _, v := range fromNotebook.Values {
		if v.Kind() == typed.KindSimulator {
			continue // its id is another in a page
		}
		want, err := typed.Marshal(v.Value)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, w := range fromPage.Values {
			got, _ := typed.Marshal(w.Value)
			found = found || bytes.Equal(got, want)
		}
		if !found {
			t.Errorf("%s %s is not in the page as it was", v.Kind(), v.Name())
		}
	}
}

func TestOfTwoResultsWithOneIDTheLastCounts(t *testing.T) {
	first := sample(t, "kpi")
	second := strings.Replace(first, `"mean":14.8`, `"mean":15.8`, 1)
	other := strings.Replace(first, `"id":"kpi-roas"`, `"id":"kpi-other"`, 1)
	s, err := Parse("x.ipynb", notebook(t, first, other, second))
	if err != nil {
		t.Fatal(err)
	}
	list := All[typed.KPI](s)
	if len(list) != 2 || list[0].ID != "kpi-other" || list[1].Mean != 15.8 {
		t.Errorf("%+v", list)
	}
	if k, ok := Last[typed.KPI](s); !ok || k.Mean != 15.8 {
		t.Errorf("the last is %+v", k)
	}
	if _, ok := Last[typed.Plan](s); ok {
		t.Error("there is no plan, and one is found")
	}
}

// Stock GoNB passes a value on as text.
func TestAResultMayBeTextThatHoldsJSON(t *testing.T) {
	quoted, _ := json.Marshal(sample(t, "plan"))
	s, err := Parse("x.ipynb", notebook(t, string(quoted)))
	if _, ok := Last[typed.Plan](s); err != nil || !ok {
		t.Errorf("%v, %v", s, err)
	}
}

func TestFilesThatAreNeitherAreErrors(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.html": "<p>no manifest", "b.ipynb": "{}", "c": "hello", "d.html": "", "e.ipynb": "",
		"f.html": `<script type="application/json" id="manifest">{</script>`, "g.html": `<script type="application/json" id="manifest">{"results": 7}</script>`} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "missing"), dir} {
		if _, err := Read(path); err == nil {
			t.Errorf("%s is read", path)
		}
	}
}

// Whatever a file holds, reading ends, with what could be read or an error.
func FuzzParse(f *testing.F) {
	f.Add("x.html", []byte(`<div data-simulator><script type="application/json">{"kind":"simulator"}</script></div><script type="application/json" id="manifest">{"results":[{"kind":"kpi"}]}</script>`))
	f.Add("x.ipynb", []byte(`{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}`))
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		s, err := Parse(path, data)
		if err != nil {
			return
		}
		for _, v := range s.Values {
			if v.Value == nil && v.Err == nil {
				t.Errorf("%s: neither a result nor an error", v.Where)
			}
		}
	})
}
