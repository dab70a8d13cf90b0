//go:build unix

package server

import (
	"context"
	"errors"
	"os"
	"strconv"
	"syscall"
	"time"
)

// watchParent calls stop when the process has died that started the kernel:
// nobody else would ever end it. Jupyter says in JPY_PARENT_PID which one that
// is; it need not be our parent, there may be a go command between us.
func watchParent(ctx context.Context, stop context.CancelFunc) {
	pid, err := strconv.Atoi(os.Getenv("JPY_PARENT_PID"))
	if err != nil || pid <= 1 || !alive(pid) {
		return // nobody to watch, or of another world, as from within a container
	}
	parent := os.Getppid()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if !alive(pid) || os.Getppid() != parent {
				stop()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
