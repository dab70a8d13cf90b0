package brief

import (
	"time"

	"gonum.org/v1/gonum/stat"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/diag"
	"mixmodel/mmm/internal/radix"
)

// Forecast compares predictions with what happened, in the training periods
// and in those the model has not seen.
func (s Study) Forecast(train, test *mmm.Prediction) typed.Forecast {
	past := radix.Sorted(train.Observed)
	return typed.Forecast{ID: "forecast", Currency: s.Currency, Step: period(s.Posterior.Train()), Train: accuracy(train, past), Test: accuracy(test, past)}
}

// accuracy scores p; past are the sales of the training periods, sorted.
func accuracy(p *mmm.Prediction, past []float64) typed.Accuracy {
	score, naive := p.Score(), 0.0
	for _, y := range p.Observed {
		naive += diag.CRPSSorted(past, y) / float64(len(p.Observed))
	}
	return typed.Accuracy{
		Periods: score.Periods, From: p.Dates[0].Format(time.DateOnly), To: p.Dates[len(p.Dates)-1].Format(time.DateOnly),
		MeanSales: stat.Mean(p.Observed, nil), CRPS: score.CRPS, NaiveCRPS: naive, RMSE: score.RMSE, MAPE: score.MAPE, R2: score.R2, Bias: score.Bias,
		Coverage50: score.Coverage50, Coverage94: score.Coverage94,
	}
}
