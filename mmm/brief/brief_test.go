package brief

import (
	"math"
	"strings"
	"sync"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/budget"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/saturation"
	"mixmodel/mmm/twin"
)

// caseModel is that of the case study.
func caseModel(train *mmm.Data) mmm.Model {
	return mmm.Model{
		Adstock:     adstock.Geometric{MaxLag: twin.MaxLag, Alpha: dist.Beta{Alpha: 1, Beta: 3}},
		Saturation:  saturation.Logistic{Beta: dist.HalfNormals(train.SpendShare()), Lambda: dist.Gamma{Alpha: 3, Beta: 1}},
		Seasonality: mmm.Fourier{Order: twin.Harmonics, Coefficients: dist.Laplace{B: 1}},
		Intercept:   dist.Normal{Mu: 0.2, Sigma: 0.05},
		Controls:    dist.Normal{Sigma: 1},
		Likelihood:  mmm.TruncatedNormal{Sigma: dist.HalfNormal{Sigma: 1}},
	}
}

// caseStudy is a short fit of the twin, and a plan.
var caseStudy = sync.OnceValue(func() (out struct {
	data, train, test *mmm.Data
	fit               *mmm.Fit
	plan              *budget.Plan
}) {
	data, _, err := twin.Generate(twin.Options{Seed: twin.CaseStudySeed})
	out.data = mmm.Must(data, err)
	out.train, out.test = mmm.Must2(out.data.HoldOut(twin.Weeks - twin.TrainWeeks))
	out.fit = mmm.Must(caseModel(out.train).Fit(out.train, nuts.Options{Chains: 4, Warmup: 500, Draws: 1000, TargetAccept: 0.9, Seed: 1}))
	out.plan = mmm.Must(budget.Optimize(out.fit.Draws, budget.Options{Periods: 26, Within: 0.5}))
	return out
})

var casePrior = sync.OnceValue(func() *mmm.Draws {
	c := caseStudy()
	return mmm.Must(c.fit.Model().PriorDraws(c.train, 1000, 2))
})

func study() Study { return Study{Posterior: caseStudy().fit.Draws, Prior: casePrior(), Currency: "$"} }

func TestEveryResultIsValidAndSmall(t *testing.T) {
	c, s := caseStudy(), study()
	forecast := mmm.Must(c.fit.Predict(c.test, mmm.PredictOptions{Seed: 1}))
	for _, v := range []typed.Value{
		s.Return(), s.MediaShare(), s.NextUnit(), s.Gain(c.plan), s.Channels(), s.Base(), s.Plan(c.plan), mmm.Must(s.Simulator(c.plan)),
		s.Forecast(c.fit.PredictTrain(mmm.PredictOptions{Seed: 1}), forecast), Diagnostics(c.fit), Manifest(c.fit, c.data),
	} {
		data, err := typed.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		if len(data) > 64_000 {
			t.Errorf("%s %s takes %d bytes, want at most 64,000", v.Kind(), v.Name(), len(data))
		}
		t.Logf("%s %s: %d bytes", v.Kind(), v.Name(), len(data))
	}
}

func close(a, b, digits float64) bool {
	return math.Abs(a-b) <= math.Pow(10, -digits)*math.Max(math.Abs(a), math.Abs(b))
}

func TestNumbersOfDifferentResultsReconcile(t *testing.T) {
	c, s := caseStudy(), study()
	channels, base, plan := s.Channels(), s.Base(), s.Plan(c.plan)
	contribution, share := 0.0, 0.0
	for _, x := range channels.Channels {
		contribution += x.Contribution.Mean
		share += x.MediaShare.Mean
		if !close(x.ROAS.Mean*x.Spend, x.Contribution.Mean, 9) {
			t.Errorf("%s: ROAS %v times spend %v is not contribution %v", x.Name, x.ROAS.Mean, x.Spend, x.Contribution.Mean)
		}
	}
	media := 0.0
	for _, p := range base.Parts {
		if p.Group == typed.GroupMedia {
			media = p.Mean
		}
	}
	for _, eq := range []struct {
		what string
		a, b float64
	}{
		{"contributions and media", contribution, media},
		{"shares and 1", share, 1},
		{"return times spend and media", s.Return().Mean * base.Spend, media},
		{"media share of base and its KPI", base.Media.Mean, s.MediaShare().Mean},
		{"gain of the plan and its KPI", plan.Gain.Mean, s.Gain(c.plan).Mean},
		{"P(plan beats today's) and its KPI", plan.BeatsCurrent, s.Gain(c.plan).Doubts[0].P},
		{"response to the plan and the optimizer's", plan.Planned.Mean, c.plan.TotalResponse()},
		{"marginal returns of the plan and the optimizer's", plan.Channels[0].MarginalReturn.Mean * 26, c.plan.Slope[0]},
	} {
		if !close(eq.a, eq.b, 9) {
			t.Errorf("%s: %v and %v", eq.what, eq.a, eq.b)
		}
	}
	// Season is what remains: it must be what the model says it is.
	for _, p := range base.Parts {
		if p.Group == typed.GroupSeason {
			for _, want := range c.fit.Decompose().Components {
				if want.Group == mmm.GroupSeasonality && !close(p.Mean, want.Total(), 6) {
					t.Errorf("season is %v, want %v", p.Mean, want.Total())
				}
			}
		}
	}
}

