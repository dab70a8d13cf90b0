package budget

import (
	"fmt"
	"math"
	"math/rand/v2"

	"mixmodel/mmm"
)

// Outlook is the distribution of what a plan brings, period by period. Draws
// are paired with those of any other Outlook of the same draws and seed.
type Outlook struct {
	Plan    []float64       // money per period and channel
	Spend   [][]float64     // as carried out, [channel][period]
	Media   *mmm.Prediction // contribution of all channels
	Sales   *mmm.Prediction // sales, with scatter
	data    *mmm.Data
	draws   *mmm.Draws
	options SimulateOptions
}

// SimulateOptions say how a plan is carried out.
type SimulateOptions struct {
	// Noise is how far execution misses the plan: spend is the plan times
	// 1 + Noise·N(0,1), independently per period and channel, not below 0.
	Noise float64
	// Seed of the noise and of the scatter of sales.
	Seed uint64
}

// Simulate carries out a plan in the periods of window, which must follow the
// training data: it gives dates and season. The spend of the last training
// periods carries over into it; controls are set to 0, since they are seldom
// known ahead. Effects after the window are not counted.
func Simulate(d *mmm.Draws, window *mmm.Data, plan []float64, o SimulateOptions) (*Outlook, error) {
	if len(plan) != len(d.Channels()) {
		return nil, fmt.Errorf("budget: Simulate: the plan has %d amounts (want %d, one per channel)", len(plan), len(d.Channels()))
	}
	if !(o.Noise >= 0) || math.IsInf(o.Noise, 0) {
		return nil, fmt.Errorf("budget: Simulate: Noise is %v (want 0 or more, as a fraction)", o.Noise)
	}
	for c, b := range plan {
		if !(b >= 0) || math.IsInf(b, 0) {
			return nil, fmt.Errorf("budget: Simulate: the plan spends %v on %s (want 0 or more, finite)", b, d.Channels()[c])
		}
	}
	out := &Outlook{Plan: append([]float64(nil), plan...), Spend: carriedOut(plan, window.Len(), o), draws: d, options: o}
	out.data = window.WithSpend(out.Spend).WithoutControls()
	var err error
	if out.Media, err = d.PredictMedia(out.data, mmm.PredictOptions{Seed: o.Seed}); err != nil {
		return nil, fmt.Errorf("budget: Simulate: %w", err)
	}
	if out.Sales, err = d.Predict(out.data, mmm.PredictOptions{Seed: o.Seed}); err != nil {
		return nil, fmt.Errorf("budget: Simulate: %w", err)
	}
	return out, nil
}

func carriedOut(plan []float64, periods int, o SimulateOptions) [][]float64 {
	spend := make([][]float64, len(plan))
	for c, b := range plan {
		// One stream per channel: the noise of one does not shift the others'.
		rng := rand.New(rand.NewPCG(o.Seed, uint64(c)))
		for range periods {
			v := b
			if o.Noise > 0 {
				v = math.Max(0, b+float64(o.Noise*b)*rng.NormFloat64())
			}
			spend[c] = append(spend[c], v)
		}
	}
	return spend
}

// Contributions returns what each channel contributes per period under the
// plan.
func (o *Outlook) Contributions() ([]mmm.Band, error) {
	return o.draws.PredictContributions(o.data, mmm.PredictOptions{Seed: o.options.Seed})
}

// Comparison sets two plans against each other, draw by draw: the difference
// of their totals over the window relative to the base plan's. ProbAbove(0)
// of each is the probability of improvement.
type Comparison struct {
	Media mmm.Quantity // of the contribution of all channels
	Mean  mmm.Quantity // of expected sales: no scatter
	Sales mmm.Quantity // of sales, with scatter that both plans share
}

// Compare compares plan with base.
func Compare(plan, base *Outlook) (Comparison, error) {
	if plan.draws != base.draws {
		return Comparison{}, fmt.Errorf("budget: Compare: the outlooks are of different draws, so they are not paired")
	}
	var means [2]*mmm.Prediction
	for i, o := range []*Outlook{plan, base} {
		m, err := o.draws.Predict(o.data, mmm.PredictOptions{What: mmm.PredictExpected})
		if err != nil {
			return Comparison{}, fmt.Errorf("budget: Compare: %w", err)
		}
		means[i] = m
	}
	return Comparison{Media: plan.Media.Difference(base.Media), Mean: means[0].Difference(means[1]), Sales: plan.Sales.Difference(base.Sales)}, nil
}

// Table shows the comparison with its doubt.
func (c Comparison) Table() mmm.Table {
	t := mmm.Table{Title: "Difference to the base plan", Header: []string{"total of", "mean", "94 % interval", "P(better)"}}
	for _, r := range []struct {
		name string
		q    mmm.Quantity
	}{{"media contribution", c.Media}, {"expected sales", c.Mean}, {"sales", c.Sales}} {
		e := r.q.Estimate()
		t.Rows = append(t.Rows, []string{r.name, signed(e.Mean), signed(e.HDI94[0]) + " to " + signed(e.HDI94[1]), mmm.FormatPercent(r.q.ProbAbove(0), 1)})
	}
	return t
}

func signed(x float64) string {
	s := mmm.FormatPercent(x, 1)
	if x > 0 {
		s = "+" + s
	}
	return s
}
