package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mixmodel/kernel/cell"
)

// unit is a program to compile, and how.
type unit struct {
	src   *cell.Source
	flags []string // of %goflags
	env   []string // of %env
	id    string   // of the cell
	base  string   // all that it imports, if known
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
func (s *Session) buildFlags() []string {
	return []string{"-trimpath", "-buildvcs=false", strings.TrimSpace("-ldflags=-s -w -buildid= " + s.opt.Watcher.LinkFlags)}
}

// watcherFile sorts before the other files of a program, so that it is
// initialised first.
const watcherFile = "a_watch.go"

// watches reports whether programs that are built like this have the watcher.
// Tests have one of their own in its place, and linker flags of the user's
// replace those that it needs.
func (s *Session) watches(test bool, flags []string) bool {
	return s.opt.Watcher.Source != "" && !test &&
		!slices.ContainsFunc(flags, func(f string) bool { return strings.Contains(f, "-ldflags") })
}

// folder makes a folder for one run of the go command.
func (s *Session) folder() (string, error) {
	dir := filepath.Join(s.work.dir, "build", strconv.FormatInt(s.seq.Add(1), 10))
	return dir, os.MkdirAll(dir, 0o700)
}

// built is what became of a unit: a program, or what is wrong with it.
type built struct {
	binary string
	err    error
}

// errUnclear says that it cannot be told what is wrong with a unit of several.
var errUnclear = errors.New("not built, together with others")

// build compiles and links units that are compiled the same way.
func (s *Session) build(ctx context.Context, units []*unit) ([]built, error) {
	dir, err := s.folder()
	if err != nil {
		return nil, err
	}
	at, err := s.place(dir, units)
	if err != nil {
		return nil, err
	}
	defer at.remove()
	output, err := s.goCommand(ctx, at, s.buildArgs(dir, at, units)...)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	list := make([]built, len(units))
	for i, u := range units {
		list[i].binary = filepath.Join(dir, u.name()) + exe
		if err == nil {
			continue
		}
		if _, missing := os.Stat(list[i].binary); missing != nil {
			list[i].err = s.compileError(u, len(units) == 1, output, err)
		}
	}
	return list, nil
}

func (s *Session) buildArgs(dir string, at site, units []*unit) []string {
	test := units[0].src.Test
	args := []string{"build"}
	if test {
		args = []string{"test", "-c", "-vet=off"}
	}
	args = slices.Concat(args, s.buildFlags(), at.args, units[0].flags)
	if test {
		args = append(args, "-o", filepath.Join(dir, units[0].name())+exe)
	} else {
		args = append(args, "-o", dir+string(filepath.Separator))
	}
	return append(args, patterns(units)...)
}

// compile compiles units without linking them.
func (s *Session) compile(ctx context.Context, units []*unit) ([]built, error) {
	st := state{goflags: units[0].flags, env: units[0].env}
	args := []string{"-export", "-json=ImportPath,Error,DepsErrors"}
	if units[0].src.Test {
		args = append(args, "-test")
	}
	listing, err := s.list(ctx, st, units, append(args, patterns(units)...)...)
	if err != nil {
		return nil, err
	}
	said := map[string]string{}
	for _, p := range listing {
		name := unitName.FindString(p.ImportPath)
		if p.Error != nil {
			said[name] += p.Error.Err + "\n"
			continue
		}
		for _, e := range p.DepsErrors {
			said[name] += e.Err + "\n"
		}
	}
	list := make([]built, len(units))
	for i, u := range units {
		if text := said[u.name()]; text != "" {
			list[i].err = &CompileError{CellID: u.id, Diagnostics: s.diagnose(u, text)}
		} else {
			s.ahead.note(u)
		}
	}
	return list, nil
}

var unitName = regexp.MustCompile(`\bc[0-9a-f]{20}\b`)

// patterns names the units for the go command.
func patterns(units []*unit) []string {
	var list []string
	for _, u := range units {
		list = append(list, "./"+cellFolder+"/"+u.name())
	}
	return list
}

// compileError picks what the go command says about a unit. If it was alone,
// everything is about it.
func (s *Session) compileError(u *unit, alone bool, output string, err error) error {
	var mine strings.Builder
	section, found := "", alone
	for line := range strings.Lines(output) {
		if head, ok := strings.CutPrefix(line, "# "); ok {
			section = head
			found = found || strings.Contains(head, u.name())
			continue
		}
		if section == "" || strings.Contains(section, u.name()) || !strings.Contains(section, cellFolder) {
			mine.WriteString(line)
		}
	}
	if !found {
		return errUnclear
	}
	ds := s.diagnose(u, mine.String())
	if len(ds) == 0 {
		ds = cell.Diagnostics{{CellID: u.id, Message: "go build: " + err.Error()}}
	}
	return &CompileError{CellID: u.id, Diagnostics: ds}
}

// diagnose makes diagnostics of what the go command says about a unit. What
// concerns an import is put where the import stands.
func (s *Session) diagnose(u *unit, output string) cell.Diagnostics {
	ds, rest := cell.ParseDiagnostics(output)
	for i := range ds {
		ds[i] = blame(ds[i], u.id)
	}
	if rest = s.clean(strings.TrimSpace(rest)); rest == "" || rest == "too many errors" {
		return ds
	}
	for line := range strings.Lines(ownPlace.ReplaceAllString(rest, "")) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "\t") && len(ds) > 0 {
			ds[len(ds)-1].Message += "\n" + line
			continue
		}
		d := Diagnostic{CellID: u.id, Message: line}
		for _, path := range u.src.Imports {
			if strings.Contains(line, "package "+path) {
				if id, line, col, ok := u.src.ImportPlace(path); ok {
					d.CellID, d.Line, d.Col = id, line, col
				}
			}
		}
		ds = append(ds, d)
	}
	return ds
}

