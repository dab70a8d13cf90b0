//go:build unix

package client

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// group is a process group that ends with this process, however that ends.
//
// Its leader is a shell that waits for the end of a pipe only we hold: if we
// die, even by SIGKILL, it ends the whole group and removes the group's folder.
// While the leader lives, the group's number cannot be taken by others.
type group struct {
	dir    string
	leader *exec.Cmd
	pipe   io.Closer
}

// The leader ignores the polite signals that it sends to the others. They get
// a moment to remove what they made, then the group, leader included, is killed.
const leaderScript = `trap "" HUP INT QUIT TERM
read -r line
kill -TERM 0
sleep 0.2
rm -rf -- "$1"
kill -KILL 0`

// newGroup starts a group that owns the folder dir.
func newGroup(dir string) (*group, error) {
	cmd := exec.Command("/bin/sh", "-c", leaderScript, "leader", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Dir = os.TempDir()
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &group{dir: dir, leader: cmd, pipe: pipe}, nil
}

// start starts cmd as a member of the group.
func (g *group) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.leader.Process.Pid}
	return cmd.Start()
}

func (g *group) signal(s syscall.Signal) {
	_ = syscall.Kill(-g.leader.Process.Pid, s) // fails if the group is gone
}

// close ends every member and removes the folder: first politely, so that the
// leader lives to do the same if we die meanwhile, then for good.
func (g *group) close() error {
	g.signal(syscall.SIGTERM)
	err := os.RemoveAll(g.dir)
	g.signal(syscall.SIGKILL)
	_ = g.leader.Wait()
	g.pipe.Close()
	for range 50 { // a dying member may still have written a file
		if err = os.RemoveAll(g.dir); err == nil || !errors.Is(err, syscall.ENOTEMPTY) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

// killGroupOnCancel makes the end of cmd's context end cmd's children too.
func killGroupOnCancel(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
}

// describeExit says how a process ended.
func describeExit(state *os.ProcessState) string {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return "killed by signal " + strconv.Itoa(int(ws.Signal())) + " (" + ws.Signal().String() + ")"
	}
	return state.String()
}
