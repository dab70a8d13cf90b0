package plot

import "testing"

func TestALevelLineIsOneStep(t *testing.T) {
	for _, x := range []struct {
		points [][2]float64
		want   string
	}{
		{[][2]float64{{0, 0}, {1, 0}, {2, 0}, {3, 1}, {4, 1}, {5, 1}}, "M0 0l2 0 1 1 2 0"},
		{[][2]float64{{0, 0}, {2, 0}, {1, 0}}, "M0 0l2 0-1 0"}, // and back
		{[][2]float64{{0, 0}, {1, 0}, {1, 0}, {2, 0}}, "M0 0l2 0"},
		{[][2]float64{{0, 0}, {0, 1}, {0, 2}}, "M0 0l0 1 0 1"},
	} {
		var w pathWriter
		w.moveTo(x.points[0][0], x.points[0][1])
		for _, p := range x.points[1:] {
			w.lineTo(p[0], p[1])
		}
		if got := string(w.b); got != x.want {
			t.Errorf("%v gave %q, want %q", x.points, got, x.want)
		}
	}
}
