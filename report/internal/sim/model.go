package sim

import (
	"fmt"
	"math"
	"slices"

	"mixmodel/kernel/display/typed"
)

// Model computes what plans bring; see [typed.Simulator] for the formula.
type Model struct {
	s       typed.Simulator
	times   []float64   // how often each level of adstock occurs
	levels  [][]float64 // [channel][draw*levels + level], per money
	theta   [][]float64 // [channel][draw*parameters + parameter]
	current []float64   // what today's plan brings, per draw
}

// MaxWork is the largest number of draws × channels × levels of adstock that
// is computed, in Go and in the page; the case study has 38,500.
const MaxWork = 4_000_000

// NewModel prepares the model of s. It returns an error if s is not valid, or
// too large to compute with at every move of a slider.
func NewModel(s typed.Simulator) (*Model, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	lags := s.Adstock.Lags
	ramp := min(s.Periods, lags-1) // periods before the plateau
	n := ramp + lags
	if work := s.Draws * len(s.Channels) * n; work > MaxWork {
		return nil, fmt.Errorf("simulator %q: %d draws of %d channels with %d levels of adstock are %d curve values (want at most %d)",
			s.ID, s.Draws, len(s.Channels), n, work, MaxWork)
	}
	m := &Model{s: s, times: slices.Repeat([]float64{1}, n)}
	m.times[ramp] = float64(s.Periods - ramp)
	for _, c := range s.Channels {
		m.levels = append(m.levels, m.adstocked(c, ramp))
		theta := make([]float64, 0, s.Draws*len(c.Saturation))
		for d := range s.Draws {
			theta = append(theta, at(c.Saturation, d)...)
		}
		m.theta = append(m.theta, theta)
	}
	m.current = m.Totals(s.Scenarios[0].Spend)
	return m, nil
}

// at collects the parameters of a draw.
func at(list []typed.Floats, d int) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = float64(v[d])
	}
	return out
}

// adstocked returns the levels of adstock of a channel that spends one unit of
// money in each period: up to the plateau, on it, and after the plan.
func (m *Model) adstocked(c typed.SimulatorChannel, ramp int) []float64 {
	n, w := len(m.times), make([]float64, m.s.Adstock.Lags)
	out := make([]float64, 0, m.s.Draws*n)
	for d := range m.s.Draws {
		weights(w, m.s.Adstock, at(c.Adstock, d))
		for j := range n {
			t := j
			if j > ramp {
				t = m.s.Periods + j - ramp - 1
			}
			sum := 0.0
			for l := max(0, t-m.s.Periods+1); l <= min(t, len(w)-1); l++ {
				sum += w[l]
			}
			out = append(out, sum/c.SpendScale)
		}
	}
	return out
}

// Response returns per draw what channel c brings over the horizon if it
// spends b per period, in sales, and what one more unit of money would bring,
// in sales per unit of money.
func (m *Model) Response(c int, b float64) (values, marginal []float64) {
	n, p := len(m.times), len(m.s.Channels[c].Saturation)
	f := curves[m.s.Saturation]
	values, marginal = make([]float64, m.s.Draws), make([]float64, m.s.Draws)
	for d := range values {
		theta := m.theta[c][d*p : (d+1)*p]
		for j, q := range m.levels[c][d*n : (d+1)*n] {
			if m.times[j] == 0 {
				continue
			}
			v, slope := f(q*b, theta)
			values[d] += m.times[j] * v
			marginal[d] += m.times[j] * slope * q
		}
		values[d] *= m.s.SalesScale
		marginal[d] *= m.s.SalesScale / float64(m.s.Periods)
	}
	return values, marginal
}

// Totals returns per draw what all channels bring under a plan.
func (m *Model) Totals(plan []float64) []float64 {
	out := make([]float64, m.s.Draws)
	for c, b := range plan {
		values, _ := m.Response(c, b)
		for d, v := range values {
			out[d] += v
		}
	}
	return out
}

// Outcome is what a plan brings, and the share of draws in which that is more
// than what today's plan brings.
func (m *Model) Outcome(plan []float64) (typed.Estimate, float64) {
	totals := m.Totals(plan)
	better := 0.0
	for d, v := range totals {
		if v > m.current[d] {
			better++
		}
	}
	return estimate(totals, m.s.Scenarios[0].Response.Prob), better / float64(len(totals))
}

// Gain is what a plan brings more than today's, in each draw as a fraction of
// what today's brings; draws in which that is nothing count as no gain.
func (m *Model) Gain(plan []float64) typed.Estimate {
	gain := m.Totals(plan)
	for d, v := range gain {
		gain[d] = 0
		if now := m.current[d]; now > 0 {
			gain[d] = v/now - 1
		}
	}
	return estimate(gain, m.s.Scenarios[0].Response.Prob)
}

// estimate summarises draws, which it sorts: mean, standard deviation and the
// narrowest interval of at least the given probability.
func estimate(draws []float64, prob float64) typed.Estimate {
	e := typed.Estimate{Prob: prob}
	n := len(draws)
	for _, v := range draws {
		e.Mean += v
	}
	e.Mean /= float64(n)
	for _, v := range draws {
		e.SD += (v - e.Mean) * (v - e.Mean)
	}
	if n > 1 {
		e.SD = math.Sqrt(e.SD / float64(n-1))
	}
	slices.Sort(draws)
	k, width := min(int(prob*float64(n)), n-1), math.Inf(1)
	for i := range n - k {
		if w := draws[i+k] - draws[i]; w < width {
			width, e.Low, e.High = w, draws[i], draws[i+k]
		}
	}
	return e
}
