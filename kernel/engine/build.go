package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"mixmodel/kernel/cell"
)

// unit is a program to compile, and how.
type unit struct {
	src   *cell.Source
	flags []string // of %goflags
	env   []string // of %env
}

// name is different for different programs, and for different ways to compile
// them.
func (u *unit) name() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %t\n", u.flags, u.env, u.src.Test)
	h.Write(u.src.Text)
	return "c" + hex.EncodeToString(h.Sum(nil)[:10])
}

func (u *unit) file() string {
	if u.src.Test {
		return "main_test.go"
	}
	return "main.go"
}

// buildFlags make a binary that depends on nothing but the source.
var buildFlags = []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="}

// overlay writes the units' sources and tells the go command where to imagine
// them. It returns the overlay file.
func (s *Session) overlay(units []*unit) (string, error) {
	replace := map[string]string{}
	dir, err := os.MkdirTemp(filepath.Join(s.work.dir, "src"), "")
	if err != nil {
		return "", err
	}
	for _, u := range units {
		file := filepath.Join(dir, u.name()+".txt")
		if err := os.WriteFile(file, u.src.Text, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(s.root, cellFolder, u.name(), u.file())] = file
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, raw, 0o600)
}

// build compiles and links the units, which must have the same flags and
// environment, into the folder bin under their names. It returns for each unit
// what is wrong with it.
func (s *Session) build(ctx context.Context, units []*unit) ([]error, error) {
	overlay, err := s.overlay(units)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(filepath.Dir(overlay))
	bin := filepath.Join(s.work.dir, "bin")
	args := []string{"build"}
	if units[0].src.Test {
		args = []string{"test", "-c", "-vet=off"}
	}
	args = append(args, buildFlags...)
	args = append(args, "-overlay", overlay)
	args = append(args, units[0].flags...)
	if units[0].src.Test {
		args = append(args, "-o", filepath.Join(bin, units[0].name()))
	} else {
		args = append(args, "-o", bin+string(filepath.Separator))
	}
	for _, u := range units {
		args = append(args, "./"+cellFolder+"/"+u.name())
	}
	output, err := s.goCommand(ctx, units[0].env, args...)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	errs := make([]error, len(units))
	if err != nil {
		for i, u := range units {
			if _, missing := os.Stat(s.binary(u)); missing != nil {
				errs[i] = s.compileError(u, output, err)
			}
		}
	}
	return errs, nil
}

// binary is where a unit's program is.
func (s *Session) binary(u *unit) string {
	name := filepath.Join(s.work.dir, "bin", u.name())
	if filepath.Separator == '\\' {
		name += ".exe"
	}
	return name
}

// compileError picks what the go command says about a unit.
func (s *Session) compileError(u *unit, output string, err error) error {
	var mine []string
	section := ""
	for line := range strings.Lines(output) {
		if head, ok := strings.CutPrefix(line, "# "); ok {
			section = head
			continue
		}
		if section == "" || strings.Contains(section, u.name()) || !strings.Contains(section, cellFolder) {
			mine = append(mine, line)
		}
	}
	ds, rest := cell.ParseDiagnostics(strings.Join(mine, ""))
	if rest = s.clean(strings.TrimSpace(rest)); rest != "" && (len(ds) == 0 || !strings.HasPrefix(rest, "too many errors")) {
		ds = append(ds, Diagnostic{Message: rest})
	}
	if len(ds) == 0 {
		ds = append(ds, Diagnostic{Message: "go build: " + err.Error()})
	}
	return &CompileError{Diagnostics: ds}
}

// clean takes the session's own folders out of a message.
func (s *Session) clean(text string) string {
	text = strings.ReplaceAll(text, s.work.dir+string(filepath.Separator), "")
	return strings.ReplaceAll(text, s.root+string(filepath.Separator), "")
}

// goCommand runs the go command in the module, and returns what it said.
func (s *Session) goCommand(ctx context.Context, env []string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	err := s.goRun(ctx, env, &stdout, &stderr, args...)
	return stdout.String() + stderr.String(), err
}

func (s *Session) goRun(ctx context.Context, env []string, stdout, stderr *bytes.Buffer, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = s.root, s.goEnviron(env)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	g, err := newGroup("")
	if err != nil {
		return err
	}
	defer g.close()
	if err := g.start(cmd); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return errors.New("the go command is not on the PATH: install Go (https://go.dev/dl)")
		}
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		g.close()
		<-done
		return context.Cause(ctx)
	}
}

// goEnviron is the environment of the go command. What the user set by %env or
// in the options reaches it, other flags and workspaces do not.
func (s *Session) goEnviron(env []string) []string {
	base := slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "GOFLAGS=") || strings.HasPrefix(e, "GOWORK=") || strings.HasPrefix(e, "GO111MODULE=")
	})
	if !s.owned {
		base = append(base, "GOWORK=off")
	}
	base = append(base, "GOFLAGS=")
	return append(append(base, s.opt.Env...), env...)
}

func (s *Session) goEnv(ctx context.Context, names ...string) (string, error) {
	s.root = s.tmp
	var out, said bytes.Buffer
	if err := s.goRun(ctx, nil, &out, &said, append([]string{"env"}, names...)...); err != nil {
		return "", fmt.Errorf("engine: go env: %w %s", err, strings.TrimSpace(said.String()))
	}
	return strings.TrimSpace(out.String()), nil
}
