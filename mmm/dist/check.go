package dist

import (
	"errors"
	"fmt"
	"math"
)

// check joins the faults of one distribution's parameters. An empty fault
// means that the parameter is fine.
func check(name string, faults ...string) error {
	var errs []error
	for _, f := range faults {
		if f != "" {
			errs = append(errs, fmt.Errorf("dist: %s: %s", name, f))
		}
	}
	return errors.Join(errs...)
}

func isFinite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

func finite(field string, x float64) string {
	if isFinite(x) {
		return ""
	}
	return fmt.Sprintf("%s is %v (want finite)", field, x)
}

func positive(field string, x float64) string {
	if isFinite(x) && x > 0 {
		return ""
	}
	return fmt.Sprintf("%s is %v (want finite, > 0)", field, x)
}

func ordered(lowerField string, lower float64, upperField string, upper float64) string {
	if lower < upper {
		return ""
	}
	return fmt.Sprintf("%s is %v, %s is %v (want %s < %s)", lowerField, lower, upperField, upper, lowerField, upperField)
}

// mustProb panics unless p is a probability.
func mustProb(name string, p float64) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("dist: %s: quantile of p = %v (want 0 <= p <= 1)", name, p))
	}
}
