package twin

import (
	"math"
	"testing"

	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/saturation"
)

// scaled lists the truth in the order of the case study's 55 parameters.
func (tr Truth) scaled() []float64 {
	theta := []float64{tr.InterceptScaled, tr.SigmaScaled}
	for _, c := range tr.Channels {
		theta = append(theta, c.BetaScaled)
	}
	for _, c := range tr.Channels {
		theta = append(theta, c.Lambda)
	}
	for _, c := range tr.Channels {
		theta = append(theta, c.Alpha)
	}
	for _, c := range tr.Controls {
		theta = append(theta, c.Scaled)
	}
	return append(append(theta, tr.FourierScaled.Sin...), tr.FourierScaled.Cos...)
}

func TestAFitOfTheTwinFindsItsTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("a fit of some seconds; skipped under -short")
	}
	d, truth := generate(t, CaseStudySeed)
	train := d.Slice(0, TrainWeeks)
	fit, err := mmm.Model{
		Adstock:     adstock.Geometric{MaxLag: MaxLag, Alpha: dist.Beta{Alpha: 1, Beta: 3}},
		Saturation:  saturation.Logistic{Beta: dist.HalfNormals(train.SpendShare()), Lambda: dist.Gamma{Alpha: 3, Beta: 1}},
		Seasonality: mmm.Fourier{Order: Harmonics, Coefficients: dist.Laplace{Mu: 0, B: 1}},
		Intercept:   dist.Normal{Mu: 0.2, Sigma: 0.05},
		Controls:    dist.Normal{Mu: 0, Sigma: 1},
		Likelihood:  mmm.TruncatedNormal{Sigma: dist.HalfNormal{Sigma: 1}},
	}.Fit(train, nuts.Options{Chains: 2, Warmup: 400, Draws: 500, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	theta, near := truth.scaled(), 0
	for i, s := range fit.Summaries() {
		z := math.Abs(theta[i]-s.Mean) / s.SD
		if z < 2 {
			near++
		}
		if z > 4 {
			t.Errorf("%s: truth %.3f is %.1f posterior sd from the mean %.3f", s.Name, theta[i], z, s.Mean)
		}
	}
	if len(theta) != 55 || near < 50 {
		t.Errorf("%d of %d parameters within 2 posterior sd, want at least 50 of 55", near, len(theta))
	}
	for c, e := range fit.ROAS().Estimates() {
		if roas := truth.Channels[c].TrainROAS; roas < e.HDI94[0] || roas > e.HDI94[1] {
			t.Errorf("%s: true ROAS %.1f outside the 94 %% interval %v", truth.Channels[c].Name, roas, e.HDI94)
		}
	}
}