func TestAHeadlineCarriesItsDoubt(t *testing.T) {
	c, s := caseStudy(), study()
	want := map[string]string{"kpi-return": "best-channel", "kpi-media-share": "above-tenth", "kpi-next-unit": "best-channel", "kpi-gain": "plan-beats-today"}
	for _, k := range []typed.KPI{s.Return(), s.MediaShare(), s.NextUnit(), s.Gain(c.plan)} {
		found := false
		for _, d := range k.Doubts {
			found = found || d.ID == want[k.ID]
		}
		if !found {
			t.Errorf("%s has doubts %v, want %q among them", k.ID, k.Doubts, want[k.ID])
		}
		if k.ID != "kpi-gain" && (k.Prior == nil || k.Evidence == nil) {
			t.Errorf("%s has no prior beside it", k.ID)
		}
	}
}

func TestAGainSaysForWhichBudget(t *testing.T) {
	for _, x := range []struct {
		from, to float64
		want     string
	}{{100, 100, "of the same size"}, {100, 125, "larger by 25.0 %"}, {100, 80, "smaller by 20.0 %"}} {
		if got := budgetWords(x.from, x.to); !strings.HasSuffix(got, x.want) {
			t.Errorf("%v to %v: got %q, want %q at its end", x.from, x.to, got, x.want)
		}
	}
}

func TestAPoorFitIsNotOfDecisionGrade(t *testing.T) {
	c := caseStudy()
	good := Diagnostics(c.fit)
	if !good.DecisionGrade {
		t.Errorf("the case study's fit failed: %+v", good.Checks)
	}
	poor := Diagnostics(mmm.Must(caseModel(c.train).Fit(c.train, nuts.Options{Chains: 2, Warmup: 50, Draws: 20, Seed: 1})))
	failed := map[string]bool{}
	for _, check := range poor.Checks {
		failed[check.ID] = !check.Pass
	}
	if poor.DecisionGrade || !failed["r-hat"] || !failed["ess-bulk"] || !failed["ess-tail"] || len(poor.Warnings) == 0 {
		t.Errorf("40 draws passed: %+v", poor)
	}
	if err := poor.Validate(); err != nil {
		t.Error(err)
	}
}

func TestWhatCouldNotBeComputedFails(t *testing.T) {
	for _, c := range []typed.Check{{Value: math.NaN(), Want: typed.AtMost, Limit: 1}, {Value: math.NaN(), Want: typed.AtLeast, Limit: 1}, {Value: math.Inf(1), Want: typed.AtLeast, Limit: 1}} {
		if got := judged(c); got.Pass || math.IsNaN(got.Value) || math.IsInf(got.Value, 0) {
			t.Errorf("%+v gave %+v", c, got)
		}
	}
}

func TestTheManifestTellsNoPaths(t *testing.T) {
	for in, want := range map[string]string{"/home/ann/secret/sales.csv": "sales.csv", `C:\Users\ann\sales.csv`: "sales.csv", "https://x.org/a/sales.csv?token=1": "sales.csv", "twin of seed 1": "twin of seed 1"} {
		if got := fileName(in); got != want {
			t.Errorf("%s gave %s, want %s", in, got, want)
		}
	}
	c := caseStudy()
	m := Manifest(c.fit, c.data)
	if m.Data.SHA256 != c.data.Fingerprint() || m.Sampler.Seed != "1" || m.Data.Train != twin.TrainWeeks {
		t.Errorf("got %+v", m)
	}
	var priors []string
	for _, e := range m.Priors {
		priors = append(priors, e.Name+" "+e.Text)
	}
	all := strings.Join(priors, "\n")
	for _, want := range []string{"saturation_lam Gamma(alpha=3, beta=1)", "saturation_beta[TV] HalfNormal", "adstock_alpha Beta(alpha=1, beta=3)"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q among the priors:\n%s", want, all)
		}
	}
}

func TestHalfSaturationIsHalfOfTheCeiling(t *testing.T) {
	checked := 0
	for _, x := range []struct {
		s     mmm.Saturation
		theta []float64
	}{
		{saturation.Logistic{}, []float64{2, 3}}, {saturation.InverseScaledLogistic{}, []float64{2, 0.4}}, {saturation.Tanh{}, []float64{2, 0.7}},
		{saturation.TanhBaselined{}, []float64{2, 0.5, 0.8, 0.6}}, {saturation.MichaelisMenten{}, []float64{2, 0.4}},
		{saturation.Hill{}, []float64{2, 1.7, 0.4}}, {saturation.HillSigmoid{}, []float64{2, 5, 0.4}},
	} {
		half, ceiling, ok := halfSaturation(x.s, x.theta)
		y := make([]float64, 2)
		x.s.Curve(y, nil, nil, []float64{half, 1e9}, x.theta)
		if !ok || !close(y[0], ceiling/2, 9) || !close(y[1], ceiling, 6) {
			t.Errorf("%T: %v at half-saturation, %v far out, want half of %v and %v", x.s, y[0], y[1], ceiling, ceiling)
		}
		checked++
	}
	for _, s := range []mmm.Saturation{saturation.Root{}, saturation.Log{}, saturation.None{}} {
		if _, _, ok := halfSaturation(s, []float64{1, 1}); ok {
			t.Errorf("%T has no ceiling", s)
		}
		checked++
	}
	if checked != len(typed.SaturationParameters) {
		t.Errorf("checked %d of %d curves", checked, len(typed.SaturationParameters))
	}
}
