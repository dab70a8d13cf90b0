package mmm

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

// sound returns 156 weeks of data that the audit has nothing to say about:
// two channels, one event control, noisy sales.
func sound() DataInput {
	rng := rand.New(rand.NewPCG(3, 4))
	in := DataInput{TargetName: "sales", Channels: []string{"TV", "Radio"}, Spend: make([][]float64, 2), Controls: []string{"Easter"}, Control: make([][]float64, 1)}
	for t := range 156 {
		in.Dates = append(in.Dates, time.Date(2020, 1, 5+7*t, 0, 0, 0, 0, time.UTC))
		in.Target = append(in.Target, 1000+100*rng.Float64())
		in.Spend[0] = append(in.Spend[0], 50+50*rng.Float64())
		in.Spend[1] = append(in.Spend[1], 20+40*rng.Float64())
		z := 0.0
		if t%52 == 14 {
			z = 1
		}
		in.Control[0] = append(in.Control[0], z)
	}
	return in
}

func TestSoundDataHaveNoWarnings(t *testing.T) {
	d := Must(NewData(sound()))
	if ws := d.Audit(AuditOptions{FourierOrder: 2}); len(ws) != 0 {
		t.Error(ws)
	}
}

// Every check of the audit finds the one thing planted into sound data, names
// it, and finds nothing else.
func TestTheAuditNamesEachPlantedFault(t *testing.T) {
	each := func(x []float64, f func(t int, v float64) float64) {
		for i := range x {
			x[i] = f(i, x[i])
		}
	}
	addControl := func(in *DataInput, name string, f func(t int) float64) {
		z := make([]float64, len(in.Dates))
		each(z, func(t int, _ float64) float64 { return f(t) })
		in.Controls, in.Control = append(in.Controls, name), append(in.Control, z)
	}
	addChannel := func(in *DataInput, name string, f func(t int) float64) {
		x := make([]float64, len(in.Dates))
		each(x, func(t int, _ float64) float64 { return f(t) })
		in.Channels, in.Spend = append(in.Channels, name), append(in.Spend, x)
	}
	cases := []struct {
		code, subject string
		says          []string
		plant         func(in *DataInput)
	}{
		{"target-constant", "sales", []string{"it is 1,000 in every period"}, func(in *DataInput) {
			each(in.Target, func(int, float64) float64 { return 1000 })
		}},
		{"target-zeros", "sales", []string{"0 in 12 of 156 weeks (want at most 5 %)"}, func(in *DataInput) {
			each(in.Target, func(t int, v float64) float64 {
				if t%13 == 5 {
					return 0
				}
				return v
			})
		}},
		{"target-negative", "sales", []string{"negative in 1 of 156 weeks"}, func(in *DataInput) { in.Target[7] = -1 }},
		{"target-outliers", "sales", []string{"2020-04-12 (5.00 k, Easter)", "2020-02-23 (4.00 k, no control)", "no control covers 1 of them"}, func(in *DataInput) {
			in.Target[14], in.Target[7] = 5000, 4000
		}},
		{"channel-zero", "TV", []string{"nothing was spent in any of 156 weeks"}, func(in *DataInput) {
			each(in.Spend[0], func(int, float64) float64 { return 0 })
		}},
		{"channel-constant", "TV", []string{"spend is 60.0 in every period"}, func(in *DataInput) {
			each(in.Spend[0], func(int, float64) float64 { return 60 })
		}},
		{"channel-steady", "TV", []string{"its standard deviation is 1 % of its mean (want at least 10 %)"}, func(in *DataInput) {
			each(in.Spend[0], func(_ int, v float64) float64 { return 300 + v/4 })
		}},
		{"channel-sparse", "TV", []string{"spend in only 8 of 156 weeks (want at least 10 % of them, and 26)"}, func(in *DataInput) {
			each(in.Spend[0], func(t int, v float64) float64 { return ifelse(t%20 == 0, 10*v, 0) })
		}},
		{"channel-dark", "TV", []string{"nothing was spent in 20 weeks from 2020-06-14 to 2020-10-25; make sure"}, func(in *DataInput) {
			each(in.Spend[0], func(t int, v float64) float64 { return ifelse(t >= 23 && t < 43, 0, v) })
		}},
		{"channel-dark", "TV", []string{"nothing was spent in 40 weeks before 2020-10-11; the channel is new"}, func(in *DataInput) {
			each(in.Spend[0], func(t int, v float64) float64 { return ifelse(t < 40, 0, v) })
		}},
		{"channel-dark", "TV", []string{"nothing was spent in 14 weeks since 2022-09-25; the channel has stopped"}, func(in *DataInput) {
			each(in.Spend[0], func(t int, v float64) float64 { return ifelse(t >= 142, 0, v) })
			each(in.Spend[0][130:142], func(_ int, v float64) float64 { return 2 * v }) // half a year as before
		}},
		{"channel-burst", "TV", []string{"the largest spend, 9.00 k on 2020-02-23, is "}, func(in *DataInput) { in.Spend[0][7] = 9000 }},
		{"channel-drift", "TV", []string{"spend in the last 26 weeks is 2", "3.0 times as much (want 0.5 to 2); returns at the new level"}, func(in *DataInput) {
			each(in.Spend[0], func(t int, v float64) float64 { return ifelse(t >= 130, 3*v, v) })
		}},
		{"channel-drift", "Radio", []string{"0.34 times as much", "returns are learnt at the old level"}, func(in *DataInput) {
			each(in.Spend[1], func(t int, v float64) float64 { return ifelse(t >= 130, v/3, v) })
		}},
		{"channel-units", "Radio", []string{"is less than 1 in 10,000 of TV's 11.5 k"}, func(in *DataInput) {
			each(in.Spend[1], func(_ int, v float64) float64 { return v / 1e5 })
		}},
		{"channels-correlated", "Radio and Web", []string{"a correlation of 0.88 ", "(want at most 0.8)"}, func(in *DataInput) {
			radio, rng := in.Spend[1], rand.New(rand.NewPCG(1, 2))
			addChannel(in, "Web", func(t int) float64 { return radio[t] + 20*rng.Float64() })
		}},
		{"channel-collinear", "Web", []string{"variance inflation factor"}, func(in *DataInput) {
			// A sum of six is close to none of them.
			rng := rand.New(rand.NewPCG(1, 1))
			sum := make([]float64, len(in.Dates))
			for _, name := range []string{"A", "B", "C", "D"} {
				addChannel(in, name, func(t int) float64 { v := 20 * rng.Float64(); sum[t] += v; return v })
			}
			addChannel(in, "Web", func(t int) float64 { return sum[t] + 8*rng.Float64() })
		}},
		{"control-zero", "Eclipse and Comet", []string{"0 in all 156 weeks"}, func(in *DataInput) {
			addControl(in, "Eclipse", func(int) float64 { return 0 })
			addControl(in, "Comet", func(int) float64 { return 0 })
		}},
		{"control-constant", "stores", []string{"it is 12.0 in all 156 weeks", "from the intercept"}, func(in *DataInput) {
			addControl(in, "stores", func(int) float64 { return 12 })
		}},
		{"control-scale", "price", []string{"its values reach 220 (want at most 100)"}, func(in *DataInput) {
			addControl(in, "price", func(t int) float64 { return 200 + float64(t%7)*float64(20)/6 })
		}},
		{"control-outcome", "visits", []string{"its correlation with sales is 1.00"}, func(in *DataInput) {
			y := slices.Clone(in.Target)
			addControl(in, "visits", func(t int) float64 { return y[t] / 20 })
		}},
		{"spend-share", "spend", []string{"media spend is 0.1 % of sales", "returns "}, func(in *DataInput) {
			each(in.Target, func(_ int, v float64) float64 { return 100 * v })
		}},
		{"spend-share", "spend", []string{"media spend is 108.7 %", "returns only "}, func(in *DataInput) {
			each(in.Target, func(_ int, v float64) float64 { return v / 10 })
		}},
	}
	seen := map[string]bool{}
	for _, c := range cases {
		t.Run(c.code, func(t *testing.T) {
			in := sound()
			c.plant(&in)
			ws := Must(NewData(in)).Audit(AuditOptions{Parameters: 10})
			seen[c.code] = true
			if len(ws) != 1 || ws[0].Code != c.code || ws[0].Subject != c.subject {
				for _, w := range ws {
					if w.Code == "channel-collinear" && w.Code == c.code && w.Subject == c.subject {
						return // the parts of a sum follow from it and the others, too
					}
				}
				t.Fatalf("got %d warnings\n%v\nwant one %s about %s", len(ws), ws, c.code, c.subject)
			}
			for _, s := range c.says {
				if !strings.Contains(ws[0].Text, s) {
					t.Errorf("got %q, want it to say %q", ws[0].Text, s)
				}
			}
		})
	}
	if len(seen) != 19 {
		t.Errorf("planted %d kinds of fault, want 19", len(seen))
	}
}

