package mmm

import (
	"slices"
	"sync"
	"testing"

	"mixmodel/mmm/nuts"
)

// caseStudyFit is a fit of the real data in the case study's size, made once.
var caseStudyFit = sync.OnceValues(func() (*Fit, error) {
	train, err := ReadCSV("../../shared/data/mmm_stan_data.csv", caseStudyColumns)
	if err != nil {
		return nil, err
	}
	train, _ = Must2(train.SplitAt(splitDate))
	return caseStudyModel(train).Fit(train, nuts.Options{Chains: 4, Warmup: 1000, Draws: 4000, Seed: 1, TargetAccept: 0.9})
})

// BenchmarkCaseStudy times what the notebook's cells ask of 16,000 draws.
func BenchmarkCaseStudy(b *testing.B) {
	sharedFile(b, "data", "mmm_stan_data.csv")
	f, err := caseStudyFit()
	if err != nil {
		b.Fatal(err)
	}
	train := f.Train()
	b.Run("fit", func(b *testing.B) {
		for b.Loop() {
			Must(f.Model().Fit(train, f.Options()))
		}
	})
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"diagnostics", func() { f.Diagnostics() }},
		{"predict", func() { f.PredictTrain(PredictOptions{}) }},
		{"predict and band", func() { f.PredictTrain(PredictOptions{}).Band() }},
		{"score", func() { f.PredictTrain(PredictOptions{}).Score() }},
		{"components", func() { f.Components() }},
		{"decompose", func() { f.Decompose() }},
		{"contributions", func() { f.Contributions() }},
		{"response curves", func() { f.ResponseCurves(40, 1.1) }},
		{"grid", func() { f.SpendGrid([]float64{0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 1.1}) }},
		{"ROAS", func() { f.ROAS().Estimates() }},
		{"response", func() { f.Response(26).Value(0, 1e5) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				f.Draws = &Draws{c: f.c, chains: f.chains} // with nothing kept
				c.run()
			}
		})
	}
}

func BenchmarkSort16000(b *testing.B) {
	train, _ := realData(b)
	d := Must(caseStudyModel(train).PriorDraws(train, 16000, 1))
	x := d.parameter(2)[0]
	y := make([]float64, len(x))
	for b.Loop() {
		copy(y, x)
		slices.Sort(y)
	}
}
