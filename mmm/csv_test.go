package mmm

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var tvRadio = Columns{
	Date:     "week",
	Target:   "sales",
	Channels: []Channel{{Name: "TV", Column: "tv"}, {Column: "radio"}},
	Controls: []string{"promo"},
}

func readText(text string, c Columns) (*Data, error) {
	return ReadCSVFrom(strings.NewReader(text), "test.csv", c)
}

const clean = `week,sales,tv,radio,promo
2014-08-03,1000.5,10,1,0
2014-08-10,2000,0,2.5,1
2014-08-17,3000,30,0,0
`

// wantClean is what every spelling of the clean table must be read as.
func wantClean(t *testing.T, d *Data, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	got := []any{d.Channels(), d.Controls(), d.TargetName(), d.Target(), d.Spend(0), d.Spend(1), d.Control(0), d.Step(), day(d.Dates()[0]), day(d.Dates()[2]), d.Len()}
	want := []any{[]string{"TV", "radio"}, []string{"promo"}, "sales", []float64{1000.5, 2000, 3000}, []float64{10, 0, 30}, []float64{1, 2.5, 0},
		[]float64{0, 1, 0}, Step{Days: 7}, "2014-08-03", "2014-08-17", 3}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func utf16LE(s string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestReadCSVReadsEverySpellingOfTheSameTable(t *testing.T) {
	header := "week;sales;tv;radio;promo\n"
	spellings := map[string]string{
		"plain":                  clean,
		"byte order mark":        "\ufeff" + clean,
		"utf-16":                 utf16LE(clean),
		"windows line ends":      strings.ReplaceAll(clean, "\n", "\r\n"),
		"old mac line ends":      strings.ReplaceAll(clean, "\n", "\r"),
		"no final line end":      strings.TrimSuffix(clean, "\n"),
		"semicolons":             strings.ReplaceAll(clean, ",", ";"),
		"tabs":                   strings.ReplaceAll(clean, ",", "\t"),
		"quotes":                 `"` + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(clean), ",", `","`), "\n", "\"\n\"") + `"`,
		"spaces around cells":    strings.ReplaceAll(clean, ",", " , "),
		"spaces before quotes":   "week, sales, tv, radio, promo\n2014-08-03, \"1,000.5\", 10, 1, 0\n2014-08-10, 2000, 0, 2.5, 1\n2014-08-17, 3000, 30, 0, 0\n",
		"empty lines around":     "\n\n" + clean + "\n\n",
		"empty rows at the end":  clean + ",,,,\n , , , ,\n",
		"other columns, order":   "promo,note,radio,tv,sales,week\n0,,1,10,1000.5,2014-08-03\n1,NA,2.5,0,2000,2014-08-10\n0,\"a, b\",0,30,3000,2014-08-17\n",
		"decimal comma":          header + "2014-08-03;1000,5;10;1;0\n2014-08-10;2000;0;2,5;1\n2014-08-17;3000;30;0;0\n",
		"comma, points in 1.000": header + "2014-08-03;1.000,5;10;1;0\n2014-08-10;2.000;0;2,5;1\n2014-08-17;3.000;30;0;0\n",
		"point, commas in 1,000": header + "2014-08-03;1,000.5;10;1;0\n2014-08-10;2,000;0;2.5;1\n2014-08-17;3,000;30;0;0\n",
		"spaces in 1 000":        header + "2014-08-03;1 000,5;10;1;0\n2014-08-10;2\u00a0000;0;2,5;1\n2014-08-17;3\u202f000;30;0;0\n",
		"apostrophes in 1'000":   header + "2014-08-03;1'000.5;10;1;0\n2014-08-10;2’000;0;2.5;1\n2014-08-17;3'000;30;0;0\n",
		"currency signs":         header + "2014-08-03;$1,000.5;€10;1 €;0\n2014-08-10;$ 2000;£0;+2.5;1\n2014-08-17;3000.00;¥30;.0;0\n",
		"exponents":              header + "2014-08-03;1.0005e3;1E1;1;0\n2014-08-10;2e+03;0e0;25e-1;1\n2014-08-17;3000;30;-0;0\n",
	}
	for name, text := range spellings {
		t.Run(name, func(t *testing.T) {
			d, err := readText(text, tvRadio)
			wantClean(t, d, err)
		})
	}
	if len(spellings) < 21 {
		t.Errorf("only %d spellings", len(spellings))
	}
}

