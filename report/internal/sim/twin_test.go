package sim

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/floats"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/saturation"
)

// This file makes simulators and, beside them, the same draws in the model
// library: the two must agree on every plan.

// pair is a simulator with what it was made from.
type pair struct {
	s    typed.Simulator
	r    *mmm.Response
	most []float64 // largest spend, per channel

	today []float64 // what today's plan brings, per draw
}

var twinData = sync.OnceValue(func() *mmm.Data {
	return mmm.Must(mmm.ReadCSV("../../../testdata/case_study_twin.csv", mmm.Columns{
		Date: "wk_strt_dt", Target: "sales", Channels: []mmm.Channel{
			{Name: "Direct Mail", Column: "mdsp_dm"}, {Name: "Insert", Column: "mdsp_inst"}, {Name: "Newspaper", Column: "mdsp_nsp"},
			{Name: "Online Display", Column: "mdsp_on"}, {Name: "Radio", Column: "mdsp_audtr"}, {Name: "Social Media", Column: "mdsp_so"}, {Name: "TV", Column: "mdsp_vidtr"},
		},
	}))
})

// newPair draws parameters from the prior of a model and rounds them to what
// a simulator holds.
func newPair(t testing.TB, m mmm.Model, names [2]string, draws, periods int, seed uint64) pair {
	t.Helper()
	train := twinData()
	wide := mmm.Must(m.PriorDraws(train, draws, seed))
	rows := make([][]float64, draws)
	for _, name := range wide.Names() {
		for d, v := range wide.Parameter(name)[0] {
			rows[d] = append(rows[d], float64(float32(v)))
		}
	}
	rounded := mmm.Must(m.NewDraws(train, [][][]float64{rows}))
	p := pair{r: rounded.Response(periods)}
	current := train.TotalSpend()
	floats.Scale(1/float64(train.Len()), current)
	optimal := slices.Clone(current)
	optimal[0], optimal[6] = 0.8*current[0], current[6]+0.2*current[0]
	p.s = typed.Simulator{
		ID: "simulator", Currency: "$", Step: "week", Periods: periods, Saturation: names[1], SalesScale: rounded.SalesScale(), Draws: draws, FullDraws: draws,
		Adstock: typed.Adstock{Name: names[0], Lags: m.Adstock.Len(), Normalized: true},
	}
	block := func(name string, c int) typed.Floats {
		var out typed.Floats
		for _, v := range rounded.Block(name)[c][0] {
			out = append(out, float32(v))
		}
		return out
	}
	for c, name := range train.Channels() {
		most := floats.Max(train.Spend(c))
		p.most = append(p.most, most)
		x := typed.SimulatorChannel{Name: name, Color: "#4477aa", SpendScale: rounded.SpendScale()[c], Current: current[c], Optimal: optimal[c],
			Lower: 0, Upper: 2 * current[c], MeanSpend: current[c], MaxSpend: most}
		for _, parameter := range typed.AdstockParameters[names[0]] {
			x.Adstock = append(x.Adstock, block("adstock_"+parameter, c))
		}
		for _, parameter := range typed.SaturationParameters[names[1]] {
			x.Saturation = append(x.Saturation, block("saturation_"+parameter, c))
		}
		p.s.Channels = append(p.s.Channels, x)
	}
	p.today = p.totals(current)
	p.s.Scenarios = []typed.Scenario{p.scenario("current", "today's plan", current), p.scenario("optimal", "the recommended plan", optimal)}
	if err := p.s.Validate(); err != nil {
		t.Fatal(err)
	}
	return p
}

// totals are what a plan brings, per draw, by the model library.
func (p pair) totals(plan []float64) []float64 {
	sum := make([]float64, p.s.Draws)
	for _, v := range p.r.PerDraw(plan).Draws {
		floats.Add(sum, v)
	}
	return sum
}

func (p pair) scenario(id, name string, plan []float64) typed.Scenario {
	x := typed.Scenario{ID: id, Name: name, Spend: plan}
	draws, beats := p.totals(plan), 0.0
	for d, v := range p.today {
		if draws[d] > v {
			beats++
		}
	}
	e := mmm.Summarize(draws)
	x.Response = typed.Estimate{Mean: e.Mean, SD: e.SD, Low: e.HDI94[0], High: e.HDI94[1], Prob: 0.94}
	x.BeatsCurrent = beats / float64(len(draws))
	return x
}

// randomPlans are plans from nothing to three times the largest spend.
func (p pair) randomPlans(n int, seed uint64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 1))
	out := make([][]float64, n)
	for i := range out {
		for _, most := range p.most {
			b := most * math.Exp(rng.Float64()*math.Log(300)) / 100
			if rng.Float64() < 0.1 {
				b = 0
			}
			out[i] = append(out[i], b)
		}
	}
	return out
}

// caseStudy is the model of the case study with 500 draws.
func caseStudy(t testing.TB) pair {
	return newPair(t, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.Logistic{}}, [2]string{"geometric", "logistic"}, 500, 26, 7)
}

// kinds are all adstocks with one saturation, and all saturations with one
// adstock.
var kinds = []struct {
	names [2]string
	model mmm.Model
}{
	{[2]string{"geometric", "logistic"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.Logistic{}}},
	{[2]string{"delayed", "logistic"}, mmm.Model{Adstock: adstock.Delayed{MaxLag: 7}, Saturation: saturation.Logistic{}}},
	{[2]string{"binomial", "logistic"}, mmm.Model{Adstock: adstock.Binomial{MaxLag: 4}, Saturation: saturation.Logistic{}}},
	{[2]string{"weibull-pdf", "logistic"}, mmm.Model{Adstock: adstock.WeibullPDF{MaxLag: 9}, Saturation: saturation.Logistic{}}},
	{[2]string{"weibull-cdf", "logistic"}, mmm.Model{Adstock: adstock.WeibullCDF{MaxLag: 5}, Saturation: saturation.Logistic{}}},
	{[2]string{"none", "logistic"}, mmm.Model{Adstock: adstock.None{}, Saturation: saturation.Logistic{}}},
	{[2]string{"geometric", "inverse-scaled-logistic"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.InverseScaledLogistic{}}},
	{[2]string{"geometric", "tanh"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.Tanh{}}},
	{[2]string{"geometric", "tanh-baselined"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.TanhBaselined{}}},
	{[2]string{"geometric", "michaelis-menten"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.MichaelisMenten{}}},
	{[2]string{"geometric", "hill"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.Hill{}}},
	{[2]string{"geometric", "hill-sigmoid"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.HillSigmoid{}}},
	{[2]string{"geometric", "root"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.Root{}}},
	{[2]string{"geometric", "log"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.Log{}}},
	{[2]string{"geometric", "none"}, mmm.Model{Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.None{}}},
}
