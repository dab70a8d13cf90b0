package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// scratch is the session's folder and the group that guards it.
type scratch struct {
	dir   string
	lock  *os.File // held locked while the session lives
	group *group   // also that of ! lines
}

const scratchPrefix = "mixmodel-cells-"

// newScratch makes a folder and removes those of sessions that died.
func newScratch() (*scratch, error) {
	sweep()
	dir, err := os.MkdirTemp("", scratchPrefix)
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	w := &scratch{dir: dir}
	if w.lock, err = lockFile(filepath.Join(dir, "lock")); err == nil {
		w.group, err = newGroup(dir)
	}
	for _, sub := range []string{"gonb", "build", "tmp"} {
		if err == nil {
			err = os.Mkdir(filepath.Join(dir, sub), 0o700)
		}
	}
	if err != nil {
		w.close()
		return nil, fmt.Errorf("engine: %w", err)
	}
	return w, nil
}

func (w *scratch) close() error {
	if w.group != nil {
		w.group.close()
	}
	err := os.RemoveAll(w.dir)
	for range 50 { // a dying member may still have written a file
		if err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
		err = os.RemoveAll(w.dir)
	}
	if w.lock != nil {
		w.lock.Close()
	}
	return err
}

// sweep removes the folders of sessions that are dead: nobody holds their
// lock. One without a lock may just be coming up, unless it is old.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), scratchPrefix+"*"))
	for _, dir := range dirs {
		name := filepath.Join(dir, "lock")
		if _, err := os.Stat(name); err != nil {
			if info, err := os.Stat(dir); err != nil || time.Since(info.ModTime()) < time.Minute {
				continue
			}
		} else if f, err := lockFile(name); err != nil {
			continue
		} else {
			defer f.Close()
		}
		_ = os.RemoveAll(dir)
	}
}

// renew starts the group anew after it was ended.
func (w *scratch) renew() {
	if g, err := newGroup(w.dir); err == nil {
		w.group = g
	}
}
