package nuts

import (
	"math"
	"testing"
)

// hierarchy is the centred model x[i] ~ N(0, exp s) without data and with
// s ~ N(0, 3), highest at s = -45. If flat, all s are as likely, and it grows
// without bound as s → -∞.
type hierarchy struct{ flat bool }

const members = 5

func (h hierarchy) Dim() int                { return members + 1 }
func (h hierarchy) Outputs() int            { return members + 1 }
func (h hierarchy) Output(dst, q []float64) { copy(dst, q) }
func (h hierarchy) NewDensity() Density     { return h }
func (h hierarchy) Start() []float64        { return []float64{0.5, 1, -1, 0.3, -0.2, 0.4} }

func (h hierarchy) LogDensity(q, grad []float64) float64 {
	s := q[members]
	lp := -members * s
	gs := -float64(members)
	if !h.flat {
		lp -= s * s / 18
		gs -= s / 9
	}
	for i, x := range q[:members] {
		u := x * math.Exp(-s)
		lp -= u * u / 2
		grad[i] = -u * math.Exp(-s)
		gs += u * u
	}
	grad[members] = gs
	return lp
}

func TestStartWithoutASoundModeIsNotDownTheNeck(t *testing.T) {
	for name, h := range map[string]hierarchy{"a mode without mass": {}, "no mode": {flat: true}} {
		l, err := findLaplace(h, h.Start())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if l.sound {
			t.Errorf("%s: taken for sound", name)
		}
		if s := l.mode[members]; s < -6 || s > 3 {
			t.Errorf("%s: the start has log scale %.1f, want -6 to 3", name, s)
		}
	}
}

func TestStartWithASoundModeIsTheMode(t *testing.T) {
	g := correlated(8, 0.9)
	l, err := findLaplace(g, g.Start())
	if err != nil {
		t.Fatal(err)
	}
	if !l.sound {
		t.Error("the mode of a Gaussian is not taken for sound")
	}
	for i, v := range l.mode {
		if math.Abs(v) > 1e-3 {
			t.Errorf("coordinate %d of the mode is %g, want 0", i, v)
		}
	}
}
