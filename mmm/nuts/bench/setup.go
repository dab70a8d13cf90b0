package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"mixmodel/mmm/internal/kernel"
)

// setup describes the machine, the versions and the command of a benchmark.
func setup(ctx context.Context, o options, r *results, began time.Time) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-16s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("command", "%s", o.commandLine())
	line("began", "%s, took %s", began.UTC().Format("2006-01-02 15:04 UTC"), time.Since(began).Round(time.Second))
	line("processor", "%s, %d seen, %d used, kernels up to %v", field("/proc/cpuinfo", "model name", ":"), runtime.NumCPU(), o.cores, kernel.Best())
	line("memory", "%s", field("/proc/meminfo", "MemTotal", ":"))
	line("system", "%s, %s/%s", strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`), runtime.GOOS, runtime.GOARCH)
	line("load", "%s at the end (1, 5 and 15 minutes; of the benchmark itself about %d)", load(), o.cores)
	line("go", "%s", runtime.Version())
	if revision, err := printed(ctx, "git", "describe", "--always", "--dirty"); err == nil {
		line("revision", "%s", revision)
	}
	for _, c := range r.configurations {
		line(c.name, "%s", r.version(c))
	}
	return b.String()
}

// field is the value of the first line of a system file that begins with name.
func field(path, name, separator string) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(raw)) {
		if key, value, ok := strings.Cut(line, separator); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(raw))[:3], " ")
}