func ifelse(yes bool, a, b float64) float64 {
	if yes {
		return a
	}
	return b
}

func TestTheAuditNamesControlsThatCannotBeToldApart(t *testing.T) {
	in := sound()
	n := len(in.Dates)
	in.Controls, in.Control = nil, nil
	add := func(name string, f func(t int) float64) {
		z := make([]float64, n)
		for i := range z {
			z[i] = f(i)
		}
		in.Controls, in.Control = append(in.Controls, name), append(in.Control, z)
	}
	add("spring", func(t int) float64 { return ifelse(t%52 < 13, 1, 0) })
	add("price", func(t int) float64 { return float64((7 * t) % 11) })
	add("summer", func(t int) float64 { return ifelse(t%52 >= 13 && t%52 < 26, 1, 0) })
	add("autumn", func(t int) float64 { return ifelse(t%52 >= 26 && t%52 < 39, 1, 0) })
	add("winter", func(t int) float64 { return ifelse(t%52 >= 39, 1, 0) })
	add("temperature", func(t int) float64 { return float64((5 * t) % 13) })
	add("fahrenheit", func(t int) float64 { return 32 + 1.8*float64((5*t)%13) })
	add("warm half", func(t int) float64 { return ifelse(t%52 < 26, 1, 0) })
	add("winter again", func(t int) float64 { return ifelse(t%52 >= 39, 1, 0) })
	ws := Must(NewData(in)).Audit(AuditOptions{Parameters: 10})
	want := map[string][]string{
		"controls-identical": {"winter and winter again"},
		"controls-dependent": {
			"winter, the intercept, spring, summer and autumn",
			"fahrenheit, the intercept and temperature",
			"warm half, spring and summer",
		},
		"controls-rank": {"controls"},
	}
	got := map[string][]string{}
	for _, w := range ws {
		got[w.Code] = append(got[w.Code], w.Subject)
	}
	for code, subjects := range want {
		if !slices.Equal(got[code], subjects) {
			t.Errorf("%s: got %q, want %q", code, got[code], subjects)
		}
	}
	if !strings.Contains(ws.String(), "9 controls that vary carry the information of 5") {
		t.Errorf("no rank of 5 in\n%v", ws)
	}
}

