package mmm

import (
	"fmt"
	"math"
	"slices"
	"time"

	"mixmodel/mmm/diag"
	"mixmodel/mmm/internal/radix"
)

// Estimate summarises one quantity over draws: what we believe and how sure
// we are. All fields are in the unit of the quantity.
//
// HDI50 and HDI94 are the narrowest intervals that hold 50 % and 94 % of the
// draws (ArviZ's definition, see [diag.HDI]); Q25 and Q75 are the quartiles.
type Estimate struct {
	Mean, Median, SD float64
	Q25, Q75         float64
	HDI50, HDI94     [2]float64
}

// Summarize returns the Estimate of draws. It does not modify draws, copies
// and sorts them once, and panics if there are none.
func Summarize(draws []float64) Estimate {
	return SummarizeSorted(radix.Sorted(draws))
}

// SummarizeSorted is [Summarize] of ascending draws, which it does not copy.
func SummarizeSorted(s []float64) Estimate {
	if len(s) == 0 {
		panic("mmm: Summarize: no draws")
	}
	e := Estimate{
		Mean:   diag.Mean(s),
		Median: diag.Quantile(s, 0.5),
		Q25:    diag.Quantile(s, 0.25),
		Q75:    diag.Quantile(s, 0.75),
	}
	if len(s) > 1 {
		e.SD = diag.SD(s)
	}
	e.HDI50[0], e.HDI50[1] = diag.HDISorted(s, 0.50)
	e.HDI94[0], e.HDI94[1] = diag.HDISorted(s, 0.94)
	return e
}

// String prints mean and 94 % interval: "12.3 [4.56, 20.1]".
func (e Estimate) String() string {
	return fmt.Sprintf("%.4g [%.4g, %.4g]", e.Mean, e.HDI94[0], e.HDI94[1])
}

// Band is an estimate per period: a line with its uncertainty.
//
// All slices have one entry per period. Unit says what the numbers are, for
// example "sales per week".
type Band struct {
	Name         string
	Unit         string
	Dates        []time.Time
	Mean         []float64
	HDI50, HDI94 [][2]float64
}

// Len returns the number of periods.
func (b Band) Len() int { return len(b.Dates) }

// Quantity is one number per draw, for example the total contribution of all
// media. Draws are in chain-major order, so two quantities of the same fit
// are paired draw by draw.
type Quantity struct {
	Name  string
	Unit  string
	Draws []float64
}

// Estimate summarises the quantity.
func (q Quantity) Estimate() Estimate { return Summarize(q.Draws) }

// ProbAbove returns the share of draws above x.
func (q Quantity) ProbAbove(x float64) float64 {
	n := 0
	for _, v := range q.Draws {
		if v > x {
			n++
		}
	}
	return float64(n) / float64(len(q.Draws))
}

// ByChannel is one number per channel and draw, for example ROAS. The
// channels' draws are paired: Draws[a][d] and Draws[b][d] come from the same
// draw d.
type ByChannel struct {
	Name     string
	Unit     string
	Channels []string
	Draws    [][]float64 // [channel][draw]
}

// Estimates summarises each channel, in the order of Channels.
func (b ByChannel) Estimates() []Estimate {
	out := make([]Estimate, len(b.Draws))
	parallel(len(out), func(c int) { out[c] = Summarize(b.Draws[c]) })
	return out
}

// Channel returns the draws of one channel by name. It panics if there is no
// such channel.
func (b ByChannel) Channel(name string) Quantity {
	c := slices.Index(b.Channels, name)
	if c < 0 {
		panic(fmt.Sprintf("mmm: %s has no channel %q; it has %q", b.Name, name, b.Channels))
	}
	return Quantity{Name: b.Name + " of " + name, Unit: b.Unit, Draws: b.Draws[c]}
}

// ProbHighest returns, for each channel, the share of draws in which it has
// the largest value: how sure we are that it is the best. Ties go to the
// channel listed first, so the shares sum to 1.
func (b ByChannel) ProbHighest() []float64 {
	p := make([]float64, len(b.Channels))
	if len(b.Draws) == 0 || len(b.Draws[0]) == 0 {
		return p
	}
	n := len(b.Draws[0])
	for d := range n {
		best, max := 0, math.Inf(-1)
		for c := range b.Draws {
			if v := b.Draws[c][d]; v > max {
				best, max = c, v
			}
		}
		p[best]++
	}
	for c := range p {
		p[c] /= float64(n)
	}
	return p
}
