package plot

import (
	"math"
	"time"

	"mixmodel/mmm"
)

// noise is a small generator whose numbers depend on nothing but its state:
// multiples of 2^-16, sums of which are exact.
type noise uint32

func (n *noise) uniform() float64 {
	*n = *n*1664525 + 1013904223
	return float64(*n>>16) / 65536
}

// bell is roughly normal: mean 0, standard deviation 1.
func (n *noise) bell() float64 {
	s := 0.0
	for range 12 {
		s += n.uniform()
	}
	return s - 6
}

var channels = []string{"Direct Mail", "Insert", "Radio", "TV"}

func weeks(from string, n int) []time.Time {
	t, err := time.Parse("2006-01-02", from)
	if err != nil {
		panic(err)
	}
	out := make([]time.Time, n)
	for i := range out {
		out[i] = t.AddDate(0, 0, 7*i)
	}
	return out
}

// study is made-up input for all figures: 60 weeks to learn from and 12 to
// predict.
type study struct {
	dates, later     []time.Time
	sales, laterSale []float64
	spend            [][]float64 // [channel][period]
	total, share     []float64
	draws            int
	rng              noise
}

func newStudy() *study {
	s := &study{dates: weeks("2016-09-04", 60), later: weeks("2017-10-29", 12), draws: 120, rng: 7}
	for t := range 72 {
		level := 100e6 + 6e6*s.rng.bell() + 40e6/float64(1+(t-15)*(t-15)/4)
		if t < 60 {
			s.sales = append(s.sales, level)
		} else {
			s.laterSale = append(s.laterSale, level)
		}
	}
	for c := range channels {
		var x []float64
		for range s.dates {
			x = append(x, float64(int(1000*s.rng.uniform()*float64(400-90*c))))
		}
		s.spend = append(s.spend, x)
		s.total = append(s.total, total(x))
	}
	for _, v := range s.total {
		s.share = append(s.share, v/total(s.total))
	}
	return s
}

// chance returns draws around mean, not below floor.
func (s *study) chance(mean, sd, floor float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = max(floor, mean+sd*s.rng.bell())
	}
	return out
}

func (s *study) band(name string, dates []time.Time, mean func(t int) float64, sd float64) mmm.Band {
	b := mmm.Band{Name: name, Unit: "sales", Dates: dates}
	for t := range dates {
		e := mmm.Summarize(s.chance(mean(t), sd, math.Inf(-1), s.draws))
		b.Mean = append(b.Mean, e.Mean)
		b.HDI50 = append(b.HDI50, e.HDI50)
		b.HDI94 = append(b.HDI94, e.HDI94)
	}
	return b
}

func (s *study) fitted(dates []time.Time, y []float64) mmm.Band {
	return s.band("sales", dates, func(t int) float64 { return y[t] + 4e6*s.rng.bell() }, 8e6)
}

func (s *study) byChannel(name, unit string, mean, sd float64) mmm.ByChannel {
	b := mmm.ByChannel{Name: name, Unit: unit, Channels: channels}
	for c := range channels {
		b.Draws = append(b.Draws, s.chance(mean*float64(c+1), sd*float64(c+1), 0, s.draws))
	}
	return b
}

func (s *study) perChannel(dates []time.Time, height float64) []mmm.Band {
	var out []mmm.Band
	for c, name := range channels {
		out = append(out, s.band(name, dates, func(int) float64 { return height * float64(4-c) }, height/3))
	}
	return out
}

func (s *study) curves() []mmm.Curve {
	var out []mmm.Curve
	for c, name := range channels {
		cu := mmm.Curve{Channel: name, Unit: "sales per period"}
		for i := range 20 {
			x := float64(i) / 19
			m := 9e6 * x / (0.5 + x) / float64(c+1)
			cu.Spend = append(cu.Spend, x*float64(400e3-90e3*c))
			cu.Mean = append(cu.Mean, m)
			cu.HDI50 = append(cu.HDI50, [2]float64{0.7 * m, 1.2 * m})
			cu.HDI94 = append(cu.HDI94, [2]float64{0.1 * m, 2 * m})
		}
		out = append(out, cu)
	}
	return out
}

