package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// magic runs a cell that a command on its first line takes whole.
func (x *execution) magic() error {
	x.s.deps.forget()
	m := x.parsed.Magic
	switch m.Name {
	case "writefile":
		return x.writeFile(m.Args, m.Body)
	case "script":
		if len(m.Args) == 0 {
			return commandError(x.cell, 1, "%%%%script takes the command to run")
		}
		return x.script(m.Args, m.Body)
	case "bash", "sh":
		if len(m.Args) > 0 {
			return commandError(x.cell, 1, "%q expects no extra arguments, %q was given", "%%"+m.Name, m.Args)
		}
		return x.script([]string{m.Name}, m.Body)
	}
	return commandError(x.cell, 1, "%%%%%s is not supported", m.Name)
}

// script runs a command with the cell as its input.
func (x *execution) script(args []string, body string) error {
	p := process{cmd: exec.Command(args[0], args[1:]...), group: x.s.work.group, input: []byte(body)}
	p.cmd.Dir, p.cmd.Env = x.state.dir, x.s.environ(x.state)
	_, err := x.s.run(x.ctx, p, x.out)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return &RunError{CellID: x.cell.ID, Line: 1, Name: "ShellError", Value: fmt.Sprintf("%s: %s", describeExit(exit.ProcessState), args[0])}
	}
	if errors.Is(err, exec.ErrNotFound) {
		return commandError(x.cell, 1, "%s", err)
	}
	return err
}

func (x *execution) writeFile(args []string, body string) error {
	f, name, err := x.s.create(x.state, "%%writefile", args)
	if err != nil {
		return commandError(x.cell, 1, "%s", err)
	}
	_, err = io.WriteString(f, body)
	if err = errors.Join(err, f.Close()); err != nil {
		return commandError(x.cell, 1, "%%%%writefile: %s", err)
	}
	verb := "written"
	if len(args) > 1 {
		verb = "appended"
	}
	x.print("stderr", fmt.Sprintf("Cell contents %s to %q.\n", verb, name))
	return nil
}

// create opens the file of a command "[-a] file" for writing.
func (s *Session) create(st state, command string, args []string) (*os.File, string, error) {
	flags := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if len(args) > 1 && args[0] == "-a" {
		flags = os.O_CREATE | os.O_WRONLY | os.O_APPEND
		args = args[1:]
	}
	if len(args) != 1 {
		return nil, "", fmt.Errorf("expected \"%s [-a] <file_name>\", but got %q instead", command, args)
	}
	name := s.expand(st, tilde(args[0]))
	at := name
	if !filepath.IsAbs(at) {
		at = filepath.Join(st.dir, at)
	}
	f, err := os.OpenFile(at, flags, 0o644)
	return f, name, err
}

var variable = regexp.MustCompile(`\$\{\w+\}|\$\w+`)

// expand replaces $NAME and ${NAME} by the variable's value.
func (s *Session) expand(st state, text string) string {
	env := s.environ(st)
	return variable.ReplaceAllStringFunc(text, func(v string) string {
		v = v[1:]
		if v[0] == '{' {
			v = v[1 : len(v)-1]
		}
		return getenv(env, v)
	})
}
