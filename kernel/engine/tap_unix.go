//go:build unix

package engine

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// tap is the end of a pipe that a program writes to, which can be read with
// and without waiting.
type tap struct {
	file *os.File
	conn syscall.RawConn
}

// newTap makes a pipe.
func newTap() (*tap, *os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	conn, err := r.SyscallConn()
	if err != nil {
		return nil, nil, errors.Join(err, r.Close(), w.Close())
	}
	return &tap{r, conn}, w, nil
}

// read waits for data and reads it, holding mu when it does, and hands what it
// got to use before it lets go of mu. The end is an io.EOF, for use too.
func (t *tap) read(mu sync.Locker, p []byte, use func([]byte, error)) error {
	var end error
	err := t.conn.Read(func(fd uintptr) bool {
		mu.Lock()
		defer mu.Unlock()
		n, err := readFD(fd, p)
		if errors.Is(err, syscall.EAGAIN) {
			return false
		}
		end = err
		use(p[:n], err)
		return true
	})
	return errors.Join(err, end)
}

// now reads what is there, at most len(p) bytes: none if there is nothing, with
// io.EOF if there never will be.
func (t *tap) now(p []byte) (n int, err error) {
	failed := t.conn.Control(func(fd uintptr) { n, err = readFD(fd, p) })
	if errors.Is(err, syscall.EAGAIN) {
		err = nil
	}
	return n, errors.Join(failed, err)
}

// wake ends a read that waits.
func (t *tap) wake() { _ = t.file.SetReadDeadline(time.Unix(1, 0)) }

func (t *tap) close() { t.file.Close() }

// readFD reads from a descriptor that does not block.
func readFD(fd uintptr, p []byte) (int, error) {
	for {
		n, err := syscall.Read(int(fd), p)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		return n, nil
	}
}
