//go:build !unix

package engine

import "os"

// lockFile opens a file for as long as the session lives: elsewhere a file
// that is open cannot be removed.
func lockFile(name string) (*os.File, error) {
	_ = os.Remove(name)
	return os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}
