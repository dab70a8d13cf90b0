package main

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed peers
var peerFiles embed.FS

// unpackPeers writes the peers' programs into folder.
func unpackPeers(folder string) error {
	entries, err := peerFiles.ReadDir("peers")
	if err != nil {
		return err
	}
	for _, e := range entries {
		raw, err := peerFiles.ReadFile("peers/" + e.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, e.Name()), raw, 0o644); err != nil {
			return err
		}
	}
	// Debian's R compiles with -O2. -march=native would crash rstan 2.21, whose
	// library was compiled without.
	flags := "CXXFLAGS = -O3 -w\nCXX11FLAGS = -O3 -w\nCXX14FLAGS = -O3 -w\nCXX17FLAGS = -O3 -w\n"
	return os.WriteFile(filepath.Join(folder, "Makevars"), []byte(flags), 0o644)
}

func rstanPeer(rscript, work string) configuration {
	return configuration{
		name: rstan,
		command: func(ctx context.Context, j job) *exec.Cmd {
			c := exec.CommandContext(ctx, rscript, append([]string{filepath.Join(j.work, "rstan.R")}, j.arguments()...)...)
			c.Env = append(os.Environ(), "R_MAKEVARS_USER="+filepath.Join(work, "Makevars"))
			return c
		},
		probe: func(ctx context.Context) (string, error) {
			return printed(ctx, rscript, "-e", `cat("rstan", format(packageVersion("rstan")))`)
		},
		install: "apt-get update && apt-get install -y r-cran-rstan   (Debian; elsewhere R's rstan and -rscript PATH)",
	}
}

func nutpiePeer(python, name, metric string) configuration {
	return configuration{
		name: name,
		command: func(ctx context.Context, j job) *exec.Cmd {
			c := exec.CommandContext(ctx, python, append(append([]string{filepath.Join(j.work, "nutpie_peer.py")}, j.arguments()...), metric)...)
			c.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1") // one thread per chain
			return c
		},
		probe: func(ctx context.Context) (string, error) {
			return printed(ctx, python, "-c", "import nutpie, pymc; print('nutpie', nutpie.__version__, 'with PyMC', pymc.__version__)")
		},
		install: "python3.12 -m venv VENV && VENV/bin/pip install nutpie==0.16.11 pymc==6.3.2 pytensor==3.3.7 numba==0.68.0   and then -python VENV/bin/python",
	}
}

// printed runs a program and returns what it prints.
func printed(ctx context.Context, name string, args ...string) (string, error) {
	var failure strings.Builder
	c := exec.CommandContext(ctx, name, args...)
	c.Stderr = &failure
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%w %s", err, lastLines(failure.String(), 1))
	}
	return strings.TrimSpace(string(out)), nil
}

// lastLines cuts what a program said before it failed.
func lastLines(said string, n int) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