func TestEqualTablesHaveEqualFingerprintsWhateverTheirSpelling(t *testing.T) {
	a := Must(readText(clean, tvRadio))
	b := Must(readText(strings.ReplaceAll(strings.ReplaceAll(clean, ",", ";"), ";0", ";-0"), tvRadio))
	if a.Fingerprint() != b.Fingerprint() {
		t.Error("fingerprints differ")
	}
	for _, change := range [][2]string{{"2.5", "2.5000001"}, {"2014", "2015"}, {"30", "31"}} {
		c := Must(readText(strings.ReplaceAll(clean, change[0], change[1]), tvRadio))
		if c.Fingerprint() == a.Fingerprint() {
			t.Errorf("%s for %s does not change the fingerprint", change[1], change[0])
		}
	}
	renamed := tvRadio
	renamed.Channels = []Channel{{Name: "Television", Column: "tv"}, {Column: "radio"}}
	if Must(readText(clean, renamed)).Fingerprint() == a.Fingerprint() {
		t.Error("another channel name does not change the fingerprint")
	}
}

func TestReadCSVReadsNegativeTargetsAndControlsInEveryNotation(t *testing.T) {
	d, err := readText("week,sales,tv,radio,promo\n2014-08-03,(300),1,1,-1.5\n2014-08-10,\"-$1,300.25\",1,1,−2\n2014-08-17,$-5,1,1,7-\n2014-08-24,($4),1,1,-$3\n", tvRadio)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{-300, -1300.25, -5, -4}; !slices.Equal(d.Target(), want) {
		t.Errorf("target %v, want %v", d.Target(), want)
	}
	if want := []float64{-1.5, -2, -7, -3}; !slices.Equal(d.Control(0), want) {
		t.Errorf("control %v, want %v", d.Control(0), want)
	}
}

