package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// results are all measurements, by configuration.
type results struct {
	configurations []configuration
	runs           map[string][]measurement
	failed         map[string]int
}

func newResults(c []configuration) *results {
	return &results{configurations: c, runs: map[string][]measurement{}, failed: map[string]int{}}
}

func (r *results) add(c configuration, m measurement) { r.runs[c.name] = append(r.runs[c.name], m) }
func (r *results) fail(c configuration)               { r.failed[c.name]++ }

// err reports failures of ours; those of peers stand in the summary.
func (r *results) err() error {
	var errs []error
	for _, c := range r.configurations {
		if n := r.failed[c.name]; c.ours && n > 0 {
			errs = append(errs, fmt.Errorf("%s failed %d times", c.name, n))
		}
	}
	return errors.Join(errs...)
}

// median of a property over the runs of a configuration.
func (r *results) median(name string, of func(measurement) float64) float64 {
	var x []float64
	for _, m := range r.runs[name] {
		x = append(x, of(m))
	}
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// summary is what the benchmark found, as text.
func (r *results) summary(o options, ref *reference) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d chains of %d + %d iterations, target acceptance %v, %d processors; medians of %d seeds.\n", o.chains, o.warmup, o.draws, o.target, o.cores, o.seeds)
	b.WriteString("Times are of sampling, warmup included, without compiling. ESS: the smallest over all parameters.\n\n")
	r.speed(&b)
	b.WriteString("\n")
	verdicts := r.verdicts(&b, ref)
	b.WriteString("\n")
	r.ratios(&b, verdicts)
	fmt.Fprintf(&b, "\n%s\n", r.bits())
	return b.String()
}

// bits says whether our configurations drew the same, seed by seed, as they
// must.
func (r *results) bits() string {
	of := map[int]string{}
	compared := 0
	for _, c := range r.configurations {
		if !c.ours {
			continue
		}
		for _, m := range r.runs[c.name] {
			before, seen := of[m.seed]
			if seen && before != m.fingerprint {
				return fmt.Sprintf("Our draws of seed %d DIFFER between the kernels.", m.seed)
			}
			if seen {
				compared++
			}
			of[m.seed] = m.fingerprint
		}
	}
	return fmt.Sprintf("Our draws are the same to the bit with all kernels (%d comparisons).", compared)
}

// version is what runs of a configuration said they are, else what was found
// before.
func (r *results) version(c configuration) string {
	if runs := r.runs[c.name]; len(runs) > 0 && !c.ours {
		return runs[0].Version
	}
	return c.version
}

// columns starts a table with right-aligned columns.
func columns(b *strings.Builder) *tabwriter.Writer {
	return tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
}

func (r *results) speed(b *strings.Builder) {
	t := columns(b)
	fmt.Fprintln(t, "configuration\truns\twall s\tCPU s\tgradients\tleapfrogs/draw\tbulk ESS\ttail ESS\tbulk/s\ttail/s\tcompile s\tclock\t")
	for _, c := range r.configurations {
		runs := len(r.runs[c.name])
		if runs == 0 {
			fmt.Fprintf(t, "%s\tfailed\t\t\t\t\t\t\t\t\t\t\t\n", c.name)
			continue
		}
		at := func(f func(measurement) float64) float64 { return r.median(c.name, f) }
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%.2f\t%.0f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.0f\t\n", c.name, runs,
			at(func(m measurement) float64 { return m.Wall }), at(func(m measurement) float64 { return m.CPU }),
			at(func(m measurement) float64 { return float64(m.Gradients) }), at(measurement.leapfrogsPerDraw),
			at(func(m measurement) float64 { return m.minBulk }), at(func(m measurement) float64 { return m.minTail }),
			at(measurement.bulkRate), at(measurement.tailRate),
			at(func(m measurement) float64 { return m.Compile }), at(func(m measurement) float64 { return m.clock }))
	}
	t.Flush()
}

// verdicts prints whether the configurations can be believed.
func (r *results) verdicts(b *strings.Builder, ref *reference) map[string]verdict {
	out := map[string]verdict{}
	t := columns(b)
	fmt.Fprintln(t, "configuration\tlargest R-hat\tdivergences\tz\tof single seeds\tlargest z\tsd ratios\tagreement\t")
	for _, c := range r.configurations {
		runs := r.runs[c.name]
		if len(runs) == 0 {
			continue
		}
		v, err := ref.agreement(runs)
		if err != nil {
			v = verdict{checked: true} // measure has refused such runs already
		}
		out[c.name] = v
		rhat, divergences := 0.0, 0
		least, most := math.Inf(1), math.Inf(-1) // z of single seeds
		for _, m := range runs {
			least, most = min(least, m.alone.spread), max(most, m.alone.spread)
			rhat = max(rhat, m.maxRHat)
			divergences += m.Divergences
		}
		fmt.Fprintf(t, "%s\t%.4f\t%d\t", c.name, rhat, divergences)
		if !v.checked {
			fmt.Fprint(t, "\t\t\t\tnot checked\t\n")
			continue
		}
		word := "yes"
		if !v.ok() {
			word = "NO: does not count"
		}
		fmt.Fprintf(t, "%.2f\t%.2f to %.2f\t%.2f\t%.3f to %.3f\t%s\t\n", v.spread, least, most, v.largest, v.low, v.high, word)
	}
	t.Flush()
	fmt.Fprintf(b, "z: root mean square over parameters and seeds of (mean - reference) / Monte Carlo error, wanted %v to %v, largest below %v; sds within %v %%.\nA single seed is not judged: its z, of correlated parameters, varies by more.\nDivergences are summed over the seeds.\n",
		minSpread, maxSpread, maxZ, 100*maxSDRatio)
	return out
}

// ratios compares the medians of ours with those of the peers. Ours has none
// if it disagrees with the reference.
func (r *results) ratios(b *strings.Builder, verdicts map[string]verdict) {
	t := columns(b)
	header := "times as many per second\t"
	peers := []string{}
	for _, name := range []string{rstan, nutpie, nutpieLowRank} {
		if len(r.runs[name]) > 0 {
			peers = append(peers, name)
			header += name + " bulk\ttail\t"
		}
	}
	if len(peers) == 0 {
		return
	}
	fmt.Fprintln(t, header)
	bracketed := false
	for _, c := range r.configurations {
		if !c.ours {
			continue
		}
		fmt.Fprintf(t, "%s\t", c.name)
		for _, peer := range peers {
			for _, rate := range []func(measurement) float64{measurement.bulkRate, measurement.tailRate} {
				ratio := fmt.Sprintf("%.1f", r.median(c.name, rate)/r.median(peer, rate))
				switch {
				case len(r.runs[c.name]) == 0 || !verdicts[c.name].counts():
					ratio = "-"
				case !verdicts[peer].counts():
					ratio, bracketed = "("+ratio+")", true
				}
				fmt.Fprintf(t, "%s\t", ratio)
			}
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	if bracketed {
		fmt.Fprintln(b, "In brackets: the peer disagrees with the reference, so its rate is of no use.")
	}
}
