package main

import (
	"os"
	"syscall"
)

// residentKB is the largest resident size of a process that has ended.
func residentKB(p *os.ProcessState) int {
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		return int(u.Maxrss)
	}
	return 0
}