func TestPrefixesPickTheColumnsWithoutARole(t *testing.T) {
	text := "wk,sp_total,sp_tv,sp_radio,sp_audio,hl_xmas,hl_easter,other\n2014-08-03,9,1,2,3,0,1,x\n"
	d, err := readText(text, Columns{Date: "wk", Target: "sp_total", Channels: []Channel{{"Sound", "sp_audio"}}, ChannelPrefix: "sp_", ControlPrefix: "hl_"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Sound", "radio", "tv"}; !slices.Equal(d.Channels(), want) {
		t.Errorf("channels %q, want the listed one, then the others by name: %q", d.Channels(), want)
	}
	if want := []string{"xmas", "easter"}; !slices.Equal(d.Controls(), want) {
		t.Errorf("controls %q, want file order %q", d.Controls(), want)
	}
}

// weekly returns a table whose date column has the given cells.
func weekly(dates ...string) string {
	var b strings.Builder
	b.WriteString("week;sales;tv;radio;promo\n")
	for _, d := range dates {
		fmt.Fprintf(&b, "\"%s\";1;1;1;0\n", d)
	}
	return b.String()
}

func TestDateLayoutsAreFoundForTheWholeColumn(t *testing.T) {
	n := 0
	for _, layout := range []string{
		"2006-01-02", "2006/01/02", "2006.01.02", "20060102", "2006-1-2",
		"02/01/2006", "2/1/2006", "01/02/2006", "1/2/2006", "02.01.2006", "2.1.2006", "02-01-2006", "01-02-2006",
		"2 Jan 2006", "02-Jan-2006", "2 January 2006", "2. January 2006", "Jan 2, 2006", "January 2, 2006", "02-Jan-06",
		"Mon, 2 Jan 2006", "Monday, January 2, 2006",
		time.RFC3339, "2006-01-02T15:04:05Z", "2006-01-02 15:04:05", "2006-01-02 15:04:05.000000", "02/01/2006 15:04", "1/2/2006 3:04:05 PM", "2006-01-02T15:04:05+0200", "2006-01-02 15:04:05 UTC",
	} {
		var cells []string
		for i := range 6 { // 3 August to 7 September: days above 12 tell the order
			cells = append(cells, time.Date(2014, 8, 3+7*i, 0, 0, 0, 0, time.UTC).Format(layout))
		}
		d, err := readText(weekly(cells...), tvRadio)
		if err != nil {
			t.Errorf("%s: %v", layout, err)
			continue
		}
		for i, got := range d.Dates() {
			if want := time.Date(2014, 8, 3+7*i, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
				t.Errorf("%s: %q is %v, want %v", layout, cells[i], got, want)
			}
		}
		n++
	}
	if n != 30 {
		t.Errorf("checked %d layouts, want 30", n)
	}
}

func TestAmbiguousDatesAreRefusedWithAdvice(t *testing.T) {
	text := weekly("03/08/2014", "10/08/2014")
	_, err := readText(text, tvRadio)
	wantFaults(t, err, `test.csv: line 2, column "week": got "03/08/2014", which is 3 August 2014 or 8 March 2014`, `set Columns.DateLayout to "2/1/2006" or to "1/2/2006"`)
	for layout, want := range map[string]string{"02/01/2006": "2014-08-03", "1/2/2006": "2014-03-08"} {
		c := tvRadio
		c.DateLayout = layout
		d, err := readText(text, c)
		if err != nil {
			t.Fatalf("%s: %v", layout, err)
		}
		if got := day(d.Dates()[0]); got != want {
			t.Errorf("%s: %s, want %s", layout, got, want)
		}
	}
	// The same day either way is not ambiguous.
	if _, err := readText(weekly("08/08/2014"), tvRadio); err != nil {
		t.Error(err)
	}
}

func TestDatesWithTwoDigitYearsNeedALayout(t *testing.T) {
	_, err := readText(weekly("3/8/14", "10/8/14"), tvRadio)
	wantFaults(t, err, `the year has two digits: set Columns.DateLayout, for example to "2/1/06"`)
	c := tvRadio
	c.DateLayout = "2/1/06"
	if d := Must(readText(weekly("3/8/14", "10/8/14"), c)); day(d.Dates()[1]) != "2014-08-10" {
		t.Error(d.Dates())
	}
}

func TestDaysAndMonthsAreStepsToo(t *testing.T) {
	for _, c := range []struct {
		want  Step
		next  string
		dates []string
	}{
		{Step{Days: 1}, "2014-02-02", []string{"2014-01-30", "2014-01-31", "2014-02-01"}},
		{Step{Days: 28}, "2014-03-26", []string{"2014-01-01", "2014-01-29", "2014-02-26"}},
		{Step{Months: 1}, "2014-04-01", []string{"2014-01-01", "2014-02-01", "2014-03-01"}},
		{Step{Months: 1}, "2014-05-31", []string{"2014-01-31", "2014-02-28", "2014-03-31", "2014-04-30"}},
		{Step{Months: 1}, "2014-04-30", []string{"2013-12-30", "2014-01-30", "2014-02-28", "2014-03-30"}},
		{Step{Months: 1}, "2014-03-28", []string{"2013-12-28", "2014-01-28", "2014-02-28"}},
		{Step{Months: 3}, "2014-12-31", []string{"2014-03-31", "2014-06-30", "2014-09-30"}},
		{Step{Months: 12}, "2017-01-01", []string{"2014-01-01", "2015-01-01", "2016-01-01"}},
	} {
		d, err := readText(weekly(c.dates...), tvRadio)
		if err != nil {
			t.Errorf("%v: %v", c.dates, err)
			continue
		}
		if d.Step() != c.want {
			t.Errorf("%v: step %v, want %v", c.dates, d.Step(), c.want)
		}
		if got := day(d.NextDates(1)[0]); got != c.next {
			t.Errorf("after %v comes %s, want %s", c.dates, got, c.next)
		}
	}
}

// wantFaults checks that the message has every part, and that each fault in it
// can be unwrapped.
func wantFaults(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("got\n%v\nwant it to have %q", err, p)
		}
	}
	var one *ParseError
	if !errors.As(err, &one) {
		t.Errorf("%T holds no *ParseError", err)
	}
}

