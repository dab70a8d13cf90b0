package brief

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/internal/radix"
	"mixmodel/mmm/nuts"
	"mixmodel/mmm/twin"
)

var repeats = flag.Int("repeats", 100, "how often to feed the prior as if it were the posterior")

// TestDrawsFromThePriorArePriorDriven feeds draws from the prior as if they
// were a posterior: in at least 95 of 100 repeats every channel must be called
// prior-driven. -repeats 1000 does it a thousand times, in half a minute.
func TestDrawsFromThePriorArePriorDriven(t *testing.T) {
	train := caseStudy().train
	m, honest, least := caseModel(train), 0, 1.0
	for i := range *repeats {
		draws := func(seed int) mmm.ByChannel { return mmm.Must(m.PriorDraws(train, 400, uint64(seed))).ROAS() }
		prior, posterior := draws(2*i+1), draws(2*i+2)
		all := true
		for c := range prior.Channels {
			e := Evidence(prior.Draws[c], posterior.Draws[c])
			all = all && e.Tier == typed.PriorDriven
			least = math.Min(least, e.Overlap)
		}
		if all {
			honest++
		}
	}
	t.Logf("every channel prior-driven in %d of %d repeats; least overlap %.3f", honest, *repeats, least)
	if honest < *repeats*95/100 {
		t.Errorf("every channel was prior-driven in %d of %d repeats, want 95 %%", honest, *repeats)
	}
}

var twins = flag.Int("twins", 2, "how many easy twins to fit")

// TestGoodDataAreDataDriven fits twins whose channels spend independently and
// whose sales scatter a tenth as much: there the data decide every ROAS.
// -twins 20 fits twenty, in some seconds; 95 % of their channels must be
// data-driven, and none prior-driven.
func TestGoodDataAreDataDriven(t *testing.T) {
	channels, driven := 0, 0
	for seed := uint64(1); seed <= uint64(*twins); seed++ {
		data, truth, err := twin.Generate(twin.Options{Seed: seed, Noise: 0.1, Independent: true})
		if err != nil {
			t.Fatal(err)
		}
		train := data.Slice(0, twin.TrainWeeks)
		fit := mmm.Must(caseModel(train).Fit(train, nuts.Options{Chains: 2, Warmup: 500, Draws: 500, TargetAccept: 0.9, Seed: seed}))
		inside := 0
		for c, x := range (Study{Posterior: fit.Draws}).Channels().Channels {
			channels++
			switch x.ROAS.Evidence.Tier {
			case typed.DataDriven:
				driven++
			case typed.PriorDriven:
				t.Errorf("seed %d: ROAS of %s: %+v", seed, x.Name, x.ROAS)
			default:
				t.Logf("seed %d: ROAS of %s: %+v", seed, x.Name, *x.ROAS.Evidence)
			}
			if want := truth.ROAS()[c]; x.ROAS.Low <= want && want <= x.ROAS.High {
				inside++
			}
		}
		if inside < 5 {
			t.Errorf("seed %d: %d of 7 true ROAS inside their intervals, want 5", seed, inside)
		}
	}
	t.Logf("%d of %d channels data-driven", driven, channels)
	if channels == 0 || driven*100 < channels*95 {
		t.Errorf("%d of %d channels are data-driven, want 95 %%", driven, channels)
	}
}

// normal are draws of mu + sigma·N(0,1).
func normal(mu, sigma float64, seed uint64) []float64 {
	rng, out := rand.New(rand.NewPCG(seed, 0)), make([]float64, 4000)
	for i := range out {
		out[i] = mu + sigma*rng.NormFloat64()
	}
	return out
}

// TestTheTierIsThatOfKnownCases checks normal posteriors under a standard
// normal prior: with weight v of the data, sd is √(1-v).
func TestTheTierIsThatOfKnownCases(t *testing.T) {
	for _, x := range []struct {
		what      string
		mu, sigma float64
		want      typed.Tier
	}{
		{"the prior itself", 0, 1, typed.PriorDriven},
		{"a fifth from the data, as expected", 0, 0.89, typed.PriorDriven},
		{"a fifth from the data, surprising", 0.6, 0.89, typed.PriorDriven},
		{"three quarters from the data", 0, 0.5, typed.Mixed},
		{"wide, but elsewhere", 3, 1, typed.Mixed},
		{"nearly all from the data", 0, 0.25, typed.DataDriven},
		{"nearly all from the data, surprising", 2, 0.25, typed.DataDriven},
	} {
		if e := Evidence(normal(0, 1, 1), normal(x.mu, x.sigma, 2)); e.Tier != x.want {
			t.Errorf("%s: %+v, want %s", x.what, e, x.want)
		}
	}
	// Positive, and pressed against zero: small, but how small is the prior's.
	squeezed := make([]float64, 4000)
	wide := make([]float64, 4000)
	for i, v := range normal(0, 1, 3) {
		squeezed[i], wide[i] = 0.05*math.Abs(v), math.Abs(normal(0, 1, 4)[i%10]+v)
	}
	if e := Evidence(wide, squeezed); e.Tier == typed.DataDriven {
		t.Errorf("pressed against zero: %+v, want less than data-driven", e)
	}
}

func TestOverlapIsTheAreaThatDensitiesShare(t *testing.T) {
	phi := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	for _, shift := range []float64{0, 0.5, 1, 2, 4} {
		want := 2 * phi(-shift/2)
		a, b := radix.Sorted(normal(0, 1, 1)), radix.Sorted(normal(shift, 1, 2))
		got := overlap(a, b)
		if math.Abs(got-want) > 0.045 {
			t.Errorf("shift %v: overlap %v, want %v", shift, got, want)
		}
		if again := overlap(b, a); math.Abs(again-got) > 1e-12 {
			t.Errorf("shift %v: %v one way, %v the other", shift, got, again)
		}
	}
	same := make([]float64, 10)
	if got := overlap(same, same); got != 1 {
		t.Errorf("equal constants overlap by %v, want 1", got)
	}
	if got := overlap([]float64{1, 2, 3}, []float64{4, 5, 6}); got != 0 {
		t.Errorf("what is apart overlaps by %v, want 0", got)
	}
}
