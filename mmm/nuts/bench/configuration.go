package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"mixmodel/mmm/internal/kernel"
)

// configuration is one way to sample.
type configuration struct {
	name    string
	ours    bool
	command func(context.Context, job) *exec.Cmd // of a process that writes an outcome into job.dir
	probe   func(context.Context) (string, error)
	install string // how to get it
	version string // what probe found
}

// Peers that ours is compared with.
const (
	rstan         = "rstan"
	nutpie        = "nutpie-diagonal"
	nutpieLowRank = "nutpie-low-rank"
	nameWidth     = len(nutpieLowRank)
)

// job is one run of a configuration.
type job struct {
	setting
	work string // holds the data and the peers' programs
	dir  string // takes the outcome
	seed int
}

// arguments are what a peer's program is told.
func (j job) arguments() []string {
	return []string{j.work, j.dir, strconv.Itoa(j.seed), strconv.Itoa(j.chains), strconv.Itoa(j.warmup), strconv.Itoa(j.draws),
		strconv.FormatFloat(j.target, 'g', -1, 64), strconv.Itoa(j.cores)}
}

// choose lists the configurations to run, ours first; it says on w which peers
// are missing and how to get them.
func choose(ctx context.Context, o options, work string, w io.Writer) ([]configuration, error) {
	out := ours()
	peers := []configuration{rstanPeer(o.rscript, work), nutpiePeer(o.python, nutpie, "diagonal"), nutpiePeer(o.python, nutpieLowRank, "low-rank")}
	wanted := strings.Split(o.peers, ",")
	for _, name := range wanted {
		if name != "all" && name != "none" && !slices.ContainsFunc(peers, func(c configuration) bool { return c.name == name }) {
			return nil, fmt.Errorf("-peers has %q (want all, none, or some of %s, %s, %s)", name, rstan, nutpie, nutpieLowRank)
		}
	}
	for _, c := range peers {
		if o.peers != "all" && !slices.Contains(wanted, c.name) {
			continue
		}
		version, err := c.probe(ctx)
		if err != nil {
			fmt.Fprintf(w, "%s is skipped: %v\n  to install it: %s\n", c.name, err, c.install)
			continue
		}
		c.version = version
		out = append(out, c)
	}
	return out, nil
}

// ours lists the levels that this processor has, the best first.
func ours() []configuration {
	names := map[kernel.Level]string{kernel.AVX512: "ours AVX-512", kernel.AVX2: "ours AVX2", kernel.Portable: "ours plain Go"}
	var out []configuration
	for level := kernel.Best(); level >= kernel.Portable; level-- {
		out = append(out, configuration{name: names[level], ours: true, version: "this repository", command: func(ctx context.Context, j job) *exec.Cmd {
			return ourCommand(ctx, j, level)
		}})
	}
	return out
}

// ourCommand runs this program as a child.
func ourCommand(ctx context.Context, j job, level kernel.Level) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	c := exec.CommandContext(ctx, self, "-child", level.String(), "-data", j.data, "-dir", j.dir, "-seed", strconv.Itoa(j.seed),
		"-chains", strconv.Itoa(j.chains), "-warmup", strconv.Itoa(j.warmup), "-draws", strconv.Itoa(j.draws),
		"-target", strconv.FormatFloat(j.target, 'g', -1, 64), "-cores", strconv.Itoa(j.cores))
	c.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(j.cores))
	return c
}
