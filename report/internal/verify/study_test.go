package verify

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	study "mixmodel/mmm/brief"
	"mixmodel/mmm/budget"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/saturation"
	"mixmodel/mmm/twin"
	"mixmodel/report/internal/sim"
	"mixmodel/report/internal/source"
)

// results are what the case study shows, from a short fit of its twin.
var caseStudy = sync.OnceValue(func() []typed.Value {
	data, _, err := twin.Generate(twin.Options{Seed: twin.CaseStudySeed})
	all := mmm.Must(data, err)
	train, test := mmm.Must2(all.HoldOut(twin.Weeks - twin.TrainWeeks))
	model := mmm.Model{
		Adstock:     adstock.Geometric{MaxLag: twin.MaxLag},
		Saturation:  saturation.Logistic{Beta: dist.HalfNormals(train.SpendShare())},
		Seasonality: mmm.Fourier{Order: twin.Harmonics},
		Intercept:   dist.Normal{Mu: 0.2, Sigma: 0.05},
		Controls:    dist.Normal{Sigma: 1},
		Likelihood:  mmm.TruncatedNormal{},
	}
	fit := mmm.Must(model.Fit(train, nuts.Options{Chains: 2, Warmup: 300, Draws: 400, TargetAccept: 0.9, Seed: 1}))
	prior := mmm.Must(model.PriorDraws(train, 1000, 1))
	plan := mmm.Must(budget.Optimize(fit.Draws, budget.Options{Periods: 26, Within: 0.5}))
	s := study.Study{Posterior: fit.Draws, Prior: prior, Currency: "$"}
	forecast := mmm.Must(fit.Predict(test, mmm.PredictOptions{Seed: 1}))
	return []typed.Value{
		study.Manifest(fit, all), study.Diagnostics(fit), s.Return(), s.MediaShare(), s.NextUnit(), s.Gain(plan), s.Base(), s.Channels(), s.Plan(plan),
		s.Forecast(fit.PredictTrain(mmm.PredictOptions{Seed: 1}), forecast), thinned(mmm.Must(s.Simulator(plan)), 50),
	}
})

// thinned keeps the first draws of a simulator: enough to compare with, and
// quick.
func thinned(s typed.Simulator, draws int) typed.Simulator {
	s.Draws = draws
	for c := range s.Channels {
		for _, list := range [][]typed.Floats{s.Channels[c].Adstock, s.Channels[c].Saturation} {
			for i := range list {
				list[i] = list[i][:draws]
			}
		}
	}
	m := mmm.Must(sim.NewModel(s))
	for i, x := range s.Scenarios {
		s.Scenarios[i].Response, s.Scenarios[i].BeatsCurrent = m.Outcome(x.Spend)
	}
	return s
}

// notebook is a notebook with the values, as JSON objects.
func notebook(t testing.TB, values ...json.RawMessage) []byte {
	t.Helper()
	type object = map[string]any
	cells := []object{}
	for i, v := range values {
		cells = append(cells, object{"cell_type": "code", "id": fmt.Sprint("c", i), "metadata": object{}, "execution_count": i + 1, "source": "show()",
			"outputs": []object{{"output_type": "display_data", "metadata": object{}, "data": object{typed.MIME: v, "text/plain": "a value"}}}})
	}
	text, err := json.Marshal(object{"cells": cells, "metadata": object{}, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func marshalled(t testing.TB, values []typed.Value) (out []json.RawMessage) {
	t.Helper()
	for _, v := range values {
		text, err := typed.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

func read(t testing.TB, path string, data []byte) *source.Source {
	t.Helper()
	s, err := source.Parse(path, data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
