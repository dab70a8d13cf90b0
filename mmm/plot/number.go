package plot

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// format says how the numbers of one axis or one set of labels are printed.
type format struct {
	percent  bool   // fractions: 0.25 is "25 %"
	currency string // before the number
	suffix   string // after it
	sign     bool   // print a plus before positive numbers
	fixed    bool   // always print the given decimals and no unit
	decimals int
}

// Between a number and its unit stands a space that does not break.
const nbsp = "\u00a0"

// unitOf returns the power of a thousand in which numbers up to v are read
// best, and its name.
func unitOf(v float64) (size float64, name string) {
	switch {
	case v >= 0.9995e9:
		return 1e9, nbsp + "bn"
	case v >= 0.9995e6:
		return 1e6, nbsp + "M"
	case v >= 0.9995e4:
		return 1e3, nbsp + "k"
	}
	return 1, ""
}

// value prints v with three significant digits: "1.23 M", "351 k", "0.087".
// Percentages have one decimal, none from 100 on.
func (f format) value(v float64) string {
	if f.percent {
		decimals := 1
		if math.Abs(v) >= 0.9995 {
			decimals = 0
		}
		return f.join(v, 100*v, decimals, nbsp+"%")
	}
	if f.fixed {
		return f.join(v, v, f.decimals, "")
	}
	size, unit := unitOf(math.Abs(v))
	if size == 1 && math.Abs(v) >= 0.9995e3 {
		size, unit = 1e3, nbsp+"k"
	}
	v /= size
	decimals := max(0, 2-digits(v))
	if size == 1 && v == math.Trunc(v) {
		decimals = 0
	}
	if decimals > 7 { // a number that is not worth its zeros
		return f.currency + strings.Replace(strconv.FormatFloat(v, 'g', 2, 64), "-", "−", 1) + f.suffix
	}
	return f.join(v, v, decimals, unit)
}

// digits returns the power of ten of the first digit of v when it is rounded
// to three: 2 for 999.4, 3 for 999.6.
func digits(v float64) int {
	if v == 0 || !finite(v) {
		return 0
	}
	n := int(math.Floor(math.Log10(math.Abs(v))))
	if math.Round(math.Abs(v)/math.Pow10(n-2)) >= 1000 {
		n++
	}
	return n
}

// ticks prints the values of an axis in one common unit, with the decimals
// that their step needs.
func (f format) ticks(values []float64, step float64) []string {
	largest := 0.0
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	size, unit := unitOf(largest)
	if f.percent {
		size, unit = 0.01, nbsp+"%"
	}
	decimals := decimalsOf(step / size)
	out := make([]string, len(values))
	for i, v := range values {
		if math.Abs(v) < step*1e-9 {
			v = 0
		}
		u := unit
		if v == 0 && !f.percent {
			u = ""
		}
		out[i] = f.join(v, v/size, decimals, u)
		if v == 0 {
			out[i] = "0" + strings.TrimPrefix(u, "") + f.suffix
		}
	}
	return out
}

// join prints number with its sign, currency and unit; v decides the sign.
func (f format) join(v, number float64, decimals int, unit string) string {
	if !finite(v, number) {
		return "–"
	}
	s := thousands(strconv.FormatFloat(math.Abs(number), 'f', decimals, 64))
	zero := strings.Trim(s, "0.") == ""
	switch {
	case v < 0 && !zero:
		return "−" + f.currency + s + unit + f.suffix
	case v > 0 && f.sign && !zero:
		return "+" + f.currency + s + unit + f.suffix
	}
	return f.currency + s + unit + f.suffix
}

// decimalsOf returns how many decimals multiples of step need, at most 6.
func decimalsOf(step float64) int {
	for d := range 6 {
		scaled := step * math.Pow10(d)
		if math.Abs(scaled-math.Round(scaled)) < 1e-6*scaled {
			return d
		}
	}
	return 6
}

// thousands puts commas into a decimal number without sign.
func thousands(s string) string {
	whole, rest, found := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		return whole + "." + rest
	}
	return whole
}

// day prints a date: "23 Dec 2014".
func day(t time.Time) string { return t.Format("2 Jan 2006") }

// between prints a range of dates: "Aug 2014 to Jul 2018".
func between(dates []time.Time) string {
	first, last := dates[0].Format("Jan 2006"), dates[len(dates)-1].Format("Jan 2006")
	if first == last {
		return first
	}
	return first + " to " + last
}

// periodName names the distance of the dates: "day", "week", "month", else
// "period".
func periodName(dates []time.Time) string {
	if len(dates) < 2 {
		return "period"
	}
	mean := dates[len(dates)-1].Sub(dates[0]).Hours() / 24 / float64(len(dates)-1)
	switch {
	case math.Abs(mean-1) < 0.1:
		return "day"
	case math.Abs(mean-7) < 0.5:
		return "week"
	case math.Abs(mean-30.4) < 1:
		return "month"
	}
	return "period"
}

// count prints a number of things: "1 week", "26 weeks".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// sentence makes the first letter a capital.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// list joins names: "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
