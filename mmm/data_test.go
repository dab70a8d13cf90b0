package mmm

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// small is 4 weeks of two channels and a control.
func small() DataInput {
	in := DataInput{
		Name: "small", TargetName: "sales", Target: []float64{10, 20, 30, 60},
		Channels: []string{"TV", "Radio"}, Spend: [][]float64{{1, 2, 3, 6}, {3, 0, 0, 1}},
		Controls: []string{"Easter"}, Control: [][]float64{{0, 0, 1, 0}},
	}
	for t := range 4 {
		in.Dates = append(in.Dates, time.Date(2014, 8, 3+7*t, 0, 0, 0, 0, time.UTC))
	}
	return in
}

func TestNewDataKeepsACopyOfItsInput(t *testing.T) {
	in := small()
	d := Must(NewData(in))
	before := d.Fingerprint()
	in.Target[0], in.Spend[0][0], in.Control[0][0], in.Channels[0], in.Dates[0] = 9, 9, 9, "X", time.Time{}
	if d.Fingerprint() != before {
		t.Error("changing the input changes the data")
	}
	if d.Name() != "small" || d.Len() != 4 || d.TargetName() != "sales" || d.Step() != (Step{Days: 7}) {
		t.Error(d.Name(), d.Len(), d.TargetName(), d.Step())
	}
}

func TestNewDataReportsEveryFault(t *testing.T) {
	in := small()
	in.Target[1] = math.NaN()
	in.Spend[0][2] = -1
	in.Spend[1][0] = math.Inf(1)
	in.Control[0][3] = 1e19
	in.Dates[3] = in.Dates[2]
	in.Controls[0] = "TV"
	_, err := NewData(in)
	var f *Faults
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want *Faults", err)
	}
	var got []string
	for _, e := range f.List {
		got = append(got, e.Error())
	}
	want := []string{
		`mmm: read small: the name "TV" is used twice (want different names for target, channels and controls)`,
		`mmm: read small: row 1, column "sales": got NaN (want a finite number)`,
		`mmm: read small: row 2, column "TV": spend is -1 (want >= 0): book refunds and corrections in the period they belong to`,
		`mmm: read small: row 0, column "Radio": got +Inf (want a finite number)`,
		`mmm: read small: row 3, column "TV": got 1e+19 (want at most 1e+18 in size)`,
		`mmm: read small: row 3, column "date": 2014-08-17 is there twice, first in row 2 (want one row per period): remove one, or add the rows up`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	_, err = NewData(DataInput{})
	wantFaults(t, err, "mmm: read data: 2 faults", "there are no rows", "there are no channels")
}

// wantPanic checks that f panics with a message that has the text.
func wantPanic(t *testing.T, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); !strings.Contains(got, text) {
			t.Errorf("panic %q, want it to say %q", got, text)
		}
	}()
	f()
}

func TestShapesThatDoNotFitPanic(t *testing.T) {
	d := Must(NewData(small()))
	wantPanic(t, "mmm: NewData: len(Target) = 3, want 4", func() {
		in := small()
		in.Target = in.Target[:3]
		NewData(in)
	})
	wantPanic(t, "len(Spend) = 2, want 1", func() {
		in := small()
		in.Channels = in.Channels[:1]
		NewData(in)
	})
	wantPanic(t, "len(Control[0]) = 1, want 4", func() {
		in := small()
		in.Control[0] = in.Control[0][:1]
		NewData(in)
	})
	wantPanic(t, "Slice(2, 2) of 4 periods", func() { d.Slice(2, 2) })
	wantPanic(t, "Slice(0, 5) of 4 periods", func() { d.Slice(0, 5) })
	wantPanic(t, "1 channels, want 2", func() { d.WithSpend([][]float64{{1, 2, 3, 4}}) })
	wantPanic(t, "3 periods of TV, want 4", func() { d.WithSpend([][]float64{{1, 2, 3}, {1, 2, 3, 4}}) })
	wantPanic(t, "Radio, period 1: spend is -2 (want >= 0)", func() { d.WithSpend([][]float64{{1, 2, 3, 4}, {1, -2, 3, 4}}) })
	one := Must(readText("week,sales,tv,radio,promo\n2014-08-03,1,1,1,1\n", tvRadio))
	wantPanic(t, "one period has no step", func() { one.NextDates(1) })
}

