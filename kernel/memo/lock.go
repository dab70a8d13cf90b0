package memo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// lock waits until no other process computes the value, and returns what lets
// the next one in. It gives up when ctx does.
func (s Store) lock(ctx context.Context, e entry) (unlock func(), err error) {
	path, err := s.path(e)
	if err != nil {
		return nil, err
	}
	if err := makeDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	path += lockSuffix
	unseen.note(path)
	const soon, later = time.Millisecond, 50 * time.Millisecond
	for wait := soon; ; wait = min(2*wait, later) {
		f, err := tryLock(path)
		if err == nil {
			return func() {
				os.Remove(path) // while it is locked: whoever waits for it sees that it is gone
				f.Close()
			}, nil
		}
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// makeDir makes the store, for its user alone.
func makeDir(dir string) error {
	for above := dir; ; above = filepath.Dir(above) {
		unseen.note(above)
		if _, err := os.Stat(above); err == nil || above == filepath.Dir(above) {
			break
		}
	}
	return os.MkdirAll(dir, 0o700)
}

var errLocked = errors.New("another process computes it")

// tryLock returns the locked file, or errLocked.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	err = lockFile(f)
	if err == nil && !stillAt(path, f) {
		err = errLocked // its owner removed it between opening and locking
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func stillAt(path string, f *os.File) bool {
	there, err1 := os.Stat(path)
	here, err2 := f.Stat()
	return err1 == nil && err2 == nil && os.SameFile(there, here)
}

// discard removes a file unless it is a lock that is held.
func discard(path string) {
	if filepath.Ext(path) == lockSuffix {
		f, err := tryLock(path)
		if err != nil {
			return
		}
		defer f.Close()
	}
	os.Remove(path)
}