func TestEveryFaultOfAFileIsReportedAtOnce(t *testing.T) {
	_, err := readText(`week,sales,tv,radio,promo
2014-08-03,,10,1,0
2014-08-10,NA,-320,n/a,0
2014-08-17,abc,12%,NaN,Inf
2014-08-24,3000.5,30,null,1e999
foo,1,2,3,4
2014-09-07,1,2,3
2014-09-14,1,2,"3"x,0
2014-09-21,1,-,1e19,"1,23"
`, tvRadio)
	var f *Faults
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want *Faults", err)
	}
	want := []string{
		`line 2, column "sales": the cell is blank (want a number; write 0 if it was zero)`,
		`line 3, column "sales": got "NA" (want a number; write 0 if it was zero)`,
		`line 3, column "tv": spend is -320 (want >= 0): book refunds and corrections in the period they belong to`,
		`line 3, column "radio": got "n/a" (want a number; write 0 if it was zero)`,
		`line 4, column "sales": got "abc" (want a number)`,
		`line 4, column "tv": got "12%" (want a number without %: 0.12 for 12 %)`,
		`line 4, column "radio": got "NaN" (want a number; write 0 if it was zero)`,
		`line 4, column "promo": got "Inf" (want a number)`,
		`line 5, column "radio": got "null" (want a number; write 0 if it was zero)`,
		`line 5, column "promo": got +Inf (want a finite number)`,
		`line 6, column "week": got "foo" (want a date like 2014-11-23, as in the other rows)`,
		`line 7: the row has 4 cells, the header 5 (want as many): a delimiter inside a cell needs quotes around the cell`,
		`line 8: the row cannot be read: extraneous or missing " in quoted-field (want quotes only around a whole cell)`,
		`line 9, column "tv": got "-" (want a number; write 0 if it was zero)`,
		`line 9, column "radio": got 1e+19 (want at most 1e+18 in size)`,
		`line 9, column "promo": got "1,23", which has a decimal comma (want a decimal point, as in the rest of the file)`,
	}
	var got []string
	for _, e := range f.List {
		got = append(got, e.text())
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLongListsOfFaultsAreCutInPrintOnly(t *testing.T) {
	var b strings.Builder
	b.WriteString("week,sales,tv,radio,promo\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%s,NA,-1,1,0\n", day(time.Date(2014, 8, 3+7*i, 0, 0, 0, 0, time.UTC)))
	}
	_, err := readText(b.String(), tvRadio)
	var f *Faults
	if !errors.As(err, &f) || len(f.List) != 200 || len(f.Unwrap()) != 200 {
		t.Fatalf("got %v, want 200 faults", err)
	}
	text := err.Error()
	if got := strings.Count(text, "\n"); got != 42 {
		t.Errorf("printed %d lines below the first, want 20 of each kind and 2 counts", got)
	}
	if got := strings.Count(text, "and 80 more faults like the last"); got != 2 {
		t.Errorf("%d counts of the rest, want 2:\n%s", got, text)
	}
}

func TestLongCellsAreCutInMessagesButKeptAsValues(t *testing.T) {
	long := strings.Repeat("é", 100_000)
	_, err := readText(strings.Replace(clean, "1000.5", long, 1), tvRadio)
	wantFaults(t, err, "éé...\" (want a number)")
	var one *ParseError
	if !errors.As(err, &one) || one.Value != long || len(err.Error()) > 200 {
		t.Errorf("message of %d bytes about a value of %d, want at most 200 about %d", len(err.Error()), len(one.Value), len(long))
	}
}

func TestUndecidableNumbersAreRefusedWithAdvice(t *testing.T) {
	text := "week;sales;tv;radio;promo\n2014-08-03;1.234;10;1;0\n2014-08-10;2,345;0;2;1\n"
	_, err := readText(text, tvRadio)
	wantFaults(t, err, `test.csv: line 2, column "sales": got "1.234", which is 1.234 with a decimal point and 1234 with a decimal comma`, "(2 such cells)", "set Columns.Decimal to '.' or ','")
	for decimal, want := range map[byte]float64{'.': 1.234, ',': 1234} {
		c := tvRadio
		c.Decimal = decimal
		if d := Must(readText(text, c)); d.Target()[0] != want {
			t.Errorf("decimal %c: %v, want %v", decimal, d.Target()[0], want)
		}
	}
	c := tvRadio
	c.Decimal = ';'
	_, err = readText(text, c)
	wantFaults(t, err, "Columns.Decimal is ';' (want '.' or ',', or 0 to find it out)")
}

