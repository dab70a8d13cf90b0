package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/source"
)

// kinds are the samples that package typed keeps of what is compared.
var kinds = []string{"kpi", "base", "channels", "plan", "forecast", "diagnostics", "manifest"}

// report is a notebook with the samples, changed by replacing text in them.
func report(t testing.TB, path string, replace ...string) *source.Source {
	t.Helper()
	type object = map[string]any
	var cells []object
	missed := 0
	for i, kind := range kinds {
		text, err := os.ReadFile(filepath.Join("../../../kernel/display/typed/testdata", kind+".json"))
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.NewReplacer(replace...).Replace(string(text))
		if changed == string(text) {
			missed++
		}
		cells = append(cells, object{"cell_type": "code", "id": fmt.Sprint("c", i), "metadata": object{}, "execution_count": i + 1, "source": "",
			"outputs": []object{{"output_type": "display_data", "metadata": object{}, "data": object{typed.MIME: json.RawMessage(changed)}}}})
	}
	if len(replace) > 0 && missed == len(kinds) {
		t.Fatalf("%q occurs nowhere", replace)
	}
	text, err := json.Marshal(object{"cells": cells, "metadata": object{}, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		t.Fatal(err)
	}
	s, err := source.Parse(path, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// change replaces one result of a source.
func change[T typed.Value](s *source.Source, f func(*T)) *source.Source {
	for i, v := range s.Values {
		if x, ok := v.Value.(T); ok {
			f(&x)
			s.Values[i].Value = x
		}
	}
	return s
}

func TestAReportIsTheSameAsItself(t *testing.T) {
	r := Compare(report(t, "a"), report(t, "a"))
	if r.Changed() || len(r.Reasons) > 0 || r.Headline() != "No result changed." || len(r.Numbers) < 30 {
		t.Errorf("changed %v, reasons %q, %d numbers: %s", r.Changed(), r.Reasons, len(r.Numbers), r.Headline())
	}
}

func TestEveryReasonIsFound(t *testing.T) {
	for _, c := range []struct {
		replace []string
		want    string
	}{
		{[]string{`"seed":"2018"`, `"seed":"7"`}, "The seed: 2018 became 7."},
		{[]string{`"sha256":"3f2b`, `"sha256":"4f2b`}, "The data changed in the same window"},
		{[]string{`"sha256":"3f2b`, `"sha256":"4f2b`, `"periods":209`, `"periods":222`, `"to":"2018-07-29"`, `"to":"2018-10-28"`}, "with 13 weeks more, to 28 October 2018"},
		{[]string{`"train":183`, `"train":170`}, "The same data, split anew: the model was fitted to 170 weeks instead of 183 weeks."},
		{[]string{`"text":"Gamma(3, 1)"`, `"text":"Gamma(2, 1)"`}, "The prior of saturation_lam: Gamma(3, 1) became Gamma(2, 1)."},
		{[]string{`"text":"logistic"`, `"text":"hill"`}, "The model saturation: logistic became hill."},
		{[]string{`"name":"saturation_lam"`, `"name":"saturation_kappa"`}, "saturation_kappa is new"},
		{[]string{`"text":"go1.26.8"`, `"text":"go1.27.0"`}, "The version of go: go1.26.8 became go1.27.0."},
		{[]string{`"target_accept":0.9`, `"target_accept":0.95`}, "target 0.9 became"},
		{[]string{`"fit":"9a`, `"fit":"8a`}, "the code of the model may have changed"},
	} {
		r := Compare(report(t, "a"), report(t, "b", c.replace...))
		if !strings.Contains(source.Plain(strings.Join(r.Reasons, " ")), c.want) {
			t.Errorf("%q: reasons %q, want one with %q", c.replace, r.Reasons, c.want)
		}
		if want := strings.Contains(c.want, "The seed"); r.SeedOnly != want {
			t.Errorf("%q: seed only %v", c.replace, r.SeedOnly)
		}
	}
}

// Two estimates of one truth, each with the error it says it has: a change is
// called clear in 6 of 100 cases, twice the 3 % beyond either bound, and
// likely or clear in 20.
func TestAlarmsAreAsRareAsTheySay(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	count := map[Verdict]int{}
	const n = 20000
	for range n {
		a, b := typed.Estimate{SD: 1 + rng.Float64()}, typed.Estimate{SD: 1 + rng.Float64()}
		a.Mean, b.Mean = a.SD*rng.NormFloat64(), b.SD*rng.NormFloat64()
		count[comparison{&Report{}, 0}.judge(a, b, higher(a, b))]++
	}
	clear, likely := float64(count[Clear])/n, float64(count[Clear]+count[Likely])/n
	if clear < 0.055 || clear > 0.065 || likely < 0.19 || likely > 0.21 {
		t.Errorf("clear in %.3f, likely or clear in %.3f; want 0.06 and 0.20", clear, likely)
	}
}

func TestARealChangeIsClearAndASmallOneIsNoise(t *testing.T) {
	for _, c := range []struct {
		shift float64 // of the return of TV, in standard deviations
		want  Verdict
	}{{0.5, Noise}, {2, Likely}, {4, Clear}, {-4, Clear}} {
		next := change(report(t, "b", `"seed":"2018"`, `"seed":"7"`, `"fit":"9a`, `"fit":"8a`, `"text":"go1.26.8"`, `"text":"go1.27.0"`), func(x *typed.Channels) {
			x.Channels = slices.Clone(x.Channels)
			e := &x.Channels[6].ROAS.Estimate
			e.Mean, e.Low, e.High = e.Mean+c.shift*e.SD, e.Low+c.shift*e.SD, e.High+c.shift*e.SD
		})
		r := Compare(report(t, "a"), next)
		for _, x := range r.Numbers {
			if x.What == "Return of TV" && x.Verdict != c.want || x.What != "Return of TV" && x.Verdict != Same {
				t.Errorf("shift %v: %s is called %q, want %q", c.shift, x.What, x.Verdict, c.want)
			}
		}
		if want := c.want != Noise; strings.Contains(r.Headline(), "within noise.") && strings.HasPrefix(r.Headline(), "All") == want {
			t.Errorf("shift %v: %s", c.shift, r.Headline())
		}
	}
}

// A run with another seed may differ by the error of the computation only.
func TestAnotherSeedIsJudgedByTheErrorOfTheComputation(t *testing.T) {
	run := func(shift float64) *Report {
		return Compare(report(t, "a"), change(report(t, "b", `"seed":"2018"`, `"seed":"7"`), func(k *typed.KPI) { k.Mean += shift * k.SD }))
	}
	if r := run(0.03); !r.SeedOnly || !strings.Contains(r.Headline(), "agree within the error") {
		t.Errorf("a small shift: %s", r.Headline())
	}
	if r := run(0.5); !strings.Contains(r.Headline(), "the chains have not converged") {
		t.Errorf("half a standard deviation from the seed alone: %s", r.Headline())
	}
}

func TestChannelsAndTheRecommendationAreCompared(t *testing.T) {
	next := report(t, "b", `"name":"TV"`, `"name":"Video"`)
	next = change(next, func(p *typed.Plan) {
		p.Channels = slices.Clone(p.Channels)
		p.Channels[1].Recommended = 0.6 * p.Channels[1].Current // was raised by half
		p.BeatsCurrent = 0.6
	})
	next = change(next, func(d *typed.Diagnostics) {
		d.Checks = slices.Clone(d.Checks)
		d.Checks[0].Value, d.Checks[0].Pass, d.DecisionGrade = 1.2, false, false
	})
	r := Compare(report(t, "a"), next)
	if !slices.Equal(r.Added, []string{"Video"}) || !slices.Equal(r.Removed, []string{"TV"}) {
		t.Errorf("added %q, removed %q", r.Added, r.Removed)
	}
	if len(r.Plan) != 6 || r.Plan[0].Channel != "Insert" || !r.Plan[0].Turned || r.Plan[1].Turned {
		t.Errorf("plan %+v", r.Plan)
	}
	for _, want := range []string{"The recommendation turned for Insert.", "New: Video.", "Gone: TV."} {
		if !strings.Contains(r.Headline(), want) {
			t.Errorf("%q lacks %q", r.Headline(), want)
		}
	}
	if !slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.What == "grade" && f.New == "not decision grade" }) {
		t.Errorf("facts %v", r.Facts)
	}
}

func TestEveryFormatSaysTheSameAndNamesAreText(t *testing.T) {
	evil := "a|b<script>*x*\x1b[31m\u202e`"
	quoted, _ := json.Marshal(evil)
	r := Compare(report(t, "old|.ipynb"), report(t, "new.ipynb", `"name":"TV"`, `"name":`+string(quoted)))
	var text, md, js bytes.Buffer
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	if err := r.Markdown(&md); err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(&js).Encode(r); err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(js.Bytes(), &back); err != nil || len(back.Numbers) != len(r.Numbers) {
		t.Errorf("JSON: %v", err)
	}
	for _, s := range []string{text.String(), md.String()} {
		if !strings.Contains(s, "Gone: TV.") || strings.ContainsAny(s, "\x1b\u202e") {
			t.Errorf("%q", s)
		}
	}
	if strings.Contains(md.String(), "<script>") || !strings.Contains(md.String(), `a\|b&lt;script&gt;\*x\*`) {
		t.Errorf("Markdown: %s", md.String())
	}
	again := Compare(report(t, "old|.ipynb"), report(t, "new.ipynb", `"name":"TV"`, `"name":`+string(quoted)))
	var second bytes.Buffer
	if err := again.Markdown(&second); err != nil || second.String() != md.String() {
		t.Error("two runs differ")
	}
}

func TestReportsWithLittleInCommonAreCompared(t *testing.T) {
	empty := &source.Source{Path: "empty"}
	for _, pair := range [][2]*source.Source{{empty, empty}, {empty, report(t, "a")}, {report(t, "a"), empty}} {
		r := Compare(pair[0], pair[1])
		if len(r.Reasons) != 1 || !strings.Contains(r.Reasons[0], "no manifest") {
			t.Errorf("reasons %q", r.Reasons)
		}
		var b bytes.Buffer
		if err := r.Text(&b); err != nil || b.Len() == 0 {
			t.Errorf("%v: %q", err, b.String())
		}
	}
}
