package words

import (
	"math"
	"strconv"
	"strings"

	"mixmodel/kernel/display/typed"
)

// Space is the no-break space between a number and its unit.
const Space = "\u00a0"

// Scale is how the numbers of one estimate, or of one column, are written: all
// of them with the same factor and the same last digit.
type Scale struct {
	Factor   float64 // what a number is multiplied with
	Step     float64 // to a multiple of which the product is rounded
	Decimals int
	Prefix   string // "$"
	Suffix   string // " M", " %"
}

// ScaleOf chooses the scale for an estimate: two significant digits of the
// width of its interval, for further digits say nothing, and never more than
// four of the number.
func ScaleOf(u typed.Unit, e typed.Estimate) Scale {
	largest := max(math.Abs(e.Mean), math.Abs(e.Low), math.Abs(e.High))
	// The mean chooses between M and bn, unless it is next to nothing.
	return scale(u, max(math.Abs(e.Mean), largest/20), e.High-e.Low)
}

// ScaleOfAll chooses one scale for a column of numbers without uncertainty:
// three significant digits of the largest.
func ScaleOfAll(u typed.Unit, xs ...float64) Scale {
	largest := 0.0
	for _, x := range xs {
		if !math.IsNaN(x) {
			largest = max(largest, math.Abs(x))
		}
	}
	return scale(u, largest, 0)
}

func scale(u typed.Unit, largest, width float64) Scale {
	s := Scale{Factor: 1}
	switch u.Of {
	case typed.Fraction:
		s.Factor, s.Suffix = 100, Space+"%"
	case typed.Money, typed.Sales:
		s.Prefix = u.Currency
		s.shorten(largest)
	case typed.Number, typed.Ratio:
		s.shorten(largest)
	}
	if u.Of == typed.Count {
		s.Step = 1
		return s
	}
	s.round(largest*s.Factor, width*s.Factor)
	return s
}

var thousands = []struct {
	from, factor float64
	suffix       string
}{{1e12, 1e-12, "tn"}, {1e9, 1e-9, "bn"}, {1e6, 1e-6, "M"}, {1e4, 1e-3, "k"}}

func (s *Scale) shorten(largest float64) {
	for _, t := range thousands {
		if largest >= t.from {
			s.Factor, s.Suffix = t.factor, Space+t.suffix
			return
		}
	}
}

// round sets the last digit. largest and width are in the written unit.
func (s *Scale) round(largest, width float64) {
	digits := 3 // of the largest number, if there is no width
	last := 0
	if largest > 0 {
		last = int(math.Floor(math.Log10(largest))) - digits + 1
	}
	if width > 0 {
		byWidth := int(math.Floor(math.Log10(width)*(1+1e-15))) - 1
		last = max(byWidth, last-1)
	}
	last = max(last, -6)
	s.Step = math.Pow(10, float64(last))
	s.Decimals = max(0, -last)
}

// Bare writes x without its unit: "−3.1".
func (s Scale) Bare(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	v := x * s.Factor
	if s.Step >= 1 {
		v = math.Round(v/s.Step) * s.Step
	}
	text := strconv.FormatFloat(math.Abs(v), 'f', s.Decimals, 64)
	text = grouped(text)
	if v < 0 && strings.Trim(text, "0.,") != "" {
		text = "−" + text
	}
	return text
}

// Full writes x with its unit: "−$3.1 M".
func (s Scale) Full(x float64) string {
	text := s.Bare(x)
	if rest, ok := strings.CutPrefix(text, "−"); ok {
		return "−" + s.Prefix + rest + s.Suffix
	}
	return s.Prefix + text + s.Suffix
}

// Signed writes a change: with a plus sign if it is not negative or zero.
func (s Scale) Signed(x float64) string {
	text := s.Full(x)
	if x > 0 && strings.Trim(s.Bare(x), "0.,") != "" {
		return "+" + text
	}
	return text
}

// Label is the unit of a column: "$ M", "%", "".
func (s Scale) Label() string {
	return strings.TrimSpace(s.Prefix + s.Suffix)
}

// grouped puts commas between the thousands of a number without a sign.
func grouped(s string) string {
	whole, fraction, ok := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if ok {
		return whole + "." + fraction
	}
	return whole
}

// Mean writes the mean of e: "$3.1 M".
func Mean(u typed.Unit, e typed.Estimate) string { return ScaleOf(u, e).Full(e.Mean) }

// Interval writes the interval of e: "$2.6 M to $3.7 M", "2.1 to 4.0 %".
func Interval(u typed.Unit, e typed.Estimate) string { return ScaleOf(u, e).Range(e.Low, e.High) }

// Range writes an interval with its unit, once if the unit only follows.
func (s Scale) Range(low, high float64) string {
	if s.Prefix == "" {
		return s.Bare(low) + " to " + s.Full(high)
	}
	return s.Full(low) + " to " + s.Full(high)
}

// Estimate writes e with its interval, for a sentence: "$3.1 M (94 % interval
// $2.6 M to $3.7 M)".
func Estimate(u typed.Unit, e typed.Estimate) string {
	return Mean(u, e) + " (" + Percent(e.Prob) + " interval " + Interval(u, e) + ")"
}

// Short writes e with its interval once the level of it is known: "$3.1 M
// ($2.6 M to $3.7 M)".
func Short(u typed.Unit, e typed.Estimate) string {
	return Mean(u, e) + " (" + Interval(u, e) + ")"
}

// Amount writes a number that is known: "$3.1 M".
func Amount(u typed.Unit, x float64) string { return ScaleOfAll(u, x).Full(x) }

// Percent writes a fraction as a whole percentage, or with a digit below ten.
func Percent(f float64) string {
	if f != 0 && math.Abs(f) < 0.0995 {
		text := Scale{Factor: 100, Step: 0.1, Decimals: 1}.Full(f)
		return strings.TrimSuffix(text, ".0") + Space + "%"
	}
	return Scale{Factor: 100, Step: 1, Suffix: Space + "%"}.Full(f)
}

// Probability writes a probability. Nothing is ever certain: "more than 99 %".
func Probability(p float64) string {
	switch {
	case p > 0.99:
		return "more than" + Space + "99" + Space + "%"
	case p < 0.01:
		return "less than" + Space + "1" + Space + "%"
	}
	return Scale{Factor: 100, Step: 1, Suffix: Space + "%"}.Full(p)
}