func TestOneClearNumberDecidesForTheWholeFile(t *testing.T) {
	for cell, want := range map[string]float64{"0,5": 1234, "1.000.000": 1234, "1.000,5": 1234, "12,5": 1234, "0.5": 1.234, "1,000,000": 1.234, "1234.567": 1.234, "1.2e3": 1.234} {
		d, err := readText("week;sales;tv;radio;promo\n2014-08-03;1.234;10;1;0\n2014-08-10;5;"+cell+";2;1\n", tvRadio)
		if err != nil {
			t.Errorf("%s: %v", cell, err)
		} else if d.Target()[0] != want {
			t.Errorf("beside %s, 1.234 is %v, want %v", cell, d.Target()[0], want)
		}
	}
}

func TestNumbersWithBothMarksAreFaultsInTheMinority(t *testing.T) {
	_, err := readText("week;sales;tv;radio;promo\n2014-08-03;1,5;10;1;0\n2014-08-10;5,5;1.5;2;1\n", tvRadio)
	wantFaults(t, err, `line 3, column "tv": got "1.5", which has a decimal point (want a decimal comma, as in the rest of the file)`)
}

func TestWhatIsNotANumberIsNeverReadAsOne(t *testing.T) {
	bad := []string{"1,23.4", "1,2,3", "1.2.3", "1,,000", "--1", "(-1)", "$$1", "1 23", "0x10", "1_000", "1e", "e5", "$", "()", "- 1 -", "1..", "0,123.5", "1'00", "1 000,000.5", "١", "½", "1/2", "1k", "TRUE", "2014-08-03", "=1+1", "+", "Infinity"}
	for _, cell := range bad {
		for _, decimal := range []byte{'.', ',', 0} {
			if v, _, err := parseCell(cell, decimal); err == nil {
				t.Errorf("%q with mark %q is read as %v", cell, decimal, v)
			}
		}
	}
}

func TestMissingColumnsAreReportedWithWhatComesNear(t *testing.T) {
	_, err := readText(strings.Replace(clean, "week,sales,tv,radio,promo", "Week,gross_sales,tv,rdio,promo,", 1), tvRadio)
	wantFaults(t, err,
		`line 1, column "week": there is no such column (wanted as date); did you mean "Week"?`,
		`line 1, column "sales": there is no such column (wanted as target); did you mean "gross_sales"?`,
		`line 1, column "radio": there is no such column (wanted as channel); did you mean "rdio"?`)
	_, err = readText(clean, Columns{Date: "week", Target: "sales", Channels: []Channel{{Column: "newspaper"}}, ControlPrefix: "hldy_"})
	wantFaults(t, err,
		`column "newspaper": there is no such column (wanted as channel); the columns are "week", "sales", "tv", "radio", "promo"`,
		`no column starts with "hldy_" (wanted as controls); the columns are "week"`)
	_, err = readText(clean, Columns{})
	wantFaults(t, err, "no date column is named (want its header in Columns.Date)", "no target column is named", "no channels are named (want Columns.Channels or Columns.ChannelPrefix)")
}

func TestEachColumnHasOneNameAndOneRole(t *testing.T) {
	_, err := readText("week,sales,tv,tv,radio,promo\n2014-08-03,1,1,1,1,1\n", tvRadio)
	wantFaults(t, err, `line 1, column "tv": the header has this column more than once`)
	c := tvRadio
	c.Controls = []string{"tv", "promo", "promo"}
	_, err = readText(clean, c)
	wantFaults(t, err, `column "tv": the column is named as channel and as control`, `column "promo": the column is named as control and as control`)
	c = tvRadio
	c.Channels = []Channel{{"TV", "tv"}, {"TV", "radio"}}
	_, err = readText(clean, c)
	wantFaults(t, err, `column "radio": the name "TV" is used twice`)
	// Columns without a role may be called anything.
	if _, err := readText("week,sales,tv,radio,promo,,x,x\n2014-08-03,1,1,1,1,,a,b\n", tvRadio); err != nil {
		t.Error(err)
	}
}

