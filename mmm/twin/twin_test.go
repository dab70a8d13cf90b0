package twin

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mixmodel/mmm"
)

const testdata = "../../testdata"

func generate(t testing.TB, seed uint64) (*mmm.Data, Truth) {
	t.Helper()
	d, truth, err := Generate(Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return d, truth
}

// The committed files were written on one machine. This test passing on
// another is the proof that the generator gives the same bits there.
func TestRegeneratingGivesTheCommittedBytes(t *testing.T) {
	d, truth := generate(t, CaseStudySeed)
	var table, answers bytes.Buffer
	if err := WriteCSV(&table, d); err != nil {
		t.Fatal(err)
	}
	if err := WriteTruth(&answers, truth); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"case_study_twin.csv": table.Bytes(), "case_study_twin_truth.json": answers.Bytes()} {
		want, err := os.ReadFile(filepath.Join(testdata, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from what Generate gives; if the generator was changed on purpose, run go generate ./mmm/twin", name)
		}
	}
}

func TestTheCommittedFilesReadBackAsGenerated(t *testing.T) {
	d, truth := generate(t, CaseStudySeed)
	read, err := mmm.ReadCSV(filepath.Join(testdata, "case_study_twin.csv"), Columns())
	if err != nil {
		t.Fatal(err)
	}
	if read.Fingerprint() != d.Fingerprint() {
		t.Error("the CSV reads as other data than Generate returns")
	}
	f, err := os.Open(filepath.Join(testdata, "case_study_twin_truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	again, err := ReadTruth(f)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(truth, again); diff != "" {
		t.Errorf("(-generated +read)\n%s", diff)
	}
}

func TestSeedsMakeDifferentTwinsAndTheSameSeedTheSame(t *testing.T) {
	seen := map[string]uint64{}
	for seed := range uint64(40) {
		d, _ := generate(t, seed)
		if other, ok := seen[d.Fingerprint()]; ok {
			t.Errorf("seeds %d and %d give the same twin", other, seed)
		}
		seen[d.Fingerprint()] = seed
	}
	a, ta := generate(t, 7)
	b, tb := generate(t, 7)
	if a.Fingerprint() != b.Fingerprint() || !cmp.Equal(ta, tb) {
		t.Error("seed 7 gives two different twins")
	}
}

func TestThePartsAddUpToSales(t *testing.T) {
	d, truth := generate(t, CaseStudySeed)
	for i := range Weeks {
		mean := truth.Intercept + truth.Season[i]
		for _, c := range truth.Channels {
			mean += c.Contribution[i]
		}
		for k, c := range truth.Controls {
			mean += c.Effect * d.Control(k)[i]
		}
		if math.Abs(mean-truth.Mean[i]) > 0.02 {
			t.Errorf("week %d: parts add up to %.2f, mean is %.2f", i, mean, truth.Mean[i])
		}
		if got := truth.Mean[i] + truth.Noise[i]; math.Abs(got-d.Target()[i]) > 0.02 {
			t.Errorf("week %d: mean and noise add up to %.2f, sales are %.2f", i, got, d.Target()[i])
		}
	}
}

// The formula of the package comment in plain floating point, from the CSV's
// numbers and the truth file alone.
func TestContributionsAndSeasonFollowTheDocumentedFormula(t *testing.T) {
	d, truth := generate(t, CaseStudySeed)
	checked := 0
	for c, ch := range truth.Channels {
		if want := slices.Max(d.Spend(c)[:TrainWeeks]); ch.SpendScale != want {
			t.Errorf("%s: spend scale %v, want %v", ch.Name, ch.SpendScale, want)
		}
		for i := range Weeks {
			a, norm := 0.0, 0.0
			for l := range MaxLag + 1 {
				w := math.Pow(ch.Alpha, float64(l))
				norm += w
				if i >= l {
					a += w * d.Spend(c)[i-l] / ch.SpendScale
				}
			}
			want := ch.BetaScaled * truth.SalesScale * math.Tanh(ch.Lambda*a/norm/2)
			if math.Abs(ch.Contribution[i]-want) > 0.006 {
				t.Errorf("%s, week %d: contribution %.2f, want %.2f", ch.Name, i, ch.Contribution[i], want)
			}
			checked++
		}
		train := sum(ch.Contribution[:TrainWeeks])
		if got, want := ch.TrainROAS, train/sum(d.Spend(c)[:TrainWeeks]); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("%s: ROAS %v, want %v", ch.Name, got, want)
		}
	}
	for i, date := range d.Dates() {
		want := 0.0
		for k := range Harmonics {
			angle := 2 * math.Pi * float64(k+1) * float64(date.YearDay()) / 365.25
			want += truth.SalesScale * (truth.FourierScaled.Sin[k]*math.Sin(angle) + truth.FourierScaled.Cos[k]*math.Cos(angle))
		}
		if math.Abs(truth.Season[i]-want) > 0.006 {
			t.Errorf("%s: season %.2f, want %.2f", truth.Dates[i], truth.Season[i], want)
		}
		checked++
	}
	if want := 8 * Weeks; checked != want {
		t.Errorf("checked %d values, want %d", checked, want)
	}
}

func TestTheTwinHasTheCaseStudysLevels(t *testing.T) {
	d, truth := generate(t, CaseStudySeed)
	train := d.Slice(0, TrainWeeks)
	near := func(what string, got, want, within float64) {
		t.Helper()
		if math.Abs(got-want) > within*want {
			t.Errorf("%s is %.4g, want %.4g within %g %%", what, got, want, 100*within)
		}
	}
	if d.Len() != 209 || !d.Dates()[0].Equal(time.Date(2014, 8, 3, 0, 0, 0, 0, time.UTC)) || d.Dates()[0].Weekday() != time.Sunday || d.Step() != (mmm.Step{Days: 7}) {
		t.Errorf("%d periods of a %v from %v, want 209 Sundays from 2014-08-03", d.Len(), d.Step(), d.Dates()[0])
	}
	near("mean of sales", sum(train.Target())/TrainWeeks, 1.1e8, 0.05)
	near("largest sales", truth.SalesScale, 3.5e8, 0.05)
	near("noise", truth.SigmaScaled, 0.107, 0.05)
	near("intercept", truth.InterceptScaled, 0.19, 0.05)
	media := 0.0
	for i, want := range []float64{146e6, 16e6, 53e6, 39e6, 22e6, 17e6, 33e6} {
		near("spend on "+d.Channels()[i], train.TotalSpend()[i], want, 0.001)
		media += truth.Channels[i].TrainContribution
	}
	near("media's part of sales", media/sum(train.Target()), 1./3, 0.1)
	if z := slices.Min(d.Target()); z < 0 {
		t.Errorf("sales of %v", z)
	}
	year := func(c, i int) float64 { return sum(d.Spend(c)[52*i : 52*i+52]) }
	if print, social := year(2, 3)/year(2, 0), year(5, 3)/year(5, 0); print > 0.2 || social < 4 {
		t.Errorf("newspaper spend changes by a factor %.2f and social by %.2f in three years, want newspapers to fade and social to grow", print, social)
	}
}

func TestHolidaysFallIntoTheWeeksOfTheirDates(t *testing.T) {
	weeks := map[string][]string{ // from public calendars
		"Black Friday":    {"2014-11-23", "2015-11-22", "2016-11-20", "2017-11-19"},
		"Christmas Day":   {"2014-12-21", "2015-12-20", "2016-12-25", "2017-12-24"},
		"Christmas Eve":   {"2014-12-21", "2015-12-20", "2016-12-18", "2017-12-24"},
		"Easter":          {"2015-04-05", "2016-03-27", "2017-04-16", "2018-04-01"},
		"Labor Day":       {"2014-08-31", "2015-09-06", "2016-09-04", "2017-09-03"},
		"Memorial Day":    {"2015-05-24", "2016-05-29", "2017-05-28", "2018-05-27"},
		"NYE":             {"2014-12-28", "2015-12-27", "2016-12-25", "2017-12-31"},
		"New Year's Day":  {"2014-12-28", "2015-12-27", "2017-01-01", "2017-12-31"},
		"Presidents Day":  {"2015-02-15", "2016-02-14", "2017-02-19", "2018-02-18"},
		"Veterans Day":    {"2014-11-09", "2015-11-08", "2016-11-06", "2017-11-05"},
		"Green Monday":    {"2014-12-07", "2015-12-13", "2016-12-11", "2017-12-10"},
		"Father's Day":    {"2015-06-21", "2016-06-19", "2017-06-18", "2018-06-17"},
		"Mother's Day":    {"2015-05-10", "2016-05-08", "2017-05-14", "2018-05-13"},
		"Valentine's Day": {"2015-02-08", "2016-02-14", "2017-02-12", "2018-02-11"},
	}
	d, truth := generate(t, CaseStudySeed)
	for name, want := range weeks {
		var got []string
		for i, z := range d.Control(slices.Index(d.Controls(), name)) {
			if z == 1 {
				got = append(got, truth.Dates[i])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is in the weeks of %v, want %v", name, got, want)
		}
	}
}

func TestEasterOfTwoCenturies(t *testing.T) {
	for _, want := range []string{"1818-03-22", "1943-04-25", "1961-04-02", "2000-04-23", "2008-03-23", "2024-03-31", "2038-04-25"} {
		y := int(want[0]-'0')*1000 + int(want[1]-'0')*100 + int(want[2]-'0')*10 + int(want[3]-'0')
		if got := easter(y).Format(time.DateOnly); got != want {
			t.Errorf("Easter %s, want %s", got, want)
		}
	}
}

// Real columns are compared by name and meaning; no value of them is used.
func TestTheTwinHasTheRealDatasColumnsAndHolidays(t *testing.T) {
	path := filepath.Join(testdata, "..", "..", "shared", "data", "mmm_stan_data.csv")
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs shared/data/mmm_stan_data.csv beside the repository")
	}
	real, err := mmm.ReadCSV(path, Columns())
	if err != nil {
		t.Fatal(err)
	}
	d, _ := generate(t, CaseStudySeed)
	if diff := cmp.Diff(real.Controls(), d.Controls()); diff != "" {
		t.Errorf("controls (-real +twin)\n%s", diff)
	}
	if diff := cmp.Diff(real.Dates(), d.Dates()); diff != "" {
		t.Errorf("dates (-real +twin)\n%s", diff)
	}
	var differ []string
	for k, name := range d.Controls() {
		for i, z := range d.Control(k) {
			if z != real.Control(k)[i] {
				differ = append(differ, name+" "+d.Dates()[i].Format(time.DateOnly))
			}
		}
	}
	// The real data leave out the Green Monday of their first year.
	if want := []string{"Green Monday 2014-12-07"}; !slices.Equal(differ, want) {
		t.Errorf("holiday weeks that differ: %v, want %v", differ, want)
	}
}

func TestTheHeaderIsThatOfTheCaseStudy(t *testing.T) {
	d, _ := generate(t, CaseStudySeed)
	var b bytes.Buffer
	if err := WriteCSV(&b, d); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := "wk_strt_dt mdsp_dm mdsp_inst mdsp_nsp mdsp_on mdsp_audtr mdsp_so mdsp_vidtr sales"
	if got := strings.Join(rows[0][:9], " "); got != want {
		t.Errorf("header %s, want %s", got, want)
	}
	if len(rows) != 210 || len(rows[0]) != 31 {
		t.Errorf("%d rows of %d columns, want 210 of 31", len(rows), len(rows[0]))
	}
}

func TestOwnFunctionsAgreeWithPackageMath(t *testing.T) {
	worst := map[string]float64{}
	see := func(name string, got, want float64) {
		worst[name] = max(worst[name], math.Abs(got-want)/max(math.Abs(want), 1))
	}
	for i := -2000; i <= 2000; i++ {
		x := float64(i) * 0.0173
		see("exp", exp(x), math.Exp(x))
		see("log", log(math.Exp(x)), math.Log(math.Exp(x)))
		see("sin", sinTurns(x), math.Sin(2*math.Pi*math.Mod(x, 1)))
		see("cos", cosTurns(x), math.Cos(2*math.Pi*math.Mod(x, 1)))
		see("tanh", tanhHalf(math.Abs(x)), math.Tanh(math.Abs(x)/2))
	}
	for _, name := range []string{"exp", "log", "sin", "cos", "tanh"} {
		if w := worst[name]; w > 1e-13 {
			t.Errorf("%s differs by %.1e, want at most 1e-13", name, w)
		}
	}
}

func TestNormalDrawsHaveTheMomentsOfTheNormal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 200_000
	var m [5]float64
	for range n {
		x := normal(rng)
		for k := 1; k <= 4; k++ {
			m[k] += math.Pow(x, float64(k)) / n
		}
	}
	for k, want := range []float64{0, 0, 1, 0, 3} {
		se := []float64{1, 1, math.Sqrt(2), math.Sqrt(15), math.Sqrt(96)}[k] / math.Sqrt(n)
		if k > 0 && math.Abs(m[k]-want) > 4*se {
			t.Errorf("moment %d is %.4f, want %.4f within %.4f", k, m[k], want, 4*se)
		}
	}
}

func ExampleGenerate() {
	data, truth, err := Generate(Options{Seed: CaseStudySeed})
	if err != nil {
		panic(err)
	}
	tv, _ := truth.Channel("TV")
	fmt.Printf("%d weeks; a dollar spent on TV brought %.1f dollars of sales\n", data.Len(), tv.TrainROAS)
	// Output: 209 weeks; a dollar spent on TV brought 51.7 dollars of sales
}
