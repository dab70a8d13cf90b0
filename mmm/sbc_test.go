package mmm

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/nuts"
)

var updateSBC = flag.Bool("update-sbc", false, "rewrite testdata/sbc.txt")

// Simulation-based calibration (Talts et al. 2018): draw parameters from the
// prior, sales from the model, fit, and note the rank of each true value among
// the posterior draws. If, and for practical purposes only if, density,
// gradient, coordinates and sampler are right, ranks are uniform.
const (
	sbcSimulations = 320
	sbcDraws       = 99 // kept per fit, so ranks run from 0 to 99
	sbcThin        = 8  // NUTS draws here are nearly independent; this makes sure
)

// sbcRanks returns the ranks [quantity][simulation] of all parameters and of
// the return of all media, and their names.
func sbcRanks(t *testing.T, c *compiled) (ranks [][]int, names []string) {
	t.Helper()
	names = append(c.layout.names(), "return of all media")
	ranks = make([][]int, len(names))
	for q := range ranks {
		ranks[q] = make([]int, sbcSimulations)
	}
	jobs := make(chan int)
	errs := make([]error, sbcSimulations)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range jobs {
				var r []int
				if r, errs[i] = sbcOnce(c, uint64(i)); errs[i] == nil {
					for q, v := range r {
						ranks[q][i] = v
					}
				}
			}
		})
	}
	for i := range sbcSimulations {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("simulation %d: %v", i, err)
		}
	}
	return ranks, names
}

// sbcOnce simulates and fits once. The scale of sales stays the model's unit:
// rescaling by the simulated maximum would change the prior with the data.
func sbcOnce(c *compiled, seed uint64) ([]int, error) {
	rng := rand.New(rand.NewPCG(seed, streamPrior))
	truth := make([]float64, c.layout.dim)
	for i, p := range c.priors {
		truth[i] = p.Rand(rng)
	}
	sim := *c
	sim.y = make([]float64, len(c.y))
	forward := c.newForward(c.trainScene())
	for t, mu := range forward.mean(truth) {
		sim.y[t] = c.model.Likelihood.rand(rng, mu, truth[c.layout.sigma])
	}
	sim.design = newDesign(&sim) // holds a copy of the sales
	trace, err := nuts.Sample(context.Background(), newCoordinates(&sim),
		nuts.Options{Chains: 1, Warmup: 400, Draws: sbcDraws * sbcThin, Seed: seed, TargetAccept: 0.9})
	if err != nil {
		return nil, err
	}
	media := func(theta []float64) float64 {
		sum := 0.0
		for ch := range c.x {
			sum += floats.Sum(forward.contribution(theta, ch))
		}
		return sum
	}
	ranks := make([]int, len(truth)+1)
	trueMedia := media(truth)
	for d := sbcThin - 1; d < trace.Chains[0].Len(); d += sbcThin {
		theta := trace.Chains[0].Draw(d)
		for i, v := range theta {
			if v < truth[i] {
				ranks[i]++
			}
		}
		if media(theta) < trueMedia {
			ranks[len(truth)]++
		}
	}
	return ranks, nil
}

// distance is the largest deviation of the ranks' distribution function from
// the uniform one, in units of its standard deviation there, so that both ends
// count (Säilynoja et al. 2022).
func distance(ranks []int) float64 {
	n := float64(len(ranks))
	count := make([]float64, sbcDraws+1)
	for _, r := range ranks {
		count[r]++
	}
	worst, below := 0.0, 0.0
	for r := range sbcDraws {
		below += count[r]
		p := float64(r+1) / (sbcDraws + 1)
		worst = math.Max(worst, math.Abs(below-n*p)/math.Sqrt(n*p*(1-p)))
	}
	return worst
}

// nullDistances simulates distance for uniform ranks, sorted.
func nullDistances(repeats int) []float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]float64, repeats)
	ranks := make([]int, sbcSimulations)
	for i := range out {
		for j := range ranks {
			ranks[j] = rng.IntN(sbcDraws + 1)
		}
		out[i] = distance(ranks)
	}
	slices.Sort(out)
	return out
}

func TestSimulationBasedCalibrationOfTheCaseStudysModel(t *testing.T) {
	if testing.Short() {
		t.Skip("320 fits; skipped under -short")
	}
	data, err := ReadCSV("../testdata/case_study_twin.csv", caseStudyColumns)
	if err != nil {
		t.Fatal(err)
	}
	train, _ := Must2(data.SplitAt(splitDate))
	ranks, names := sbcRanks(t, Must(compile(caseStudyModel(train), train)))

	null := nullDistances(20_000)
	one := null[len(null)*95/100]
	// All bands together hold with 95 % if each holds with 0.95^(1/n).
	all := null[int(float64(len(null))*math.Pow(0.95, 1/float64(len(names))))]
	var b strings.Builder
	fmt.Fprintf(&b, "Simulation-based calibration of the case study's model, %d weeks of the twin's spend.\n", train.Len())
	fmt.Fprintf(&b, "%d simulations, ranks among %d draws (every %dth of one chain).\n", sbcSimulations, sbcDraws, sbcThin)
	fmt.Fprintf(&b, "distance: largest deviation of the ranks' distribution from the uniform one, in standard deviations.\n")
	fmt.Fprintf(&b, "95 %% band for one quantity: %.2f; for all %d together: %.2f.\n\n", one, len(names), all)
	fmt.Fprintf(&b, "%-42s %8s %10s\n", "quantity", "distance", "mean rank")
	outside := 0
	for q, r := range ranks {
		sum := 0
		for _, v := range r {
			sum += v
		}
		d := distance(r)
		fmt.Fprintf(&b, "%-42s %8.2f %10.1f\n", names[q], d, float64(sum)/float64(len(r)))
		if d > one {
			outside++
		}
		if d > all {
			t.Errorf("%s: distance %.2f, beyond the simultaneous 95 %% band of %.2f", names[q], d, all)
		}
	}
	fmt.Fprintf(&b, "\n%d of %d outside their own 95 %% band (about %.0f by chance).\n", outside, len(names), 0.05*float64(len(names)))
	t.Logf("\n%s", b.String())
	if outside > 9 {
		t.Errorf("%d of %d quantities outside their own 95 %% band: want about 3, at most 9", outside, len(names))
	}
	path := filepath.Join("testdata", "sbc.txt")
	if *updateSBC {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCalibrationNoticesAWrongPosterior(t *testing.T) {
	limit := nullDistances(2000)[1999]
	rng := rand.New(rand.NewPCG(3, 4))
	narrow, shifted := make([]int, sbcSimulations), make([]int, sbcSimulations)
	for i := range narrow {
		truth, wide := rng.NormFloat64(), rng.NormFloat64()
		for range sbcDraws {
			if 0.75*rng.NormFloat64() < wide { // intervals a quarter too narrow
				narrow[i]++
			}
			if rng.NormFloat64()+0.35 < truth { // a third of an sd off
				shifted[i]++
			}
		}
	}
	if distance(narrow) < limit || distance(shifted) < limit {
		t.Errorf("distances %.2f and %.2f, want both above %.2f", distance(narrow), distance(shifted), limit)
	}
}
