package mmm

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
)

func wantClose(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > relative*math.Max(math.Abs(want), 1e-300) && got != want {
		t.Errorf("%s: got %.15g, want %.15g (relative error %.2g, allowed %.2g)", what, got, want, math.Abs(got/want-1), relative)
	}
}

// fixedPoint is the point of notes/model.md 14.8.
func fixedPoint(c *compiled, share []float64) []float64 {
	theta := make([]float64, c.layout.dim)
	l := c.layout
	theta[l.intercept], theta[l.sigma] = 0.2, 0.1
	for ch := range share {
		theta[l.saturation[0]+ch], theta[l.saturation[1]+ch], theta[l.adstock[0]+ch] = share[ch], 3, 0.25
	}
	for k := range l.nControl {
		theta[l.controls+k] = 0.01 * float64(k+1)
	}
	for j := range l.nFourier {
		theta[l.fourier+j] = 0.01 * float64(j+1) * math.Pow(-1, float64(j))
	}
	return theta
}

func TestJointDensityAtAFixedPointOfTheCaseStudy(t *testing.T) {
	train, _ := realData(t)
	c := Must(compile(caseStudyModel(train), train))
	theta := fixedPoint(c, train.SpendShare())
	u, g := make([]float64, len(theta)), make([]float64, len(theta))
	c.unconstrain(u, theta)
	d := newDensity(c)
	wantClose(t, "unconstrained log density", d.LogDensity(u, g), -886.1638754850, 1e-11)
	for t0, want := range []float64{.2867942626, .2981014743, .4553838036} {
		wantClose(t, "mu", d.mu[c.design.slot[t0]], want, 1e-9)
	}
	want := []float64{-5017.17947, 2009.26296,
		-1062.03319, -49.24573, -152.24717, -237.52501, -134.06918, -57.55788, -111.00867,
		-789.86588, -44.94603, -136.57018, -194.60489, -113.29856, -49.52079, -100.43264,
		.01456, -.50824, -.90661, -1.36661, -1.57084, .09538, -.75093,
		-198.64226, -42.88314, -22.14193, -76.33575, -23.26192}
	for i, w := range want {
		if math.Abs(g[i]-w) > 6e-6 {
			t.Errorf("gradient of %s: got %.6f, want %.5f", c.layout.names()[i], g[i], w)
		}
	}
	for j, w := range []float64{420.59885, 145.07015, -575.42407, 239.43905, -726.40358, 256.32216, -403.74349, 546.10723, -635.85242, 991.09035} {
		if got := g[c.layout.fourier+j]; math.Abs(got-w) > 6e-6 {
			t.Errorf("gradient of Fourier term %d: got %.6f, want %.5f", j, got, w)
		}
	}
	wantClose(t, "log prior and Jacobian left out", c.logPrior(theta), -864.1141497348+841.9026135445, 1e-9)
}

