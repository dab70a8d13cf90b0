package nbformat

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// ReadFile reads the notebook at path, as [Read] does.
func ReadFile(path string) (*Notebook, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	nb, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return nb, nil
}

// WriteFile writes nb to path, as [Write] does, so that at every moment the
// file is complete: the old one or the new one, whatever happens. It writes a
// file "<path>.<random>.partial" beside it, syncs and renames it. A symbolic
// link stays one: the file it points to is replaced.
func WriteFile(path string, nb *Notebook) error {
	if err := nb.Validate(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return replaceFile(path, func(w io.Writer) error { return encode(w, nb) })
}

func replaceFile(path string, fill func(io.Writer) error) error {
	mode := os.FileMode(0o666) // less the umask
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return writeInto(path, fill) // a device or a pipe cannot be replaced
		}
		mode = info.Mode().Perm()
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	temp := fmt.Sprintf("%s.%08x.partial", path, rand.Uint32())
	err := writeSynced(temp, fill, mode)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	return nil
}

// cause is what went wrong, less the name of the file it went wrong with: a
// reader knows no partial files.
func cause(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}

func writeInto(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := fill(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func writeSynced(path string, fill func(io.Writer) error, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if err = fill(f); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
