package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"mixmodel/mmm/diag"
)

// measurement is one run of one configuration, judged.
type measurement struct {
	outcome
	name             string
	seed, draws      int // draws of all chains
	clock            float64
	minBulk, minTail float64
	maxRHat          float64
	parameters       []diag.Summary
	fingerprint      string  // of the draws' bits
	alone            verdict // of this run alone
}

// measure runs a configuration once.
func measure(ctx context.Context, c configuration, j job, ref *reference) (measurement, error) {
	if err := os.RemoveAll(j.dir); err != nil {
		return measurement{}, err
	}
	if err := os.Mkdir(j.dir, 0o755); err != nil {
		return measurement{}, err
	}
	m := measurement{name: c.name, seed: j.seed, draws: j.chains * j.draws, clock: clock()}
	var said strings.Builder
	command := c.command(ctx, j)
	command.Stdout, command.Stderr = &said, &said
	if err := command.Run(); err != nil {
		return m, fmt.Errorf("%w:\n%s", err, lastLines(said.String(), 8))
	}
	o, draws, err := readOutcome(j.dir, j.chains, j.draws)
	if err != nil {
		return m, err
	}
	m.outcome = o
	m.judge(draws)
	m.alone, err = ref.agreement([]measurement{m})
	return m, err
}

// judge summarises the draws, [parameter][chain][draw].
func (m *measurement) judge(draws [][][]float64) {
	m.fingerprint = fingerprint(draws)
	m.parameters = make([]diag.Summary, len(draws))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for p := range draws {
		wg.Go(func() {
			slots <- struct{}{}
			m.parameters[p] = diag.Describe(draws[p])
			<-slots
		})
	}
	wg.Wait()
	m.minBulk, m.minTail = math.Inf(1), math.Inf(1)
	for _, s := range m.parameters {
		// min and max of Go keep NaN, which a stuck chain gives.
		m.minBulk, m.minTail, m.maxRHat = min(m.minBulk, s.ESSBulk), min(m.minTail, s.ESSTail), max(m.maxRHat, s.RHat)
	}
}

// fingerprint identifies draws to the bit.
func fingerprint(draws [][][]float64) string {
	h := sha256.New()
	var b []byte
	for _, parameter := range draws {
		for _, chain := range parameter {
			b = b[:0]
			for _, v := range chain {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			}
			h.Write(b)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (m measurement) bulkRate() float64 { return m.minBulk / m.Wall }
func (m measurement) tailRate() float64 { return m.minTail / m.Wall }
func (m measurement) leapfrogsPerDraw() float64 {
	return float64(m.Leapfrogs) / float64(m.draws)
}

// brief is one line of progress.
func (m measurement) brief() string {
	return fmt.Sprintf("%8.2f s wall, %8.2f s CPU, min ESS %6.0f bulk %6.0f tail (%.0f and %.0f per second), R-hat %.4f, %d divergences, %s",
		m.Wall, m.CPU, m.minBulk, m.minTail, m.bulkRate(), m.tailRate(), m.maxRHat, m.Divergences, m.alone)
}

// clock measures the processor before a run: millions of dependent
// multiplications and additions per second. A low value says that the machine
// was busy or slowed down.
func clock() float64 {
	const n = 20_000_000
	began := time.Now()
	x := uint64(1)
	for range n {
		x = x*6364136223846793005 + 1442695040888963407
	}
	took := time.Since(began).Seconds()
	if x == 0 { // keeps the loop alive
		took++
	}
	return n / took / 1e6
}