// An SVD is the independent judge of the rank.
func TestTheBasisFindsTheRankThatAnSVDFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	checked := 0
	for range 200 {
		n, k := 3+rng.IntN(30), 1+rng.IntN(12)
		m := mat.NewDense(n, k, nil)
		b := newBasis(n)
		for j := range k {
			x := make([]float64, n)
			scale := math.Pow(10, float64(rng.IntN(7)-3))
			for t := range x {
				x[t] = scale * float64(rng.IntN(3))
			}
			if j > 1 && rng.IntN(3) == 0 { // a combination of two before
				for t := range x {
					x[t] = 2*m.At(t, 0) - 3*m.At(t, j-1)
				}
			}
			for t := range x {
				m.Set(t, j, x[t])
			}
			b.add(x)
		}
		for j := range k { // scale-free, as the basis is
			if size := mat.Norm(m.ColView(j), 2); size > 0 {
				for i := range n {
					m.Set(i, j, m.At(i, j)/size)
				}
			}
		}
		var svd mat.SVD
		if !svd.Factorize(m, mat.SVDNone) {
			t.Fatal("no SVD")
		}
		want := 0
		for _, v := range svd.Values(nil) {
			if v > 1e-9 {
				want++
			}
		}
		if len(b.q) != want {
			t.Errorf("rank %d, want %d of\n%v", len(b.q), want, mat.Formatted(m))
		}
		checked++
	}
	if checked != 200 {
		t.Errorf("checked %d matrices, want 200", checked)
	}
}

