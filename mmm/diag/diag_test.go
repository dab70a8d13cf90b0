package diag

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mixmodel/mmm/internal/radix"
)

// noise returns m chains of n draws of an AR(1) process with unit variance.
func noise(seed uint64, m, n int, phi float64) [][]float64 {
	x := make([][]float64, m)
	for i := range x {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		x[i] = make([]float64, n)
		v := rng.NormFloat64()
		for d := range x[i] {
			x[i][d] = v
			v = phi*v + math.Sqrt(1-phi*phi)*rng.NormFloat64()
		}
	}
	return x
}

// mapped returns f of every draw.
func mapped(x [][]float64, f func(float64) float64) [][]float64 {
	out := make([][]float64, len(x))
	for i := range x {
		for _, v := range x[i] {
			out[i] = append(out[i], f(v))
		}
	}
	return out
}

// The chains of model vector 14.7: R's posterior gives the same numbers.
func TestDiagnosticsOfTheSineChains(t *testing.T) {
	x := make([][]float64, 4)
	for c := range x {
		for i := range 100 {
			v := math.Sin(0.7*float64(i)+float64(c)) + float64((37*i+11*c)%17)/17
			if c == 3 {
				v += 0.3
			}
			x[c] = append(x[c], v)
		}
	}
	for i, want := range []float64{0, .8206883, 1.3383909, 1.3926212} {
		if math.Abs(x[0][i]-want) > 1e-7 {
			t.Fatalf("input x[0][%d] = %g, want %g", i, x[0][i], want)
		}
	}
	near(t, "RHat", RHat(x), 1.0112233091, 1e-10)
	near(t, "ESSBulk", ESSBulk(x), 172.8779984890, 1e-12)
	near(t, "ESSTail", ESSTail(x), 311.9642509579, 1e-12)
	near(t, "ESSMean", ESSMean(x), 166.3157633410, 1e-12)
	near(t, "MCSEMean", MCSEMean(x), .0604772809, 1e-9)
}

func TestCRPSVectors(t *testing.T) {
	for _, c := range []struct {
		y     float64
		draws []float64
		want  float64
	}{
		{1, []float64{0, 1, 2}, 2.0 / 9},
		{0, []float64{1, 2, 3, 4}, 1.875},
		{2.5, []float64{4, 2, 3, 1}, .375},
		{1, []float64{0}, 1},
		{3, []float64{5, 1, 2, 1, 8}, .96},
	} {
		before := slices.Clone(c.draws)
		near(t, "CRPS", CRPS(c.draws, c.y), c.want, 1e-14)
		if !slices.Equal(before, c.draws) {
			t.Errorf("CRPS reordered its draws to %v", c.draws)
		}
	}
	mean := (CRPS([]float64{0, 0}, 1) + CRPS([]float64{1, 1}, 1) + CRPS([]float64{0, 0}, 1)) / 3
	near(t, "mean CRPS", mean, 2.0/3, 1e-14)
}

func TestCRPSIsTheMeanDistanceLessHalfTheSpread(t *testing.T) {
	draws := noise(5, 1, 60, 0)[0]
	for _, y := range []float64{-3, 0.1, 5} {
		distance, spread := 0.0, 0.0
		for _, p := range draws {
			distance += math.Abs(p-y) / 60
			for _, q := range draws {
				spread += math.Abs(p-q) / 3600
			}
		}
		near(t, "CRPS", CRPS(draws, y), distance-spread/2, 1e-13)
	}
}

