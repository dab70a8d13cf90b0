package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
)

// sink keeps the output in a folder; with an empty folder it keeps nothing.
type sink struct{ folder string }

const rawFile = "raw.csv"

func newSink(folder string) (sink, error) {
	s := sink{folder}
	if folder == "" {
		return s, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return s, err
	}
	if err := s.text(rawFile, ""); err != nil {
		return s, err
	}
	return s, s.row([]string{"configuration", "version", "seed", "wall_s", "cpu_s", "compile_s", "gradients", "leapfrogs", "draws",
		"min_bulk_ess", "min_tail_ess", "max_rhat", "divergences", "z_rms", "z_max", "sd_ratio_min", "sd_ratio_max", "clock", "draws_sha256"})
}

// raw appends a run at once, so that an interrupted benchmark leaves what it
// had.
func (s sink) raw(m measurement) error {
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }
	v := m.alone
	return s.row([]string{m.name, m.Version, strconv.Itoa(m.seed), f(m.Wall), f(m.CPU), f(m.Compile), strconv.Itoa(m.Gradients), strconv.Itoa(m.Leapfrogs), strconv.Itoa(m.draws),
		f(m.minBulk), f(m.minTail), f(m.maxRHat), strconv.Itoa(m.Divergences), f(v.spread), f(v.largest), f(v.low), f(v.high), f(m.clock), m.fingerprint})
}

func (s sink) row(fields []string) error {
	if s.folder == "" {
		return nil
	}
	file, err := os.OpenFile(filepath.Join(s.folder, rawFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	w := csv.NewWriter(file)
	if err := w.Write(fields); err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return file.Close()
}

func (s sink) text(name, content string) error {
	if s.folder == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o644)
}
