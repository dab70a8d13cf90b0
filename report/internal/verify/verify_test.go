package verify

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"mixmodel/kernel/display/typed"
)

func TestAnHonestNotebookPasses(t *testing.T) {
	list := Results(read(t, "study.ipynb", notebook(t, marshalled(t, caseStudy())...)))
	for _, c := range list {
		if c.State != OK {
			t.Error(c)
		}
	}
	if len(list) < 150 {
		t.Errorf("%d checks, want at least 150", len(list))
	}
	t.Logf("%d checks", len(list))
}

// Words are changed as easily as numbers.
func TestChangedWordsAreNoticed(t *testing.T) {
	values := marshalled(t, caseStudy())
	tampered := 0
	for _, c := range [][2]string{
		{`"tier":"prior-driven"`, `"tier":"data-driven"`}, {`"held":"upper"`, `"held":"free"`}, {`"decision_grade":true`, `"decision_grade":false`},
		{`"decision_grade":false`, `"decision_grade":true`}, {`"pass":true`, `"pass":false`}, {`"pass":false`, `"pass":true`}, {`"name":"TV"`, `"name":"Radio"`}, {`"group":"media"`, `"group":"base"`},
		{`"step":"week"`, `"step":"month"`}, {`"currency":"$"`, `"currency":"€"`}, {`"from":"2014-08-03"`, `"from":"2015-08-03"`}, {`"normalized":true`, `"normalized":false`},
		{`"saturation":"logistic"`, `"saturation":"inverse-scaled-logistic"`}, {`"adstock":["`, `"adstock":["AAAA`}, {`"name":"geometric"`, `"name":"binomial"`},
	} {
		for i, v := range values {
			text := strings.Replace(string(v), c[0], c[1], 1)
			if text == string(v) {
				continue
			}
			tampered++
			mutant := slices.Clone(values)
			mutant[i] = json.RawMessage(text)
			if Passed(Results(read(t, "study.ipynb", notebook(t, mutant...)))) {
				t.Errorf("%.30s: %s for %s is not noticed", v, c[1], c[0])
			}
		}
	}
	if tampered < 20 {
		t.Errorf("changed %d places only", tampered)
	}
}

func TestOneChangedDrawIsNoticed(t *testing.T) {
	values := slices.Clone(caseStudy())
	for i, v := range values {
		s, ok := v.(typed.Simulator)
		if !ok {
			continue
		}
		s.Channels = slices.Clone(s.Channels)
		s.Channels[3].Saturation = slices.Clone(s.Channels[3].Saturation)
		s.Channels[3].Saturation[1] = slices.Clone(s.Channels[3].Saturation[1])
		s.Channels[3].Saturation[1][7] *= 1.01
		values[i] = s
	}
	if Passed(Results(read(t, "study.ipynb", notebook(t, marshalled(t, values)...)))) {
		t.Error("a draw can be changed")
	}
}

func TestWhatCannotBeReadIsToldNotPassedOver(t *testing.T) {
	for _, bad := range []string{`{"kind":"kpi"}`, `{"kind":"unheard-of"}`, `[]`, `"{"`, `{"kind":"plan","channels":[{}]}`, `7`} {
		list := Results(read(t, "study.ipynb", notebook(t, json.RawMessage(bad))))
		if Passed(list) {
			t.Errorf("%s: %v", bad, list)
		}
	}
	list := Results(read(t, "study.ipynb", notebook(t)))
	if len(list) != 1 || list[0].State != Skipped {
		t.Errorf("a notebook without results: %v", list)
	}
}
