package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// levels runs a test at every level that this machine has.
func levels(t *testing.T, f func(t *testing.T)) {
	for l := Portable; l <= Best(); l++ {
		t.Run(l.String(), func(t *testing.T) {
			defer Use(l)()
			f(t)
		})
	}
	if Best() < AVX512 {
		t.Logf("this machine or build stops at %v", Best())
	}
}

// normals returns n random numbers with a few zeros, aligned.
func normals(rng *rand.Rand, n int) []float64 {
	x := Aligned(n)
	for i := range x {
		if rng.IntN(9) > 0 {
			x[i] = rng.NormFloat64()
		}
	}
	return x
}

func sizes(i int) int {
	return []int{1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 40, 52, 97, 183, 184, 260, 520}[i%18]
}

// cases calls every kernel with arguments that depend on i alone and returns
// everything it computed, by name.
func cases(i int) map[string][]float64 {
	rng := rand.New(rand.NewPCG(11, uint64(i)))
	g := Grid{Periods: sizes(i)}
	n := g.Len()
	out := map[string][]float64{}

	x := normals(rng, n)
	for j := range x {
		x[j] *= math.Pow(10, 4*rng.Float64()-1)
	}
	x[0] = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300, -707.8, 709, 0}[i%8]
	Exp(x)
	out["Exp"] = x

	steep, usual, logs, slopes := normals(rng, n), Aligned(n), Aligned(n), Aligned(n)
	for j := range usual {
		usual[j] = rng.ExpFloat64() * math.Pow(10, -6*rng.Float64())
		steep[j] *= 3
	}
	steep[0] = []float64{math.NaN(), math.Inf(1), -300, 40, 0}[i%5]
	LogTanh(logs, slopes, steep, usual)
	out["LogTanh"] = append(logs, slopes...)

	lags := 1 + i%13
	spend := make([]float64, g.Periods)
	for j := range spend {
		spend[j] = math.Max(0, rng.NormFloat64())
	}
	alpha := []float64{0, 1, 1e-300, rng.Float64(), rng.Float64()}[i%5]
	curve := NewCurve(alpha, math.Exp(2*rng.NormFloat64()), rng.NormFloat64(), lags)
	curves, other := []Curve{curve, NewCurve(rng.Float64(), 1, 1, lags)}, slices.Clone(spend)
	slices.Reverse(other)
	kept, sum := Aligned(6*n), normals(rng, n)
	Channels(kept, sum, slices.Concat(g.History(spend, lags), g.History(other, lags)), lags, curves)
	out["Channels"] = append(kept, sum...)

	mu, y, dmu := normals(rng, n), Aligned(n), Aligned(n) // mu must not matter without a period
	wide := math.Pow(10, 3*rng.Float64()-1)
	for t := range g.Periods {
		mu[g.Slot(t)], y[g.Slot(t)] = wide*rng.NormFloat64(), math.Abs(rng.NormFloat64())
	}
	inv := 1 / (0.1 + rng.Float64())
	r := Normal(dmu, mu, y, g, inv)
	out["Normal"] = append(append([]float64(nil), dmu...), r.Squares)
	r = TruncatedNormal(dmu, mu, y, g, inv)
	out["TruncatedNormal"] = append(append([]float64(nil), dmu...), r.Squares, r.LogPhi, r.Hazard)

	count := DotsAtOnce * (1 + i%7)
	columns, coef := normals(rng, n*count), normals(rng, 1+i%count)
	Combine(dmu, columns, coef)
	out["Combine"] = append([]float64(nil), dmu...)
	dots, slopes3 := Aligned(count), Aligned(count/3*3)
	Dots(dots, mu, columns)
	out["Dots"] = dots
	if n3 := len(slopes3); n3 > 0 {
		Slopes(slopes3, mu, columns[:n3*n])
	}
	out["Slopes"] = slopes3

	weights, longer := normals(rng, Lanes)[:1+i%7], g.History(spend, DotsAtOnce*(2+i%3))
	Convolve(dmu, longer, weights)
	out["Convolve"] = append([]float64(nil), dmu...)
	byLag := Aligned(DotsAtOnce * (1 + i%3))
	Correlate(byLag, mu, longer)
	out["Correlate"] = byLag
	positive := Aligned(n)
	for j := range positive {
		positive[j] = math.Exp(100 * rng.NormFloat64())
	}
	Log(positive)
	out["Log"] = positive

	dim := 1 + i%70
	size := Pad(dim)
	tri := NewTriangle(dim, func(i, j int) float64 { return rng.NormFloat64() })
	shift, z := normals(rng, size), normals(rng, size)
	clear(z[dim:])
	clear(shift[dim:])
	q, qt := Aligned(size), Aligned(size)
	tri.Mul(q, shift, z)
	tri.MulT(qt, shift, z)
	out["Triangle"] = append(append([]float64(nil), q...), qt...)

	warps := make([]WarpRow, size/Lanes)
	for j := range size {
		d := rng.NormFloat64()
		c := rng.NormFloat64()
		warps[j/Lanes].Set(j%Lanes, rng.NormFloat64(), 1.1*math.Abs(c*d)+0.1, c, d, rng.NormFloat64())
	}
	slope, dLog := Aligned(size), Aligned(size)
	Warp(q, slope, dLog, z, warps)
	out["Warp"] = append(append(append([]float64(nil), q...), slope...), dLog...)

	terms := make([]QuadraticRow, size/Lanes)
	for j := range size {
		terms[j/Lanes].Set(j%Lanes, rng.NormFloat64(), rng.ExpFloat64(), rng.NormFloat64(), rng.Float64())
	}
	out["Quadratic"] = append([]float64{Quadratic(q, z, qt, terms)}, q...)
	links, linkRows := NewLinks(dim), make([]LinkRow, size/Lanes)
	for j := range size {
		w, lane := &linkRows[j/Lanes], j%Lanes
		switch j % 3 {
		case 0:
			w.SetIdentity(lane)
		case 1:
			w.SetLog(lane, rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64(), rng.ExpFloat64())
		case 2:
			w.SetLogit(lane, rng.NormFloat64(), rng.ExpFloat64(), rng.NormFloat64())
		}
	}
	within := 0.0
	if Link(links, z, linkRows, 2) {
		within = 1
	}
	out["Link"] = slices.Concat(links.Theta, links.Slope, links.R, links.Rest, []float64{within})
	out["LinkTerms"] = append([]float64{LinkTerms(q, links, qt, linkRows)}, q...)
	Scale(q, z, qt, slope)
	out["Scale"] = q

	Add(qt, z)
	out["Add"] = append([]float64(nil), qt...)
	a, b := Along(z, shift, qt, slope)
	out["Along and Dot"] = []float64{a, b, Dot(z, qt)}
	Leap(z, shift, qt, 0.25, -0.5)
	out["Leap and Kick"] = append(append(append([]float64(nil), z...), shift...), Kick(z, slope, 0.125))
	out["Leap and Kick"] = append(out["Leap and Kick"], z...)
	return out
}

