package typed

import (
	"errors"
	"fmt"
	"math"
	"regexp"
)

// faults collects what is wrong with one value.
type faults struct {
	where string
	list  []error
}

func newFaults(v Value) *faults {
	f := &faults{where: fmt.Sprintf("typed: %s %q", v.Kind(), v.Name())}
	f.check(idPattern.MatchString(v.Name()), "id is %q (want lower-case letters, digits and hyphens, a letter first)", v.Name())
	return f
}

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

func (f *faults) check(ok bool, format string, args ...any) {
	if !ok {
		f.list = append(f.list, fmt.Errorf(f.where+": "+format, args...))
	}
}

func (f *faults) some(what, s string) { f.check(s != "", "%s is empty", what) }

func (f *faults) finite(what string, xs ...float64) {
	for _, x := range xs {
		f.check(!math.IsNaN(x) && !math.IsInf(x, 0), "%s is %v (want a finite number)", what, x)
	}
}

func (f *faults) notNegative(what string, xs ...float64) {
	for _, x := range xs {
		f.check(x >= 0 && !math.IsInf(x, 0), "%s is %v (want 0 or more, finite)", what, x)
	}
}

func (f *faults) fraction(what string, x float64) {
	f.check(x >= 0 && x <= 1, "%s is %v (want 0 to 1)", what, x)
}

func (f *faults) length(what string, got, want int) {
	f.check(got == want, "%s has %d entries (want %d)", what, got, want)
}

// sum checks that parts add up to total, to a millionth of the parts.
func (f *faults) sum(what string, parts []float64, total float64) {
	got, size := 0.0, math.Abs(total)
	for _, p := range parts {
		got += p
		size += math.Abs(p)
	}
	f.check(math.Abs(got-total) <= 1e-6*size, "%s add up to %v (want %v)", what, got, total)
}

func (f *faults) estimate(what string, e Estimate) {
	f.finite(what, e.Mean, e.SD, e.Low, e.High)
	f.check(e.SD >= 0, "%s: sd is %v (want 0 or more)", what, e.SD)
	f.check(e.Low <= e.High, "%s: interval is %v to %v (want low first)", what, e.Low, e.High)
	f.check(e.Prob > 0 && e.Prob < 1, "%s: probability of the interval is %v (want between 0 and 1)", what, e.Prob)
}

func (f *faults) finding(what string, x Finding) {
	f.estimate(what, x.Estimate)
	if x.Prior != nil {
		f.estimate(what+", prior", *x.Prior)
	}
	if x.Evidence != nil {
		f.evidence(what, *x.Evidence)
	}
}

func (f *faults) evidence(what string, e Evidence) {
	f.check(e.Tier.known(), "%s: tier is %q (want %q, %q or %q)", what, e.Tier, DataDriven, Mixed, PriorDriven)
	f.fraction(what+": overlap", e.Overlap)
	f.notNegative(what+": width", e.Width)
}

func (f *faults) unit(what string, u Unit) {
	f.check(u.Of.known(), "%s: unit is %q (want one of %q)", what, u.Of, measures)
}

func (f *faults) err() error { return errors.Join(f.list...) }
