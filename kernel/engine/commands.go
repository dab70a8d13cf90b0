package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"mixmodel/kernel/cell"
)

// commands runs the % and ! lines.
func (x *execution) commands() error {
	for _, cmd := range x.parsed.Commands {
		if x.ctx.Err() != nil {
			return context.Cause(x.ctx)
		}
		var err error
		if cmd.Shell {
			err = x.shell(cmd)
		} else {
			err = x.command(cmd)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// shell runs a ! line. One that fails fails the cell.
func (x *execution) shell(cmd cell.Command) error {
	p := process{cmd: exec.Command(shellName(), "-c", cmd.Text), group: x.s.work.group, ask: x.ask}
	x.ask = nil
	p.cmd.Dir, p.cmd.Env = x.state.dir, x.s.environ(x.state)
	if cmd.InTemp {
		p.cmd.Dir = x.s.tmp
	}
	x.s.deps.forget()
	_, err := x.s.run(x.ctx, p, x.out)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return &RunError{CellID: x.cell.ID, Line: cmd.Line, Name: "ShellError",
			Value: fmt.Sprintf("%s: !%s", describeExit(exit.ProcessState), cmd.Text)}
	}
	return err
}

func shellName() string {
	for _, name := range []string{"/bin/bash", "bash", "/bin/sh"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return "sh"
}

// command runs a % line.
func (x *execution) command(cmd cell.Command) error {
	st, outs, err := x.state.apply(cmd, true)
	for _, o := range outs {
		x.out(o)
	}
	if err != nil {
		return commandError(x.cell, cmd.Line, "%s", err)
	}
	x.state = st
	switch cmd.Name {
	case "goworkfix":
		if err := x.goWorkFix(); err != nil {
			return commandError(x.cell, cmd.Line, "%s", err)
		}
	case "with_inputs", "with_password":
		if x.s.opt.Input == nil {
			return commandError(x.cell, cmd.Line, "%%%s: there is nobody to give input", cmd.Name)
		}
		x.ask = &prompt{password: cmd.Name == "with_password"}
	case "capture":
		x.state.capture.close()
		if x.state.capture, err = openCapture(x.state, x.s, cmd.Args); err != nil {
			return commandError(x.cell, cmd.Line, "%s", err)
		}
	}
	return nil
}

// apply returns the state after a % line, and what the line shows. If check is
// true, what it names must exist.
func (st state) apply(cmd cell.Command, check bool) (state, []Output, error) {
	say := func(format string, args ...any) []Output {
		return []Output{{Kind: Stream, Name: "stdout", Text: fmt.Sprintf(format, args...)}}
	}
	switch cmd.Name {
	case "%", "main", "args", "test":
		st.args = cmd.Args
	case "exec":
		if len(cmd.Args) == 0 {
			return st, nil, errors.New("%exec requires the name of the function to execute")
		}
		st.args = cmd.Args[1:]
	case "env":
		name, value, err := assignment(cmd.Args)
		if err != nil {
			return st, nil, err
		}
		st.env = setenv(st.env, name, value)
		return st, say("Set: %s=%q\n", name, value), nil
	case "cd":
		return st.cd(cmd.Args, check)
	case "goflags":
		if len(cmd.Args) > 0 {
			st.goflags = slices.DeleteFunc(slices.Clone(cmd.Args), func(a string) bool { return a == "" })
		}
		return st, say("%%goflags=%q\n", st.goflags), nil
	case "autoget", "noautoget", "goworkfix": // nothing is fetched here
	case "with_inputs", "with_password", "capture":
	case "help":
		return st, markdown(help), nil
	case "version":
		return st, markdown(fmt.Sprintf("mixmodel's kernel for Go notebooks, in the dialect of GoNB %s", dialect())), nil
	case "reset":
		switch {
		case len(cmd.Args) == 0:
			st.program = cell.Program{}
			return st, say("* State reset: all memorized declarations discarded.\n"), nil
		case len(cmd.Args) > 1 || cmd.Args[0] != "go.mod":
			return st, nil, errors.New(`%reset takes one optional parameter, "go.mod"`)
		}
	case "ls", "list":
		return st, listing(st.program), nil
	case "rm", "remove":
		return st.remove(cmd.Args)
	case "track", "untrack":
		return st.track(cmd.Name, cmd.Args)
	case "wasm", "widgets", "widgets_hb":
		return st, nil, fmt.Errorf("%%%s is not supported: it needs a browser", cmd.Name)
	default:
		if name, ok := strings.CutPrefix(cmd.Name, "%"); ok && cell.IsMagic(name) {
			return st, nil, fmt.Errorf("\"%%%s\" can only appear at the start of the cell", cmd.Name)
		}
		return st, []Output{{Kind: Stream, Name: "stderr", Text: fmt.Sprintf("%%%s is no special command and does nothing; %%help lists them.\n", cmd.Name)}}, nil
	}
	return st, nil, nil
}

func assignment(args []string) (name, value string, err error) {
	if len(args) == 1 {
		if name, value, ok := strings.Cut(args[0], "="); ok && len(name) > 1 {
			return name, value, nil
		}
	}
	if len(args) != 2 {
		return "", "", fmt.Errorf("`%%env <VAR_NAME> <value>` (or `%%env <VAR_NAME>=<value>`): it takes 2 arguments, the variable name and its content, but %d were given", len(args))
	}
	return args[0], args[1], nil
}

func (st state) cd(args []string, check bool) (state, []Output, error) {
	verb := "Current directory:"
	switch len(args) {
	case 0:
	case 1:
		dir := tilde(args[0])
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(st.dir, dir)
		}
		if info, err := os.Stat(dir); !check {
			// It may be made by then.
		} else if err != nil {
			return st, nil, fmt.Errorf("`%%cd %q` failed: %w", args[0], err)
		} else if !info.IsDir() {
			return st, nil, fmt.Errorf("`%%cd %q` failed: not a directory", args[0])
		}
		st.dir, verb = filepath.Clean(dir), "Changed directory to"
	default:
		return st, nil, fmt.Errorf("`%%cd [<directory>]`: it takes none or one argument, but %d were given", len(args))
	}
	return st, []Output{{Kind: Stream, Name: "stdout", Text: fmt.Sprintf("%s %q\n", verb, st.dir)}}, nil
}

func (st state) remove(keys []string) (state, []Output, error) {
	var outs []Output
	for _, key := range keys {
		o := Output{Kind: Stream, Name: "stdout"}
		rest, kind, found := st.program.Without(key)
		if found {
			st.program = rest
			o.Text = fmt.Sprintf(". removed %s %s\n", kind, key)
		} else {
			o.Name, o.Text = "stderr", fmt.Sprintf(". key %q not found in any definition, not removed\n", key)
		}
		outs = append(outs, o)
	}
	return st, outs, nil
}

// track keeps a list for the reader; the go command looks at all files anyway.
func (st state) track(name string, paths []string) (state, []Output, error) {
	if name == "untrack" && len(paths) != 1 {
		return st, nil, errors.New("%untrack takes one argument, the name of the Go file or directory")
	}
	if len(paths) == 0 {
		return st, trackedList(st.tracked), nil
	}
	st.tracked = slices.Clone(st.tracked)
	var outs []Output
	for _, p := range paths {
		o := Output{Kind: Stream, Name: "stdout"}
		if name == "track" {
			if !slices.Contains(st.tracked, p) {
				st.tracked = append(st.tracked, p)
			}
			o.Text = fmt.Sprintf("\tTracking %q\n", p)
		} else {
			start, all := strings.CutSuffix(p, "...")
			st.tracked = slices.DeleteFunc(st.tracked, func(t string) bool { return t == p || all && strings.HasPrefix(t, start) })
			o.Text = fmt.Sprintf("\tUntracked %q\n", p)
		}
		outs = append(outs, o)
	}
	return st, outs, nil
}

// tilde replaces a leading ~ by the home folder.
func tilde(path string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || rest[0] == '/') {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}
