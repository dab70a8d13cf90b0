package plot

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"mixmodel/mmm"
)

// odd are values a figure has to survive, for every place where a number is
// taken.
var odd = map[string]func(i int) float64{
	"zero":     func(int) float64 { return 0 },
	"constant": func(int) float64 { return 7 },
	"negative": func(i int) float64 { return -float64(i) - 1 },
	"huge":     func(i int) float64 { return 1e15 * float64(i+1) },
	"tiny":     func(i int) float64 { return 1e-12 * float64(i) },
	"NaN":      func(i int) float64 { return []float64{math.NaN(), 1, 3}[i%3] },
	"all NaN":  func(int) float64 { return math.NaN() },
	"infinite": func(i int) float64 { return []float64{math.Inf(1), 1, math.Inf(-1), 2}[i%4] },
	"one peak": func(i int) float64 { return []float64{1e9, 0, 0, 0, 0, 0, 0, 0}[i%8] },
}

// oddFigures draws every figure from f, with the given numbers of periods and
// channels.
func oddFigures(f func(i int) float64, periods, nChannels int) map[string]*Figure {
	row := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = f(i)
		}
		return x
	}
	rows := func(n, m int) [][]float64 {
		x := make([][]float64, n)
		for i := range x {
			x[i] = row(m)
		}
		return x
	}
	var names []string
	for i := range nChannels {
		names = append(names, fmt.Sprintf("Channel with a long name %d", i+1))
	}
	dates := weeks("2020-01-05", periods)
	band := func(name string) mmm.Band {
		b := mmm.Band{Name: name, Dates: dates, Mean: row(periods)}
		for i := range periods {
			b.HDI50 = append(b.HDI50, [2]float64{f(i), f(i)})
			b.HDI94 = append(b.HDI94, [2]float64{f(i), f(i)})
		}
		return b
	}
	var bands []mmm.Band
	var curves []mmm.Curve
	for _, n := range names {
		b := band(n)
		bands = append(bands, b)
		curves = append(curves, mmm.Curve{Channel: n, Spend: row(periods), Mean: b.Mean, HDI50: b.HDI50, HDI94: b.HDI94})
	}
	by := mmm.ByChannel{Name: "quantity", Unit: "unit", Channels: names, Draws: rows(nChannels, 30)}
	grid := mmm.Grid{Factors: []float64{0, 1, 1.5}, Channels: names, Spend: rows(3, nChannels)}
	var weights [][]mmm.Estimate
	for range 3 {
		grid.Estimates = append(grid.Estimates, by.Estimates())
	}
	for range names {
		weights = append(weights, by.Estimates()[:1])
	}
	var bars []mmm.WaterfallBar
	for i, n := range names {
		bars = append(bars, mmm.WaterfallBar{Name: n, Value: f(i)})
	}
	var traces [][][]float64
	for range names {
		traces = append(traces, rows(2, 20))
	}
	var o Options
	amounts := row(nChannels)
	out := map[string]*Figure{
		"Sales":                    Sales(dates, row(periods), o),
		"TotalSpend":               TotalSpend(names, amounts, o),
		"WeeklySpend":              WeeklySpend(names, amounts, o),
		"SpendSeries":              SpendSeries(dates, names, rows(nChannels, periods), o),
		"SpendVsSales":             SpendVsSales(dates, names, rows(nChannels, periods), row(periods), o),
		"PriorPredictive":          PriorPredictive(band("x"), row(periods), o),
		"Predictive":               Predictive(band("x"), row(periods), o),
		"OutOfSample":              OutOfSample(band("x"), row(periods), o),
		"InAndOutOfSample":         InAndOutOfSample(band("x"), band("x"), row(periods), row(periods), o),
		"Errors":                   Errors(band("x"), o),
		"Forest":                   Forest(by, ForestOptions{Prior: by, Marks: amounts, ReferenceName: "reference"}),
		"ShareVsROAS":              ShareVsROAS(by, by, amounts, o),
		"Trace":                    Trace([]TraceBlock{{Name: "block", Params: names, Draws: traces}, {Name: "single", Draws: traces[:1]}}, o),
		"Components":               Components(bands, row(periods), o),
		"Waterfall":                Waterfall(bars, names, o),
		"DirectContribution":       DirectContribution(curves, rows(nChannels, periods), bands, o),
		"GridRelative":             GridRelative(grid, o),
		"GridAbsolute":             GridAbsolute(grid, o),
		"Carryover":                Carryover(names, weights, o),
		"CRPS":                     CRPS([]ScoreBar{{Name: "a", Value: f(0)}, {Name: "b", Value: f(1), Hollow: true}}, o),
		"Contributions":            Contributions(bands, rows(nChannels, periods), o),
		"OutOfSampleContributions": OutOfSampleContributions(bands, o),
		"AllocatedContributions":   AllocatedContributions(bands, bands, o),
		"WeeklySpendChange":        WeeklySpendChange(names, amounts, amounts, ChangeOptions{}),
		"Allocation":               Allocation(names, amounts, amounts, amounts, amounts, o),
		"ResponseVsSpend":          ResponseVsSpend(names, amounts, by, o),
		"PlanComparison":           PlanComparison(band("x"), band("x"), PlanOptions{Difference: band("d"), Transient: 1}),
		"Difference":               Difference(mmm.Quantity{Draws: row(50)}, DifferenceOptions{}),
	}
	if periods > 1 {
		out["Split"] = Split(dates, row(periods), periods-1, o)
	}
	return out
}

