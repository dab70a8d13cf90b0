package mmm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/diag"
)

// Prediction is the distribution of sales over some periods.
type Prediction struct {
	Name     string
	Unit     string
	Dates    []time.Time
	Draws    [][]float64 // [period][draw], sales units
	Observed []float64   // what was sold, sales units
}

// PredictOptions say how to predict. The zero value draws sales that follow
// the training data.
type PredictOptions struct {
	// Seed of the scatter around the mean. Equal seeds give paired predictions:
	// draw i of two plans uses the same parameters and the same luck.
	Seed uint64
	// Cold starts from no earlier spend instead of the last training periods.
	Cold bool
	// What to predict; the zero value is sales.
	What Predicted
}

// Predicted says which quantity a prediction is of.
type Predicted int

// What can be predicted.
const (
	PredictSales    Predicted = iota // sales themselves, scatter included
	PredictExpected                  // the expectation of sales, E[y]
	PredictMu                        // μ, which components add up to; below E[y] for a truncated likelihood
)

// Predict predicts the periods of data, which must follow the training data
// and have the same channels and controls. Spend of the last training periods
// carries over unless o.Cold.
func (d *Draws) Predict(data *Data, o PredictOptions) (*Prediction, error) {
	s, err := d.sceneFor(data, o)
	if err != nil {
		return nil, err
	}
	return d.predict(s, data, o), nil
}

// PredictTrain predicts the training periods themselves.
func (d *Draws) PredictTrain(o PredictOptions) *Prediction {
	return d.predict(d.c.trainScene(), d.c.train, o)
}

// PredictContributions returns what each channel contributes in the periods
// of data, in sales units; see Predict.
func (d *Draws) PredictContributions(data *Data, o PredictOptions) ([]Band, error) {
	s, err := d.sceneFor(data, o)
	if err != nil {
		return nil, err
	}
	return d.contributionBands(s, data.Dates()), nil
}

// PredictMedia returns the contribution of all channels together per period
// of data, as a prediction; see Predict.
func (d *Draws) PredictMedia(data *Data, o PredictOptions) (*Prediction, error) {
	s, err := d.sceneFor(data, o)
	if err != nil {
		return nil, err
	}
	values := d.perPeriodDraw(nil, s, func(p *forwardPass, _ int, theta, out []float64) {
		clear(out)
		for c := range d.c.x {
			floats.Add(out, p.contribution(theta, c))
		}
		floats.Scale(d.c.yScale, out)
	})
	return &Prediction{Name: "media contribution", Unit: "sales", Dates: data.Dates(), Draws: values}, nil
}

func (d *Draws) sceneFor(data *Data, o PredictOptions) (scene, error) {
	train := d.c.train
	if !slices.Equal(data.Channels(), train.Channels()) {
		return scene{}, fmt.Errorf("mmm: %s has channels %q (want those of the fit: %q)", data.Name(), data.Channels(), train.Channels())
	}
	if !slices.Equal(data.Controls(), train.Controls()) {
		return scene{}, fmt.Errorf("mmm: %s has controls %q (want those of the fit: %q)", data.Name(), data.Controls(), train.Controls())
	}
	if want := train.NextDates(1)[0]; !o.Cold && !data.Dates()[0].Equal(want) {
		return scene{}, fmt.Errorf("mmm: %s starts on %s (want %s, the period after the training data, so that spend carries over; or set Cold)",
			data.Name(), data.Dates()[0].Format(isoDate), want.Format(isoDate))
	}
	return d.c.sceneAfter(data, o.Cold), nil
}

func (d *Draws) predict(s scene, data *Data, o PredictOptions) *Prediction {
	c := d.c
	out := d.perPeriodDraw(nil, s, func(p *forwardPass, i int, theta, out []float64) {
		sigma := theta[c.layout.sigma]
		rng := rand.New(rand.NewPCG(o.Seed, streamPredictive+uint64(i)))
		for t, mu := range p.mean(theta) {
			switch o.What {
			case PredictSales:
				mu = c.model.Likelihood.rand(rng, mu, sigma)
			case PredictExpected:
				mu = c.model.Likelihood.mean(mu, sigma)
			}
			out[t] = mu * c.yScale
		}
	})
	return &Prediction{Name: "predicted " + data.TargetName(), Unit: "sales", Dates: data.Dates(), Draws: out, Observed: data.Target()}
}

// Band summarises the prediction per period.
func (p *Prediction) Band() Band {
	return newBand(p.Name, p.Unit, p.Dates, p.Draws)
}

