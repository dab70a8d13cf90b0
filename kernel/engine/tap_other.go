//go:build !unix

package engine

import (
	"os"
	"sync"
)

// tap is the end of a pipe that a program writes to. Here it cannot be read
// without waiting.
type tap struct{ file *os.File }

func newTap() (*tap, *os.File, error) {
	r, w, err := os.Pipe()
	return &tap{r}, w, err
}

func (t *tap) read(mu sync.Locker, p []byte, use func([]byte, error)) error {
	n, err := t.file.Read(p)
	mu.Lock()
	defer mu.Unlock()
	use(p[:n], err)
	return err
}

func (t *tap) now([]byte) (int, error) { return 0, nil }

func (t *tap) wake() { t.file.Close() }

func (t *tap) close() { t.file.Close() }
