package plot

import (
	"math"
	"strconv"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// niceStep returns the step of 1, 2, 2.5 or 5 times a power of ten that puts
// the number of its multiples inside [lo, hi] closest to n. A step of 2.5 is
// taken only if it is clearly better, because its multiples are longer.
func niceStep(lo, hi float64, n int) float64 {
	span := hi - lo
	if !(span > 0) || math.IsInf(span, 0) {
		return 1
	}
	exponent := math.Floor(math.Log10(span / float64(max(n, 1))))
	best, least := 1.0, math.Inf(1)
	for e := exponent - 1; e <= exponent+2; e++ {
		for _, m := range []float64{1, 2, 2.5, 5} {
			step := m * math.Pow(10, e)
			inside := math.Floor(hi/step*(1+1e-9)) - math.Ceil(lo/step*(1-1e-9)) + 1
			cost := math.Abs(inside - float64(n))
			if inside < float64(n) {
				cost += 0.1
			}
			if inside < 2 {
				cost += 2
			}
			if m == 2.5 {
				cost += 0.7
			}
			if cost < least-1e-9 {
				best, least = step, cost
			}
		}
	}
	return best
}

// niceTicks returns the multiples of a nice step inside [lo, hi], about n.
func niceTicks(lo, hi float64, n int) (values []float64, step float64) {
	if !finite(lo, hi) {
		return nil, 1
	}
	step = niceStep(lo, hi, n)
	slack := step * 1e-9
	for i := math.Ceil((lo - slack) / step); i*step <= hi+slack && len(values) < 50; i++ {
		values = append(values, i*step+0) // + 0 turns -0 into 0
	}
	return values, step
}

// numbers is a [plot.Ticker] with round values in a common unit.
type numbers struct {
	format
	n int // about how many; 0 is 5
}

// Ticks returns the ticks inside [lo, hi].
func (t numbers) Ticks(lo, hi float64) []plot.Tick {
	n := t.n
	if n == 0 {
		n = 5
	}
	values, step := niceTicks(lo, hi, n)
	labels := t.ticks(values, step)
	out := make([]plot.Tick, len(values))
	for i, v := range values {
		out[i] = plot.Tick{Value: v, Label: labels[i]}
	}
	return out
}

// calendar is a [plot.Ticker] for dates in seconds of Unix time. It marks
// months, quarters or years, whatever fits into the width, and writes the
// year below its first mark.
type calendar struct {
	width vg.Length // of the axis
}

// Ticks returns ticks at first days of months. Labels have a second line,
// after a line feed, where a year begins.
func (t calendar) Ticks(lo, hi float64) []plot.Tick {
	from, to := time.Unix(int64(lo), 0).UTC(), time.Unix(int64(hi), 0).UTC()
	months := t.step(to.Sub(from))
	if months == 0 {
		return t.days(from, to)
	}
	var out []plot.Tick
	year := 0
	for at := firstOfMonth(from, months); !at.After(to); at = at.AddDate(0, months, 0) {
		if at.Before(from) {
			continue
		}
		label := at.Format("Jan")
		switch {
		case months >= 12:
			label = at.Format("2006")
		case at.Year() != year:
			label += "\n" + at.Format("2006")
		}
		year = at.Year()
		out = append(out, plot.Tick{Value: float64(at.Unix()), Label: label})
	}
	return out
}

// step returns the number of months between marks, or 0 for a span so short
// that days should be marked.
func (t calendar) step(span time.Duration) int {
	days := span.Hours() / 24
	if days < 70 {
		return 0
	}
	perMonth := float64(t.width) / (days / 30.44)
	for _, months := range []int{1, 2, 3, 6} {
		if perMonth*float64(months) >= 34 {
			return months
		}
	}
	years := 1
	for perMonth*12*float64(years) < 44 {
		years *= 2
	}
	return 12 * years
}

// days marks up to about eight days of a short span.
func (t calendar) days(from, to time.Time) []plot.Tick {
	length := to.Sub(from).Hours() / 24
	n := max(2, min(8, int(t.width/56)))
	step := 1
	for _, s := range []int{1, 2, 7, 14, 28} {
		if step = s; length/float64(s) <= float64(n) {
			break
		}
	}
	var out []plot.Tick
	year := 0
	at := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
	for ; !at.After(to); at = at.AddDate(0, 0, step) {
		if at.Before(from) {
			continue
		}
		label := at.Format("2 Jan")
		if at.Year() != year {
			label += "\n" + strconv.Itoa(at.Year())
		}
		year = at.Year()
		out = append(out, plot.Tick{Value: float64(at.Unix()), Label: label})
	}
	return out
}

// firstOfMonth returns the last first-of-month at or before t that lies on
// the rhythm of the step: quarters begin in January.
func firstOfMonth(t time.Time, months int) time.Time {
	if months >= 12 {
		years := months / 12
		return time.Date(t.Year()/years*years, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	m := (int(t.Month())-1)/months*months + 1
	return time.Date(t.Year(), time.Month(m), 1, 0, 0, 0, 0, time.UTC)
}

// seconds maps dates to the coordinate of a date axis.
func seconds(dates []time.Time) []float64 {
	x := make([]float64, len(dates))
	for i, t := range dates {
		x[i] = float64(t.Unix())
	}
	return x
}

// names is a [plot.Ticker] for categories: name i stands at value -i, so that
// the first is on top.
func names(labels []string) plot.ConstantTicks {
	out := make(plot.ConstantTicks, len(labels))
	for i, s := range labels {
		out[i] = plot.Tick{Value: -float64(i), Label: s}
	}
	return out
}
