package display

import (
	"syscall"
	"time"
	"unsafe"
)

// settle gives GoNB time to take what the cell has printed before a display
// follows. Prints and displays reach it through different pipes, and what it
// reads first comes first in the notebook.
func settle() {
	for range 100 { // 0.1 s at most: the order is worth no more
		if unread(syscall.Stdout) == 0 && unread(syscall.Stderr) == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(time.Millisecond) // for GoNB to pass on what it has read
}

// unread is how many bytes wait in a pipe; 0 if fd is no pipe.
func unread(fd int) int {
	var n int32
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.TIOCINQ, uintptr(unsafe.Pointer(&n)))
	if errno != 0 {
		return 0
	}
	return int(n)
}
