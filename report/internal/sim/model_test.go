package sim

import (
	"math"
	"strings"
	"testing"

	"mixmodel/kernel/display/typed"
)

// off is how far two numbers are apart, relative to the larger.
func off(a, b float64) float64 {
	if a == b {
		return 0
	}
	return math.Abs(a-b) / math.Max(math.Abs(a), math.Abs(b))
}

func TestEveryAdstockAndCurveIsThatOfTheModelLibrary(t *testing.T) {
	if want := len(typed.AdstockParameters) + len(typed.SaturationParameters) - 1; len(kinds) != want || len(curves) != len(typed.SaturationParameters) || len(logWeights) != len(typed.AdstockParameters) {
		t.Fatalf("%d kinds, %d curves, %d adstocks; want %d, %d, %d", len(kinds), len(curves), len(logWeights), want, len(typed.SaturationParameters), len(typed.AdstockParameters))
	}
	for i, k := range kinds {
		for _, periods := range []int{1, 3, 26} { // shorter than the carry-over, too
			p := newPair(t, k.model, k.names, 50, periods, uint64(i))
			m, err := NewModel(p.s)
			if err != nil {
				t.Fatal(err)
			}
			for _, plan := range p.randomPlans(20, uint64(i)) {
				want := p.r.PerDraw(plan)
				for c, b := range plan {
					got, _ := m.Response(c, b)
					for d := range got {
						if off(got[d], want.Draws[c][d]) > 1e-9 {
							t.Fatalf("%v, %d periods, channel %d, draw %d, spend %v: got %v, want %v", k.names, periods, c, d, b, got[d], want.Draws[c][d])
						}
					}
				}
			}
			if err := Check(p.s); err != nil {
				t.Errorf("%v: %v", k.names, err)
			}
		}
	}
}

func TestWhatTheNextUnitBringsIsTheSlope(t *testing.T) {
	for i, k := range kinds {
		p := newPair(t, k.model, k.names, 50, 26, uint64(i))
		m, err := NewModel(p.s)
		if err != nil {
			t.Fatal(err)
		}
		for _, plan := range p.randomPlans(5, 3) {
			for c, b := range plan {
				if b == 0 {
					continue
				}
				_, next := m.Response(c, b)
				_, slope := p.r.Value(c, b)
				mean := 0.0
				for _, v := range next {
					mean += v / float64(len(next))
				}
				if off(mean, slope/26) > 1e-7 {
					t.Errorf("%v, channel %d at %v: the next unit brings %v, want %v", k.names, c, b, mean, slope/26)
				}
			}
		}
	}
}

func TestMoreSpendNeverBringsLessAndNoneBringsNothing(t *testing.T) {
	for i, k := range kinds {
		p := newPair(t, k.model, k.names, 50, 26, uint64(i))
		m, err := NewModel(p.s)
		if err != nil {
			t.Fatal(err)
		}
		for c, most := range p.most {
			last := make([]float64, p.s.Draws)
			for j := range 30 {
				values, next := m.Response(c, most*float64(j)/10)
				for d, v := range values {
					if v < last[d]*(1-1e-12) || j == 0 && v != 0 || !(next[d] >= 0) {
						t.Fatalf("%v, channel %d, draw %d, step %d: %v after %v, slope %v", k.names, c, d, j, v, last[d], next[d])
					}
				}
				last = values
			}
		}
	}
}

func TestAScenarioThatDoesNotFollowFromTheDrawsIsNamed(t *testing.T) {
	p := caseStudy(t)
	for what, change := range map[string]func(*typed.Scenario){
		"mean":               func(x *typed.Scenario) { x.Response.Mean *= 1.0001 },
		"standard deviation": func(x *typed.Scenario) { x.Response.SD *= 1.001 },
		"lower end":          func(x *typed.Scenario) { x.Response.Low *= 1.001 },
		"upper end":          func(x *typed.Scenario) { x.Response.High *= 1.001 },
		"probability":        func(x *typed.Scenario) { x.BeatsCurrent = 1 - x.BeatsCurrent },
		"the mean of":        func(x *typed.Scenario) { x.Spend[2] *= 1.01 },
	} {
		s := caseStudy(t).s
		change(&s.Scenarios[1])
		if err := Check(s); err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "the recommended plan") {
			t.Errorf("%s changed: %v", what, err)
		}
		section, err := Render(s)
		if err != nil || section.Live || !strings.Contains(section.HTML, "The sliders are left out") || !strings.Contains(section.HTML, "today&#39;s plan less") && !strings.Contains(section.HTML, "the recommended plan") {
			t.Errorf("%s changed: live %v, %v", what, section.Live, err)
		}
	}
	if err := Check(p.s); err != nil {
		t.Error(err)
	}
}

func TestASimulatorTooLargeForAPageIsATable(t *testing.T) {
	s := caseStudy(t).s
	s.Adstock.Lags = 9000
	if _, err := NewModel(s); err == nil {
		t.Error("nine thousand lags are computed")
	}
	if section, err := Render(s); err != nil || section.Live || !strings.Contains(section.HTML, "at most 4000000") {
		t.Errorf("live %v, %v", section.Live, err)
	}
}

func FuzzModelsAreFinishedOrRefused(f *testing.F) {
	f.Add([]byte(`{"kind":"simulator"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := typed.Parse(text)
		if s, ok := v.(typed.Simulator); ok && err == nil {
			if _, err := Render(s); err != nil {
				t.Error(err)
			}
		}
	})
}
