package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mixmodel/kernel/nbformat"
	"mixmodel/report/render"
)

// page renders the case study.
func page(t testing.TB, profile render.Profile, text []byte) []byte {
	t.Helper()
	nb, err := nbformat.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(text)
	out, err := render.HTML(nb, render.Options{Name: "study", Profile: profile, SHA256: hex.EncodeToString(hash[:])})
	if err != nil {
		t.Fatal(err)
	}
	return out.Text
}

func TestAnHonestPagePasses(t *testing.T) {
	text := notebook(t, marshalled(t, caseStudy())...)
	for _, profile := range []render.Profile{render.Stakeholder, render.Tutorial} {
		dir := t.TempDir()
		path := filepath.Join(dir, "study.html")
		if err := os.WriteFile(filepath.Join(dir, "study.ipynb"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		s := read(t, path, page(t, profile, text))
		if n := len(s.Values); n != len(caseStudy()) {
			t.Errorf("%s: %d results in the page, want %d", profile, n, len(caseStudy()))
		}
		list := append(Results(s), Page(s)...)
		for _, c := range list {
			if c.State != OK {
				t.Errorf("%s: %v", profile, c)
			}
		}
		t.Logf("%s: %d checks", profile, len(list))
	}
}

// digits in the text of a page, not in tags.
var shown = regexp.MustCompile(`>[^<]*[0-9][^<]*<`)

// Change a digit that a reader sees in the report of a stakeholder, from its
// title to its appendix, and a check fails even without the seal; with it, any
// changed byte is noticed.
func TestEveryChangedDigitOfThePageIsNoticed(t *testing.T) {
	text := notebook(t, marshalled(t, caseStudy())...)
	whole := page(t, render.Stakeholder, text)
	from, to := bytes.Index(whole, []byte("<main")), bytes.Index(whole, []byte(`<section aria-labelledby="appendix"`))
	if from < 0 || to < from {
		t.Fatal("the page has no main part or no appendix")
	}
	changed, missed, sealed := 0, 0, 0
	for n, at := range shown.FindAllIndex(whole[from:to], -1) {
		if *every || n%7 == 0 {
			i := from + at[0] + bytes.IndexAny(whole[from+at[0]:], "0123456789")
			mutant := bytes.Clone(whole)
			mutant[i] = '0' + (mutant[i]-'0'+1)%10
			s := read(t, "study.html", mutant)
			changed++
			if s.Sum != s.Seal {
				sealed++
			}
			s.Seal = s.Sum
			if Passed(Results(s)) && Passed(Page(s)) {
				missed++
				t.Errorf("not noticed: %s", mutant[max(0, i-60):i+30])
			}
		}
	}
	t.Logf("%d digits changed, %d not noticed, %d broke the seal", changed, missed, sealed)
	if changed < 50 || sealed != changed {
		t.Errorf("changed %d digits, %d broke the seal", changed, sealed)
	}
	if s := read(t, "study.html", bytes.ReplaceAll(whole, []byte("SHA-256 of all"), []byte("Nothing"))); Passed(Page(s)) {
		t.Error("a page without a seal passes")
	}
}

func TestAPageOfAnotherNotebookIsNoticed(t *testing.T) {
	text := notebook(t, marshalled(t, caseStudy())...)
	path := filepath.Join(t.TempDir(), "study.html")
	s := read(t, path, page(t, render.Tutorial, text))
	if err := os.WriteFile(strings.TrimSuffix(path, ".html")+".executed.ipynb", append(text, ' '), 0o644); err != nil {
		t.Fatal(err)
	}
	if list := Page(s); Passed(list) {
		t.Error("the notebook beside the page is another, and nobody says so")
	}
}
