package memo

import (
	"math"
	"strings"
	"testing"
	"time"
)

type inner struct{ hidden float64 }

type sample struct {
	Name  string
	inner inner
	M     map[string][]int
	P     *inner
	Any   any
	F     func()
}

type named struct{ id string }

func (n named) Fingerprint() string { return n.id }

func newSample() sample {
	return sample{Name: "a", inner: inner{1}, M: map[string][]int{"x": {1}, "y": nil}, P: &inner{2}, Any: inner{3}}
}

func TestEqualValuesHaveEqualDigests(t *testing.T) {
	for name, pair := range map[string][2]any{
		"copies":           {newSample(), newSample()},
		"pointers":         {&inner{1}, &inner{1}},
		"nil and empty":    {[]int(nil), []int{}},
		"maps":             {map[int]string{1: "a", 2: "b"}, map[int]string{2: "b", 1: "a"}},
		"NaN":              {math.NaN(), math.NaN()},
		"by fingerprint":   {named{"x"}, named{"x"}},
		"times of a clock": {time.Now().Round(0), time.Now().Round(0).Add(0)},
	} {
		if name == "times of a clock" {
			now := time.Now()
			pair = [2]any{now, now.Round(0)} // without the monotonic clock
		}
		if a, b := Inputs(pair[0]), Inputs(pair[1]); a.err != nil || a != b {
			t.Errorf("%s: got %v (%v) and %v, want equal digests", name, a, a.err, b)
		}
	}
}

func TestEveryDifferenceChangesTheDigest(t *testing.T) {
	seen := map[Digest]string{}
	for name, d := range map[string]Digest{
		"base":       Inputs(newSample()),
		"name":       Inputs(func() sample { s := newSample(); s.Name = "b"; return s }()),
		"unexported": Inputs(func() sample { s := newSample(); s.inner.hidden = 2; return s }()),
		"map value":  Inputs(func() sample { s := newSample(); s.M["x"][0] = 2; return s }()),
		"map key":    Inputs(func() sample { s := newSample(); s.M["z"] = nil; return s }()),
		"pointed":    Inputs(func() sample { s := newSample(); s.P.hidden = 3; return s }()),
		"nil":        Inputs(func() sample { s := newSample(); s.P = nil; return s }()),
		"dynamic":    Inputs(func() sample { s := newSample(); s.Any = 3.0; return s }()),
		"pointer":    Inputs(&sample{}),
		"value":      Inputs(sample{}),
		"two":        Inputs("a", "b"),
		"joined":     Inputs("ab", ""),
		"one":        Inputs("ab"),
		"none":       Inputs(),
		"nothing":    Inputs(nil),
		"int":        Inputs(1),
		"int64":      Inputs(int64(1)),
		"minus zero": Inputs(math.Copysign(0, -1)),
		"zero":       Inputs(0.0),
		"bytes":      Inputs([]byte("ab")),
	} {
		if d.err != nil {
			t.Errorf("%s: %v", name, d.err)
		}
		if other, ok := seen[d]; ok {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[d] = name
	}
	if len(seen) != 20 {
		t.Errorf("compared %d digests, want 20", len(seen))
	}
}

func TestWhatHasNoDigestIsNamed(t *testing.T) {
	type ring struct{ next *ring }
	r := &ring{}
	r.next = r
	s := newSample()
	s.F = func() {}
	for want, d := range map[string]Digest{
		"input 2 (memo.sample): .F: a func has no digest":   Inputs(1, s),
		"input 1 (map[string]chan int): [x]: a chan has no": Inputs(map[string]chan int{"x": make(chan int)}),
		"input 1 (*memo.ring): it is nested without end":    Inputs(r),
	} {
		if d.err == nil || !strings.Contains(d.err.Error(), want) {
			t.Errorf("got %v, want %q", d.err, want)
		}
	}
}

func BenchmarkInputsOfACaseStudysDraws(b *testing.B) {
	draws := [][]float64{make([]float64, 4000*55), make([]float64, 4000*55), make([]float64, 4000*55), make([]float64, 4000*55)}
	for b.Loop() {
		Inputs(draws)
	}
}