func TestHDIAndQuantileVectors(t *testing.T) {
	var ten, squares []float64
	for i := 1; i <= 10; i++ {
		ten = append(ten, float64(i))
	}
	for i := 1; i <= 100; i++ {
		squares = append(squares, float64(i*i)/100)
	}
	gap := []float64{30, 0, .1, .2, .3, 5, 5.1, 9, 10, 11}
	checked := 0
	for _, c := range []struct {
		x            []float64
		prob, lo, hi float64
	}{
		{ten, .94, 1, 10}, {ten, .8, 1, 9}, {ten, .5, 1, 6}, {ten, 1, 1, 10}, {ten, 0, 1, 1},
		{gap, .94, 0, 30}, {gap, .5, 0, 5.1}, {gap, .3, 0, .3},
		{squares, .94, .01, 90.25}, {squares, .5, .01, 26.01},
		{[]float64{7}, .94, 7, 7},
	} {
		before := slices.Clone(c.x)
		if lo, hi := HDI(c.x, c.prob); lo != c.lo || hi != c.hi {
			t.Errorf("HDI(%v..., %g) = %g, %g, want %g, %g", c.x[0], c.prob, lo, hi, c.lo, c.hi)
		}
		if !slices.Equal(before, c.x) {
			t.Errorf("HDI reordered its input to %v", c.x)
		}
		checked++
	}
	for _, c := range [][2]float64{{.03, .1579}, {.25, 6.6325}, {.5, 25.505}, {.75, 56.6275}, {.97, 94.1485}, {0, .01}, {1, 100}} {
		near(t, "Quantile", Quantile(squares, c[0]), c[1], 1e-14)
		checked++
	}
	if checked != 18 {
		t.Errorf("checked %d, want 18", checked)
	}
	if got := Median([]float64{3, 1, 2, 10}); got != 2.5 {
		t.Errorf("Median = %g, want 2.5", got)
	}
}

func TestRHatIgnoresAffineMapsAndChainOrder(t *testing.T) {
	x := noise(7, 4, 200, 0.6)
	for i := range x[3] {
		x[3][i] += 0.5
	}
	want := RHat(x)
	if !(want > 1.02) {
		t.Fatalf("RHat = %g does not see the shifted chain", want)
	}
	for _, c := range []struct {
		name string
		x    [][]float64
	}{
		{"scaled and shifted", mapped(x, func(v float64) float64 { return 1e6 * (4*v + 8) })},
		{"mirrored", mapped(x, func(v float64) float64 { return -v })},
		{"chains reordered", [][]float64{x[2], x[0], x[3], x[1]}},
	} {
		near(t, "RHat "+c.name, RHat(c.x), want, 1e-12)
	}
	// The bulk part alone ignores every increasing map.
	bulk := func(x [][]float64) float64 {
		c := flatten(x)
		return c.with(rank(c.v).normalScores()).split().plainRHat()
	}
	near(t, "bulk R-hat of exp", bulk(mapped(x, math.Exp)), bulk(x), 1e-14)
	near(t, "ESSBulk of exp", ESSBulk(mapped(x, math.Exp)), ESSBulk(x), 1e-12)
}

func TestRHatSeesWhatItShould(t *testing.T) {
	good := noise(8, 4, 500, 0.3)
	if r := RHat(good); r > 1.01 {
		t.Errorf("chains that agree: RHat = %g", r)
	}
	wide := noise(8, 4, 500, 0.3)
	for i := range wide[0] {
		wide[0][i] *= 3
	}
	if r := RHat(wide); r < 1.05 {
		t.Errorf("one chain three times as wide: RHat = %g", r)
	}
	drift := noise(8, 4, 500, 0.3)
	for m := range drift {
		for d := range drift[m] {
			drift[m][d] += float64(d) / 250
		}
	}
	if r := RHat(drift); r < 1.05 {
		t.Errorf("all chains drift: RHat = %g", r)
	}
	stuck := [][]float64{slices.Repeat([]float64{1}, 50), slices.Repeat([]float64{1.1}, 50)}
	if r := RHat(stuck); !(r > 1e3) {
		t.Errorf("two chains stuck in different places: RHat = %g, want huge", r)
	}
	if e := ESSMean(stuck); !(e < 5) {
		t.Errorf("two chains stuck in different places: ESSMean = %g, want a few", e)
	}
}

func TestESSMatchesTheTheoryOfAR1(t *testing.T) {
	const m, n = 4, 20000
	for _, phi := range []float64{-0.5, 0, 0.5, 0.9} {
		want := m * n * (1 - phi) / (1 + phi)
		for name, f := range map[string]func([][]float64) float64{"ESSMean": ESSMean, "ESSBulk": ESSBulk} {
			if got := f(noise(9, m, n, phi)); math.Abs(got/want-1) > 0.1 {
				t.Errorf("phi = %g: %s = %.0f, theory %.0f", phi, name, got, want)
			}
		}
	}
}

