package engine

import (
	"slices"
	"strings"

	"mixmodel/kernel/cell"
)

// state is what one cell leaves to the next. It is a value: a copy may run
// ahead of the session.
type state struct {
	program cell.Program
	dir     string   // where programs run
	env     []string // set by %env, "NAME=value"
	goflags []string // set by %goflags
	args    []string // set by a cell without Go, for the next one
	tracked []string
	without []string // imports to leave out, of one program only
	capture *capture // opened by a cell without Go, for the next one
}

// setenv returns env with the variable set. The last one of a name counts.
func setenv(env []string, name, value string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(e string) bool { return strings.HasPrefix(e, name+"=") })
	return append(env, name+"="+value)
}

// getenv returns the variable's value in env.
func getenv(env []string, name string) string {
	for _, e := range slices.Backward(env) {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// settings returns the state after the cell's % lines, in which its program
// runs. Unless check is true, folders need not exist.
func (st state) settings(c *cell.Cell, check bool) (state, error) {
	for _, cmd := range c.Commands {
		if cmd.Shell {
			continue
		}
		next, _, err := st.apply(cmd, check)
		if err != nil {
			return st, &RunError{CellID: c.ID, Line: cmd.Line, Name: "CommandError", Value: err.Error()}
		}
		st = next
	}
	return st, nil
}

// then returns the state after the cell's program.
func (st state) then(c *cell.Cell) state {
	if c.Go {
		st.program = st.program.With(c)
		st.args, st.capture = nil, nil
	}
	return st
}
