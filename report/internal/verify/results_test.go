package verify

import (
	"testing"

	"mixmodel/kernel/display/typed"
)

func TestAnIntervalOnOneSideOfZeroNeedsTheProbabilityForIt(t *testing.T) {
	for _, c := range []struct {
		low, high, above float64
		want             bool
	}{
		{1, 9, 0.97, true},
		{-1, 9, 0.97, true}, // the shortest interval may reach just across
		{1, 9, 0.80, false},
		{-9, -1, 0.03, true},
		{-9, -1, 0.20, false},
	} {
		r := results{checks: &checks{}}
		r.sign("gain", typed.Estimate{Low: c.low, High: c.high, Prob: 0.94}, c.above)
		if got := Passed(r.list); got != c.want {
			t.Errorf("%v to %v, above 0 with %v: passed %v, want %v", c.low, c.high, c.above, got, c.want)
		}
	}
}
