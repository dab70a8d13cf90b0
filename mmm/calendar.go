package mmm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Step is the distance between two periods: a number of days, or of calendar
// months. The zero Step means that there is only one period.
type Step struct{ Days, Months int }

// String returns "week", "day", "month", "28 days", "3 months".
func (s Step) String() string {
	switch s {
	case Step{}:
		return "period"
	case Step{Days: 1}:
		return "day"
	case Step{Days: 7}:
		return "week"
	case Step{Months: 1}:
		return "month"
	case Step{Months: 12}:
		return "year"
	}
	if s.Months > 0 {
		return fmt.Sprintf("%d months", s.Months)
	}
	return fmt.Sprintf("%d days", s.Days)
}

// plural returns "weeks", and for longer steps "periods of 28 days".
func (s Step) plural(n int) string {
	word := s.String()
	if strings.Contains(word, " ") {
		word = "period of " + word
		if n != 1 {
			word = "periods of " + s.String()
		}
		return fmt.Sprintf("%d %s", n, word)
	}
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// PerYear returns how many steps a year holds, on average: 52.18 for weeks.
// It is 0 for the zero Step.
func (s Step) PerYear() float64 {
	switch {
	case s.Months > 0:
		return 12 / float64(s.Months)
	case s.Days > 0:
		return 365.25 / float64(s.Days)
	}
	return 0
}

// civil returns midnight UTC of the date that t shows in its own location.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dayNumber counts days since 1970-01-01.
func dayNumber(t time.Time) int { return int(t.Unix() / 86400) }

// stepOf returns the step that most neighbours in ascending, distinct dates
// have, and how many of them have it.
func stepOf(dates []time.Time) (s Step, agree int) {
	if len(dates) < 2 {
		return Step{}, 0
	}
	days, months := map[int]int{}, map[int]int{}
	for i, t := range dates[1:] {
		days[dayNumber(t)-dayNumber(dates[i])]++
		if m := monthsBetween(dates[i], t); m > 0 {
			months[m]++
		}
	}
	d, nd := mode(days)
	m, nm := mode(months)
	// Four-weekly data agree in days, monthly data in months.
	if nm >= nd && d >= 28 {
		return Step{Months: m}, nm
	}
	return Step{Days: d}, nd
}

// monthsBetween returns the whole calendar months from a to b, or 0 if b is
// not on the same day of the month. The end of a month counts as each later
// day: a series on the 30th is on the 28th in February.
func monthsBetween(a, b time.Time) int {
	n := 12*(b.Year()-a.Year()) + int(b.Month()) - int(a.Month())
	if a.Day() == b.Day() || monthEnd(b) && a.Day() > b.Day() || monthEnd(a) && b.Day() > a.Day() {
		return n
	}
	return 0
}

func monthEnd(t time.Time) bool { return t.AddDate(0, 0, 1).Day() == 1 }

// mode returns the most frequent key, the smallest of equals.
func mode(count map[int]int) (key, n int) {
	for k, c := range count {
		if c > n || c == n && k < key {
			key, n = k, c
		}
	}
	return key, n
}

// grid is the calendar that a series of periods should have.
type grid struct {
	origin time.Time
	step   Step
	day    int // of the month, for steps in months; 31 for month ends
}

// gridOf returns the grid that most of the ascending dates are on. Its origin
// is not after the first of them. dates must have at least two.
func gridOf(dates []time.Time, step Step) grid {
	count, ends := map[int]int{}, 0
	if step.Months > 0 {
		for _, t := range dates {
			count[t.Day()]++
			if monthEnd(t) {
				ends++
			}
		}
		d, _ := mode(count)
		if ends == len(dates) {
			d = 31
		}
		return grid{dates[0], step, d}
	}
	first := dayNumber(dates[0])
	for _, t := range dates {
		count[(dayNumber(t)-first)%step.Days]++
	}
	phase, _ := mode(count)
	if phase > 0 {
		phase -= step.Days
	}
	return grid{dates[0].AddDate(0, 0, phase), step, 0}
}

// date returns the date of slot n; slot 0 is the origin's.
func (g grid) date(n int) time.Time {
	if g.step.Months == 0 {
		return g.origin.AddDate(0, 0, n*g.step.Days)
	}
	y, m, _ := g.origin.Date()
	first := time.Date(y, m+time.Month(n*g.step.Months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(g.day, last)-1)
}

// slot returns the number of the period that t falls into.
func (g grid) slot(t time.Time) int {
	if g.step.Months > 0 {
		return (12*(t.Year()-g.origin.Year()) + int(t.Month()) - int(g.origin.Month())) / g.step.Months
	}
	return (dayNumber(t) - dayNumber(g.origin)) / g.step.Days
}

// checkCalendar reports dates that are not ascending, repeated, missing or off
// the step, and returns the step. at says where row t is; a zero date is a
// cell that was already reported, its row takes the place of one missing period.
func checkCalendar(f *Faults, dates []time.Time, at func(t int) ParseError) Step {
	var rows []int // with a date, in file order
	for t, d := range dates {
		if !d.IsZero() {
			rows = append(rows, t)
		}
	}
	rows = checkOrder(f, dates, rows, at)
	sorted := make([]time.Time, len(rows))
	for i, t := range rows {
		sorted[i] = dates[t]
	}
	step, agree := stepOf(sorted)
	if len(sorted) < 2 {
		return step
	}
	if 2*agree < len(sorted)-1 {
		f.addWhole(faultGap, "the dates have no regular step: the most frequent is one %s, and only %d of %d neighbours have it (want every row the same step after the last)",
			step, agree, len(sorted)-1)
		return step
	}
	checkGaps(f, dates, rows, gridOf(sorted, step), at)
	return step
}

// checkOrder reports rows out of order and repeated dates. It returns the rows
// sorted by date, without repetitions.
func checkOrder(f *Faults, dates []time.Time, rows []int, at func(int) ParseError) []int {
	falls := 0
	for i := 1; i < len(rows); i++ {
		if dates[rows[i]].Before(dates[rows[i-1]]) {
			falls++
		}
	}
	if falls > 0 && falls == len(rows)-1 {
		f.addWhole(faultOrder, "the rows run from the latest date to the earliest (want earliest first): sort the rows by date")
	} else if falls > 0 {
		latest := rows[0]
		for _, t := range rows[1:] {
			if dates[t].Before(dates[latest]) {
				f.add(faultOrder, at(t), "%s comes after %s (want ascending dates): sort the rows by date", day(dates[t]), day(dates[latest]))
			} else {
				latest = t
			}
		}
	}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b int) int { return dates[a].Compare(dates[b]) })
	var distinct []int
	for _, t := range sorted {
		if n := len(distinct); n > 0 && dates[distinct[n-1]].Equal(dates[t]) {
			first := at(distinct[n-1])
			f.add(faultOrder, at(t), "%s is there twice, first in %s (want one row per period): remove one, or add the rows up", day(dates[t]), first.place())
			continue
		}
		distinct = append(distinct, t)
	}
	return distinct
}

