package plot

import (
	"math"
	"testing"
)

func TestSpreadKeepsOrderAndDistanceAndStaysInside(t *testing.T) {
	rng := noise(11)
	for range 2000 {
		want := make([]float64, 1+int(12*rng.uniform()))
		for i := range want {
			want[i] = 200*rng.uniform() - 20
		}
		got := spread(want, 14, 0, 200)
		for i := range got {
			if got[i] < -1e-9 || got[i] > 200+1e-9 {
				t.Fatalf("spread(%v) = %v leaves [0, 200]", want, got)
			}
			for j := range i {
				if math.Abs(got[i]-got[j]) < 14-1e-9 {
					t.Fatalf("spread(%v) = %v: %d and %d touch", want, got, i, j)
				}
				if want[i] < want[j] && got[i] > got[j] {
					t.Fatalf("spread(%v) = %v: %d and %d changed places", want, got, i, j)
				}
			}
		}
	}
}

func TestSpreadLeavesWhatIsFarApart(t *testing.T) {
	got := spread([]float64{150, 20, 80}, 14, 0, 200)
	for i, want := range []float64{150, 20, 80} {
		if got[i] != want {
			t.Errorf("got %v", got)
		}
	}
}