// smallData has two channels, two controls and a year of weeks, no season to
// speak of; values do not matter to the tests that use it.
func smallData(t testing.TB, weeks int) *Data {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 1))
	in := DataInput{Name: "small", TargetName: "sales", Channels: []string{"tv", "radio"}, Controls: []string{"price", "holiday"},
		Spend: matrix(2, weeks), Control: matrix(2, weeks)}
	for w := range weeks {
		in.Dates = append(in.Dates, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*w))
		for c := range in.Spend {
			in.Spend[c][w] = 1000 * rng.Float64()
		}
		in.Control[0][w] = rng.NormFloat64()
		if w%9 == 0 {
			in.Control[1][w] = 1
		}
		in.Target = append(in.Target, 5000+20*math.Sqrt(in.Spend[0][w])+300*rng.NormFloat64())
	}
	d, err := NewData(in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// checkGradient compares every component with central differences and
// returns how many it compared.
func checkGradient(t *testing.T, name string, f func(u, g []float64) float64, u []float64, labels []string) int {
	t.Helper()
	n := len(u)
	g, scratch := make([]float64, n), make([]float64, n)
	f(u, g)
	x := append([]float64(nil), u...)
	for i := range n {
		// Fourth-order differences: error h⁴ f⁽⁵⁾/30 against rounding ε f/h.
		h := 1e-3
		at := func(k float64) float64 {
			x[i] = u[i] + k*h
			v := f(x, scratch)
			x[i] = u[i]
			return v
		}
		num := (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * h)
		if math.Abs(num-g[i]) > 2e-6*math.Max(1, math.Abs(num)) {
			t.Errorf("%s: ∂/∂%s is %.10g, central differences say %.10g", name, labels[i], g[i], num)
		}
	}
	return n
}

func TestEveryGradientComponentMatchesCentralDifferences(t *testing.T) {
	data := smallData(t, 40)
	models := allModels()
	checked, dims := 0, 0
	for name, m := range models {
		c := Must(compile(m, data))
		k := newCoordinates(c)
		rng := rand.New(rand.NewPCG(9, 9))
		for range 3 {
			u, q := make([]float64, c.layout.dim), make([]float64, c.layout.dim)
			theta := make([]float64, c.layout.dim)
			for i := range u {
				u[i] = 0.7 * rng.NormFloat64()
			}
			k.Output(theta, u)
			c.unconstrain(q, theta)
			dims += 2 * c.layout.dim
			checked += checkGradient(t, name, newDensity(c).LogDensity, q, c.layout.names())
			checked += checkGradient(t, name+" in the sampler's coordinates", newWarped(k).LogDensity, u, c.layout.names())
		}
	}
	if checked != dims || checked < 600 {
		t.Errorf("checked %d gradient components of %d", checked, dims)
	}
	t.Logf("checked %d gradient components of %d models", checked, len(models))
}

func TestSamplerCoordinatesAreAChangeOfVariables(t *testing.T) {
	data := smallData(t, 40)
	for name, m := range allModels() {
		c := Must(compile(m, data))
		k := newCoordinates(c)
		w := newWarped(k)
		n := c.layout.dim
		u, q, theta, back := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		rng := rand.New(rand.NewPCG(1, 4))
		for range 5 {
			for i := range u {
				u[i] = rng.NormFloat64()
			}
			k.Output(theta, u)
			c.unconstrain(q, theta)
			k.fromTheta(back, theta)
			for i := range u {
				if math.Abs(back[i]-u[i]) > 1e-6 {
					t.Errorf("%s: %s went to %v and back to %v", name, c.layout.names()[i], u[i], back[i])
				}
			}
			// The Jacobian is the product of the warps' slopes: the shear keeps volume.
			g := make([]float64, n)
			jacobian := 0.0
			w.toUnconstrained(u)
			for _, s := range w.slope[:n] {
				jacobian += math.Log(s)
			}
			wantClose(t, name+": density in the new coordinates", w.LogDensity(u, g), newDensity(c).LogDensity(q, g)+jacobian, 1e-10)
		}
	}
}

func TestWarpsAreIncreasingAndFollowThePriorsQuantiles(t *testing.T) {
	// How close matters for speed only, so far tails and odd priors may be rough.
	for p, near := range map[dist.Dist]float64{dist.HalfNormal{Sigma: 0.3}: 0.1, dist.Gamma{Alpha: 3, Beta: 1}: 0.1, dist.Beta{Alpha: 1, Beta: 3}: 0.1,
		dist.LogNormal{Mu: 0, Sigma: 1}: 0.1, dist.Exponential{Rate: 1}: 0.1, dist.Uniform{Lower: 0, Upper: 1}: 0.4} {
		k, err := newLink(p.Support())
		if err != nil {
			t.Fatal(err)
		}
		w := newWarp(p, k)
		for u := -20.0; u <= 20; u += 0.5 {
			q, slope, _ := w.at(u)
			if !(slope > 0) {
				t.Fatalf("%v: slope %v at %v", p, slope, u)
			}
			if math.Abs(w.inverse(q)-u) > 1e-6 {
				t.Fatalf("%v: inverse of %v is %v", p, u, w.inverse(q))
			}
			if math.Abs(u) <= 2 {
				if want := k.unconstrain(p.Quantile(dist.NormCDF(u))); math.Abs(q-want) > near {
					t.Errorf("%v at u = %v: %v, the quantile is %v", p, u, q, want)
				}
			}
		}
	}
}

func TestDensityDoesNotDependOnTheOrderOfChannels(t *testing.T) {
	data := smallData(t, 40)
	swapped := Must(NewData(DataInput{Name: "swapped", Dates: data.Dates(), Target: data.Target(), Channels: []string{"radio", "tv"},
		Spend: [][]float64{data.Spend(1), data.Spend(0)}, Controls: data.Controls(), Control: [][]float64{data.Control(0), data.Control(1)}}))
	a, b := Must(compile(Model{}, data)), Must(compile(Model{}, swapped))
	u := make([]float64, a.layout.dim)
	for i := range u {
		u[i] = math.Sin(float64(i))
	}
	v := append([]float64(nil), u...)
	for _, at := range append(a.layout.saturation, a.layout.adstock...) {
		v[at], v[at+1] = u[at+1], u[at]
	}
	g := make([]float64, len(u))
	wantClose(t, "density", newDensity(b).LogDensity(v, g), newDensity(a).LogDensity(u, g), 1e-12)
}

func TestDensityDoesNotAllocate(t *testing.T) {
	c := Must(compile(Model{Seasonality: Fourier{Order: 3}, Likelihood: TruncatedNormal{}}, smallData(t, 60)))
	d := newWarped(newCoordinates(c))
	u, g := make([]float64, c.layout.dim), make([]float64, c.layout.dim)
	if n := testing.AllocsPerRun(100, func() { d.LogDensity(u, g) }); n != 0 {
		t.Errorf("%v allocations per gradient, want 0", n)
	}
}

func TestModelReportsEveryFaultAtOnce(t *testing.T) {
	m := Model{
		Intercept:   dist.Normal{Mu: 0, Sigma: -1},
		Controls:    dist.Each{dist.Normal{Mu: 0, Sigma: 1}},
		Seasonality: Fourier{Order: -1},
		Adstock:     adstock.Geometric{MaxLag: -3},
	}
	_, err := m.Fit(smallData(t, 5), fitOptions)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"Sigma is -1", "gamma_control has 1 priors", "Order is -1", "MaxLag", "has 5 periods"} {
		if !contains(err.Error(), want) {
			t.Errorf("error does not mention %q:\n%v", want, err)
		}
	}
}

func BenchmarkGradientCaseStudy(b *testing.B) {
	train, _ := realData(b)
	c := Must(compile(caseStudyModel(train), train))
	k := newCoordinates(c)
	w := newWarped(k)
	u, g := make([]float64, c.layout.dim), make([]float64, c.layout.dim)
	k.fromTheta(u, posteriorMean(b, train))
	for l := kernel.Portable; l <= kernel.Best(); l++ {
		b.Run("density/level="+l.String(), func(b *testing.B) {
			defer kernel.Use(l)()
			d := newDensity(c)
			q := make([]float64, len(u))
			w.toUnconstrained(u)
			copy(q, w.q)
			b.ReportAllocs()
			for b.Loop() {
				d.LogDensity(q, g)
			}
		})
		b.Run("sampler coordinates/level="+l.String(), func(b *testing.B) {
			defer kernel.Use(l)()
			b.ReportAllocs()
			for b.Loop() {
				w.LogDensity(u, g)
			}
		})
	}
}
