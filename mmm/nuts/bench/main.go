// Command bench measures how fast and how right the case study's posterior is
// sampled, beside other samplers on the same machine:
//
//	go run ./mmm/nuts/bench -python VENV/bin/python -out testdata/bench/NAME
//
// Seed by seed it runs every configuration once, each as a process of its own:
// ours with the fastest kernels of the processor, with AVX2 and in plain Go,
// rstan with its diagonal metric, nutpie with its diagonal and its low-rank
// metric. All get the same data, 4 chains of 1,000 + 4,000 iterations, target
// acceptance 0.9 and 2 cores. Peers that are not installed are skipped; the
// command that installs them is printed.
//
// What is timed is sampling, all warmup and the search for the mode included;
// compiling of the peers' models is not. Every configuration's draws are
// judged by package diag on the constrained scale, and compared with a
// reference posterior: a configuration that disagrees does not count. See
// [agreement].
//
// The files: setting.go says what is sampled, configuration.go who samples,
// ours.go and peer.go how, judge.go and agreement.go how well; report.go
// prints it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	setting
	reference, peers, python, rscript, out string
	seeds                                  int
	child                                  string // the level to sample at; this process is a child
	dir                                    string // where a child puts its result
	seed                                   int    // of a child
}

func parse(args []string) (options, error) {
	var o options
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.data, "data", "../shared/data/mmm_stan_data.csv", "the case study's `file`")
	f.StringVar(&o.reference, "reference", "../shared/reference/case_study_posterior.json", "reference posterior; empty: no comparison")
	f.IntVar(&o.seeds, "seeds", 5, "runs of every configuration, seeds 1, 2, ...")
	f.StringVar(&o.peers, "peers", "all", "all, none, or a comma-separated `list` of rstan, nutpie-diagonal, nutpie-low-rank")
	f.StringVar(&o.python, "python", "python3", "`python` that has nutpie and PyMC")
	f.StringVar(&o.rscript, "rscript", "Rscript", "`Rscript` of an R that has rstan")
	f.StringVar(&o.out, "out", "", "`folder` for raw.csv, summary.txt and SETUP.txt; empty: print only")
	f.IntVar(&o.chains, "chains", 4, "chains")
	f.IntVar(&o.warmup, "warmup", 1000, "warmup iterations per chain")
	f.IntVar(&o.draws, "draws", 4000, "draws per chain")
	f.IntVar(&o.cores, "cores", 2, "processors that a configuration may use")
	f.Float64Var(&o.target, "target", 0.9, "target acceptance")
	f.StringVar(&o.child, "child", "", "internal: sample at this `level` and write the result into -dir")
	f.StringVar(&o.dir, "dir", "", "internal: see -child")
	f.IntVar(&o.seed, "seed", 1, "internal: see -child")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("argument %q (want flags only)", f.Arg(0))
	}
	if o.seeds < 1 || o.chains < 2 || o.draws < 8 || o.cores < 1 {
		return o, fmt.Errorf("%d seeds, %d chains, %d draws, %d cores (want at least 1, 2, 8, 1)", o.seeds, o.chains, o.draws, o.cores)
	}
	return o, nil
}

func run(ctx context.Context, args []string, w io.Writer) error {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.child != "" {
		return sampleOurs(ctx, o)
	}
	return benchmark(ctx, o, w)
}

// benchmark runs every configuration for every seed and reports.
func benchmark(ctx context.Context, o options, w io.Writer) error {
	work, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := writeDesign(o.data, work); err != nil {
		return err
	}
	if err := unpackPeers(work); err != nil {
		return err
	}
	ref, err := readReference(o.reference)
	if err != nil {
		return err
	}
	configurations, err := choose(ctx, o, work, w)
	if err != nil {
		return err
	}
	sink, err := newSink(o.out)
	if err != nil {
		return err
	}
	results := newResults(configurations)
	began := time.Now()
	for seed := 1; seed <= o.seeds; seed++ {
		for _, c := range configurations {
			j := job{setting: o.setting, work: work, dir: filepath.Join(work, "result"), seed: seed}
			m, err := measure(ctx, c, j, ref)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				fmt.Fprintf(w, "seed %d, %s failed: %v\n", seed, c.name, err)
				results.fail(c)
				continue
			}
			fmt.Fprintf(w, "seed %d, %-*s %s\n", seed, nameWidth, c.name, m.brief())
			results.add(c, m)
			if err := sink.raw(m); err != nil {
				return err
			}
		}
	}
	text := results.summary(o, ref)
	fmt.Fprintf(w, "\n%s", text)
	return errors.Join(sink.text("summary.txt", text), sink.text("SETUP.txt", setup(ctx, o, results, began)), results.err())
}

// commandLine repeats the command without places on this machine.
func (o options) commandLine() string {
	s := []string{"go run ./mmm/nuts/bench", fmt.Sprintf("-seeds %d -peers %s -chains %d -warmup %d -draws %d -target %v -cores %d",
		o.seeds, o.peers, o.chains, o.warmup, o.draws, o.target, o.cores)}
	if o.python != "python3" {
		s = append(s, "-python VENV/bin/python")
	}
	if o.rscript != "Rscript" {
		s = append(s, "-rscript RSCRIPT")
	}
	if o.out != "" {
		s = append(s, "-out FOLDER")
	}
	return strings.Join(s, " ")
}
