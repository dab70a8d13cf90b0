package verify

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// go test ./report/internal/verify -run Changed -every changes all numbers of
// all channels, not only one of each kind.
var every = flag.Bool("every", false, "change every number, not one of each kind")

// alone are the numbers of a notebook that stand in one place only, so that no
// other number contradicts a change; why, in words. In a page their words, and
// its seal, do.
var alone = map[string]string{
	"base.expected.(sd|low|high|prob)":                                       "intervals do not add up; the mean does",
	"base.parts.N.(sd|low|high|prob)":                                        "intervals do not add up; the means do, and media are compared",
	"base.parts.N.prior.*":                                                   "nothing else tells the priors of parts but media",
	"base.parts.N.evidence.(overlap|width)":                                  "measured on draws that are not kept; tiers are compared with them",
	"channels.channels.N.media_share.(sd|low|high|prob)":                     "intervals do not add up; the means do",
	"channels.channels.N.media_share.prior.*":                                "nothing else tells it",
	"channels.channels.N.*.evidence.(overlap|width)":                         "measured on draws that are not kept",
	"channels.channels.N.marginal_roas.(mean|sd|low|high|prob)":              "only that of the best channel is told twice, by a KPI",
	"channels.channels.N.marginal_roas.prior.*":                              "as above",
	"channels.channels.N.carryover.(mean|sd|low|high|prob)":                  "follows from the adstock draws of all channels, of which a part is kept",
	"channels.channels.N.carryover.prior.*":                                  "as above",
	"channels.channels.N.saturation.half_spend.*":                            "follows from draws of which a part is kept",
	"channels.channels.N.saturation.reached.*":                               "as above",
	"channels.channels.N.saturation.(recent_spend|recent)":                   "needs the data",
	"diagnostics.checks.N.(value|limit)":                                     "what was measured stands here only; four of seven are in the manifest, too, and a pass is compared with its limit",
	"forecast.(test|train).(crps|naive_crps|rmse|mape|r2|bias)":              "needs the data and the draws",
	"forecast.(test|train).(coverage50|coverage94)":                          "as above",
	"forecast.test.mean_sales":                                               "needs the data",
	"kpi.kpi-*.evidence.(overlap|width)":                                     "measured on draws that are not kept",
	"manifest.data.controls":                                                 "stands here only",
	"manifest.results.N.value":                                               "the number of gradients stands here only; the other readings are compared",
	"manifest.sampler.(warmup|target_accept)":                                "stands here only",
	"plan.(current_response|planned_response).(sd|low|high|prob)":            "intervals do not add up; the means do",
	"plan.(gain|gain_sales).(sd|low|high|prob)":                              "the KPI tells the relative gain; that in sales stands here only",
	"plan.marginal_return":                                                   "needs the curves at all draws",
	"plan.channels.N.(current_response|planned_response).(sd|low|high|prob)": "intervals do not add up; the means do",
	"plan.channels.N.marginal_return.*":                                      "needs the curves at all draws",
}

type leaf struct {
	path  string
	value float64
	set   func(float64)
}

// leaves lists the numbers below v.
func leaves(v any, path string, out *[]leaf) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if x, ok := v[k].(float64); ok {
				*out = append(*out, leaf{path + "." + k, x, func(x float64) { v[k] = x }})
			} else {
				leaves(v[k], path+"."+k, out)
			}
		}
	case []any:
		for i := range v {
			if x, ok := v[i].(float64); ok {
				*out = append(*out, leaf{fmt.Sprintf("%s.%d", path, i), x, func(x float64) { v[i] = x }})
			} else {
				leaves(v[i], fmt.Sprintf("%s.%d", path, i), out)
			}
		}
	}
}

// pattern turns an entry of alone into an expression for paths with N for
// numbers.
func pattern(s string) *regexp.Regexp {
	s = strings.ReplaceAll(regexp.QuoteMeta(s), `\*`, `.+`)
	s = strings.NewReplacer(`\(`, "(", `\)`, ")", `\|`, "|").Replace(s)
	return regexp.MustCompile("^" + s + "$")
}

var indices = regexp.MustCompile(`\.\d+`)

// Change any number of the case study's results, and a check fails: but for
// the ones listed above with the reason. An entry that is not needed fails,
// too.
func TestEveryChangedNumberIsNoticedOrListedWithTheReason(t *testing.T) {
	values := marshalled(t, caseStudy())
	all, caught, used, missed := 0, 0, map[string]bool{}, map[string]bool{}
	done := map[string]bool{}
	for i, raw := range values {
		var v map[string]any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		var list []leaf
		head := fmt.Sprint(v["kind"])
		if head == "kpi" {
			head += "." + fmt.Sprint(v["id"])
		}
		leaves(v, head, &list)
		for _, l := range list {
			kind := indices.ReplaceAllString(l.path, ".N")
			if done[kind] && !*every && !strings.Contains(kind, "doubts") && !strings.Contains(kind, "checks") && !strings.Contains(kind, "results") {
				continue
			}
			done[kind] = true
			all++
			changed := l.value * 1.02
			if l.value == 0 {
				changed = 1
			} else if l.value == float64(int(l.value)) {
				changed = l.value + 1
			}
			l.set(changed)
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			mutant := slices.Clone(values)
			mutant[i] = text
			l.set(l.value)
			if !Passed(Results(read(t, "study.ipynb", notebook(t, mutant...)))) {
				caught++
				continue
			}
			listed := false
			for s := range alone {
				if pattern(s).MatchString(kind) {
					used[s], listed = true, true
				}
			}
			if !listed {
				missed[kind] = true
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(missed)) {
		t.Errorf("%s can be changed and no check fails", kind)
	}
	for s := range alone {
		if !used[s] {
			t.Errorf("%s is listed, and every change of it is noticed", s)
		}
	}
	t.Logf("%d numbers changed, %d noticed, %d listed", all, caught, all-caught)
	if all < 150 {
		t.Errorf("changed %d numbers only", all)
	}
}
