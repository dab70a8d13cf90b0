package engine

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"mixmodel/kernel/cell"
)

// Execute runs a cell: its commands, then its program. out gets every output,
// in order, on the calling goroutine, and all of them before Execute returns.
//
// The error is a *CompileError, a *RunError, or wraps ErrInterrupted,
// ErrStalled, ErrClosed or what ended ctx; the last output says the same.
// Declarations of a cell that does not compile are not remembered, those of one
// that fails as it runs are.
func (s *Session) Execute(ctx context.Context, c Cell, out func(Output)) error {
	ctx, end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	limit := &limiter{max: s.opt.MaxOutput, out: out}
	err = s.execute(ctx, c, limit.put)
	limit.end()
	if err != nil {
		err = named(c, err)
		out(ErrorOutput(err))
	}
	return err
}

// named puts the cell's id where an error does not know it.
func named(c Cell, err error) error {
	var run *RunError
	if errors.As(err, &run) && run.CellID == "" {
		run.CellID = c.ID
	}
	var compile *CompileError
	if errors.As(err, &compile) && compile.CellID == "" {
		compile.CellID = c.ID
	}
	return err
}

func (s *Session) execute(ctx context.Context, c Cell, out func(Output)) error {
	parsed, syntax := cell.Parse(c.ID, c.Source)
	st := s.current()
	x := &execution{s: s, ctx: ctx, cell: c, parsed: parsed, out: out, state: st}
	s.expect(st, parsed)
	if parsed.Magic != nil {
		return x.magic()
	}
	err := x.commands()
	s.remember(x.state)
	if err != nil || !parsed.Go {
		return err
	}
	// What holds for one program ends with it.
	after := x.state
	after.args, after.capture = nil, nil
	s.remember(after)
	defer x.state.capture.close()
	if syntax != nil {
		return &CompileError{CellID: c.ID, Diagnostics: syntax.(cell.Diagnostics)}
	}
	return x.program()
}

func (s *Session) current() state {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

func (s *Session) remember(st state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = st
}

// expect notes what the state will be after the cell, for Prepare.
func (s *Session) expect(st state, c *cell.Cell) {
	next, err := st.settings(c, false)
	if err == nil {
		next = next.then(c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = next
}

// execution is a cell that is being run.
type execution struct {
	s      *Session
	ctx    context.Context
	cell   Cell
	parsed *cell.Cell
	out    func(Output)
	state  state // as the commands change it
	ask    *prompt
}

func (x *execution) print(name, text string) {
	x.out(Output{Kind: Stream, Name: name, Text: text})
}

// program compiles and runs the cell's program.
func (x *execution) program() error {
	s := x.s
	u, binary, err := x.compile()
	if err != nil {
		return err
	}
	after := s.current()
	after.program = x.state.program.With(x.parsed)
	s.remember(after)
	if !u.src.Runs {
		return nil
	}
	defer os.Remove(binary)
	args := x.state.args
	if x.parsed.Test && len(args) == 0 {
		args = x.parsed.TestArgs()
	}
	cmd := exec.Command(binary, args...)
	cmd.Dir = x.state.dir
	cmd.Env = append(s.environ(x.state), protocol.GONB_PIPE_ENV+"=/dev/fd/3", protocol.GONB_PIPE_BACK_ENV+"=/dev/fd/4")
	last, err := s.run(x.ctx, process{cmd: cmd, displays: true}, x.state.capture.tee(x.out))
	return x.failed(last, err)
}

// compile composes and compiles the cell's program. Imports that turn out not
// to be used, those into the name space say, are left out for this cell.
func (x *execution) compile() (*unit, string, error) {
	st := x.state
	for {
		u, err := x.s.unit(x.ctx, st, x.parsed)
		if err != nil {
			return nil, "", err
		}
		_ = os.WriteFile(filepath.Join(x.s.tmp, u.file()), u.src.Text, 0o600) // for !* lines to look at
		binary, err := x.s.built(x.ctx, u)
		paths := unusedImports(err)
		if len(paths) == 0 {
			return u, binary, err
		}
		st.without = append(slices.Clone(st.without), paths...)
	}
}

// unusedImports returns the paths that a compiler complains about.
func unusedImports(err error) []string {
	var compile *CompileError
	if !errors.As(err, &compile) {
		return nil
	}
	var paths []string
	for _, d := range compile.Diagnostics {
		if m := notUsed.FindStringSubmatch(d.Message); m != nil {
			paths = append(paths, m[1])
		}
	}
	return paths
}

var notUsed = regexp.MustCompile(`^"([^"]+)" imported (?:as \S+ )?and not used$`)

// failed makes the error of a program that ran.
func (x *execution) failed(last string, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return err
	case last != "":
		return describe(x.cell.ID, last)
	}
	value := describeExit(exit.ProcessState)
	return &RunError{CellID: x.cell.ID, Name: "ExitError", Value: value}
}

// unit composes the program of a cell, to be run in a state.
func (s *Session) unit(ctx context.Context, st state, c *cell.Cell) (*unit, error) {
	program := st.program.With(c)
	for _, path := range st.without {
		program = program.WithoutImport(path)
	}
	src, err := program.Compose(c, s.packageNames(ctx, st))
	if err == nil && len(src.Missing) > 0 {
		program = program.WithImports(s.find(ctx, st, src.Missing))
		src, err = program.Compose(c, s.packageNames(ctx, st))
	}
	if err != nil {
		return nil, &CompileError{CellID: c.ID, Diagnostics: []Diagnostic{{CellID: c.ID, Message: err.Error()}}}
	}
	return &unit{src: src, flags: st.goflags, env: st.env, id: c.ID}, nil
}

// environ is the environment of programs and shells.
func (s *Session) environ(st state) []string {
	env := append(os.Environ(), s.opt.Env...)
	for name, file := range s.opt.Watcher.Files {
		env = append(env, name+"="+filepath.Join(s.work.dir, file))
	}
	env = append(env, st.env...)
	return append(env,
		protocol.GONB_DIR_ENV+"="+st.dir,
		protocol.GONB_TMP_DIR_ENV+"="+s.tmp,
		protocol.GONB_VERSION+"="+dialect(),
		"PWD="+st.dir,
	)
}
