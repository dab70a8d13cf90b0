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
	// │ Direct Mail    │ 9.67 │   7.75 │   0.0 to 23.9 │        0 % │
	// │ Insert         │ 30.6 │   23.2 │   0.0 to 77.6 │        6 % │
	// │ Newspaper      │ 8.06 │   6.46 │   0.0 to 20.2 │        0 % │
	// │ Online Display │ 78.0 │   69.4 │      0 to 165 │       48 % │
	// │ Radio          │ 48.0 │   36.3 │      0 to 125 │       18 % │
	// │ Social Media   │ 44.4 │   36.5 │      0 to 107 │       17 % │
	// │ TV             │ 42.3 │   38.5 │   0.0 to 88.2 │       11 % │
	// └────────────────┴──────┴────────┴───────────────┴────────────┘
}