func (s *study) grid() mmm.Grid {
	g := mmm.Grid{Channels: channels}
	for i := range 7 {
		f := float64(i) / 4
		var spend []float64
		var es []mmm.Estimate
		for c := range channels {
			m := 200e6 * f / (0.6 + f) / float64(c+1)
			spend = append(spend, f*s.total[c])
			es = append(es, mmm.Estimate{Mean: m, Median: m, HDI50: [2]float64{0.8 * m, 1.1 * m}, HDI94: [2]float64{0.2 * m, 1.7 * m}})
		}
		g.Factors = append(g.Factors, f)
		g.Spend = append(g.Spend, spend)
		g.Estimates = append(g.Estimates, es)
	}
	return g
}

func (s *study) chains(mean, sd float64) [][]float64 {
	out := make([][]float64, 3)
	for m := range out {
		out[m] = s.chance(mean, sd, math.Inf(-1), 200)
	}
	return out
}

func (s *study) blocks() []TraceBlock {
	alpha := TraceBlock{Name: "alpha", Params: channels, Channels: true}
	for range channels {
		x := s.chains(0.4, 0.2)
		for _, chain := range x {
			for i, v := range chain {
				chain[i] = math.Abs(v)
			}
		}
		alpha.Draws = append(alpha.Draws, x)
	}
	return []TraceBlock{{Name: "intercept", Draws: [][][]float64{s.chains(0.2, 0.03)}}, alpha}
}

func (s *study) weights() [][]mmm.Estimate {
	var out [][]mmm.Estimate
	for range channels {
		var es []mmm.Estimate
		for l := range 5 {
			m := []float64{0.5, 0.25, 0.125, 0.0625, 0.0625}[l]
			es = append(es, mmm.Estimate{Mean: m, HDI94: [2]float64{0.7 * m, 1.3 * m}})
		}
		out = append(out, es)
	}
	return out
}

var steps = []mmm.WaterfallBar{
	{Name: "holidays", Group: mmm.GroupControl, Value: -300e6}, {Name: "Insert", Group: mmm.GroupChannel, Value: 200e6},
	{Name: "yearly seasonality", Group: mmm.GroupSeasonality, Value: 150e6}, {Name: "Direct Mail", Group: mmm.GroupChannel, Value: 900e6},
	{Name: "TV", Group: mmm.GroupChannel, Value: 400e6}, {Name: "Radio", Group: mmm.GroupChannel, Value: 100e6},
	{Name: "intercept", Group: mmm.GroupIntercept, Value: 4.1e9},
}

