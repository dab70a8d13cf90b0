//go:build !unix

package client

import (
	"errors"
	"os"
	"os/exec"
)

// group stands in where GoNB cannot run: it needs named pipes.
type group struct{}

func newGroup(string) (*group, error) {
	return nil, errors.New("GoNB needs named pipes, which this operating system has not")
}

func (g *group) start(cmd *exec.Cmd) error { return cmd.Start() }
func (g *group) close() error              { return nil }

func killGroupOnCancel(*exec.Cmd) {}

func describeExit(state *os.ProcessState) string { return state.String() }
