package brief

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/budget"
	"mixmodel/mmm/saturation"
)

// weights and curve are the tables in the documentation of typed.Simulator,
// word by word.
func weights(a typed.Adstock, p []float64) []float64 {
	w, n := make([]float64, a.Lags), float64(a.Lags)
	density := func(x float64) float64 {
		lam, k := p[0], p[1]
		return k / lam * math.Pow(x/lam, k-1) * math.Exp(-math.Pow(x/lam, k))
	}
	least, most := math.Inf(1), math.Inf(-1)
	if a.Name == "weibull-pdf" {
		for l := range w {
			least, most = math.Min(least, density(float64(l)+1)), math.Max(most, density(float64(l)+1))
		}
	}
	sum := 0.0
	for l := range w {
		x := float64(l)
		switch a.Name {
		case "geometric":
			w[l] = math.Pow(p[0], x)
		case "delayed":
			w[l] = math.Pow(p[0], (x-p[1])*(x-p[1]))
		case "binomial":
			w[l] = math.Pow(1-x/(n+1), 1/p[0]-1)
		case "weibull-pdf":
			w[l] = (density(x+1) - least) / (most - least)
		case "weibull-cdf":
			w[l] = 1
			for i := 1.0; i <= x; i++ {
				w[l] *= math.Exp(-math.Pow(i/p[0], p[1]))
			}
		case "none":
			w[l] = 1
		}
		sum += w[l]
	}
	for l := range w {
		if a.Normalized {
			w[l] /= sum
		}
	}
	return w
}

func curve(name string, x float64, p []float64) float64 {
	s := func(u float64) float64 { return 1 / (1 + math.Exp(-u)) }
	switch name {
	case "logistic":
		return p[0] * math.Tanh(p[1]*x/2)
	case "inverse-scaled-logistic":
		return p[0] * math.Tanh(x*math.Log(3)/(2*p[1]))
	case "tanh":
		return p[0] * math.Tanh(x/(p[0]*p[1]))
	case "tanh-baselined":
		return p[0] * p[2] * p[1] * math.Tanh(x*math.Atanh(p[3])/p[1]) / p[3]
	case "michaelis-menten":
		return p[0] * x / (p[1] + x)
	case "hill":
		return p[0] * math.Pow(x, p[1]) / (math.Pow(p[2], p[1]) + math.Pow(x, p[1]))
	case "hill-sigmoid":
		return p[0] * (s(p[1]*(x-p[2])) - s(-p[1]*p[2]))
	case "root":
		return p[0] * math.Pow(x, p[1])
	case "log":
		return p[0] * math.Log1p(x)
	}
	return p[0] * x // none
}

// recompute is what all channels bring per draw, by the documented formula.
func recompute(s typed.Simulator, spend []float64) []float64 {
	at := func(lists []typed.Floats, d int) (p []float64) {
		for _, x := range lists {
			p = append(p, float64(x[d]))
		}
		return p
	}
	out := make([]float64, s.Draws)
	h, l := s.Periods, s.Adstock.Lags
	for d := range out {
		for c, x := range s.Channels {
			w, theta := weights(s.Adstock, at(x.Adstock, d)), at(x.Saturation, d)
			for t := range h + l - 1 {
				q := 0.0
				for i := max(0, t-h+1); i <= min(t, l-1); i++ {
					q += w[i]
				}
				out[d] += s.SalesScale * curve(s.Saturation, q*spend[c]/x.SpendScale, theta)
			}
		}
	}
	return out
}

// TestTheDocumentedFormulaIsTheEngines recomputes random plans for each
// adstock and each saturation, on draws from the prior: mean and interval
// agree to 1e-9, and what float32 does to the draws to 1e-5.
func TestTheDocumentedFormulaIsTheEngines(t *testing.T) {
	train := caseStudy().train
	rng := rand.New(rand.NewPCG(3, 4))
	stocks := []mmm.Adstock{adstock.Geometric{MaxLag: 5}, adstock.Delayed{MaxLag: 7}, adstock.Binomial{MaxLag: 4}, adstock.WeibullPDF{MaxLag: 6}, adstock.WeibullCDF{MaxLag: 5, Raw: true}, adstock.None{}}
	curves := []mmm.Saturation{saturation.Logistic{}, saturation.InverseScaledLogistic{}, saturation.Tanh{}, saturation.TanhBaselined{}, saturation.MichaelisMenten{},
		saturation.Hill{}, saturation.HillSigmoid{}, saturation.Root{}, saturation.Log{}, saturation.None{}}
	if len(stocks) != len(typed.AdstockParameters) || len(curves) != len(typed.SaturationParameters) {
		t.Fatalf("%d adstocks and %d curves, want all", len(stocks), len(curves))
	}
	compared := 0
	for i, curve := range curves {
		m := mmm.Model{Adstock: stocks[i%len(stocks)], Saturation: curve}
		d := mmm.Must(m.PriorDraws(train, 60, uint64(i)))
		periods := []int{26, 3}[i%2] // longer and shorter than the kernel
		p := mmm.Must(budget.Optimize(d, budget.Options{Periods: periods, Within: 0.3}))
		s := mmm.Must(Study{Posterior: d}.Simulator(p))
		engine := mmm.Must(Engine(d, s))
		for range 5 {
			spend := slices.Clone(p.Current)
			for c := range spend {
				spend[c] *= 2 * rng.Float64()
			}
			got, want, exact := estimate(recompute(s, spend)), estimate(total(engine.PerDraw(spend))), estimate(total(p.Curves().PerDraw(spend)))
			for _, pair := range [][3]float64{{got.Mean, want.Mean, exact.Mean}, {got.Low, want.Low, exact.Low}, {got.High, want.High, exact.High}} {
				if !close(pair[0], pair[1], 9) || !close(pair[1], pair[2], 5) {
					t.Errorf("%T, %T, %d periods: formula %v, engine %v, engine at the unrounded draws %v", m.Adstock, curve, periods, pair[0], pair[1], pair[2])
				}
				compared++
			}
		}
	}
	if compared != 150 {
		t.Errorf("compared %d numbers, want 150", compared)
	}
}

// TestASimulatorIsAsSureAsItsFit compares 500 draws with all of them.
func TestASimulatorIsAsSureAsItsFit(t *testing.T) {
	c := caseStudy()
	s := mmm.Must(study().Simulator(c.plan))
	all := estimate(total(c.plan.Curves().PerDraw(c.plan.Spend)))
	got := s.Scenarios[1].Response
	if math.Abs(got.Mean-all.Mean) > 0.2*all.SD || math.Abs(got.SD/all.SD-1) > 0.15 {
		t.Errorf("the optimal plan brings %v, by all draws %v", got, all)
	}
	if s.Scenarios[0].BeatsCurrent != 0 || s.Scenarios[4].BeatsCurrent != 1 {
		t.Errorf("today's plan beats itself with %v, 20 %% more with %v", s.Scenarios[0].BeatsCurrent, s.Scenarios[4].BeatsCurrent)
	}
}

type ownCurve struct{ saturation.Logistic }

func TestASimulatorOfAnUnknownCurveIsAnError(t *testing.T) {
	train := caseStudy().train
	d := mmm.Must(mmm.Model{Saturation: ownCurve{}}.PriorDraws(train, 20, 1))
	p := mmm.Must(budget.Optimize(d, budget.Options{Periods: 4}))
	if _, err := (Study{Posterior: d}).Simulator(p); err == nil {
		t.Error("got no error")
	}
}
