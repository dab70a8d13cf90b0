package display

import (
	"math"
	"strconv"
	"strings"

	"mixmodel/kernel/display/typed"
)

// number prints x for people, with three significant digits: "$1.24 M" of
// money, "23.1 %" of a fraction, "1,234" of a count.
func number(u typed.Unit, x float64) string { return round(u, x, x) }

// interval prints low and high with the digits that their distance deserves:
// two, so "9 to 21" and "0.93 to 1.12".
func interval(u typed.Unit, low, high float64) string {
	return round(u, low, (high-low)/10) + " to " + round(u, high, (high-low)/10)
}

// withInterval prints the mean of e with the digits that its interval deserves,
// and the interval: "15 (94 % interval 9 to 21)".
func withInterval(u typed.Unit, e typed.Estimate) string {
	return round(u, e.Mean, (e.High-e.Low)/10) + " (" + group(strconv.FormatFloat(100*e.Prob, 'f', 0, 64)) + " % interval " + interval(u, e.Low, e.High) + ")"
}

// round prints x as finely as an amount of the given size is printed with one
// more digit than its first; of size x itself, with three digits. What is
// nothing beside size is 0.
func round(u typed.Unit, x, size float64) string {
	digits := 2 // behind the first one of size
	if size = math.Abs(size); size != math.Abs(x) && size > 0 {
		digits = 0
		step := math.Pow(10, math.Floor(math.Log10(size)))
		x = math.Round(x/step) * step
	}
	scale, suffix, prefix := 1.0, "", ""
	switch u.Of {
	case typed.Fraction:
		scale, suffix = 100, " %"
	case typed.Money, typed.Sales:
		scale, suffix = short(x)
		prefix = u.Currency
	case typed.Count:
		return group(strconv.FormatFloat(x, 'f', 0, 64))
	}
	x, size = x*scale, size*scale
	decimals := 2
	if size > 0 && !math.IsInf(size, 0) {
		decimals = digits - int(math.Floor(math.Log10(size)))
	}
	s := group(strconv.FormatFloat(x, 'f', min(max(decimals, 0), 9), 64))
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		return "-" + prefix + rest + suffix
	}
	return prefix + s + suffix
}

// short is how large amounts are abbreviated, so that none reads 1,000 k.
func short(x float64) (scale float64, suffix string) {
	switch x = math.Abs(x); {
	case x >= 999.5e6:
		return 1e-9, " bn"
	case x >= 999.5e3:
		return 1e-6, " M"
	case x >= 999.5:
		return 1e-3, " k"
	}
	return 1, ""
}

// group puts commas between the thousands of a decimal number, and takes the
// sign from a zero.
func group(s string) string {
	sign, whole := "", s
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	if strings.Trim(whole, "0.") == "" {
		sign = ""
	}
	whole, fraction, found := strings.Cut(whole, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		whole += "." + fraction
	}
	return sign + whole
}
