package adstock

import (
	"errors"
	"fmt"

	"mixmodel/mmm/dist"
)

// check joins the faults of a transform: its MaxLag, and any prior that is
// invalid or reaches out of its parameter's domain.
func check(kind string, maxLag int, params []dist.Param, domains ...dist.Support) error {
	var faults []error
	if maxLag < 1 {
		faults = append(faults, fmt.Errorf("adstock: %s: MaxLag is %d (want >= 1; for no carryover use None)", kind, maxLag))
	}
	for i, p := range params {
		n := p.Prior.Len()
		for e := range max(n, 1) {
			name := p.Name
			if n > 0 {
				name = fmt.Sprintf("%s[%d]", p.Name, e)
			}
			if err := checkPrior(p.Prior.Elem(e), domains[i]); err != nil {
				faults = append(faults, fmt.Errorf("adstock: %s: prior of %s: %w", kind, name, err))
			}
		}
	}
	return errors.Join(faults...)
}

func checkPrior(d dist.Dist, domain dist.Support) error {
	if d == nil {
		return errors.New("nil distribution")
	}
	if err := d.Check(); err != nil {
		return err
	}
	if s := d.Support(); s.Lower < domain.Lower || s.Upper > domain.Upper {
		return fmt.Errorf("%v has support (%g, %g), want within (%g, %g)", d, s.Lower, s.Upper, domain.Lower, domain.Upper)
	}
	return nil
}

// or returns p, or the default d if p is nil.
func or(p, d dist.Prior) dist.Prior {
	if p == nil {
		return d
	}
	return p
}

// checkShapes panics unless w, dw and theta have the shapes that Weights of
// this transform wants.
func checkShapes(kind string, lags, params int, w []float64, dw [][]float64, theta []float64) {
	if len(w) != lags || len(theta) != params || (dw != nil && len(dw) != params) {
		panic(fmt.Sprintf("adstock: %s.Weights: len(w) = %d, len(dw) = %d, len(theta) = %d (want %d weights, %d parameters)",
			kind, len(w), len(dw), len(theta), lags, params))
	}
	for p, row := range dw {
		if len(row) != lags {
			panic(fmt.Sprintf("adstock: %s.Weights: len(dw[%d]) = %d (want %d weights)", kind, p, len(row), lags))
		}
	}
}