// figures draws every figure of the package, by the name of its golden file.
// Functions that are drawn with several options have several entries.
func figures() map[string]*Figure {
	s := newStudy()
	train, test := s.fitted(s.dates, s.sales), s.fitted(s.later, s.laterSale)
	flat := func(v float64) func(int) float64 { return func(int) float64 { return v } }
	wave := func(t int) float64 { return 12e6 * math.Round(100*math.Sin(float64(t)/8)) / 100 }
	mean := []float64{250e3, 150e3, 80e3, 40e3}
	best := []float64{125e3, 225e3, 120e3, 50e3}
	difference := mmm.Quantity{Name: "relative difference of media contribution", Draws: s.chance(0.1, 0.08, -1, 400)}
	var truth [][]float64
	for c := range channels {
		truth = append(truth, s.chance(2e6*float64(4-c), 2e5, 0, len(s.dates)))
	}
	dollars := Options{Currency: "$"}
	return map[string]*Figure{
		"Sales":                    Sales(s.dates, s.sales, Options{}),
		"Sales_dollars":            Sales(s.dates, s.sales, Options{Title: "Revenue", Currency: "$", Target: "revenue"}),
		"Split":                    Split(s.dates, s.sales, 48, Options{}),
		"TotalSpend":               TotalSpend(channels, s.total, dollars),
		"SpendSeries":              SpendSeries(s.dates, channels, s.spend, Options{}),
		"SpendVsSales":             SpendVsSales(s.dates, channels, s.spend, s.sales, Options{}),
		"PriorPredictive":          PriorPredictive(s.band("sales", s.dates, flat(300e6), 150e6), s.sales, Options{}),
		"Predictive":               Predictive(train, s.sales, Options{}),
		"InAndOutOfSample":         InAndOutOfSample(train, test, s.sales, s.laterSale, Options{}),
		"OutOfSample":              OutOfSample(test, s.laterSale, Options{}),
		"Errors":                   Errors(s.band("error", s.dates, func(t int) float64 { return s.sales[t] - 100e6 }, 6e6), Options{}),
		"Forest":                   Forest(s.byChannel("ROAS", "sales per unit of spend", 8, 3), ForestOptions{Reference: 1, ReferenceName: "1: pays for itself"}),
		"Forest_prior_and_truth":   Forest(s.byChannel("share of media", "fraction", 0.1, 0.02), ForestOptions{Percent: true, Prior: s.byChannel("share", "fraction", 0.1, 0.08), Marks: []float64{0.12, 0.19, 0.3, 0.36}}),
		"ShareVsROAS":              ShareVsROAS(s.byChannel("share", "fraction", 0.1, 0.03), s.byChannel("ROAS", "sales per unit of spend", 8, 3), s.share, Options{}),
		"Trace":                    Trace(s.blocks(), Options{}),
		"Components":               Components([]mmm.Band{s.band("media", s.dates, flat(40e6), 5e6), s.band("yearly seasonality", s.dates, wave, 3e6), s.band("intercept", s.dates, flat(60e6), 4e6)}, s.sales, Options{}),
		"Waterfall":                Waterfall(steps, channels, Options{}),
		"DirectContribution":       DirectContribution(s.curves(), s.spend, s.perChannel(s.dates, 1e6), Options{}),
		"DirectContribution_alone": DirectContribution(s.curves(), nil, nil, Options{}),
		"GridRelative":             GridRelative(s.grid(), Options{}),
		"GridAbsolute":             GridAbsolute(s.grid(), Options{}),
		"Carryover":                Carryover(channels, s.weights(), Options{}),
		"CRPS":                     CRPS([]ScoreBar{{Name: "Training data", Value: 18e6}, {Name: "Test data", Value: 16.3e6}, {Name: "Training data", Note: "as printed elsewhere", Value: 110e6, Hollow: true}}, Options{}),
		"Contributions":            Contributions(s.perChannel(s.dates, 2e6), truth, Options{}),
		"OutOfSampleContributions": OutOfSampleContributions(s.perChannel(s.later, 2e6), Options{}),
		"AllocatedContributions":   AllocatedContributions(s.perChannel(s.later, 2e6), s.perChannel(s.later, 1.8e6), Options{}),
		"WeeklySpend":              WeeklySpend(channels, mean, Options{}),
		"WeeklySpendChange":        WeeklySpendChange(channels, mean, best, ChangeOptions{}),
		"Allocation":               Allocation(channels, mean, best, []float64{125e3, 75e3, 40e3, 20e3}, []float64{375e3, 225e3, 120e3, 60e3}, Options{}),
		"Allocation_free":          Allocation(channels, mean, best, nil, nil, Options{}),
		"ResponseVsSpend":          ResponseVsSpend(channels, mean, s.byChannel("contribution", "sales", 1e6, 3e5), Options{}),
		"PlanComparison":           PlanComparison(s.band("media contribution", s.later, flat(42e6), 10e6), s.band("media contribution", s.later, flat(35e6), 9e6), PlanOptions{Difference: s.band("difference", s.later, flat(7e6), 4e6), Transient: 4}),
		"PlanComparison_alone":     PlanComparison(s.band("sales", s.later, flat(42e6), 10e6), s.band("sales", s.later, flat(35e6), 9e6), PlanOptions{Optimal: "A", Naive: "B"}),
		"Difference":               Difference(difference, DifferenceOptions{Percent: true}),
		"Difference_money":         Difference(mmm.Quantity{Name: "gain", Unit: "sales per week", Draws: s.chance(5e6, 1e6, 0, 400)}, DifferenceOptions{Options: dollars}),
	}
}
