package twin

import (
	"math"
	"path/filepath"
	"testing"

	"mixmodel/mmm"
)

func TestTheCommittedTwinIsKnownAndOtherDataIsNot(t *testing.T) {
	data, err := mmm.ReadCSV(filepath.Join("..", "..", "testdata", "case_study_twin.csv"), Columns())
	if err != nil {
		t.Fatal(err)
	}
	truth, known := Known(data)
	if !known || len(truth.ROAS()) != 7 || len(truth.Contributions()) != 7 {
		t.Fatalf("known %v with %d channels, want true with 7", known, len(truth.ROAS()))
	}
	sum := 0.0
	for _, s := range truth.Share() {
		sum += s
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("shares add up to %v", sum)
	}
	other, _, err := Generate(Options{Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	if truth, known := Known(other); known || truth.ROAS() != nil {
		t.Error("another twin is taken for the committed one")
	}
	if _, known := Known(data.WithSpend(make2(7, data.Len()))); known {
		t.Error("other spend is taken for the twin's")
	}
}

func make2(channels, weeks int) [][]float64 {
	out := make([][]float64, channels)
	for c := range out {
		out[c] = make([]float64, weeks)
	}
	return out
}