func TestEveryLevelGivesTheSameBits(t *testing.T) {
	compared := 0
	for i := range 300 {
		restore := Use(Portable)
		want := cases(i)
		restore()
		for l := AVX2; l <= Best(); l++ {
			restore := Use(l)
			got := cases(i)
			restore()
			for name, w := range want {
				for j, v := range got[name] {
					if math.Float64bits(v) != math.Float64bits(w[j]) && !(v != v && w[j] != w[j]) {
						t.Fatalf("case %d: %s at %v: element %d of %d is %v, portable %v", i, name, l, j, len(w), v, w[j])
					}
					compared++
				}
			}
		}
	}
	if Best() > Portable && compared < 100_000 {
		t.Errorf("compared %d numbers", compared)
	}
	t.Logf("compared %d numbers", compared)
}

func TestExpIsAccurate(t *testing.T) {
	levels(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 1))
		worst := 0.0
		for range 2000 {
			x, y := Aligned(Lanes), Aligned(Lanes)
			for i := range x {
				x[i] = 30 * rng.NormFloat64()
				y[i] = x[i]
			}
			Exp(y)
			for i, v := range y {
				e := math.Abs(v/math.Exp(x[i]) - 1)
				worst = max(worst, e/(5e-16+1.2e-16*math.Abs(x[i])))
			}
		}
		if worst > 1 {
			t.Errorf("the error of Exp reaches %.2f times its stated bound", worst)
		}
	})
}