func TestUnsortedRepeatedAndMissingPeriodsAreAllReported(t *testing.T) {
	_, err := readText(weekly("2014-08-03", "2014-08-10", "2014-08-31", "2014-09-07", "2014-09-07", "2014-09-14", "2014-09-28", "2014-09-21", "2014-10-19", "2014-10-26"), tvRadio)
	var f *Faults
	if !errors.As(err, &f) {
		t.Fatal(err)
	}
	var got []string
	for _, e := range f.List {
		got = append(got, e.text())
	}
	want := []string{
		`line 4, column "week": no row for 2 weeks before this one (want one row per week): 2014-08-17, 2014-08-24`,
		`line 6, column "week": 2014-09-07 is there twice, first in line 5 (want one row per period): remove one, or add the rows up`,
		`line 9, column "week": 2014-09-21 comes after 2014-09-28 (want ascending dates): sort the rows by date`,
		`line 10, column "week": no row for 2 weeks before this one (want one row per week): 2014-10-05, 2014-10-12`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	_, err = readText(weekly("2014-08-24", "2014-08-17", "2014-08-10"), tvRadio)
	wantFaults(t, err, "mmm: read test.csv: the rows run from the latest date to the earliest (want earliest first): sort the rows by date")
	_, err = readText(weekly("2014-08-03", "2014-08-10", "2014-08-18", "2014-08-24", "2014-08-31", "2014-09-07"), tvRadio)
	wantFaults(t, err, `line 4, column "week": 2014-08-18 is not a whole number of steps from the other dates (want one row per week, near here 2014-08-17)`)
	_, err = readText(weekly("2014-01-01", "2014-02-01", "2014-04-01", "2014-05-01", "2014-06-01"), tvRadio)
	wantFaults(t, err, "no row for 1 month before this one (want one row per month): 2014-03-01")
	_, err = readText(weekly("2014-01-01", "2014-01-02", "2014-02-01", "2014-02-07", "2014-06-01", "2014-06-30"), tvRadio)
	wantFaults(t, err, "the dates have no regular step")
	_, err = readText(weekly("2014-08-03", "2014-08-10", "3014-08-17"), tvRadio)
	wantFaults(t, err, `got "3014-08-17", in the year 3014 (want 1900 to 2199)`)
}

func TestARowThatCannotBeReadIsNotAlsoAMissingPeriod(t *testing.T) {
	for _, cell := range []string{"soon", "", "2014-08-10;1"} {
		_, err := readText(strings.Replace(weekly("2014-08-03", "X", "2014-08-17", "2014-08-24"), `"X"`, cell, 1), tvRadio)
		var f *Faults
		if !errors.As(err, &f) || len(f.List) != 1 {
			t.Errorf("%q: got %v, want one fault", cell, err)
		}
	}
}

func TestWhatIsNotATableGetsAClearError(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cases := []struct{ src, want string }{
		{"", "no file is named (want a path or an http(s) URL)"},
		{dir, "this is a folder (want a CSV file)"},
		{filepath.Join(dir, "absent.csv"), "there is no such file"},
		{"ftp://host/data.csv", "want a path or an http(s) URL"},
		{write("empty.csv", ""), "the file is empty (want a header and one row per period)"},
		{write("blank.csv", "\n \n"), "the first row is blank (want the header there)"},
		{write("header.csv", "week,sales,tv,radio,promo\n"), "there are no rows below the header"},
		{write("book.xlsx", "PK\x03\x04..."), "this is a spreadsheet or zip file (want CSV)"},
		{write("book.xls", "\xd0\xcf\x11\xe0..."), "this is an old spreadsheet (want CSV)"},
		{write("data.csv.gz", "\x1f\x8b..."), "this file is compressed (want CSV)"},
		{write("page.csv", "\n<!DOCTYPE html>\n<html>"), "this is a web page (want the CSV file itself)"},
		{write("latin1.csv", "week,sales\n2014,\xa3 5\n"), "line 2 holds the byte 0xa3, which is not UTF-8 text"},
		{write("nul.csv", "week,sales\n2014,\x00\n"), "line 2 holds the byte 0x00"},
		{write("quote.csv", "week,\"sales\n1,2\n"), "the header cannot be read"},
		{write("wide.csv", strings.Repeat("x,", MaxColumns)), "(want at most 16384)"},
	}
	for _, c := range cases {
		_, err := ReadCSV(c.src, tvRadio)
		wantFaults(t, err, c.want, "mmm: read "+c.src+": ")
	}
	if _, err := ReadCSV(filepath.Join(dir, "absent.csv"), tvRadio); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v is not os.ErrNotExist", err)
	}
}

