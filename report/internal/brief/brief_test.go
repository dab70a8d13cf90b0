package brief

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/display/typed"
)

var update = flag.Bool("update", false, "write the golden files")

// samples are the results that package typed gives as examples.
func samples(t testing.TB) Results {
	t.Helper()
	var r Results
	for _, kind := range []typed.Kind{typed.KindKPI, typed.KindChannels, typed.KindBase, typed.KindPlan, typed.KindForecast, typed.KindDiagnostics, typed.KindManifest, typed.KindSimulator} {
		data, err := os.ReadFile(filepath.Join("../../../kernel/display/typed/testdata", string(kind)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		v, err := typed.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		r.Add(v)
	}
	return r
}

// text prints sections as a reader would hear them.
func text(sections []Section) string {
	var b strings.Builder
	for _, s := range sections {
		fmt.Fprintf(&b, "## %s\n", s.Title)
		for _, block := range s.Blocks {
			switch x := block.(type) {
			case Lead:
				fmt.Fprintf(&b, "! %s\n", x.Text)
			case Paragraph:
				fmt.Fprintf(&b, "%s\n", x.Text)
			case List:
				for _, i := range x.Items {
					fmt.Fprintf(&b, "- %s\n", i)
				}
			case Callout:
				fmt.Fprintf(&b, "[%s] %s\n", x.Title, x.Text)
			case Cards:
				for _, c := range x {
					fmt.Fprintf(&b, "card %s: %s, %s, %s, %s %v %s\n", c.Label, c.Value, c.Interval, c.Prior, c.Tier, c.Doubts, c.Note)
				}
			case Table:
				fmt.Fprintf(&b, "table %s\n", x.Caption)
				var head []string
				for _, c := range x.Columns {
					head = append(head, c.Label)
				}
				fmt.Fprintf(&b, "  %s\n", strings.Join(head, " | "))
				for _, row := range x.Rows {
					var cells []string
					for _, c := range row {
						if c.Bar != nil {
							c.Text = "<" + c.Bar.Text + ">"
						}
						if c.Sub != "" {
							c.Text += " (" + c.Sub + ")"
						}
						cells = append(cells, c.Text)
					}
					fmt.Fprintf(&b, "  %s\n", strings.Join(cells, " | "))
				}
			default:
				fmt.Fprintf(&b, "%T\n", x)
			}
		}
	}
	return strings.ReplaceAll(b.String(), "\u00a0", "_")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; if that is meant, run go test -update\n%s", path, diff)
	}
}

func TestTheReportOfTheSamplesReadsAsBefore(t *testing.T) {
	golden(t, "samples.txt", text(samples(t).Sections()))
}

// cases are situations in which a careless sentence would mislead.
var cases = []struct {
	name   string
	change func(*Results)
}{
	{"nothing at all", func(r *Results) { *r = Results{} }},
	{"only cards", func(r *Results) { *r = Results{KPIs: r.KPIs} }},
	{"no plan", func(r *Results) { r.Plan = nil }},
	{"no diagnostics", func(r *Results) { r.Diagnostics = nil }},
	{"failed diagnostics", func(r *Results) {
		d := *r.Diagnostics
		d.Checks = append([]typed.Check(nil), d.Checks...)
		d.Checks[0].Value, d.Checks[0].Pass = 1.31, false
		d.Checks[3].Value, d.Checks[3].Pass = 101, false
		d.DecisionGrade = false
		r.Diagnostics = &d
	}},
	{"a loss", func(r *Results) {
		r.Plan.GainSales = typed.Estimate{Mean: -9e6, SD: 2e6, Low: -13e6, High: -5e6, Prob: 0.94}
		r.Plan.Gain = typed.Estimate{Mean: -0.012, SD: 0.003, Low: -0.017, High: -0.007, Prob: 0.94}
		r.Plan.BeatsCurrent = 0
	}},
	{"a loss or a gain", func(r *Results) {
		r.Plan.GainSales = typed.Estimate{Mean: -2e6, SD: 9e6, Low: -19e6, High: 15e6, Prob: 0.94}
		r.Plan.Gain = typed.Estimate{Mean: -0.003, SD: 0.012, Low: -0.025, High: 0.02, Prob: 0.94}
		r.Plan.BeatsCurrent = 0.41
	}},
	{"a coin toss", func(r *Results) { r.Plan.BeatsCurrent = 0.53 }},
	{"a careful change", func(r *Results) { r.Plan.BeatsCurrent = 0.71 }},
	{"no change", func(r *Results) {
		for i := range r.Plan.Channels {
			r.Plan.Channels[i].Recommended = r.Plan.Channels[i].Current
		}
	}},
	{"a larger budget", func(r *Results) {
		r.Plan.Channels[0].Recommended += 700_000
		r.Plan.Total += 700_000
	}},
	{"a new channel", func(r *Results) {
		r.Plan.CurrentTotal -= r.Plan.Channels[6].Current
		r.Plan.Channels[6].Current = 0
	}},
	{"one channel", func(r *Results) {
		r.Channels.Channels = r.Channels.Channels[:1]
		r.Channels.Channels[0].BestROAS, r.Channels.Channels[0].BestMarginal, r.Channels.Channels[0].SpendShare = 1, 1, 1
		r.Plan.Channels = r.Plan.Channels[:1]
		r.Plan.Total, r.Plan.CurrentTotal = r.Plan.Channels[0].Recommended, r.Plan.Channels[0].Current
	}},
	{"a best channel by the prior", func(r *Results) {
		for i := range r.Channels.Channels {
			c := &r.Channels.Channels[i]
			c.BestROAS = 0
			c.ROAS.Evidence = &typed.Evidence{Tier: typed.PriorDriven, Overlap: 0.95, Width: 1.02}
		}
		r.Channels.Channels[1].BestROAS = 0.997
	}},
	{"everything from the data", func(r *Results) {
		for i := range r.Channels.Channels {
			c := &r.Channels.Channels[i]
			c.ROAS.Evidence = &typed.Evidence{Tier: typed.DataDriven, Overlap: 0.1, Width: 0.1}
		}
		r.Base.Media.Evidence.Tier = typed.DataDriven
		r.Channels.Channels[6].BestROAS = 0.62
	}},
	{"a bad forecast", func(r *Results) {
		r.Forecast.Test.CRPS, r.Forecast.Test.Coverage94 = 25e6, 0.5
	}},
	{"no currency", func(r *Results) {
		r.Plan.Currency, r.Channels.Currency, r.Base.Currency, r.Forecast.Currency = "", "", "", ""
	}},
}

func TestTheSummaryIsCarefulInEveryCase(t *testing.T) {
	var b strings.Builder
	for _, c := range cases {
		r := samples(t)
		c.change(&r)
		fmt.Fprintf(&b, "# %s: %s\n%s", c.name, r.Grade(), text([]Section{{Title: r.Subtitle(), Blocks: r.summary()}}))
		all := text(r.Sections())
		for _, bad := range []string{"NaN", "Inf", "  )", "..", "()", "1 channels", "1_channels", "%!", "0_of", "-0", "−0 ", "−0_"} {
			if strings.Contains(all, bad) {
				t.Errorf("%s: %q in\n%s", c.name, bad, all)
			}
		}
	}
	golden(t, "summaries.txt", b.String())
}

// Whatever is uncertain in the plan must be said in the lines that are read
// first.
func TestEveryHeadlineCarriesItsDoubt(t *testing.T) {
	r := samples(t)
	summary := text([]Section{{Blocks: r.summary()}})
	for _, want := range []string{"probability that it beats today's budget is 91_%", "with a probability of 38_%", "94_% interval", "before the data it was", "on the prior more than on the data"} {
		if !strings.Contains(summary, want) {
			t.Errorf("no %q in\n%s", want, summary)
		}
	}
}
