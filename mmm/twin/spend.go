package twin

import (
	"math/rand/v2"
	"time"
)

// channel is how one channel spends, and what its spend does.
type channel struct {
	name, column string

	// Spend: a level that grows, peaks before Christmas and swings.
	total  float64   // of the training weeks, million
	growth float64   // of the level per year, in logs
	peak   float64   // of the level in early December, in logs
	spread float64   // sd of log spend around its level
	memory float64   // autocorrelation of these swings from week to week
	rhythm []float64 // factors on the level, week after week, repeated
	dark   float64   // probability of a week without spend

	// Effect.
	alpha, lambda float64
	ceiling       float64 // of the contribution to a week's sales, million
}

// channels are the seven of the case study, in its alphabetical order.
var channels = []channel{
	{name: "Direct Mail", column: "mdsp_dm", total: 146, growth: -0.16, peak: 0.2, spread: 0.40, memory: 0, rhythm: []float64{1.5, 0.5, 1.1, 0.9}, dark: 0.005,
		alpha: 0.40, lambda: 1.8, ceiling: 20},
	{name: "Insert", column: "mdsp_inst", total: 16, growth: -0.25, peak: 0.9, spread: 0.45, memory: 0.3, rhythm: []float64{1.3, 0.9, 0.9, 0.9},
		alpha: 0.10, lambda: 4.5, ceiling: 12},
	{name: "Newspaper", column: "mdsp_nsp", total: 53, growth: -0.95, peak: 0.3, spread: 0.60, memory: 0.2, dark: 0.03,
		alpha: 0.30, lambda: 3.5, ceiling: 20},
	{name: "Online Display", column: "mdsp_on", total: 39, growth: 0.16, peak: 0.5, spread: 0.40, memory: 0.5,
		alpha: 0.20, lambda: 2.5, ceiling: 22},
	{name: "Radio", column: "mdsp_audtr", total: 22, growth: -0.02, peak: 0.2, spread: 0.45, memory: 0.2, dark: 0.005,
		alpha: 0.25, lambda: 3.0, ceiling: 8},
	{name: "Social Media", column: "mdsp_so", total: 17, growth: 0.55, peak: 0.6, spread: 0.45, memory: 0.6, dark: 0.03,
		alpha: 0.15, lambda: 3.0, ceiling: 9},
	{name: "TV", column: "mdsp_vidtr", total: 33, growth: -0.12, peak: 1.0, spread: 0.40, memory: 0.4, rhythm: []float64{1.7, 1.7, 1.7, 1.2, 0.6, 0.4, 0.4, 0.6}, dark: 0.015,
		alpha: 0.50, lambda: 3.0, ceiling: 28},
}

const million = 1e6

// independent is the channel as it would spend if chance alone decided.
func (c channel) independent() channel {
	c.growth, c.peak, c.memory, c.rhythm = 0, 0, 0, nil
	c.spread, c.dark = 0.6, 0.25
	return c
}

// series returns the spend of each week in cents-rounded money. The training
// weeks add up to total, to within rounding.
func (c channel) series(rng *rand.Rand, weeks []time.Time) []float64 {
	x := make([]float64, len(weeks))
	swing := normal(rng)
	for t, week := range weeks {
		fresh := normal(rng)
		dark := rng.Float64() < c.dark
		if t > 0 {
			swing = float64(c.memory*swing) + float64(freshPart(c.memory)*fresh)
		}
		if dark {
			continue
		}
		level := float64(c.growth*float64(t)/52) + float64(c.peak*bump(week.YearDay(), 338))
		x[t] = exp(level + float64(c.spread*swing))
		if n := len(c.rhythm); n > 0 {
			x[t] = float64(x[t] * c.rhythm[t%n])
		}
	}
	scale := c.total * million / sum(x[:TrainWeeks])
	for t := range x {
		x[t] = cents(x[t] * scale)
	}
	return x
}
