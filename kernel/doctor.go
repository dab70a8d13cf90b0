package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"mixmodel/kernel/client"
	"mixmodel/kernel/freeze"
)

type doctorCommand struct{}

// grade says what a finding means.
type grade string

const (
	good    grade = "ok"
	note    grade = "note"    // works, but worth to know
	missing grade = "missing" // something optional is not there
	bad     grade = "BAD"     // notebooks cannot run
)

// finding is what the doctor has to say of one thing.
type finding struct {
	grade grade
	what  string
	text  string
}

// run tells what this machine has, and what it lacks. The status is 1 if
// notebooks cannot run.
func (doctorCommand) run(ctx context.Context, stdout, _ io.Writer) int {
	status := 0
	for _, f := range examine(ctx) {
		fmt.Fprintf(stdout, "%-8s %-12s %s\n", f.grade, f.what, f.text)
		if f.grade == bad {
			status = 1
		}
	}
	return status
}

func examine(ctx context.Context) []finding {
	env, err := goEnv(ctx)
	if err != nil {
		return []finding{{bad, "go", err.Error()}}
	}
	all := []finding{goVersion(env["GOVERSION"]), module(env["GOMOD"]), writable("build cache", env["GOCACHE"])}
	all = append(all, settings(env)...)
	if dir, ok := client.Built(ctx); ok {
		all = append(all, finding{good, "stock GoNB", client.GoNBVersion + " in " + dir})
	} else {
		all = append(all, finding{missing, "stock GoNB", "is built on first use of --engine=gonb"})
	}
	all = append(all, program("Jupyter", "needed for notebooks in the browser only", "jupyter", "jupyter-lab"),
		program("Chromium", "needed for PDF and tests of pages only", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
	return append(append(all, frozen()), leftovers()...)
}

var goVariables = []string{"GOVERSION", "GOMOD", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOWORK", "GOPROXY", "GOTOOLCHAIN", "CGO_ENABLED"}

func goEnv(ctx context.Context) (map[string]string, error) {
	out, err := exec.CommandContext(ctx, "go", append([]string{"env", "-json"}, goVariables...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("the go command: %w (install Go from https://go.dev/dl)", err)
	}
	var env map[string]string
	return env, json.Unmarshal(out, &env)
}

// oldest is the first version of Go that the module can be built with.
const oldest = "go1.25"

func goVersion(v string) finding {
	name, _, _ := strings.Cut(v, " ")
	if version.Compare(name, oldest) < 0 {
		return finding{bad, "go", v + " (want " + oldest + " or newer)"}
	}
	return finding{good, "go", v}
}

func module(mod string) finding {
	if mod == "" || mod == os.DevNull {
		return finding{note, "module", "none here: cells of a notebook outside a module have the standard library alone"}
	}
	return finding{good, "module", mod}
}

// writable tries to write into a folder.
func writable(what, dir string) finding {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return finding{bad, what, err.Error()}
	}
	f, err := os.CreateTemp(dir, "doctor")
	if err == nil {
		_, err = f.WriteString("x")
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return finding{bad, what, err.Error()}
	}
	return finding{good, what, dir}
}

// settings tells of settings of the go command that notebooks do without.
func settings(env map[string]string) []finding {
	var all []finding
	for _, v := range []struct{ name, why string }{
		{"GOFLAGS", "cells are compiled without it; %goflags sets flags for them"},
		{"GOWORK", "cells are compiled without it, in the notebook's own module"},
	} {
		if value := env[v.name]; value != "" && value != "off" {
			all = append(all, finding{note, v.name, value + ": " + v.why})
		}
	}
	if env["GOPROXY"] == "off" {
		all = append(all, finding{note, "GOPROXY", "off: modules that are not in " + env["GOMODCACHE"] + " cannot be had"})
	}
	return all
}

// program looks for the first of some programs.
func program(what, why string, names ...string) finding {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return finding{good, what, path}
		}
	}
	return finding{missing, what, why}
}

func frozen() finding {
	all, err := freeze.Store{}.List()
	if err != nil {
		return finding{note, "freeze", err.Error()}
	}
	total := int64(0)
	for _, u := range all {
		total += u.Bytes
	}
	return finding{good, "freeze", fmt.Sprintf("%d results, %.1f MB", len(all), float64(total)/1e6)}
}

// leftovers tells of folders of runs that were killed. Those of runs that go on
// are young.
func leftovers() []finding {
	var all []finding
	for _, pattern := range []string{"gonb-run-*", "mixmodel-cells-*", "gonb_*"} {
		dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), pattern))
		for _, dir := range dirs {
			if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
				all = append(all, finding{note, "leftover", dir + " is more than a day old: remove it if no run uses it"})
			}
		}
	}
	return all
}