func TestDatesCountAsTheirOwnZoneShowsThem(t *testing.T) {
	in := small()
	zone := time.FixedZone("far east", 12*3600)
	for i, date := range in.Dates { // 01:00 there is still the day before in UTC
		in.Dates[i] = time.Date(date.Year(), date.Month(), date.Day(), 1, 0, 0, 0, zone)
	}
	if diff := cmp.Diff(Must(NewData(small())).Dates(), Must(NewData(in)).Dates()); diff != "" {
		t.Error(diff)
	}
}

func TestSplitsCutAllSeriesAtTheSamePeriod(t *testing.T) {
	d := Must(NewData(small()))
	for name, split := range map[string]func() (train, test *Data){
		"SplitAt a date of the data": func() (*Data, *Data) { return Must2(d.SplitAt(d.Dates()[2])) },
		"SplitAt between two dates":  func() (*Data, *Data) { return Must2(d.SplitAt(time.Date(2014, 8, 22, 23, 0, 0, 0, time.UTC))) },
		"HoldOut":                    func() (*Data, *Data) { return Must2(d.HoldOut(1)) },
	} {
		train, test := split()
		got := []any{train.Len(), train.Target(), train.Spend(1), train.Control(0), day(train.Dates()[2]), test.Len(), test.Target(), test.Spend(0), test.Control(0), day(test.Dates()[0]), test.Step()}
		want := []any{3, []float64{10, 20, 30}, []float64{3, 0, 0}, []float64{0, 0, 1}, "2014-08-17", 1, []float64{60}, []float64{6}, []float64{0}, "2014-08-24", Step{Days: 7}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if got := append(slices.Clone(train.Target()), test.Target()...); !slices.Equal(got, d.Target()) {
			t.Errorf("%s: %v and %v are not all of %v", name, train.Target(), test.Target(), d.Target())
		}
	}
	if _, last := Must2(d.HoldOut(1)); !last.NextDates(1)[0].Equal(time.Date(2014, 8, 31, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("after the one period of a part comes %v, want the step of the whole", last.NextDates(1))
	}
	// Appending to a slice must not write into the test data.
	train, test := Must2(d.HoldOut(1))
	_ = append(train.Target(), -1)
	_ = append(train.Spend(0), -1)
	if test.Target()[0] != 60 || test.Spend(0)[0] != 6 {
		t.Error("appending to training data changes test data")
	}
}

func TestTotalsSharesAndCorrelations(t *testing.T) {
	d := Must(NewData(small()))
	if got := d.TotalSpend(); !slices.Equal(got, []float64{12, 4}) {
		t.Errorf("total %v, want [12 4]", got)
	}
	if got := d.SpendShare(); !slices.Equal(got, []float64{0.75, 0.25}) {
		t.Errorf("share %v, want [.75 .25]", got)
	}
	if got := d.Correlation(0); math.Abs(got-1) > 1e-12 {
		t.Errorf("correlation of a multiple %v, want 1", got)
	}
	nothing := d.WithSpend([][]float64{{0, 0, 0, 0}, {0, 0, 0, 0}})
	if got := nothing.SpendShare(); !slices.Equal(got, []float64{0, 0}) {
		t.Errorf("share of nothing %v, want zeros", got)
	}
	if got := nothing.Correlation(0); !math.IsNaN(got) {
		t.Errorf("correlation of a constant %v, want NaN", got)
	}
}

func TestScenariosLeaveTheDataAsTheyAre(t *testing.T) {
	d := Must(NewData(small()))
	before := d.Fingerprint()
	plan := [][]float64{{5, 5, 5, 5}, {7, 7, 7, 7}}
	s := d.WithSpend(plan).WithoutControls()
	plan[0][0] = 99
	if !slices.Equal(s.Spend(0), []float64{5, 5, 5, 5}) || !slices.Equal(s.Control(0), []float64{0, 0, 0, 0}) || !slices.Equal(s.Target(), d.Target()) {
		t.Error(s.Spend(0), s.Control(0), s.Target())
	}
	if d.Fingerprint() != before || s.Fingerprint() == before {
		t.Error("a scenario is not other data")
	}
}

func TestTheFingerprintSeesEveryNameDateAndValue(t *testing.T) {
	base := Must(NewData(small())).Fingerprint()
	if len(base) != 64 {
		t.Errorf("%d hexadecimal digits, want 64", len(base))
	}
	changes := map[string]func(in *DataInput){
		"target":       func(in *DataInput) { in.Target[3] = math.Nextafter(60, 61) },
		"spend":        func(in *DataInput) { in.Spend[1][1] = 1e-300 },
		"control":      func(in *DataInput) { in.Control[0][0] = -1 },
		"date":         func(in *DataInput) { in.Dates = append([]time.Time{in.Dates[0].AddDate(0, 0, -7)}, in.Dates[:3]...) },
		"target name":  func(in *DataInput) { in.TargetName = "visits" },
		"channel name": func(in *DataInput) { in.Channels[0] = "T" },
		"control name": func(in *DataInput) { in.Controls[0] = "E" },
		"moved letter": func(in *DataInput) { in.Channels = []string{"TVR", "adio"} },
		"moved series": func(in *DataInput) {
			in.Channels, in.Controls = []string{"TV"}, []string{"Radio", "Easter"}
			in.Spend, in.Control = in.Spend[:1], [][]float64{in.Spend[1], in.Control[0]}
		},
	}
	seen := map[string]string{base: "nothing"}
	for name, change := range changes {
		in := small()
		change(&in)
		f := Must(NewData(in)).Fingerprint()
		if other, ok := seen[f]; ok {
			t.Errorf("changing the %s gives the fingerprint of changing %s", name, other)
		}
		seen[f] = name
	}
	in := small()
	in.Name, in.Spend[1][1] = "elsewhere", math.Copysign(0, -1)
	if Must(NewData(in)).Fingerprint() != base {
		t.Error("the source or the sign of 0 changes the fingerprint")
	}
}

func TestTheRealDataReadWithoutAFault(t *testing.T) {
	train, test := realData(t)
	if train.Len() != 183 || test.Len() != 26 || len(train.Controls()) != 22 || train.Step() != (Step{Days: 7}) {
		t.Error(train.Len(), test.Len(), len(train.Controls()), train.Step())
	}
	// Totals of model.md 15.2.
	want := []float64{146266088.31, 15544862.47, 52930193.40, 38617274.29, 22240617.54, 17021290.57, 32534608.54}
	for c, got := range train.TotalSpend() {
		if math.Abs(got-want[c]) > 0.01 {
			t.Errorf("%s: spend %.2f, want %.2f", train.Channels()[c], got, want[c])
		}
	}
}

func ExampleReadCSVFrom() {
	file := strings.NewReader(`week;sales;tv;promo
03.08.2014;1.250,50 €;300;0
10.08.2014;NA;-20;0
24.08.2014;1.480,00 €;310;1
`)
	_, err := ReadCSVFrom(file, "sales.csv", Columns{
		Date: "week", Target: "sales", Channels: []Channel{{Name: "TV", Column: "tv"}}, Controls: []string{"promo"},
	})
	fmt.Println(err)
	// Output:
	// mmm: read sales.csv: 3 faults:
	// 	line 3, column "sales": got "NA" (want a number; write 0 if it was zero)
	// 	line 3, column "tv": spend is -20 (want >= 0): book refunds and corrections in the period they belong to
	// 	line 4, column "week": no row for 1 week before this one (want one row per week): 2014-08-17
}

func TestSplitsThatLeaveNothingAreErrors(t *testing.T) {
	d := smallData(t, 4)
	for want, split := range map[string]func() (*Data, *Data, error){
		"hold out 4 periods": func() (*Data, *Data, error) { return d.HoldOut(4) },
		"hold out 0 periods": func() (*Data, *Data, error) { return d.HoldOut(0) },
		"the data run from":  func() (*Data, *Data, error) { return d.SplitAt(d.Dates()[3]) },
		"split small at":     func() (*Data, *Data, error) { return d.SplitAt(d.Dates()[0].AddDate(0, 0, -1)) },
	} {
		if _, _, err := split(); err == nil || !contains(err.Error(), want) {
			t.Errorf("got error %v, want one that says %q", err, want)
		}
	}
}
