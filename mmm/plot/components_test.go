package plot

import (
	"math"
	"testing"
)

// The original drew negative bars from the wrong place and forgot them in the
// sum.
func TestWaterfallBarsJoinAndEndAtTheTotal(t *testing.T) {
	bars := waterfallBars(steps, channels)
	at, sum := 0.0, 0.0
	for i, st := range steps {
		sum += st.Value
		if b := bars[i]; b.x0 != at || b.x1 != at+st.Value {
			t.Errorf("%s: from %v to %v (want %v to %v)", st.Name, b.x0, b.x1, at, at+st.Value)
		}
		at = bars[i].x1
		if (st.Value < 0) != (bars[i].color == lossColor) {
			t.Errorf("%s has the wrong colour", st.Name)
		}
	}
	if last := bars[len(bars)-1]; last.x0 != 0 || math.Abs(last.x1-sum) > 1e-6*sum {
		t.Errorf("the last bar goes from %v to %v (want 0 to %v)", last.x0, last.x1, sum)
	}
}

func TestStackedPartsAddUpAboveAndBelowZero(t *testing.T) {
	x := []float64{0, 1, 2}
	above, below := make([]float64, 3), make([]float64, 3)
	first := stackArea(x, []float64{5, 5, 5}, above, below, partColors[0])
	second := stackArea(x, []float64{2, -3, 0}, above, below, partColors[1])
	if len(first) != 1 || len(second) != 2 {
		t.Fatalf("%d and %d areas (want 1 and 2)", len(first), len(second))
	}
	for i, want := range [][2]float64{{7, 0}, {5, -3}, {5, 0}} {
		if above[i] != want[0] || below[i] != want[1] {
			t.Errorf("stack at %d reaches from %v to %v (want %v)", i, below[i], above[i], want)
		}
	}
	if up := second[0].(band); up.lo[0] != 5 || up.hi[0] != 7 || up.lo[1] != up.hi[1] {
		t.Errorf("the second part lies from %v to %v", up.lo, up.hi)
	}
}
