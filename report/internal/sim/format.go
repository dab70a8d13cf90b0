package sim

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/words"
)

// The script has the same ones: a number looks alike wherever it comes from.

// known prints a number without uncertainty, as the report does: $769 k.
func known(currency string, x float64) string { return words.Amount(sales(currency), x) }

// mean and interval print an estimate, as the report does: $1.1 bn, $0.6 bn to
// $1.9 bn.
func mean(currency string, e typed.Estimate) string { return words.Mean(sales(currency), e) }

func interval(currency string, e typed.Estimate) string { return words.Interval(sales(currency), e) }

func sales(currency string) typed.Unit { return typed.Unit{Of: typed.Sales, Currency: currency} }

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