func TestMCSEIsTheSpreadOverRepetitions(t *testing.T) {
	const runs = 300
	var means, sds, q95s, claimedMean, claimedSD, claimedQ95 []float64
	for run := range uint64(runs) {
		x := noise(100+run, 2, 300, 0.4)
		d := Describe(x)
		means, sds, q95s = append(means, d.Mean), append(sds, d.SD), append(q95s, d.Q95)
		claimedMean = append(claimedMean, d.MCSEMean)
		claimedSD = append(claimedSD, d.MCSESD)
		claimedQ95 = append(claimedQ95, d.MCSEQ95)
	}
	// The spread of 300 repetitions is known to about 4 %.
	for _, c := range []struct {
		name        string
		got, claims []float64
	}{{"mean", means, claimedMean}, {"SD", sds, claimedSD}, {"95 % quantile", q95s, claimedQ95}} {
		if ratio := Mean(c.claims) / SD(c.got); math.Abs(ratio-1) > 0.2 {
			t.Errorf("MCSE of the %s is %.2f of the spread over repetitions", c.name, ratio)
		}
	}
}

func TestSamplesThatCannotBeJudgedGiveNaN(t *testing.T) {
	good := noise(10, 4, 20, 0)
	with := func(v float64) [][]float64 {
		x := mapped(good, func(v float64) float64 { return v })
		x[1][3] = v
		return x
	}
	cases := map[string][][]float64{
		"constant":          {slices.Repeat([]float64{0.1}, 30), slices.Repeat([]float64{0.1}, 30)},
		"a NaN":             with(math.NaN()),
		"a negative NaN":    with(math.Copysign(math.NaN(), -1)),
		"an infinity":       with(math.Inf(1)),
		"minus infinity":    with(math.Inf(-1)),
		"no chains":         nil,
		"empty chains":      {{}, {}},
		"three draws":       {{1, 2, 3}, {2, 3, 1}},
		"signed zeros only": {{0, math.Copysign(0, -1), 0, 0, 0, 0, 0, 0, 0, 0, 0}},
	}
	functions := map[string]func([][]float64) float64{
		"RHat": RHat, "ESSBulk": ESSBulk, "ESSTail": ESSTail, "ESSMean": ESSMean,
		"ESSQuantile": func(x [][]float64) float64 { return ESSQuantile(x, 0.5) },
		"MCSEMean":    MCSEMean, "MCSESD": MCSESD,
		"MCSEQuantile":       func(x [][]float64) float64 { return MCSEQuantile(x, 0.5) },
		"Describe.RHat":      func(x [][]float64) float64 { return Describe(x).RHat },
		"Describe.ESSTail":   func(x [][]float64) float64 { return Describe(x).ESSTail },
		"Describe.MCSEQ95":   func(x [][]float64) float64 { return Describe(x).MCSEQ95 },
		"RHat of one chain":  func(x [][]float64) float64 { return RHat(x[:min(1, len(x))]) + RHat(x) },
		"Describe.MCSESD":    func(x [][]float64) float64 { return Describe(x).MCSESD },
		"Describe.ESSBulk":   func(x [][]float64) float64 { return Describe(x).ESSBulk },
		"Describe.MCSEMean":  func(x [][]float64) float64 { return Describe(x).MCSEMean },
		"Describe.MCSEQ05":   func(x [][]float64) float64 { return Describe(x).MCSEQ05 },
		"MCSEQuantile(0.99)": func(x [][]float64) float64 { return MCSEQuantile(x, 0.99) },
	}
	checked := 0
	for what, x := range cases {
		for name, f := range functions {
			if got := f(x); !math.IsNaN(got) {
				t.Errorf("%s of %s is %g, want NaN", name, what, got)
			}
			checked++
		}
	}
	if want := len(cases) * len(functions); checked != want || checked < 150 {
		t.Errorf("checked %d, want %d", checked, want)
	}
	for name, f := range functions {
		if got := f(good); math.IsNaN(got) {
			t.Errorf("%s of a good sample is NaN", name)
		}
	}
	lo, hi := HDI(nil, 0.9)
	for i, v := range []float64{Mean(nil), SD([]float64{1}), Median(nil), Quantile(nil, 0.5), lo, hi,
		Quantile([]float64{1, 2}, 1.1), EBFMI([]float64{.1, .1, .1}), EBFMI(nil), Autocorrelation([]float64{.1, .1, .1}, 1)[1]} {
		if !math.IsNaN(v) {
			t.Errorf("value %d is %g, want NaN", i, v)
		}
	}
}