func TestChannelsAreTheConvolutionOfItsDefinition(t *testing.T) {
	levels(t, func(t *testing.T) {
		checked := 0
		for i := range 60 {
			rng := rand.New(rand.NewPCG(5, uint64(i)))
			g := Grid{Periods: sizes(i)}
			lags := 1 + i%13
			alpha, lambda, beta := rng.Float64(), math.Exp(rng.NormFloat64()), rng.NormFloat64()
			x := make([]float64, g.Periods)
			for j := range x {
				x[j] = max(0, rng.NormFloat64())
			}
			n := g.Len()
			columns, mu, dmu := Aligned(3*n), Aligned(n), Aligned(n)
			curve, stock, decay := columns[:n], columns[n:2*n], columns[2*n:]
			Channels(columns, mu, g.History(x, lags), lags, []Curve{NewCurve(alpha, lambda, beta, lags)})
			var slopes, wantSlopes [3]float64
			for p := range x {
				s, d := 0.0, 0.0
				for l := 0; l < min(lags, p+1); l++ {
					s += math.Pow(alpha, float64(l)) * x[p-l]
					if l > 0 {
						d += float64(l) * math.Pow(alpha, float64(l-1)) * x[p-l]
					}
				}
				th := math.Tanh(lambda * s / 2)
				h := 1 - th*th
				at := g.Slot(p)
				for what, pair := range map[string][2]float64{"curve": {curve[at], th}, "stock": {stock[at], s}, "decay": {decay[at], d}, "mu": {mu[at], beta * th}} {
					if math.Abs(pair[0]-pair[1]) > 1e-13*(1+math.Abs(d)) {
						t.Fatalf("case %d (%d periods, %d lags): %s of period %d is %v, want %v", i, g.Periods, lags, what, p, pair[0], pair[1])
					}
					checked++
				}
				dmu[at] = rng.NormFloat64()
				for j, v := range []float64{th, h * s, h * d} {
					wantSlopes[j] += dmu[at] * v
				}
			}
			Slopes(slopes[:], dmu, columns)
			for j, want := range wantSlopes {
				if math.Abs(slopes[j]-want) > 1e-12*float64(g.Periods) {
					t.Fatalf("case %d (%d periods, %d lags): slope %d is %v, want %v", i, g.Periods, lags, j, slopes[j], want)
				}
			}
		}
		if checked < 10_000 {
			t.Errorf("checked %d numbers", checked)
		}
	})
}

func TestLogIsAccurate(t *testing.T) {
	levels(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 3000 {
			x, y := Aligned(Lanes), Aligned(Lanes)
			for j := range x {
				x[j] = math.Exp(math.Pow(10, float64(i%5)-2) * rng.NormFloat64())
			}
			x[0] = []float64{1, 0x1p-1022, math.MaxFloat64, math.Nextafter(1, 2), math.Nextafter(1, 0), math.Sqrt2, math.Sqrt2 / 2}[i%7]
			copy(y, x)
			Log(y)
			for j, v := range y {
				want := math.Log(x[j])
				if x[j] > 0x1p-1022 && x[j] < math.Inf(1) && math.Abs(v-want) > 6e-16*max(1, math.Abs(want)) {
					t.Fatalf("log %v = %v, want %v", x[j], v, want)
				}
			}
		}
	})
}