// Errors returns observed minus predicted per period: what the model misses.
func (p *Prediction) Errors() Band {
	b := emptyBand("error", p.Unit, p.Dates)
	eachSorted(p.Draws, func(t int, sorted []float64) {
		slices.Reverse(sorted)
		for i, v := range sorted {
			sorted[i] = p.Observed[t] - v
		}
		b.set(t, sorted)
	})
	return b
}

// Total is the sum over the periods, per draw.
func (p *Prediction) Total() Quantity {
	q := Quantity{Name: "total " + p.Name, Unit: p.Unit, Draws: make([]float64, len(p.Draws[0]))}
	for _, row := range p.Draws {
		floats.Add(q.Draws, row)
	}
	return q
}

func cloneRows(m [][]float64) [][]float64 {
	out := make([][]float64, len(m))
	for i, r := range m {
		out[i] = slices.Clone(r)
	}
	return out
}

// Score says how good a prediction was. CRPS, RMSE and Bias are in sales
// units; R2, MAPE and the coverages are fractions.
type Score struct {
	Periods    int
	CRPS       float64 // continuous ranked probability score, mean over periods; 0 is perfect
	RMSE       float64 // of the predictive mean
	MAPE       float64 // mean absolute error of the predictive mean relative to sales
	R2         float64 // of the predictive mean
	Bias       float64 // mean of predictive mean minus observed
	Coverage50 float64 // share of periods whose sales fall into the 50 % HDI
	Coverage94 float64 // into the 94 % HDI
}

// CRPS returns the continuous ranked probability score per period, in sales
// units; see [diag.CRPS].
func (p *Prediction) CRPS() []float64 {
	out := make([]float64, len(p.Draws))
	eachSorted(p.Draws, func(t int, sorted []float64) { out[t] = diag.CRPSSorted(sorted, p.Observed[t]) })
	return out
}

// Score compares the prediction with what was sold.
func (p *Prediction) Score() Score {
	b, crps := emptyBand(p.Name, p.Unit, p.Dates), make([]float64, len(p.Draws))
	eachSorted(p.Draws, func(t int, sorted []float64) {
		b.set(t, sorted)
		crps[t] = diag.CRPSSorted(sorted, p.Observed[t])
	})
	s := Score{Periods: b.Len(), CRPS: diag.Mean(crps),
		RMSE: diag.RMSE(p.Observed, b.Mean), MAPE: diag.MAPE(p.Observed, b.Mean), R2: diag.R2(p.Observed, b.Mean)}
	n := float64(b.Len())
	for t, y := range p.Observed {
		s.Bias += (b.Mean[t] - y) / n
		s.Coverage50 += inside(y, b.HDI50[t]) / n
		s.Coverage94 += inside(y, b.HDI94[t]) / n
	}
	return s
}

func inside(y float64, hdi [2]float64) float64 {
	if math.IsNaN(y) || y < hdi[0] || y > hdi[1] {
		return 0
	}
	return 1
}

// Difference compares two paired predictions: per draw, total of p minus total
// of base, as a fraction of base's total. It panics if they differ in the
// number of draws.
func (p *Prediction) Difference(base *Prediction) Quantity {
	a, b := p.Total().Draws, base.Total().Draws
	if len(a) != len(b) {
		panic(fmt.Sprintf("mmm: Difference: %d and %d draws (want the same)", len(a), len(b)))
	}
	q := Quantity{Name: "relative difference of " + p.Name, Unit: "fraction", Draws: make([]float64, len(a))}
	for i := range a {
		q.Draws[i] = ratio(a[i]-b[i], b[i])
	}
	return q
}

// Minus returns the paired difference of two predictions of the same periods,
// draw by draw. It panics if they differ in periods or draws.
func (p *Prediction) Minus(base *Prediction) *Prediction {
	if len(p.Draws) != len(base.Draws) || len(p.Draws[0]) != len(base.Draws[0]) {
		panic(fmt.Sprintf("mmm: Minus: %d periods of %d draws and %d of %d (want the same)",
			len(p.Draws), len(p.Draws[0]), len(base.Draws), len(base.Draws[0])))
	}
	out := &Prediction{Name: "difference of " + p.Name, Unit: p.Unit, Dates: p.Dates, Draws: cloneRows(p.Draws)}
	for t := range out.Draws {
		floats.Sub(out.Draws[t], base.Draws[t])
	}
	return out
}
