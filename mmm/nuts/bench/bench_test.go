package main

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestOursSamplesAndReports runs the whole benchmark, children left out: a
// short run on the twin is written, read back, judged and printed.
func TestOursSamplesAndReports(t *testing.T) {
	o, err := parse([]string{"-data", filepath.Join("..", "..", "..", "testdata", "case_study_twin.csv"), "-reference", "",
		"-chains", "2", "-warmup", "50", "-draws", "40", "-child", "portable", "-dir", t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := sampleOurs(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	out, draws, err := readOutcome(o.dir, o.chains, o.draws)
	if err != nil {
		t.Fatal(err)
	}
	if len(draws) != 55 || out.Gradients <= out.Leapfrogs || out.Leapfrogs < o.chains*o.draws || !(out.Wall > 0) {
		t.Errorf("got %d parameters and %+v; want 55, more gradients than leapfrogs, at least one leapfrog per draw, a wall time", len(draws), out)
	}
	m := measurement{outcome: out, name: "ours plain Go", seed: 1, draws: o.chains * o.draws}
	m.judge(draws)
	r := newResults(ours())
	r.add(r.configurations[len(r.configurations)-1], m)
	if s := r.summary(o, nil); !strings.Contains(s, "not checked") || !strings.Contains(s, "failed") {
		t.Errorf("the summary does not say that nothing was checked, and what did not run:\n%s", s)
	}
}

func TestOutcomesReadBackAsWritten(t *testing.T) {
	dir := t.TempDir()
	want := outcome{Version: "v", Wall: 1.5, CPU: 3, Compile: 7, Gradients: 9, Leapfrogs: 8, Divergences: 1}
	draws := [][][]float64{{{1, 2, 3}, {4, 5, math.Pi}}, {{-1, -2, -3}, {-4, -5, math.Inf(1)}}}
	if err := writeOutcome(dir, want, draws); err != nil {
		t.Fatal(err)
	}
	got, back, err := readOutcome(dir, 2, 3)
	if err != nil || got != want || !reflect.DeepEqual(back, draws) {
		t.Errorf("got %+v %v, %v; want %+v %v", got, back, err, want, draws)
	}
	if _, _, err := readOutcome(dir, 5, 3); err == nil {
		t.Error("a file of the wrong length was read")
	}
	if err := os.Remove(filepath.Join(dir, drawsFile)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := readOutcome(dir, 2, 3); err == nil {
		t.Error("an outcome without draws was read")
	}
}

// TestAgreementTellsRightFromWrong samples independent normals with a known
// posterior, right and with one fault each.
func TestAgreementTellsRightFromWrong(t *testing.T) {
	const parameters = 55
	ref := &reference{}
	ref.Parameters = make([]struct {
		Name     string
		Mean, SD float64
		MCSE     float64 `json:"mcse_mean"`
	}, parameters)
	for p := range ref.Parameters {
		ref.Parameters[p].SD, ref.Parameters[p].MCSE = 1, 0.002
	}
	rng := rand.New(rand.NewPCG(1, 2))
	sample := func(of func(p int, z float64) float64) measurement {
		draws := make([][][]float64, parameters)
		for p := range draws {
			for range 4 {
				x := make([]float64, 4000)
				for i := range x {
					x[i] = of(p, rng.NormFloat64())
				}
				draws[p] = append(draws[p], x)
			}
		}
		var m measurement
		m.judge(draws)
		return m
	}
	for _, c := range []struct {
		name string
		want bool
		of   func(p int, z float64) float64
	}{
		{"right", true, func(_ int, z float64) float64 { return z }},
		{"one mean is off by 6 errors", false, func(p int, z float64) float64 { return z + map[bool]float64{true: 0.05}[p == 3] }},
		{"every mean is off by 1.5 errors", false, func(_ int, z float64) float64 { return z + 0.0125 }},
		{"one sd is 8 % too large", false, func(p int, z float64) float64 { return z * map[bool]float64{true: 1.08, false: 1}[p == 7] }},
		{"a parameter is stuck", false, func(p int, z float64) float64 { return z * map[bool]float64{true: 0, false: 1}[p == 7] }},
	} {
		v, err := ref.agreement([]measurement{sample(c.of)})
		if err != nil || v.ok() != c.want || v.compared != parameters {
			t.Errorf("%s: %v of %d, %v; want agreement %v of %d", c.name, v, v.compared, err, c.want, parameters)
		}
	}
	if _, err := ref.agreement([]measurement{{}}); err == nil {
		t.Error("a run without parameters was compared")
	}
}

func TestDisagreeingConfigurationsHaveNoRatio(t *testing.T) {
	r := newResults([]configuration{{name: "ours", ours: true}, {name: rstan}})
	for _, c := range r.configurations {
		m := measurement{outcome: outcome{Wall: 1}, minBulk: 500, minTail: 300}
		if c.ours {
			m.Wall = 0.1
		}
		r.add(c, m)
	}
	right := verdict{checked: true, spread: 1, low: 1, high: 1}
	wrong := verdict{checked: true, spread: 2, low: 1, high: 1}
	for _, c := range []struct {
		ours, peer verdict
		want       string
	}{{right, right, " 10.0"}, {right, wrong, " (10.0)"}, {wrong, right, " -"}} {
		var b strings.Builder
		r.ratios(&b, map[string]verdict{"ours": c.ours, rstan: c.peer})
		if strings.Count(b.String(), c.want) != 2 {
			t.Errorf("ours %v, peer %v: want twice %q in\n%s", c.ours, c.peer, c.want, b.String())
		}
	}
}

func TestSummaryTellsWhenKernelsDisagree(t *testing.T) {
	for _, c := range []struct{ second, want string }{{"a", "(1 comparisons)"}, {"b", "seed 1 DIFFER"}} {
		r := newResults([]configuration{{name: "fast", ours: true}, {name: "plain", ours: true}})
		r.add(r.configurations[0], measurement{seed: 1, fingerprint: "a"})
		r.add(r.configurations[1], measurement{seed: 1, fingerprint: c.second})
		if got := r.bits(); !strings.Contains(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestMissingPeersAreSkippedWithTheirCommand(t *testing.T) {
	var b bytes.Buffer
	o := options{peers: "all", python: "no-such-python", rscript: "no-such-rscript"}
	c, err := choose(t.Context(), o, t.TempDir(), &b)
	if err != nil || len(c) != len(ours()) || strings.Count(b.String(), "to install it: ") != 3 {
		t.Errorf("got %d configurations, %v and\n%s\nwant ours only and three commands", len(c), err, b.String())
	}
	o.peers = "stan"
	if _, err := choose(t.Context(), o, t.TempDir(), &b); err == nil {
		t.Error("an unknown peer was accepted")
	}
}

func TestDesignIsWhatPeersRead(t *testing.T) {
	dir := t.TempDir()
	if err := writeDesign(filepath.Join("..", "..", "..", "testdata", "case_study_twin.csv"), dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]int{"y": {183, 1}, "x": {183, 7}, "z": {183, 22}, "f": {183, 10}, "share": {7, 1}} {
		raw, err := os.ReadFile(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
		if got := [2]int{len(lines), strings.Count(lines[0], ",") + 1}; got != want {
			t.Errorf("%s.csv is %v, want %v", name, got, want)
		}
	}
}
