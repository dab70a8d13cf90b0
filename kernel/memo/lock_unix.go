//go:build unix && !solaris && !illumos && !aix

package memo

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks the open file, for as long as it is open, against other
// processes and other opens in this one.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return errLocked
	}
	return err
}
