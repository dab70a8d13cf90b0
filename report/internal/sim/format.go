package sim

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The script has the same ones: a number looks alike wherever it comes from.

// scale is how numbers of about one size are written.
type scale struct {
	size     float64
	name     string
	decimals int
}

// scaleOf chooses the scale with which x has three digits.
func scaleOf(x float64) scale {
	s := scale{size: 1}
	a := math.Abs(x)
	switch {
	case a >= 999.5e6:
		s.size, s.name = 1e9, "\u00a0B"
	case a >= 999.5e3:
		s.size, s.name = 1e6, "\u00a0M"
	case a >= 9995:
		s.size, s.name = 1e3, "\u00a0k"
	}
	switch a /= s.size; {
	case a >= 99.95 || a == 0:
	case a >= 9.995:
		s.decimals = 1
	default:
		s.decimals = 2
	}
	return s
}

func (s scale) bare(x float64) string { return grouped(x/s.size, s.decimals) }

// short prints three significant digits: 769 k, 12.3 M, 1.10 B, 8.20.
func short(currency string, x float64) string {
	s := scaleOf(x)
	return currency + s.bare(x) + s.name
}

// interval prints both ends with the scale of the larger: $0.61 B to $1.94 B,
// 0.61 to 1.94 B.
func interval(currency string, low, high float64) string {
	s := scaleOf(math.Max(math.Abs(low), math.Abs(high)))
	name := s.name
	if currency == "" {
		name = ""
	}
	return currency + s.bare(low) + name + " to " + currency + s.bare(high) + s.name
}

// amount prints an amount to type: 769,000; below 100 with two decimals.
func amount(x float64) string {
	if math.Abs(x) < 100 && x != math.Trunc(x) {
		return grouped(x, 2)
	}
	return grouped(x, 0)
}

// grouped prints a number with commas between thousands.
func grouped(x float64, decimals int) string {
	s := minus(strconv.FormatFloat(x, 'f', decimals, 64))
	sign, s := s[:len(s)-len(strings.TrimPrefix(s, "−"))], strings.TrimPrefix(s, "−")
	whole, fraction, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + fraction
	}
	return sign + whole
}

// signed prints a relative change: +4.1 %, −12 %.
func signed(x float64) string {
	s := share(x)
	if x >= 0 {
		s = "+" + s
	}
	return s
}

// share prints a fraction as a percentage, below ten with a decimal.
func share(x float64) string {
	if math.Abs(x) >= 0.0995 {
		return percent(x, 0)
	}
	return percent(x, 1)
}

func percent(x float64, decimals int) string {
	return minus(strconv.FormatFloat(100*x, 'f', decimals, 64)) + "\u00a0%"
}

// chance prints a probability; none of a few hundred draws is no certainty.
func chance(p float64) string {
	switch {
	case p > 0.995:
		return ">\u00a099\u00a0%"
	case p < 0.005:
		return "<\u00a01\u00a0%"
	}
	return percent(p, 0)
}

func minus(s string) string { return strings.Replace(s, "-", "−", 1) }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func title(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
