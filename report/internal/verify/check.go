package verify

import (
	"fmt"
	"math"
	"strconv"

	"mixmodel/kernel/display/typed"
)

// State is the outcome of a check.
type State string

// The states. What is skipped could not be checked, and why is said.
const (
	OK      State = "ok"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// Check is one statement that was checked.
type Check struct {
	State State  `json:"state"`
	What  string `json:"what"`
	Got   string `json:"got,omitempty"`
	Want  string `json:"want,omitempty"`
}

// String is the check as a line: "failed  shares of media: got 1.02, want 1".
func (c Check) String() string {
	s := fmt.Sprintf("%-7s %s", c.State, c.What)
	switch {
	case c.State == Skipped:
		return s + ": " + c.Got
	case c.State == Failed:
		return s + ": got " + c.Got + ", want " + c.Want
	case c.Got != "":
		return s + ": " + c.Got
	}
	return s
}

// Passed tells whether no check failed.
func Passed(list []Check) bool {
	for _, c := range list {
		if c.State == Failed {
			return false
		}
	}
	return true
}

// checks collects them.
type checks struct{ list []Check }

func (c *checks) add(ok bool, what, got, want string) {
	state := OK
	if !ok {
		state = Failed
	}
	c.list = append(c.list, Check{state, what, got, want})
}

func (c *checks) skip(what, why string) {
	c.list = append(c.list, Check{State: Skipped, What: what, Got: why})
}

// exact is the relative error of a number that was only added up or divided.
const exact = 1e-9

// equal checks that two numbers are the same but for rounding. size, if larger
// than both, is what they are small against: the terms of a sum.
func (c *checks) equal(what string, got, want, size float64) {
	c.within(what, got, want, exact*math.Max(size, math.Max(math.Abs(got), math.Abs(want))))
}

func (c *checks) within(what string, got, want, tolerance float64) {
	c.add(math.Abs(got-want) <= tolerance, what, number(got), number(want))
}

func (c *checks) text(what, got, want string) { c.add(got == want, what, quote(got), quote(want)) }

// sum checks that parts add up to a total.
func (c *checks) sum(what string, parts []float64, total float64) {
	got, size := 0.0, 0.0
	for _, p := range parts {
		got += p
		size += math.Abs(p)
	}
	c.equal(what, got, total, size)
}

// estimate checks all numbers of an estimate at once.
func (c *checks) estimate(what string, got, want typed.Estimate) {
	size := math.Abs(want.Mean) + want.SD
	ok := got.Prob == want.Prob
	for _, p := range [][2]float64{{got.Mean, want.Mean}, {got.SD, want.SD}, {got.Low, want.Low}, {got.High, want.High}} {
		ok = ok && math.Abs(p[0]-p[1]) <= exact*size
	}
	c.add(ok, what, estimate(got), estimate(want))
}

// finding checks an estimate and what was believed before the data.
func (c *checks) finding(what string, got, want typed.Finding) {
	c.estimate(what, got.Estimate, want.Estimate)
	if got.Prior != nil && want.Prior != nil {
		c.estimate(what+", before the data", *got.Prior, *want.Prior)
	}
	if got.Evidence != nil && want.Evidence != nil {
		c.text(what+", what it rests on", fmt.Sprint(*got.Evidence), fmt.Sprint(*want.Evidence))
	}
}

// divided is a finding on a quantity that is divided by a constant: means, sds
// and intervals are divided, too, and what it rests on stays.
func divided(x typed.Finding, by float64) typed.Finding {
	x.Estimate = dividedEstimate(x.Estimate, by)
	if x.Prior != nil {
		p := dividedEstimate(*x.Prior, by)
		x.Prior = &p
	}
	return x
}

func dividedEstimate(e typed.Estimate, by float64) typed.Estimate {
	if by == 0 {
		return typed.Estimate{Prob: e.Prob}
	}
	e.Mean, e.SD, e.Low, e.High = e.Mean/by, e.SD/by, e.Low/by, e.High/by
	return e
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 10, 64) }

func quote(s string) string { return strconv.Quote(s) }

func estimate(e typed.Estimate) string {
	return fmt.Sprintf("%s (sd %s, %s to %s)", number(e.Mean), number(e.SD), number(e.Low), number(e.High))
}