func TestCorrelateIsTheTransposeOfConvolve(t *testing.T) {
	levels(t, func(t *testing.T) {
		for i := range 60 {
			rng := rand.New(rand.NewPCG(6, uint64(i)))
			g := Grid{Periods: sizes(i)}
			x, w := make([]float64, g.Periods), normals(rng, Lanes)[:1+i%8]
			for j := range x {
				x[j] = rng.NormFloat64()
			}
			h := g.History(x, 2*DotsAtOnce)
			stock, d, byLag := Aligned(g.Len()), Aligned(g.Len()), Aligned(2*DotsAtOnce)
			Convolve(stock, h, w)
			wantByLag := make([]float64, len(byLag))
			for p := range x {
				at, want := g.Slot(p), 0.0
				d[at] = rng.NormFloat64()
				for l := range min(len(byLag), p+1) {
					if l < len(w) {
						want += w[l] * x[p-l]
					}
					wantByLag[l] += d[at] * x[p-l]
				}
				if math.Abs(stock[at]-want) > 1e-13 {
					t.Fatalf("case %d: the stock of period %d is %v, want %v", i, p, stock[at], want)
				}
			}
			Correlate(byLag, d, h)
			for l, want := range wantByLag {
				if math.Abs(byLag[l]-want) > 1e-12*float64(g.Periods) {
					t.Fatalf("case %d: the correlation at lag %d is %v, want %v", i, l, byLag[l], want)
				}
			}
		}
	})
}

func TestLogTanhIsAccurateDownToTinyArguments(t *testing.T) {
	levels(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 1))
		log, slope, q, x := Aligned(Lanes), Aligned(Lanes), Aligned(Lanes), Aligned(Lanes)
		worst := 0.0
		for range 5000 {
			for i := range q {
				q[i], x[i] = 5*rng.NormFloat64(), math.Pow(10, -4*rng.Float64())
			}
			LogTanh(log, slope, q, x)
			for i := range q {
				y := math.Exp(q[i]) * x[i]
				want, wantSlope := math.Log(math.Tanh(y/2)), 0.0
				if y < 700 {
					wantSlope = y / math.Sinh(y)
				}
				worst = max(worst, math.Abs(log[i]-want), math.Abs(slope[i]-wantSlope))
			}
		}
		if worst > 4e-13 {
			t.Errorf("the largest error is %.1e, want at most 4e-13", worst)
		}
	})
}

func TestGridPlacesEveryPeriodOnce(t *testing.T) {
	for n := 1; n < 200; n++ {
		g := Grid{Periods: n}
		x := make([]float64, n)
		for p := range x {
			x[p] = float64(p + 1)
		}
		slots := Aligned(g.Len())
		g.Scatter(slots, x)
		seen := 0
		for _, v := range slots {
			if v != 0 {
				seen++
			}
		}
		if seen != n {
			t.Fatalf("%d periods: %d slots are in use", n, seen)
		}
		// One period ago is one row up, also across lanes.
		h := g.History(x, 2)
		for p := 1; p < n; p++ {
			if at := g.Slot(p) + 2*Lanes; h[at] != x[p] || h[at-Lanes] != x[p-1] {
				t.Fatalf("%d periods: period %d is not below %d", n, p, p-1)
			}
		}
	}
}

func TestTriangleMultiplies(t *testing.T) {
	levels(t, func(t *testing.T) {
		for dim := 1; dim < 70; dim++ {
			rng := rand.New(rand.NewPCG(2, uint64(dim)))
			m := make([][]float64, dim)
			for i := range m {
				m[i] = normals(rng, dim)
			}
			tri := NewTriangle(dim, func(i, j int) float64 { return m[i][j] })
			v, shift := normals(rng, Pad(dim)), normals(rng, Pad(dim))
			clear(v[dim:])
			clear(shift[dim:])
			q, qt := Aligned(Pad(dim)), Aligned(Pad(dim))
			tri.Mul(q, shift, v)
			tri.MulT(qt, shift, v)
			for i := range dim {
				want, wantT := shift[i], shift[i]
				for j := range dim {
					if j <= i {
						want += m[i][j] * v[j]
						if tri.At(i, j) != m[i][j] {
							t.Fatalf("dim %d: At(%d, %d) = %v, want %v", dim, i, j, tri.At(i, j), m[i][j])
						}
					}
					if j >= i {
						wantT += m[j][i] * v[j]
					}
				}
				if math.Abs(q[i]-want) > 1e-13*float64(dim) || math.Abs(qt[i]-wantT) > 1e-13*float64(dim) {
					t.Fatalf("dim %d, row %d: got %v and %v, want %v and %v", dim, i, q[i], qt[i], want, wantT)
				}
			}
		}
	})
}