func TestThreeRowsAreData(t *testing.T) {
	d, err := ReadCSV(filepath.Join(mustWrite(t, clean)), tvRadio)
	wantClean(t, d, err)
}

func mustWrite(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "clean.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// endless never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestAnEndlessSourceIsCutOff(t *testing.T) {
	_, err := ReadCSVFrom(endless{}, "pipe", tvRadio)
	wantFaults(t, err, "mmm: read pipe: the file is larger than 64 MB (want at most that)")
}

func TestReadCSVFetchesAURL(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/data.csv", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, clean) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/data.csv", http.StatusFound) })
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, clean)
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100000")
		fmt.Fprint(w, clean)
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()

	d, err := ReadCSV(srv.URL+"/data.csv?token=secret", tvRadio)
	wantClean(t, d, err)
	if d.Name() != srv.URL+"/data.csv" {
		t.Errorf("name %q, want the URL without its query", d.Name())
	}
	d, err = ReadCSV(srv.URL+"/moved", tvRadio)
	wantClean(t, d, err)

	_, err = ReadCSV(srv.URL+"/absent.csv?token=secret", tvRadio)
	wantFaults(t, err, "mmm: read "+srv.URL+`/absent.csv: the server answered "404 Not Found" (want 200 OK)`)
	_, err = ReadCSV(srv.URL+"/page", tvRadio)
	wantFaults(t, err, "this is a web page (want the CSV file itself)")
	_, err = ReadCSV(srv.URL+"/cut", tvRadio)
	wantFaults(t, err, "unexpected EOF")
	url := srv.URL
	srv.Close()
	_, err = ReadCSV(url+"/data.csv?token=secret", tvRadio)
	wantFaults(t, err, "the download failed")
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("%v shows the query", err)
	}
}

func TestASlowServerTimesOut(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	}))
	defer srv.Close()
	defer close(stop)
	u, _ := httpURL(srv.URL)
	_, err := fetch(u, 50*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "no answer within 50ms") {
		t.Errorf("got %v, want a timeout", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add(clean)
	f.Add(strings.ReplaceAll(clean, ",", ";"))
	f.Add("\ufeffweek\tsales\ttv\tradio\tpromo\n3.8.2014\t1.000,5\t(1)\t€ 2\t-\n")
	f.Add("week,sales,tv,radio,promo\n\"Aug 3, 2014\",1e3,\"1,000\",1'000,1 000\n")
	f.Add("week;sales;tv;radio;promo\n2014-01-31;1;2;3;4\n2014-02-28;1;2;3;4\n")
	f.Add("week,sales,tv,radio,promo\n13/08/2014,1,2,3,4\n,,,,\n")
	f.Add(utf16LE(clean))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := readText(text, tvRadio)
		if err != nil {
			var one *ParseError
			if !errors.As(err, &one) || err.Error() == "" {
				t.Fatalf("%T holds no *ParseError", err)
			}
			return
		}
		n := d.Len()
		for _, x := range [][]float64{d.Target(), d.Spend(0), d.Spend(1), d.Control(0)} {
			if len(x) != n {
				t.Fatalf("series of %d values in %d periods", len(x), n)
			}
			for _, v := range x {
				if math.IsNaN(v) || math.Abs(v) > MaxAbs {
					t.Fatalf("value %v", v)
				}
			}
		}
		for i := range n {
			if d.Spend(0)[i] < 0 || d.Spend(1)[i] < 0 {
				t.Fatal("negative spend")
			}
			if i > 0 && !d.Dates()[i].After(d.Dates()[i-1]) {
				t.Fatal("dates do not ascend")
			}
		}
		for i := 1; i < n; i++ {
			a, b := d.Dates()[i-1], d.Dates()[i]
			months := 12*(b.Year()-a.Year()) + int(b.Month()) - int(a.Month())
			if days := int(b.Sub(a).Hours() / 24); d.Step().Days > 0 && days != d.Step().Days || d.Step().Months > 0 && months != d.Step().Months {
				t.Fatalf("%v comes after %v, want one %v", b, a, d.Step())
			}
		}
	})
}
