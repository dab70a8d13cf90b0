//go:build unix

package engine

import (
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// group is a process group that ends with this process, however that ends.
//
// Its leader is a shell that waits for the end of a pipe only we hold: if we
// die, even by SIGKILL, it ends the whole group. While the leader lives, the
// group's number cannot be taken by others.
type group struct {
	leader *exec.Cmd
	pipe   io.Closer
	once   sync.Once
}

// The leader of a run ignores the signals that are meant for the others. That
// of a session also removes its folder.
const (
	runLeader = `trap "" HUP INT QUIT TERM
read -r line
kill -KILL 0`
	sessionLeader = `trap "" HUP INT QUIT TERM
read -r line
kill -TERM 0
sleep 0.3
rm -rf -- "$1"
kill -KILL 0`
)

// newGroup starts a group. If remove is not empty, it is a folder to remove if
// we die.
func newGroup(remove string) (*group, error) {
	script := runLeader
	if remove != "" {
		script = sessionLeader
	}
	cmd := exec.Command("/bin/sh", "-c", script, "leader", remove)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &group{leader: cmd, pipe: pipe}, nil
}

// start starts cmd as a member of the group.
func (g *group) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.leader.Process.Pid}
	return cmd.Start()
}

func (g *group) signal(s syscall.Signal) {
	_ = syscall.Kill(-g.leader.Process.Pid, s) // fails if the group is gone
}

// interrupt asks all members to end.
func (g *group) interrupt() { g.signal(syscall.SIGINT) }

// close ends all members.
func (g *group) close() {
	g.once.Do(func() {
		g.signal(syscall.SIGKILL)
		_ = g.leader.Wait()
		g.pipe.Close()
	})
}

// describeExit says how a process failed, and by which signal if by one.
func describeExit(state *os.ProcessState) string {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return "signal: " + ws.Signal().String()
	}
	return state.String()
}