func TestTheAuditOfTheRealDataNamesItsKnownDefects(t *testing.T) {
	train, _ := realData(t)
	ws := train.Audit(AuditOptions{FourierOrder: 5})
	for _, want := range []struct{ code, subject, says string }{
		{"few-periods", "size", "183 weeks for 55 parameters, 3.3 each (want at least 4)"},
		{"spend-share", "spend", "media spend is 1.6 % of sales, 325 M of 20.1 bn"},
		{"target-outliers", "sales", "2014-12-14 (352 M, no control)"},
		{"target-outliers", "sales", "no control covers 3 of them"},
		{"controls-identical", "Black Friday, Pre Thanksgiving and Thanksgiving", "equal in all 183 weeks"},
		{"controls-identical", "Christmas Day and Day after Christmas", "equal in all 183 weeks"},
		{"controls-rank", "controls", "22 controls that vary carry the information of 19"},
		{"channel-drift", "Newspaper", "0.17 times as much"},
		{"channel-drift", "Social Media", "2.4 times as much"},
	} {
		found := false
		for _, w := range ws {
			found = found || w.Code == want.code && w.Subject == want.subject && strings.Contains(w.Text, want.says)
		}
		if !found {
			t.Errorf("no %s about %s saying %q in\n%v", want.code, want.subject, want.says, ws)
		}
	}
	if len(ws) != 8 {
		t.Errorf("%d warnings, want 8:\n%v", len(ws), ws)
	}
}

func TestThreePeriodsAreDataWithWarnings(t *testing.T) {
	d := Must(readText(clean, tvRadio))
	ws := d.Audit(AuditOptions{FourierOrder: 5})
	for _, code := range []string{"few-periods", "short-history"} {
		if !ws.Has(code) {
			t.Errorf("no %s in\n%v", code, ws)
		}
	}
	if !strings.Contains(ws.String(), "3 weeks for 19 parameters") {
		t.Errorf("3 per channel, 1 per control, 10 of Fourier and 2 are 19 parameters; got\n%v", ws)
	}
	d.Slice(0, 1).Audit(AuditOptions{}) // one period: no panic
}

func TestTheAuditDoesNotChangeTheData(t *testing.T) {
	d := Must(NewData(sound()))
	before := d.Fingerprint()
	d.Audit(AuditOptions{})
	if d.Fingerprint() != before {
		t.Error("the audit changed the data")
	}
}

func TestWarningsPrintAsTextAndAsMarkdown(t *testing.T) {
	ws := Warnings{{Code: "a", Subject: "mdsp_tv", Text: "is *odd* <b>"}, {Code: "b", Text: "plain"}}
	if got, want := ws.String(), "mdsp_tv: is *odd* <b>\nplain"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := ws.Markdown(), "- **mdsp\\_tv**: is \\*odd\\* &lt;b&gt;\n- plain\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Warnings{}).String() + (Warnings{}).Markdown(); got != "no warningsNo warnings." {
		t.Errorf("got %q", got)
	}
	if ws.Has("c") || !ws.Has("b") {
		t.Error("Has finds the wrong codes")
	}
}
