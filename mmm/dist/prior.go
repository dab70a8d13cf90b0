package dist

import (
	"errors"
	"fmt"
	"strings"
)

// Prior is what a model holds for a parameter: one distribution for all its
// elements, or one per element.
type Prior interface {
	// Elem returns the distribution of element i.
	Elem(i int) Dist

	// Len returns the number of elements; 0 means any number.
	Len() int
}

// Each is a Prior with one distribution per element, for example per channel.
type Each []Dist

// Elem returns e[i].
func (e Each) Elem(i int) Dist { return e[i] }

// Len returns len(e).
func (e Each) Len() int { return len(e) }

// Check returns the faults of all elements, joined, each with its index.
func (e Each) Check() error {
	var faults []error
	for i, d := range e {
		if d == nil {
			faults = append(faults, fmt.Errorf("element %d: dist: nil distribution", i))
		} else if err := d.Check(); err != nil {
			faults = append(faults, fmt.Errorf("element %d: %w", i, err))
		}
	}
	return errors.Join(faults...)
}

// String lists the elements: "[HalfNormal(sigma=0.4), HalfNormal(sigma=0.1)]".
func (e Each) String() string {
	s := make([]string, len(e))
	for i, d := range e {
		s[i] = fmt.Sprint(d)
	}
	return "[" + strings.Join(s, ", ") + "]"
}

// HalfNormals returns one HalfNormal per scale, for example with a channel's
// share of spend as the scale of its effect.
func HalfNormals(sigma []float64) Each {
	e := make(Each, len(sigma))
	for i, s := range sigma {
		e[i] = HalfNormal{Sigma: s}
	}
	return e
}

// Param is a named parameter of a model part together with its prior.
type Param struct {
	Name  string
	Prior Prior
}
