package memo

import (
	"strings"
	"testing"
)

// FuzzOpened: a damaged file of the store is an error, never a panic.
func FuzzOpened(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("{}\nvalue" + strings.Repeat("x", 32)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, value, err := opened(raw); err == nil && len(value) > len(raw) {
			t.Error("more came out than is in")
		}
	})
}

func BenchmarkSourcesOfTheModelLibrary(b *testing.B) {
	for b.Loop() {
		if _, err := readSources("../../mmm"); err != nil {
			b.Fatal(err)
		}
	}
}
