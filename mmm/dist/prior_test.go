package dist

import (
	"strings"
	"testing"
)

func TestHalfNormalsGiveOnePriorPerElement(t *testing.T) {
	var p Prior = HalfNormals([]float64{0.45, 0.05})
	if p.Len() != 2 || p.Elem(0) != (HalfNormal{0.45}) || p.Elem(1) != (HalfNormal{0.05}) {
		t.Errorf("got %v", p)
	}
	if got, want := p.(Each).String(), "[HalfNormal(sigma=0.45), HalfNormal(sigma=0.05)]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEachReportsAllFaultsWithTheirIndex(t *testing.T) {
	err := Each{Normal{0, 1}, HalfNormal{0}, nil, Beta{1, -2}}.Check()
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{"element 1: dist: HalfNormal: Sigma is 0", "element 2: dist: nil distribution", "element 3: dist: Beta: Beta is -2"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %q", want, err)
		}
	}
	if err := (Each{Normal{0, 1}}).Check(); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestGammaMeanSDHasThatMeanAndSD(t *testing.T) {
	g := GammaMeanSD(2, 0.5)
	if g != (Gamma{16, 8}) {
		t.Errorf("got %v, want Gamma(alpha=16, beta=8)", g)
	}
}
