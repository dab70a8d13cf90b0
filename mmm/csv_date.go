package mmm

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// dateLayouts are the layouts that a date column may have, all without a time
// of day. Two-digit years are only read where the month has a name.
var dateLayouts = []string{
	"2006-1-2", "2006/1/2", "2006.1.2", "20060102",
	"2/1/2006", "2-1-2006", "2.1.2006",
	"1/2/2006", "1-2-2006",
	"2 Jan 2006", "2-Jan-2006", "2 January 2006", "2-January-2006", "2. January 2006",
	"Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006",
	"2-Jan-06", "2 Jan 06",
	"Mon, 2 Jan 2006", "Monday, 2 January 2006", "Monday, January 2, 2006", "Mon, Jan 2, 2006",
	"2006-01", "2006/01", "Jan 2006", "January 2006", "Jan-2006",
}

// timeOfDay is a time after a date, with or without a zone. It is dropped: the
// date as written counts.
var timeOfDay = regexp.MustCompile(`[T ]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?( ?[AaPp][Mm])?( ?(Z|UTC|GMT|[+-]\d\d(:?\d\d)?))?$`)

var (
	shortYear = regexp.MustCompile(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$`)
	serialDay = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
)

// Years that a date may have; others are typing errors.
const minYear, maxYear = 1900, 2199

// dates parses the date column. The zero time stands for a cell that was
// reported; nil means that no layout fits.
func (tab *table) dates(f *Faults, r *role, layout string) []time.Time {
	if layout == "" {
		if layout = tab.detectLayout(f, r); layout == "" {
			return nil
		}
	} else if !strings.Contains(layout, "06") {
		f.addWhole(faultHeader, "Columns.DateLayout is %q, which has no year (want a layout of package time, such as \"02/01/2006\" for 03/08/2014 meaning 3 August)", layout)
		return nil
	}
	out := make([]time.Time, len(r.cells))
	for t, cell := range r.cells {
		if tab.unread[t] {
			continue
		}
		d, ok := parseDate(layout, cell)
		switch {
		case cell == "":
			f.add(faultDate, tab.place(r, t), "the cell is blank (want a date like %s)", dateExample(layout))
		case !ok:
			f.add(faultDate, tab.place(r, t), "got %q (want a date like %s, as in the other rows)", shown(cell), dateExample(layout))
		case d.Year() < minYear || d.Year() > maxYear:
			f.add(faultDate, tab.place(r, t), "got %q, in the year %d (want %d to %d)", shown(cell), d.Year(), minYear, maxYear)
		default:
			out[t] = d
		}
	}
	return out
}

// parseDate reads a cell as a civil date.
func parseDate(layout, cell string) (time.Time, bool) {
	t, err := time.Parse(layout, cell)
	if err != nil {
		t, err = time.Parse(layout, dropTime(cell))
	}
	return civil(t), err == nil
}

// dropTime cuts a time of day off a date.
func dropTime(cell string) string {
	if at := timeOfDay.FindStringIndex(cell); at != nil {
		return cell[:at[0]]
	}
	return cell
}

// dateExample shows what 23 November 2014 looks like.
func dateExample(layout string) string {
	return time.Date(2014, 11, 23, 0, 0, 0, 0, time.UTC).Format(layout)
}

// detectLayout returns the layout that fits most cells. Two layouts that fit
// as many but mean different days are a fault, and so is none that fits; both
// return "".
func (tab *table) detectLayout(f *Faults, r *role) string {
	cells := make([]string, len(r.cells))
	for t, cell := range r.cells {
		cells[t] = dropTime(cell)
	}
	var best []string
	most := 0
	for _, layout := range dateLayouts {
		n := 0
		for _, cell := range cells {
			if _, err := time.Parse(layout, cell); err == nil {
				n++
			}
		}
		switch {
		case n > most:
			best, most = []string{layout}, n
		case n == most && n > 0:
			best = append(best, layout)
		}
	}
	if most == 0 {
		tab.noLayout(f, r)
		return ""
	}
	for _, other := range best[1:] {
		for t, cell := range cells {
			a, errA := time.Parse(best[0], cell)
			b, errB := time.Parse(other, cell)
			if errA == nil && errB == nil && !a.Equal(b) {
				f.add(faultDate, tab.place(r, t), "got %q, which is %s or %s, and no date of the file tells which: set Columns.DateLayout to %q or to %q",
					shown(r.cells[t]), a.Format("2 January 2006"), b.Format("2 January 2006"), best[0], other)
				return ""
			}
		}
	}
	return best[0]
}

// noLayout reports a column of which no cell is a date, with advice for the
// kinds that are met in practice.
func (tab *table) noLayout(f *Faults, r *role) {
	for t, cell := range r.cells {
		if cell == "" {
			continue
		}
		advice := "want dates like 2014-08-03; for another layout set Columns.DateLayout"
		switch {
		case shortYear.MatchString(cell):
			advice = fmt.Sprintf("the year has two digits: set Columns.DateLayout, for example to %q if the day comes first, %q if the month does", "2/1/06", "1/2/06")
		case serialDay.MatchString(cell):
			advice = "a spreadsheet's day number? format the column as yyyy-mm-dd and save again"
		}
		f.add(faultDate, tab.place(r, t), "got %q, and no cell of the column is a date that can be read (%s)", shown(cell), advice)
		return
	}
	f.add(faultDate, ParseError{Row: -1, Column: r.column}, "the whole column is blank (want dates like 2014-08-03)")
}