var declaredAlso = regexp.MustCompile(`^(.* redeclared .*)\n\t(.*):(\d+):(\d+): (other declaration of .*)$`)

// blame puts what is declared twice where the cell at hand declares it.
func blame(d Diagnostic, id string) Diagnostic {
	m := declaredAlso.FindStringSubmatch(d.Message)
	if m == nil || m[2] != id || d.CellID == id {
		return d
	}
	other := fmt.Sprintf("%s\n\t%s:%d:%d: %s", m[1], d.CellID, d.Line, d.Col, m[5])
	d = Diagnostic{CellID: id, Message: other}
	d.Line, _ = strconv.Atoi(m[3])
	d.Col, _ = strconv.Atoi(m[4])
	return d
}

// ownPlace is a place in a file that does not exist.
var ownPlace = regexp.MustCompile(`(?m)^(?:package \S*/` + cellFolder + `/\w+\n\s*)?(?:imports? )?` + cellFolder + `/\w+/main(?:_test)?\.go:\d+:\d+: `)

// clean takes the session's own folders out of a message.
func (s *Session) clean(text string) string {
	for _, dir := range []string{s.work.dir, s.root} {
		text = strings.ReplaceAll(text, dir+string(filepath.Separator), "")
	}
	return goroot.ReplaceAllString(text, "")
}

var goroot = regexp.MustCompile(` \(\S*[/\\]src[/\\]\S*\)`)

// goCommand runs the go command, and returns what it said.
func (s *Session) goCommand(ctx context.Context, at site, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	err := s.goRun(ctx, at, &stdout, &stderr, args...)
	return stdout.String() + stderr.String(), err
}

func (s *Session) goRun(ctx context.Context, at site, stdout, stderr *bytes.Buffer, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = at.dir, s.goEnviron(at.env)
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
	// Compilers and linkers live shortly: an eighth of their time is saved for a
	// twentieth of memory.
	if os.Getenv("GOGC") == "" {
		base = append(base, "GOGC=400")
	}
	// Where the go command works is removed with the session, also if it is killed.
	base = append(base, "GOFLAGS=", "GOTMPDIR="+filepath.Join(s.work.dir, "tmp"))
	return append(append(base, s.opt.Env...), env...)
}

func (s *Session) goEnv(ctx context.Context, names ...string) (string, error) {
	var out, said bytes.Buffer
	if err := s.goRun(ctx, site{dir: s.tmp}, &out, &said, append([]string{"env"}, names...)...); err != nil {
		return "", fmt.Errorf("engine: go env: %w %s", err, strings.TrimSpace(said.String()))
	}
	return strings.TrimSpace(out.String()), nil
}
