package mmm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/kernel"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/saturation"
)

// randomData has bursts of spend and two controls, one of which is rare.
func randomData(t testing.TB, weeks, channels int, seed uint64) *Data {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, uint64(weeks)))
	in := DataInput{Name: "random", TargetName: "sales", Controls: []string{"price", "holiday"},
		Spend: matrix(channels, weeks), Control: matrix(2, weeks)}
	for c := range channels {
		in.Channels = append(in.Channels, fmt.Sprintf("channel %d", c))
	}
	for w := range weeks {
		in.Dates = append(in.Dates, time.Date(2022, 1, 3, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*w))
		total := 0.0
		for c := range in.Spend {
			if rng.IntN(3) > 0 {
				in.Spend[c][w] = 1000 * rng.Float64()
			}
			total += in.Spend[c][w]
		}
		in.Control[0][w] = rng.NormFloat64()
		if w%23 == 1 {
			in.Control[1][w] = 1
		}
		in.Target = append(in.Target, 5000+total/float64(channels)+300*rng.NormFloat64())
	}
	d, err := NewData(in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// atEveryLevel runs f with every implementation of the kernels that this
// machine has, plain Go first.
func atEveryLevel(t *testing.T, f func(l kernel.Level)) {
	t.Helper()
	for l := kernel.Portable; l <= kernel.Best(); l++ {
		restore := kernel.Use(l)
		f(l)
		restore()
	}
	if kernel.Best() == kernel.Portable {
		t.Skip("this machine or build has plain Go only: nothing to compare")
	}
}

func TestGradientsAreTheSameBitsAtEveryLevel(t *testing.T) {
	compared, negative := 0, 0
	for i, weeks := range []int{14, 15, 16, 17, 31, 52, 53, 97, 104, 183, 261, 520} {
		channels := []int{1, 2, 3, 5, 7, 8, 9, 16, 20, 33, 49, 50}[(i*5)%12]
		m := Model{Adstock: adstock.Geometric{MaxLag: 1 + i, Raw: i%3 == 0}, Saturation: saturation.Logistic{}, Seasonality: Fourier{Order: i % 4},
			Likelihood: []Likelihood{TruncatedNormal{}, Normal{}, TruncatedNormal{}}[i%3]}
		c := Must(compile(m, randomData(t, weeks, channels, 1)))
		k := newCoordinates(c)
		rng := rand.New(rand.NewPCG(8, uint64(i)))
		for range 20 {
			u := make([]float64, c.layout.dim)
			for j := range u {
				u[j] = 1.5 * rng.NormFloat64()
			}
			var want []float64
			atEveryLevel(t, func(l kernel.Level) {
				w := newWarped(k)
				g := make([]float64, len(u))
				g = append(g, w.LogDensity(u, g))
				for _, t := range c.design.slot {
					if w.base.mu[t] < 0 {
						negative++
					}
				}
				if l == kernel.Portable {
					want = g
				}
				for j, v := range g {
					if math.Float64bits(v) != math.Float64bits(want[j]) {
						t.Fatalf("%d weeks, %d channels, %d lags at %v: component %d of %d is %v, want %v", weeks, channels, i+1, l, j, len(u), v, want[j])
					}
					compared++
				}
			})
		}
	}
	if compared < 10_000 || negative < 1000 {
		t.Errorf("compared %d numbers with %d negative means: too few", compared, negative)
	}
	t.Logf("compared %d numbers with %d negative means", compared, negative)
}

func TestDrawsAreTheSameBitsAtEveryLevel(t *testing.T) {
	data := smallData(t, 61)
	fits := 0
	for name, m := range allModels() {
		var want [][]float64
		atEveryLevel(t, func(l kernel.Level) {
			f, err := m.Fit(data, nuts.Options{Chains: 2, Warmup: 60, Draws: 40, Seed: 5})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			fits++
			if l == kernel.Portable {
				want = f.chains
			}
			for ch := range want {
				for i, v := range f.chains[ch] {
					if math.Float64bits(v) != math.Float64bits(want[ch][i]) {
						t.Fatalf("%s at %v: value %d of chain %d is %v, want %v", name, l, i, ch, v, want[ch][i])
					}
				}
			}
		})
	}
	if fits < 2*len(allModels()) {
		t.Errorf("made %d fits", fits)
	}
}

func TestCompiledPriorsAreTheDistributionsOwn(t *testing.T) {
	inf := math.Inf(1)
	priors := []dist.Dist{
		dist.Normal{Mu: 1e4, Sigma: 0.3}, dist.Normal{Mu: 0.2, Sigma: 0.05}, dist.Laplace{Mu: 0.5, B: 2}, dist.StudentT{Nu: 4, Mu: 1, Sigma: 2},
		dist.HalfNormal{Sigma: 0.7}, dist.Gamma{Alpha: 3, Beta: 1}, dist.Gamma{Alpha: 0.5, Beta: 7}, dist.Exponential{Rate: 2},
		dist.LogNormal{Mu: -1, Sigma: 0.4}, dist.InverseGamma{Alpha: 3, Beta: 2}, dist.HalfCauchy{Sigma: 1},
		dist.TruncatedNormal{Mu: 1, Sigma: 2, Lower: 0, Upper: inf}, dist.TruncatedNormal{Mu: 1, Sigma: 2, Lower: -3, Upper: inf},
		dist.TruncatedNormal{Mu: 1, Sigma: 2, Lower: -3, Upper: 4}, dist.Beta{Alpha: 1, Beta: 3}, dist.Beta{Alpha: 2.5, Beta: 0.5}, dist.Beta{Alpha: 3, Beta: 1}, dist.Uniform{Lower: -1, Upper: 5},
	}
	var links []link
	for _, p := range priors {
		links = append(links, Must(newLink(p.Support())))
	}
	n := len(priors)
	c := &compiled{priors: priors, links: links, terms: newPriorTerms(priors, links)}
	if got := len(c.terms.others); got != 4 {
		t.Errorf("%d priors did not fit the terms, want StudentT, InverseGamma, HalfCauchy and the doubly truncated normal", got)
	}
	d := newPriorDensity(c)
	rng := rand.New(rand.NewPCG(4, 4))
	padded := kernel.Pad(n)
	theta, q, grad, gtheta := make([]float64, n), make([]float64, padded), make([]float64, padded), make([]float64, padded)
	checked := 0
	for range 300 {
		for i, p := range priors {
			q[i] = links[i].unconstrain(p.Rand(rng)) + rng.NormFloat64()/2
			gtheta[i] = rng.NormFloat64()
		}
		d.constrain(theta, q)
		got := d.logProb(grad, q, theta, gtheta)
		want := 0.0
		for i, p := range priors {
			x, slope, logSlope, dLogSlope := links[i].constrain(q[i])
			if math.Abs(theta[i]-x) > 1e-14*math.Max(1, math.Abs(x))*math.Max(1, math.Abs(q[i])) {
				t.Fatalf("%v at %v: parameter %v, want %v", p, q[i], theta[i], x)
			}
			want += p.LogProb(x) + logSlope
			g := (gtheta[i]+p.Score(x))*slope + dLogSlope
			if math.Abs(grad[i]-g) > 1e-9*(1+math.Abs(g)+math.Abs(p.Score(x)*slope)) {
				t.Fatalf("%v at %v: gradient %v, want %v", p, x, grad[i], g)
			}
			checked++
		}
		wantClose(t, "log density", got, want, 1e-9)
	}
	if checked != 300*n {
		t.Errorf("checked %d gradients", checked)
	}
	q[4] = 701
	d.constrain(theta, q)
	if got := d.logProb(grad, q, theta, gtheta); !math.IsInf(got, -1) {
		t.Errorf("log density %v beyond the range of the exponential, want -Inf", got)
	}
}
