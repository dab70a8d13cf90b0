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
	// no warnings | CRPS of 26 unseen weeks: 28.8 M
	// ROAS (sales per unit of spend)
	// ┌────────────────┬──────┬────────┬───────────────┬────────────┐
	// │ channel        │ mean │ median │ 94 % interval │ P(highest) │
	// ├────────────────┼──────┼────────┼───────────────┼────────────┤
	// │ Direct Mail    │ 9.61 │   7.64 │   0.0 to 23.6 │        0 % │
	// │ Insert         │ 30.9 │   23.7 │   0.0 to 80.7 │        6 % │
	// │ Newspaper      │ 7.91 │   6.15 │   0.0 to 19.9 │        0 % │
	// │ Online Display │ 76.2 │   68.7 │      1 to 160 │       47 % │
	// │ Radio          │ 47.3 │   35.7 │      0 to 127 │       17 % │
	// │ Social Media   │ 44.0 │   36.3 │      0 to 107 │       18 % │
	// │ TV             │ 41.9 │   37.9 │   0.1 to 87.2 │       12 % │
	// └────────────────┴──────┴────────┴───────────────┴────────────┘
}
