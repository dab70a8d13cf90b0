package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // the tools module
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mixmodel/kernel/execute"
)

// GoNBVersion is the version of GoNB that is built and started.
const GoNBVersion = "v0.11.4"

// GoNB and goimports, which it needs on its PATH, are built from a module of
// their own, so that their many dependencies stay out of this one.
var (
	//go:embed tools/gonb.mod
	toolsMod []byte
	//go:embed tools/gonb.sum
	toolsSum []byte

	toolPackages = []string{"github.com/janpfeifer/gonb", "golang.org/x/tools/cmd/goimports"}
)

// tools returns the folder with the executables gonb and goimports, building
// them if the user's cache has none for this Go version. building is called
// before a build. Two processes may build at once: the first to finish wins.
func tools(ctx context.Context, building func()) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place to build GoNB in: %w", err)
	}
	key, err := toolsKey(ctx)
	if err != nil {
		return "", err
	}
	base = filepath.Join(base, "mixmodel")
	dir := filepath.Join(base, "gonb-"+key)
	bin := filepath.Join(dir, "bin")
	if isDir(bin) {
		return bin, nil
	}
	building()
	if err := os.MkdirAll(base, 0o777); err != nil {
		return "", err
	}
	removeAbandoned(base)
	scratch := fmt.Sprintf("%s.build-%08x", dir, rand.Uint32())
	defer os.RemoveAll(scratch)
	if err := buildTools(ctx, scratch); err != nil {
		return "", err
	}
	if err := os.Rename(scratch, dir); err != nil && !isDir(bin) {
		return "", err
	}
	return bin, nil
}

// toolsKey changes with anything that changes the executables.
func toolsKey(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOHOSTOS", "GOHOSTARCH")
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	cmd.Dir = os.TempDir() // a go.mod here could ask for another toolchain
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", withStderr(err))
	}
	h := sha256.New()
	h.Write(toolsMod)
	h.Write(toolsSum)
	h.Write(out)
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

func buildTools(ctx context.Context, dir string) error {
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o777); err != nil {
		return err
	}
	for name, data := range map[string][]byte{"go.mod": toolsMod, "go.sum": toolsSum} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	args := append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", bin + string(filepath.Separator)}, toolPackages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = buildEnv(os.Environ())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	killGroupOnCancel(cmd)
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w while building GoNB", execute.ErrInterrupted)
		}
		return fmt.Errorf("building GoNB %s: %w\n%s", GoNBVersion, err, tail(out.String(), 20))
	}
	return nil
}

// buildEnv is an environment for building the tools for this machine,
// whatever the user builds: C is not needed.
func buildEnv(env []string) []string {
	env = without(env, "GOFLAGS", "GOWORK", "GO111MODULE", "GOOS", "GOARCH", "CGO_ENABLED", "GOEXPERIMENT")
	return append(env, "GOFLAGS=-mod=readonly", "GOWORK=off", "CGO_ENABLED=0")
}

// without returns env less the named variables.
func without(env []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.Contains(names, name)
	})
}

// removeAbandoned removes what builds left that were killed.
func removeAbandoned(base string) {
	old, _ := filepath.Glob(filepath.Join(base, "gonb-*.build-*"))
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
			os.RemoveAll(dir)
		}
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}

// tail returns the last n lines of s.
func tail(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// Built returns the folder of GoNB's executables, if they have been built.
func Built(ctx context.Context) (dir string, ok bool) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", false
	}
	key, err := toolsKey(ctx)
	if err != nil {
		return "", false
	}
	dir = filepath.Join(base, "mixmodel", "gonb-"+key, "bin")
	return dir, isDir(dir)
}
