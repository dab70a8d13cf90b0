package mmm

import (
	"fmt"
	"math"
	"time"

	"mixmodel/mmm/dist"
)

// Fourier is a yearly pattern of Order sine and cosine pairs,
//
//	s(t) = Σ_{n=1..Order} a_n sin(2πn·d/Period) + b_n cos(2πn·d/Period)
//
// where d is the day of the year, 1 to 366. The phase restarts every 1
// January, as in PyMC-Marketing. The zero value means no seasonality.
type Fourier struct {
	Order        int        // pairs; 0 means none
	Period       float64    // days; 0 means 365.25
	Coefficients dist.Prior // of the a_n, then the b_n; nil means Laplace(0, 1)
}

func (f Fourier) withDefaults() Fourier {
	if f.Period == 0 {
		f.Period = 365.25
	}
	if f.Coefficients == nil {
		f.Coefficients = dist.Laplace{Mu: 0, B: 1}
	}
	return f
}

func (f Fourier) check() error {
	if f.Order < 0 || f.Order > 100 {
		return fmt.Errorf("mmm: Fourier.Order is %d (want 0 to 100)", f.Order)
	}
	if !(f.Period > 0) || math.IsInf(f.Period, 0) {
		return fmt.Errorf("mmm: Fourier.Period is %v days (want finite, > 0)", f.Period)
	}
	return nil
}

// columns returns the terms as columns [term][period], sines first.
func (f Fourier) columns(dates []time.Time) [][]float64 {
	cols := make([][]float64, 2*f.Order)
	for j := range cols {
		cols[j] = make([]float64, len(dates))
		trig, n := math.Sin, j+1
		if j >= f.Order {
			trig, n = math.Cos, j-f.Order+1
		}
		for t, d := range dates {
			cols[j][t] = trig(2 * math.Pi * float64(n) * float64(d.YearDay()) / f.Period)
		}
	}
	return cols
}

func (f Fourier) labels() []string {
	out := make([]string, 0, 2*f.Order)
	for _, name := range []string{"sin", "cos"} {
		for n := range f.Order {
			out = append(out, fmt.Sprintf("%s_%d", name, n+1))
		}
	}
	return out
}
