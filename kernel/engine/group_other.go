//go:build !unix

package engine

import (
	"os"
	"os/exec"
	"sync"
)

// group stands in for process groups where there are none: only the processes
// it started itself are ended.
type group struct {
	mu      sync.Mutex
	members []*os.Process
}

func newGroup(string) (*group, error) { return &group{}, nil }

func (g *group) start(cmd *exec.Cmd) error {
	err := cmd.Start()
	if err == nil {
		g.mu.Lock()
		g.members = append(g.members, cmd.Process)
		g.mu.Unlock()
	}
	return err
}

func (g *group) interrupt() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.members {
		_ = p.Signal(os.Interrupt)
	}
}

func (g *group) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.members {
		_ = p.Kill()
	}
}

func describeExit(state *os.ProcessState) string { return state.String() }
