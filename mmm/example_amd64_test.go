package mmm_test

// The figures below come from draws, which may differ in their last digits on
// processors that fuse multiply and add; hence the file's name.

import (
	"fmt"

	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/saturation"
	"mixmodel/mmm/twin"
)

func Example() {
	data := mmm.Must(mmm.ReadCSV("../testdata/case_study_twin.csv", twin.Columns()))
	train, test := mmm.Must2(data.HoldOut(26))
	model := mmm.Model{
		Adstock:     adstock.Geometric{MaxLag: 5},
		Saturation:  saturation.Logistic{Beta: dist.HalfNormals(train.SpendShare())},
		Seasonality: mmm.Fourier{Order: 5},
		Likelihood:  mmm.TruncatedNormal{},
	}
	fit := mmm.Must(model.Fit(train, nuts.Options{Seed: 7, TargetAccept: 0.95}))
	forecast := mmm.Must(fit.Predict(test, mmm.PredictOptions{Seed: 7}))
	fmt.Println(fit.Warnings(), "| CRPS of 26 unseen weeks:", mmm.FormatMoney(forecast.Score().CRPS))
	fmt.Println(fit.ROAS().Table())
	// Output:
	// no warnings | CRPS of 26 unseen weeks: 28.9 M
	// ROAS (sales per unit of spend)
	// ┌────────────────┬──────┬────────┬───────────────┬────────────┐
	// │ channel        │ mean │ median │ 94 % interval │ P(highest) │
	// ├────────────────┼──────┼────────┼───────────────┼────────────┤
	// │ Direct Mail    │ 9.77 │   7.90 │   0.0 to 23.9 │        0 % │
	// │ Insert         │ 30.6 │   23.1 │   0.0 to 80.1 │        7 % │
	// │ Newspaper      │ 7.96 │   6.29 │   0.0 to 20.1 │        0 % │
	// │ Online Display │ 77.4 │   69.9 │      1 to 163 │       49 % │
	// │ Radio          │ 45.3 │   33.7 │      0 to 119 │       16 % │
	// │ Social Media   │ 43.5 │   35.6 │      0 to 104 │       17 % │
	// │ TV             │ 41.7 │   38.4 │   0.0 to 88.5 │       11 % │
	// └────────────────┴──────┴────────┴───────────────┴────────────┘
}