func TestOddInputIsDrawnWithoutPanicOrNaN(t *testing.T) {
	checked := 0
	for what, f := range odd {
		for _, size := range [][2]int{{1, 1}, {2, 12}, {30, 7}} {
			for name, fig := range oddFigures(f, size[0], size[1]) {
				checked++
				id := fmt.Sprintf("%s of %s values, %d periods, %d channels", name, what, size[0], size[1])
				svg := fig.SVG()
				if i := bytes.Index(svg, []byte("NaN")); i >= 0 {
					t.Errorf("%s: ...%s...", id, svg[max(0, i-60):i+20])
				}
				if bytes.Contains(svg, []byte("Inf")) {
					t.Errorf("%s contains Inf", id)
				}
				for _, b := range read(t, id, svg).texts {
					if b.x0 < 0 || b.x1 > float64(figureWidth) {
						t.Errorf("%s: %q reaches from %.0f to %.0f", id, b.s, b.x0, b.x1)
					}
				}
			}
		}
	}
	if checked < 700 {
		t.Errorf("checked %d figures", checked)
	}
}

func TestWrongShapesPanicWithAClearMessage(t *testing.T) {
	day := []time.Time{time.Unix(0, 0)}
	for want, call := range map[string]func(){
		"plot: Sales: sales has length 2 (want 1)":             func() { Sales(day, []float64{1, 2}, Options{}) },
		"plot: Sales: sales is empty":                          func() { Sales(nil, nil, Options{}) },
		"plot: Split: train is 1 (want 1 to 0)":                func() { Split(day, []float64{1}, 1, Options{}) },
		"plot: SpendSeries: spend has length 0 (want 1)":       func() { SpendSeries(day, []string{"a"}, nil, Options{}) },
		"plot: SpendSeries: spend[0] has length 0 (want 1)":    func() { SpendSeries(day, []string{"a"}, [][]float64{{}}, Options{}) },
		"plot: Predictive: pred.Mean has length 0 (want 1)":    func() { Predictive(mmm.Band{Dates: day}, nil, Options{}) },
		"plot: Forest: q.Channels is empty":                    func() { Forest(mmm.ByChannel{}, ForestOptions{}) },
		"plot: Difference: q.Draws is empty":                   func() { Difference(mmm.Quantity{}, DifferenceOptions{}) },
		"plot: Allocation: lower has length 0 (want 1)":        func() { Allocation([]string{"a"}, []float64{1}, []float64{1}, nil, []float64{2}, Options{}) },
		"plot: Trace: blocks is empty":                         func() { Trace(nil, Options{}) },
		"plot: Trace: Params of block b has length 0 (want 2)": func() { Trace([]TraceBlock{{Name: "b", Draws: make([][][]float64, 2)}}, Options{}) },
		"plot: CRPS: scores is empty":                          func() { CRPS(nil, Options{}) },
		"plot: Carryover: weights has length 0 (want 1)":       func() { Carryover([]string{"a"}, nil, Options{}) },
		"plot: GridRelative: g.Spend has length 0 (want 1)":    func() { GridRelative(mmm.Grid{Factors: []float64{1}, Channels: []string{"a"}}, Options{}) },
		"plot: DirectContribution: Mean of a has length 0 (want 1)": func() {
			DirectContribution([]mmm.Curve{{Channel: "a", Spend: []float64{1}}}, nil, nil, Options{})
		},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != want {
					t.Errorf("got %q (want %q)", got, want)
				}
			}()
			call()
		}()
	}
}

func TestTextIsEscaped(t *testing.T) {
	f := TotalSpend([]string{`<script>"R&D"`}, []float64{1}, Options{Title: "a < b & c"})
	if svg := string(f.SVG()); strings.Contains(svg, "<script>") || !strings.Contains(svg, "a &lt; b &amp; c") {
		t.Error(svg)
	}
}

func TestCurrencyAndTargetAppear(t *testing.T) {
	f := Sales(weeks("2020-01-05", 3), []float64{1e6, 2e6, 3e6}, Options{Currency: "€", Target: "orders", Caption: "Own words."})
	if svg := string(f.SVG()); !strings.Contains(svg, "€2") || !strings.Contains(svg, "Orders over time") || f.Caption() != "Own words." {
		t.Error(svg, f.Caption())
	}
}

func TestSVGReturnsACopy(t *testing.T) {
	f := TotalSpend([]string{"a"}, []float64{1}, Options{})
	f.SVG()[0] = 'x'
	if f.SVG()[0] != '<' {
		t.Error("a caller can change the figure")
	}
}
