package typed

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write testdata")

func TestEachKindIsWrittenAndReadBack(t *testing.T) {
	if len(samples) != len(readers) {
		t.Errorf("%d samples of %d kinds", len(samples), len(readers))
	}
	for _, want := range samples {
		data, err := Marshal(want)
		if err != nil {
			t.Errorf("%s: %v", want.Kind(), err)
			continue
		}
		path := filepath.Join("testdata", string(want.Kind())+".json")
		if *update {
			if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(bytes.TrimSpace(file), data) {
			t.Errorf("%s differs from what is written now; run with -update and read the diff", path)
		}
		got, err := Parse(file)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateNaNs()); d != "" {
			t.Errorf("%s (-want +got):\n%s", want.Kind(), d)
		}
	}
}

func TestTheZeroValueOfEachKindIsRefusedAtOnce(t *testing.T) {
	for kind, read := range readers {
		v, err := read([]byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		err = v.Validate()
		if v.Kind() != kind || err == nil || strings.Count(err.Error(), "\n") < 1 {
			t.Errorf("%s: got %v, want several faults", kind, err)
		}
		if _, err := Marshal(v); err == nil {
			t.Errorf("%s: it was written", kind)
		}
	}
}

func TestWhatIsNotAValueIsAnError(t *testing.T) {
	for _, in := range []string{"", "null", "[]", `"kpi"`, "{", `{"kind":"kpi"}`, `{"kind":"poem","id":"x"}`, `{"kind":"kpi","id":7}`,
		`{"kind":"simulator","id":"s","channels":[{"adstock":["AAA"]}]}`, `{"kind":"simulator","id":"s","channels":[{"adstock":["AAA="]}]}`} {
		if v, err := Parse([]byte(in)); err == nil {
			t.Errorf("%s gave %v, want an error", in, v)
		}
	}
}

// TestFaultsAreFound breaks one thing at a time.
func TestFaultsAreFound(t *testing.T) {
	for _, test := range []struct {
		want string
		v    func() Value
	}{
		{`id is "Roas"`, func() Value { k := kpi; k.ID = "Roas"; return k }},
		{"low first", func() Value { k := kpi; k.Low = 99; return k }},
		{"want a finite number", func() Value { k := kpi; k.Mean = math.NaN(); return k }},
		{"probability of best-channel is 2", func() Value { k := kpi; k.Doubts = []Doubt{{"best-channel", "x", 2}}; return k }},
		{`tier is "sure"`, func() Value { k := kpi; k.Evidence = &Evidence{Tier: "sure"}; return k }},
		{"has 1 entries (want 3)", func() Value {
			x := table
			x.Columns = append(x.Columns[:1:1], Column{Label: "b", Values: Numbers{1}})
			return x
		}},
		{"text and numbers", func() Value {
			return Table{ID: "t", Columns: []Column{{Label: "a", Text: []string{"x"}, Values: Numbers{1}}}}
		}},
		{"alt is empty", func() Value { x := figure; x.Alt = ""; return x }},
		{"shares of spend add up to", func() Value {
			x := channels
			x.Channels = append([]Channel(nil), x.Channels...)
			x.Channels[0].SpendShare /= 2
			return x
		}},
		{"means of the parts add up to", func() Value { x := base; x.Parts = x.Parts[1:]; return x }},
		{"spends of the plan add up to", func() Value { x := plan; x.Total *= 1.01; return x }},
		{"coverage of the 94 % interval is 94", func() Value { x := forecast; x.Test.Coverage94 = 94; return x }},
		{"pass is true", func() Value {
			x := diagnostics
			x.Checks = append([]Check(nil), x.Checks...)
			x.Checks[0].Value = 2
			return x
		}},
		{"decision grade is false", func() Value { x := diagnostics; x.DecisionGrade = false; return x }},
		{"SHA-256", func() Value { x := manifest; x.Data.SHA256 = "ab"; return x }},
		{"draws of TV has 9 entries", func() Value {
			x := simulator
			x.Channels = append([]SimulatorChannel(nil), x.Channels...)
			last := &x.Channels[len(x.Channels)-1]
			last.Adstock = []Floats{last.Adstock[0][:9]}
			return x
		}},
		{`saturation is "steep"`, func() Value { x := simulator; x.Saturation = "steep"; return x }},
	} {
		if err := test.v().Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want a fault with %q", err, test.want)
		}
	}
}

// TestTheSampleSimulatorMeetsItsScenarios shows that the formula of the
// documentation is enough to compute what a plan brings.
func TestTheSampleSimulatorMeetsItsScenarios(t *testing.T) {
	for _, s := range simulator.Scenarios {
		got := summarize(responses(simulator, s.Spend))
		if d := cmp.Diff(s.Response, got, cmpopts.EquateApprox(1e-12, 0)); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.ID, d)
		}
	}
}

// FuzzParse shows that no input makes Parse panic, and that what it accepts
// is written and read back.
func FuzzParse(f *testing.F) {
	for _, v := range samples {
		if data, err := Marshal(v); err == nil && len(data) < 1<<14 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data)
		if err != nil {
			return
		}
		again, err := Marshal(v)
		if err != nil {
			t.Fatalf("parsed, but not written: %v", err)
		}
		if _, err := Parse(again); err != nil {
			t.Fatalf("written, but not parsed: %v\n%s", err, again)
		}
	})
}