func TestTiesDoNotHideTheTail(t *testing.T) {
	// 10 % of the draws tie at the maximum, so x <= q95 always holds; the
	// lower tail is still known.
	x := mapped(noise(11, 4, 200, 0), func(v float64) float64 { return min(v, 1.2) })
	if e := ESSQuantile(x, 0.95); !math.IsNaN(e) {
		t.Errorf("ESSQuantile(.95) = %g, want NaN", e)
	}
	if e := ESSTail(x); e != ESSQuantile(x, 0.05) {
		t.Errorf("ESSTail = %g, want that of the lower tail", e)
	}
	coin := mapped(noise(12, 4, 200, 0), func(v float64) float64 { return math.Copysign(1, v) })
	if r := RHat(coin); !(r > 0.99 && r < 1.02) {
		t.Errorf("two values: RHat = %g", r)
	}
}

func TestRankSortsAndRemembers(t *testing.T) {
	for _, v := range [][]float64{
		nil, {1}, {3, 1, 2}, {0, math.Copysign(0, -1), -1, 1}, {math.Inf(1), -5e-324, math.Inf(-1), 5e-324, 1e300},
		noise(13, 1, 3000, 0)[0],
	} {
		r := rank(v)
		if want := radix.Sorted(v); !slices.Equal(r.sorted, want) {
			t.Errorf("sorted %v, want %v", r.sorted, want)
		}
		for i, pos := range r.order {
			if r.sorted[i] != v[pos] {
				t.Errorf("order[%d] = %d points to %g, want %g", i, pos, v[pos], r.sorted[i])
			}
		}
		f := r.folded()
		if !slices.IsSorted(f.sorted) || len(f.sorted) != len(v) {
			t.Errorf("folded sample of %d is not sorted: %v", len(v), f.sorted)
		}
		median := Median(v)
		for i, pos := range f.order {
			if f.sorted[i] != math.Abs(v[pos]-median) {
				t.Errorf("folded order[%d] = %d is wrong", i, pos)
			}
		}
	}
}

func TestUnequalChainsPanic(t *testing.T) {
	defer func() {
		if r := recover(); r != "diag: chain 1 has 2 draws, chain 0 has 3" {
			t.Errorf("got %v", r)
		}
	}()
	RHat([][]float64{{1, 2, 3}, {1, 2}})
}

func TestScoresByHand(t *testing.T) {
	y, yhat := []float64{1, 2, 4, 5}, []float64{1, 3, 4, 3}
	near(t, "R2", R2(y, yhat), 0.5, 1e-15) // 1 - 5/10
	near(t, "RMSE", RMSE(y, yhat), math.Sqrt(1.25), 1e-15)
	near(t, "MAE", MAE(y, yhat), 0.75, 1e-15)
	near(t, "MAPE", MAPE(y, yhat), 0.225, 1e-15) // (0 + 1/2 + 0 + 2/5)/4
	near(t, "Coverage", Coverage([]float64{1, 0, 5, 0}, []float64{2, 2, 6, 4}, y), 0.5, 1e-15)
}

func TestEBFMIByHand(t *testing.T) {
	near(t, "EBFMI", EBFMI([]float64{1, 2, 4, 1}), 14.0/6, 1e-15) // (1+4+9)/(1+0+4+1)
}

// For odd n this is where ArviZ and R's posterior part (see ESSMean).
func TestGeyersSequenceEndsAtTheLastPairBelowNLess2(t *testing.T) {
	for n, last := range map[int]int{124: 121, 125: 123, 126: 123, 5: 3, 6: 3} {
		asked := 0
		tau := geyer(func(t int) float64 { asked = max(asked, t); return 0.5 }, n)
		if asked != last {
			t.Errorf("n = %d: looked at lags up to %d, want %d", n, asked, last)
		}
		// The first pair is (1, ½), all others (½, ½), the last counts by half.
		if want := -1 + 2*1.5 + 2*float64((last-3)/2) + 0.5; tau != want {
			t.Errorf("n = %d: tau = %g, want %g", n, tau, want)
		}
	}
	// A later pair is cut to its predecessor; a negative one ends the sum, its
	// positive first half counts.
	rho := []float64{1, 0, 0.2, 0.2, 0.5, 0.5, 0.1, -0.3, 9, 9}
	if tau, want := geyer(func(t int) float64 { return rho[t] }, 10), -1+2*1+2*0.4+2*0.4+0.1; math.Abs(tau-want) > 1e-15 {
		t.Errorf("tau = %g, want %g", tau, want)
	}
}
