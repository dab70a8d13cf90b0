package main

import (
	"context"
	"fmt"
	"time"

	"mixmodel/mmm/internal/kernel"
	"mixmodel/mmm/nuts"
)

// sampleOurs is the child process of our configurations: it samples once and
// writes its outcome.
func sampleOurs(ctx context.Context, o options) error {
	level, err := parseLevel(o.child)
	if err != nil {
		return err
	}
	kernel.Use(level)
	train, err := readTraining(o.data)
	if err != nil {
		return err
	}
	began, used := time.Now(), cpuSeconds()
	fit, err := caseStudy(train).FitContext(ctx, train, nuts.Options{
		Chains: o.chains, Warmup: o.warmup, Draws: o.draws, Seed: uint64(o.seed), TargetAccept: o.target})
	wall, cpu := time.Since(began).Seconds(), cpuSeconds()-used
	if err != nil {
		return err
	}
	out := outcome{Version: level.String(), Wall: wall, CPU: cpu, Gradients: fit.Gradients(), Divergences: fit.Divergences()}
	for _, s := range fit.Stats() {
		for _, n := range s.Leapfrogs {
			out.Leapfrogs += n
		}
	}
	var draws [][][]float64
	for _, name := range fit.Names() {
		draws = append(draws, fit.Parameter(name))
	}
	return writeOutcome(o.dir, out, draws)
}

func parseLevel(name string) (kernel.Level, error) {
	for level := kernel.Portable; level <= kernel.Best(); level++ {
		if level.String() == name {
			return level, nil
		}
	}
	return 0, fmt.Errorf("-child %s (want at most %v, the best of this processor and build)", name, kernel.Best())
}
