package twin

import "time"

// holiday is a control of the twin: 1 in the week, Sunday to Saturday, that
// holds its date.
type holiday struct {
	name   string
	date   func(year int) time.Time
	effect float64 // on sales in that week, million
}

// holidays are the 22 of the case study, in its order. The three around
// Thanksgiving always fall into one week, and so do the two of Christmas: only
// the sum of their effects can be learnt, so each has an equal part of it.
var holidays = []holiday{
	{"Black Friday", func(y int) time.Time { return thanksgiving(y).AddDate(0, 0, 1) }, 20},
	{"Christmas Day", on(time.December, 25), 30},
	{"Christmas Eve", on(time.December, 24), 50},
	{"Columbus Day", nth(2, time.Monday, time.October), 8},
	{"Cyber Monday", func(y int) time.Time { return thanksgiving(y).AddDate(0, 0, 4) }, 75},
	{"Day after Christmas", on(time.December, 26), 30},
	{"Easter", easter, -25},
	{"Father's Day", nth(3, time.Sunday, time.June), 12},
	{"Green Monday", nth(2, time.Monday, time.December), 90},
	{"July 4th", on(time.July, 4), 5},
	{"Labor Day", nth(1, time.Monday, time.September), -10},
	{"MLK", nth(3, time.Monday, time.January), -25},
	{"Memorial Day", func(y int) time.Time { return nth(1, time.Monday, time.June)(y).AddDate(0, 0, -7) }, 40},
	{"Mother's Day", nth(2, time.Sunday, time.May), -15},
	{"NYE", on(time.December, 31), -60},
	{"New Year's Day", on(time.January, 1), -10},
	{"Pre Thanksgiving", func(y int) time.Time { return thanksgiving(y).AddDate(0, 0, -1) }, 20},
	{"Presidents Day", nth(3, time.Monday, time.February), 10},
	{"Prime Day", nth(2, time.Tuesday, time.July), -10},
	{"Thanksgiving", thanksgiving, 20},
	{"Valentine's Day", on(time.February, 14), 20},
	{"Veterans Day", on(time.November, 11), -5},
}

var thanksgiving = nth(4, time.Thursday, time.November)

// on returns a fixed date of each year.
func on(m time.Month, d int) func(int) time.Time {
	return func(y int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
}

// nth returns the n-th given weekday of a month, n from 1.
func nth(n int, w time.Weekday, m time.Month) func(int) time.Time {
	return func(y int) time.Time {
		first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
		ahead := (int(w) - int(first.Weekday()) + 7) % 7
		return first.AddDate(0, 0, ahead+7*(n-1))
	}
}

// easter returns Western Easter Sunday.
//
// Source: the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms,
// chapter 8).
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	g := (8*b + 13) / 25
	h := (19*a + b - b/4 - g + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return time.Date(y, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// dummies returns 1 for each week, beginning at a date of weeks, that holds
// the holiday, else 0.
func (h holiday) dummies(weeks []time.Time) []float64 {
	z := make([]float64, len(weeks))
	for t, start := range weeks {
		end := start.AddDate(0, 0, 6)
		for y := start.Year(); y <= end.Year(); y++ {
			if d := h.date(y); !d.Before(start) && !d.After(end) {
				z[t] = 1
			}
		}
	}
	return z
}
