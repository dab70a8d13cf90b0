package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// outcome is what a configuration says about one run; its draws lie beside it.
type outcome struct {
	Version     string  `json:"version"`
	Wall        float64 `json:"wall"`        // seconds of sampling, warmup included
	CPU         float64 `json:"cpu"`         // processor seconds of the same; 0: unknown
	Compile     float64 `json:"compile"`     // seconds before, not counted
	Gradients   int     `json:"gradients"`   // warmup included
	Leapfrogs   int     `json:"leapfrogs"`   // of the draws kept
	Divergences int     `json:"divergences"` // among the draws kept
}

// The files of an outcome. drawsFile holds little-endian float64s: chain by
// chain, draw by draw, one value per parameter on its own scale, in the order
// of [mixmodel/mmm.Draws.Names].
const (
	outcomeFile = "outcome.json"
	drawsFile   = "draws.bin"
)

// writeOutcome writes an outcome and its draws, [parameter][chain][draw].
func writeOutcome(dir string, o outcome, draws [][][]float64) error {
	raw, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, outcomeFile), raw, 0o644); err != nil {
		return err
	}
	var b []byte
	for m := range draws[0] {
		for d := range draws[0][m] {
			for p := range draws {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(draws[p][m][d]))
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, drawsFile), b, 0o644)
}

// readOutcome is the inverse of writeOutcome for runs of so many chains and
// draws per chain.
func readOutcome(dir string, chains, draws int) (outcome, [][][]float64, error) {
	var o outcome
	raw, err := os.ReadFile(filepath.Join(dir, outcomeFile))
	if err != nil {
		return o, nil, err
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return o, nil, fmt.Errorf("%s: %w", outcomeFile, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, drawsFile))
	if err != nil {
		return o, nil, err
	}
	n := chains * draws
	parameters := len(b) / 8 / n
	if parameters == 0 || len(b) != 8*n*parameters {
		return o, nil, fmt.Errorf("%s has %d bytes (want a multiple of 8 for each of %d x %d draws)", drawsFile, len(b), chains, draws)
	}
	out := make([][][]float64, parameters)
	for p := range out {
		for m := range chains {
			x := make([]float64, draws)
			for d := range x {
				x[d] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*((m*draws+d)*parameters+p):]))
			}
			out[p] = append(out[p], x)
		}
	}
	return o, out, nil
}
