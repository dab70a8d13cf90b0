package saturation

import (
	"errors"
	"fmt"

	"mixmodel/mmm/dist"
)

// check joins the faults of a transform: any prior that is invalid or reaches
// out of its parameter's domain.
func check(kind string, params []dist.Param, domains ...dist.Support) error {
	var faults []error
	for i, p := range params {
		n := p.Prior.Len()
		for e := range max(n, 1) {
			name := p.Name
			if n > 0 {
				name = fmt.Sprintf("%s[%d]", p.Name, e)
			}
			if err := checkPrior(p.Prior.Elem(e), domains[i]); err != nil {
				faults = append(faults, fmt.Errorf("saturation: %s: prior of %s: %w", kind, name, err))
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

// checkShapes panics unless the slices have the shapes that Curve of this
// transform wants.
func checkShapes(kind string, params int, y, dx []float64, dtheta [][]float64, x, theta []float64) {
	n := len(x)
	if len(y) != n || (dx != nil && len(dx) != n) {
		panic(fmt.Sprintf("saturation: %s.Curve: len(y) = %d, len(dx) = %d, len(x) = %d", kind, len(y), len(dx), n))
	}
	if len(theta) != params || (dtheta != nil && len(dtheta) != params) {
		panic(fmt.Sprintf("saturation: %s.Curve: len(theta) = %d, len(dtheta) = %d (want %d parameters)", kind, len(theta), len(dtheta), params))
	}
	for p, row := range dtheta {
		if len(row) != n {
			panic(fmt.Sprintf("saturation: %s.Curve: len(dtheta[%d]) = %d, len(x) = %d", kind, p, len(row), n))
		}
	}
}
