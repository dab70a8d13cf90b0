package mmm

import (
	"errors"
	"fmt"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/saturation"
)

// Model says what may have produced the sales, and what is believed before
// they are seen. The zero value is a complete model with weak priors and no
// seasonality. Priors are on the scaled model: sales divided by the largest
// training sales, spend of each channel by its largest training spend.
type Model struct {
	// Adstock is the carry-over; nil means adstock.Geometric{MaxLag: DefaultMaxLag}.
	Adstock Adstock
	// Saturation is the response curve; nil means saturation.Logistic{}.
	Saturation Saturation
	// Seasonality is the yearly pattern; the zero value means none.
	Seasonality Fourier
	// Intercept is the prior of the baseline; nil means Normal(0, 2).
	Intercept dist.Prior
	// Controls is the prior of the controls' coefficients; nil means Normal(0, 2).
	Controls dist.Prior
	// Likelihood is how sales scatter; nil means Normal{}.
	Likelihood Likelihood
}

// DefaultMaxLag is the largest lag of a model without an Adstock, in periods.
const DefaultMaxLag = 8

// Adstock spreads spend over the periods that follow it. Package
// [mixmodel/mmm/adstock] has the usual kinds, and adstocktest checks your own.
type Adstock interface {
	// Params names the parameters and their priors; every channel has its own.
	Params() []dist.Param
	// Len is the number of weights: lags 0 to Len()-1.
	Len() int
	// Weights writes the kernel into w and, unless dw is nil, the derivative
	// with respect to parameter p into dw[p].
	Weights(w []float64, dw [][]float64, theta []float64)
	// Check reports every fault of the literal.
	Check() error
}

// Saturation turns adstocked spend into contribution with diminishing
// returns. Package [mixmodel/mmm/saturation] has the usual kinds.
type Saturation interface {
	// Params names the parameters and their priors; every channel has its own.
	Params() []dist.Param
	// Curve sets y[i] = f(x[i]) and, unless nil, dx[i] = f'(x[i]) and
	// dtheta[p][i] = ∂f/∂theta[p] at x[i].
	Curve(y, dx []float64, dtheta [][]float64, x, theta []float64)
	// Scale is the index of the parameter that f is proportional to, or -1.
	Scale() int
	// Concave tells whether f is concave on x ≥ 0 at theta.
	Concave(theta []float64) bool
	// Check reports every fault of the literal.
	Check() error
}

var (
	_ Adstock    = adstock.Geometric{}
	_ Saturation = saturation.Logistic{}
)

// withDefaults returns m with its nil fields filled in.
func (m Model) withDefaults() Model {
	if m.Adstock == nil {
		m.Adstock = adstock.Geometric{MaxLag: DefaultMaxLag}
	}
	if m.Saturation == nil {
		m.Saturation = saturation.Logistic{}
	}
	if m.Intercept == nil {
		m.Intercept = dist.Normal{Mu: 0, Sigma: 2}
	}
	if m.Controls == nil {
		m.Controls = dist.Normal{Mu: 0, Sigma: 2}
	}
	if m.Likelihood == nil {
		m.Likelihood = Normal{}
	}
	m.Seasonality = m.Seasonality.withDefaults()
	return m
}

// minPeriods is the least data that a fit accepts: with fewer periods than
// this no sampler setting gives a meaningful answer.
const minPeriods = 10

// check reports every fault of the model for this data.
func (m Model) check(d *Data, blocks []block) error {
	errs := []error{m.Adstock.Check(), m.Saturation.Check(), m.Seasonality.check()}
	for _, b := range blocks {
		errs = append(errs, b.check())
	}
	if len(d.Channels()) == 0 {
		errs = append(errs, fmt.Errorf("mmm: %s has no channels (want at least 1)", d.Name()))
	}
	if d.Len() < minPeriods {
		errs = append(errs, fmt.Errorf("mmm: %s has %d periods (want at least %d to fit a model)", d.Name(), d.Len(), minPeriods))
	}
	if m.Likelihood.positive() {
		for t, y := range d.Target() {
			if y < 0 {
				errs = append(errs, fmt.Errorf("mmm: %s: %s is %v on %s (want at least 0: the likelihood is truncated there)",
					d.Name(), d.TargetName(), y, d.Dates()[t].Format(isoDate)))
			}
		}
	}
	return errors.Join(errs...)
}

const isoDate = "2006-01-02"
