package plot

import (
	"math"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/vg"
)

func TestTicksAreRoundNumbersInsideTheAxis(t *testing.T) {
	rng, checked := noise(3), 0
	for range 3000 {
		lo := rng.bell() * math.Pow(10, 12*rng.uniform()-4)
		hi := lo + rng.uniform()*math.Pow(10, 12*rng.uniform()-4)
		n := 2 + int(6*rng.uniform())
		if hi-lo <= 1e-6*math.Abs(lo) {
			continue
		}
		values, step := niceTicks(lo, hi, n)
		mantissa := step / math.Pow(10, math.Floor(math.Log10(step)*(1+1e-15)+1e-12))
		round := false
		for _, m := range []float64{1, 2, 2.5, 5, 10} {
			round = round || math.Abs(mantissa-m) < 1e-6
		}
		if !round {
			t.Fatalf("[%v, %v], %d: step %v", lo, hi, n, step)
		}
		if len(values) < 2 || len(values) > 2*n+1 {
			t.Errorf("[%v, %v]: %d ticks, about %d wanted", lo, hi, len(values), n)
		}
		for _, v := range values {
			checked++
			if v < lo-1e-6*step || v > hi+1e-6*step {
				t.Errorf("[%v, %v]: tick at %v", lo, hi, v)
			}
			if r := v / step; math.Abs(r-math.Round(r)) > 1e-6*math.Max(1, math.Abs(r)) {
				t.Errorf("[%v, %v]: tick %v is no multiple of %v", lo, hi, v, step)
			}
		}
	}
	if checked < 5000 {
		t.Errorf("checked %d ticks", checked)
	}
}

func TestTickLabelsDiffer(t *testing.T) {
	rng := noise(5)
	for range 2000 {
		lo := rng.bell() * math.Pow(10, 10*rng.uniform()-3)
		hi := lo + math.Abs(lo)*rng.uniform() + 0.01
		seen := map[string]bool{}
		for _, tick := range (numbers{}).Ticks(lo, hi) {
			if seen[tick.Label] {
				t.Fatalf("[%v, %v]: two ticks are labelled %q", lo, hi, tick.Label)
			}
			seen[tick.Label] = true
		}
	}
}

func TestAnAxisWithoutLengthHasATick(t *testing.T) {
	for _, v := range []float64{0, 5, -3e9, math.Inf(1), math.NaN()} {
		if values, _ := niceTicks(v, v, 5); len(values) > 1 {
			t.Errorf("%v: %v", v, values)
		}
	}
}

func TestDateLabelsDoNotTouchAndMarkFirstDays(t *testing.T) {
	begin, checked := time.Date(2014, 8, 3, 0, 0, 0, 0, time.UTC), 0
	for _, width := range []vg.Length{130, 250, 320, 660} {
		for days := 5; days < 12000; days = days*5/4 + 1 {
			end := begin.AddDate(0, 0, days)
			ticks := calendar{width: width}.Ticks(float64(begin.Unix()), float64(end.Unix()))
			if len(ticks) == 0 {
				t.Errorf("%d days on %v pixels: no ticks", days, width)
			}
			last, lastYear := vg.Length(-99), vg.Length(-99)
			for _, k := range ticks {
				at := time.Unix(int64(k.Value), 0).UTC()
				if days > 80 && at.Day() != 1 {
					t.Errorf("%d days: tick on %v", days, at)
				}
				x := width * vg.Length((k.Value-float64(begin.Unix()))/(24*3600*float64(days)))
				first, year, _ := strings.Cut(k.Label, "\n")
				w := tickText.width(first)
				if x-w/2 < last+2 {
					t.Errorf("%d days on %v pixels: %q touches the label before it", days, width, k.Label)
				}
				last = x + w/2
				if year != "" {
					w = tickText.strong().width(year)
					if x-w/2 < lastYear+1 {
						t.Errorf("%d days on %v pixels: year %q touches the one before it", days, width, year)
					}
					lastYear = x + w/2
				}
				checked++
			}
		}
	}
	if checked < 500 {
		t.Errorf("checked %d ticks", checked)
	}
}

func TestNumbersAreShort(t *testing.T) {
	n := 0
	for _, c := range []struct {
		f    format
		v    float64
		want string
	}{
		{format{}, 0, "0"}, {format{}, 351597977, "352 M"}, {format{}, 1.2e6, "1.20 M"}, {format{}, 999.9e6, "1.00 bn"},
		{format{}, 12.14e9, "12.1 bn"}, {format{}, -98.2e6, "−98.2 M"}, {format{}, 5258, "5.26 k"}, {format{}, 17, "17"},
		{format{}, 0.0501, "0.0501"}, {format{}, 6.853, "6.85"}, {format{currency: "$"}, 350e3, "$350 k"},
		{format{currency: "$"}, -350e3, "−$350 k"}, {format{percent: true}, 0.3421, "34.2 %"}, {format{percent: true}, 1, "100 %"},
		{format{percent: true, sign: true}, 0.07, "+7.0 %"}, {format{percent: true, sign: true}, -1e-9, "0.0 %"},
		{format{fixed: true, decimals: 1}, 130.42, "130.4"}, {format{sign: true}, 0, "0"},
	} {
		n++
		if got := strings.ReplaceAll(c.f.value(c.v), nbsp, " "); got != c.want {
			t.Errorf("%+v.value(%v) = %q (want %q)", c.f, c.v, got, c.want)
		}
	}
	for want, v := range map[string][2]float64{"−96" + nbsp + "%": {289, 10.5}, "+50" + nbsp + "%": {1, 1.5}, "new": {0, 3}, "0" + nbsp + "%": {0, 0}, "+7.1" + nbsp + "%": {122, 130.66}} {
		if got := change(v[0], v[1]); got != want {
			t.Errorf("change(%v) = %q (want %q)", v, got, want)
		}
	}
	if n != 18 {
		t.Errorf("checked %d numbers", n)
	}
}

func TestTickLabelsShareAUnitAndDecimals(t *testing.T) {
	for want, c := range map[string]struct {
		f      format
		lo, hi float64
	}{
		"0|100 M|200 M|300 M":      {format{}, 0, 352e6},
		"0|0.5 bn|1.0 bn|1.5 bn":   {format{}, 0, 1.9e9},
		"0 %|20 %|40 %|60 %|80 %":  {format{percent: true}, 0, 0.87},
		"−0.05|0|0.05|0.10|0.15":   {format{}, -0.06, 0.16},
		"−$10 M|0|+$10 M|+$20 M":   {format{currency: "$", sign: true}, -11e6, 21e6},
		"0|2,000|4,000|6,000":      {format{}, 0, 7000},
		"0|10 k|20 k|30 k|40 k":    {format{}, 0, 46000},
		"−100 %|−50 %|0 %|50 %":    {format{percent: true}, -1.1, 0.7},
		"0.10|0.15|0.20|0.25|0.30": {format{}, 0.09, 0.31},
	} {
		var got []string
		for _, k := range (numbers{format: c.f}).Ticks(c.lo, c.hi) {
			got = append(got, strings.ReplaceAll(k.Label, nbsp, " "))
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("[%v, %v]: %s (want %s)", c.lo, c.hi, s, want)
		}
	}
}
