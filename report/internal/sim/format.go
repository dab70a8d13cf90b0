package sim

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The script has the same ones: a number looks alike wherever it comes from.

// short prints three significant digits: 769 k, 12.3 M, 1.10 bn, 8.20.
func short(x float64) string {
	size, name := 1.0, ""
	switch a := math.Abs(x); {
	case a >= 999.5e6:
		size, name = 1e9, " bn"
	case a >= 999.5e3:
		size, name = 1e6, " M"
	case a >= 9995:
		size, name = 1e3, " k"
	case a >= 999.5:
		return grouped(x)
	}
	decimals := 2
	switch a := math.Abs(x) / size; {
	case a >= 99.95 || a == 0:
		decimals = 0
	case a >= 9.995:
		decimals = 1
	}
	return minus(strconv.FormatFloat(x/size, 'f', decimals, 64)) + name
}

// grouped prints an amount to type: 769,000; below 100 with two decimals.
func grouped(x float64) string {
	decimals := 0
	if math.Abs(x) < 100 && x != math.Trunc(x) {
		decimals = 2
	}
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if strings.HasPrefix(s, "-") {
		return "−" + whole
	}
	return whole
}

// signed prints a relative change: +4.1 %, −12 %.
func signed(x float64) string {
	decimals := 1
	if math.Abs(x) >= 0.0995 {
		decimals = 0
	}
	s := percent(x, decimals)
	if x >= 0 {
		s = "+" + s
	}
	return s
}

func percent(x float64, decimals int) string {
	return minus(strconv.FormatFloat(100*x, 'f', decimals, 64)) + " %"
}

// chance prints a probability; none of a few hundred draws is no certainty.
func chance(p float64) string {
	switch {
	case p > 0.995:
		return "more than 99 %"
	case p < 0.005:
		return "less than 1 %"
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