func TestSumLogIsTheLogOfALongProduct(t *testing.T) {
	v := []float64{1e-300, 1e-290, 3, 1e-308, 1e9, 1e11, 1, 0.5, 2, 2, 2, 2, 2, 1e-250, 1e-60}
	want := 0.0
	for _, x := range v {
		want += math.Log(x)
	}
	if got := SumLog(v); math.Abs(got-want) > 1e-12*math.Abs(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := SumLog(nil); got != 0 {
		t.Errorf("the empty product gives %v, want 0", got)
	}
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if got := SumLog([]float64{2, bad, 3}); got == got {
			t.Errorf("with a factor %v: got %v, want NaN", bad, got)
		}
	}
}

func TestKernelsDoNotAllocate(t *testing.T) {
	levels(t, func(t *testing.T) {
		g := Grid{Periods: 183}
		n := g.Len()
		v := make([][]float64, 5)
		for i := range v {
			v[i] = Aligned(n)
		}
		x, curves := g.History(make([]float64, 183), 6), []Curve{NewCurve(0.3, 2, 1, 6)}
		out := Aligned(4)
		columns := Aligned(4 * n)
		allocs := testing.AllocsPerRun(100, func() {
			Channels(columns[:3*n], v[3], x, 6, curves)
			Slopes(out[:3], v[3], columns[:3*n])
			TruncatedNormal(v[0], v[1], v[2], g, 2)
			Combine(v[0], columns, out)
			Dots(out, v[0], columns)
		})
		if allocs != 0 {
			t.Errorf("%v allocations, want 0", allocs)
		}
	})
}

func BenchmarkKernels(b *testing.B) {
	g := Grid{Periods: 183}
	n := g.Len()
	v, scratch := make([][]float64, 5), make([][]float64, 4)
	for i := range scratch {
		scratch[i] = Aligned(n)
	}
	for i := range v {
		v[i] = Aligned(n)
		for j := range v[i] {
			v[i][j] = math.Abs(math.Sin(float64(i + j)))
		}
	}
	x := g.History(v[4][:183], 6)
	out, columns := Aligned(36), Aligned(36*n)
	curves := []Curve{NewCurve(0.3, 2, 1, 6)}
	tri := NewTriangle(55, func(i, j int) float64 { return 1 })
	p, q, s, u := Aligned(56), Aligned(56), Aligned(56), Aligned(56)
	warps := make([]WarpRow, 3)
	for i := range 24 {
		warps[i/Lanes].Set(i%Lanes, 0, 2, 1, 1, 0)
	}
	for l := Portable; l <= Best(); l++ {
		for _, c := range []struct {
			name string
			run  func()
		}{
			{"channels", func() { Channels(columns[:3*n], scratch[3], x, 6, curves) }},
			{"truncated", func() { TruncatedNormal(scratch[0], v[0], v[1], g, 2) }},
			{"combine", func() { Combine(scratch[3], columns, out[:12]) }},
			{"dots", func() { Dots(out[:12], v[0], columns[:12*n]) }},
			{"slopes", func() { Slopes(out[:21], v[0], columns[:21*n]) }},
			{"triangle", func() { tri.Mul(p, q, s) }},
			{"triangle transposed", func() { tri.MulT(p, q, s) }},
			{"warp", func() { Warp(p[:24], q[:24], s[:24], u[:24], warps) }},
			{"exp", func() { Exp(u[:24]) }},
			{"along", func() { Along(p, q, s, u) }},
			{"leap", func() { Leap(p, q, u, 0, 0) }},
		} {
			b.Run(fmt.Sprintf("%v/%s", l, c.name), func(b *testing.B) {
				defer Use(l)()
				for b.Loop() {
					c.run()
				}
			})
		}
	}
}