// place returns "line 3" or "row 2".
func (e *ParseError) place() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d", e.Line)
	}
	return fmt.Sprintf("row %d", e.Row)
}

// checkGaps reports, for sorted distinct rows, each run of missing periods and
// each date between two steps.
func checkGaps(f *Faults, dates []time.Time, rows []int, g grid, at func(int) ParseError) {
	prev, prevSlot := -1, 0
	for _, t := range rows {
		n := g.slot(dates[t])
		if !g.date(n).Equal(dates[t]) {
			f.add(faultGap, at(t), "%s is not a whole number of steps from the other dates (want one row per %s, near here %s)", day(dates[t]), g.step, day(g.date(n)))
		}
		if prev >= 0 {
			unread := 0
			if t > prev {
				unread = countZero(dates[prev+1 : t])
			}
			if missing := n - prevSlot - 1; missing > unread {
				f.add(faultGap, at(t), "no row for %s before this one (want one row per %s): %s", g.step.plural(missing), g.step, g.list(prevSlot+1, missing))
			}
		}
		prev, prevSlot = t, n
	}
}

func countZero(dates []time.Time) int {
	n := 0
	for _, d := range dates {
		if d.IsZero() {
			n++
		}
	}
	return n
}

// maxDatesListed is how many missing dates of one gap are spelled out.
const maxDatesListed = 12

// list names n dates from a slot on.
func (g grid) list(from, n int) string {
	var names []string
	for i := range min(n, maxDatesListed) {
		names = append(names, day(g.date(from+i)))
	}
	if n > maxDatesListed {
		names = append(names, "... to "+day(g.date(from+n-1)))
	}
	return strings.Join(names, ", ")
}

// day formats a date as 2006-01-02.
func day(t time.Time) string { return t.Format(time.DateOnly) }
