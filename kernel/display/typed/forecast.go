package typed

// Forecast says how well the model predicts periods it has not seen, beside
// those it has.
type Forecast struct {
	ID       string   `json:"id"`
	Currency string   `json:"currency,omitempty"`
	Step     string   `json:"step"`
	Train    Accuracy `json:"train"`
	Test     Accuracy `json:"test"`
}

// Accuracy compares predictions with what happened. Amounts are sales per
// period.
type Accuracy struct {
	Periods   int     `json:"periods"`
	From      string  `json:"from"`
	To        string  `json:"to"`
	MeanSales float64 `json:"mean_sales"` // observed
	// CRPS is the continuous ranked probability score, the mean absolute error
	// generalised to distributions: 0 is perfect.
	CRPS float64 `json:"crps"`
	// NaiveCRPS is that of a forecast that knows nothing but the sales of the
	// training periods: each period is like any of them.
	NaiveCRPS float64 `json:"naive_crps"`
	RMSE      float64 `json:"rmse"` // of the predictive mean
	MAPE      float64 `json:"mape"` // a fraction
	R2        float64 `json:"r2"`   // 1 is perfect, 0 no better than the mean
	Bias      float64 `json:"bias"` // predicted minus observed, mean
	// Coverage50 and Coverage94 are the shares of periods whose sales fell
	// into the 50 % and the 94 % interval.
	Coverage50 float64 `json:"coverage50"`
	Coverage94 float64 `json:"coverage94"`
}

// Kind returns KindForecast.
func (Forecast) Kind() Kind { return KindForecast }

// Name returns the id.
func (x Forecast) Name() string { return x.ID }

// Validate returns all faults, joined.
func (x Forecast) Validate() error {
	f := newFaults(x)
	f.some("step", x.Step)
	f.accuracy("train", x.Train)
	f.accuracy("test", x.Test)
	return f.err()
}

func (f *faults) accuracy(what string, a Accuracy) {
	f.check(a.Periods > 0, "%s: periods is %d (want 1 or more)", what, a.Periods)
	f.dates(a.From, a.To)
	f.notNegative(what+": CRPS, RMSE or MAPE", a.CRPS, a.NaiveCRPS, a.RMSE, a.MAPE)
	f.finite(what+": mean sales, R2 or bias", a.MeanSales, a.R2, a.Bias)
	f.fraction(what+": coverage of the 50 % interval", a.Coverage50)
	f.fraction(what+": coverage of the 94 % interval", a.Coverage94)
}
