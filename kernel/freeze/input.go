package freeze

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"mixmodel/kernel/trace"
)

// Kind says what an Input is.
type Kind string

// The kinds of inputs.
const (
	FileInput Kind = "file" // a file's contents, or that there is none
	ListInput Kind = "list" // the names in a folder
	EnvInput  Kind = "env"  // an environment variable
	GlobInput Kind = "glob" // the files that a pattern stands for, seen from the notebook's folder
)

// Input is something a result depends on.
type Input struct {
	Kind Kind `json:"kind"`

	// Name is the variable, or the file's path: relative to the notebook's
	// folder, with slashes, if both are in the same module; else absolute.
	Name string `json:"name"`

	// Digest is of the contents or the value, in hexadecimal; "" if there is
	// none; "folder" of a folder that was not listed.
	Digest string `json:"digest"`
}

const isFolder = "folder"

// Place is where a notebook is run: what inputs are seen from.
type Place struct {
	Dir  string                      // the notebook's folder, absolute and without links
	Root string                      // of the module; "" if there is none
	Env  func(string) (string, bool) // the environment of cells; nil is that of this process

	mu      sync.Mutex
	digests map[string]stamped
}

// stamped is a digest of a file and its stamp at that time.
type stamped struct{ stamp, digest string }

// Holds reports whether the input is what it was.
func (p *Place) Holds(in Input) bool {
	now, err := p.digest(in)
	return err == nil && now == in.Digest
}

// digest returns the present digest of an input.
func (p *Place) digest(in Input) (string, error) {
	switch in.Kind {
	case FileInput:
		return p.fileDigest(p.path(in.Name))
	case ListInput:
		return listDigest(p.path(in.Name))
	case GlobInput:
		paths, err := filepath.Glob(p.path(in.Name))
		return globDigest(p, paths), err
	case EnvInput:
		lookup := p.Env
		if lookup == nil {
			lookup = os.LookupEnv
		}
		value, ok := lookup(in.Name)
		if !ok {
			return "", nil
		}
		return digestOf([]byte(value)), nil
	}
	return "", fmt.Errorf("an input of the unknown kind %q", in.Kind)
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// name is how the file is named in inputs.
func (p *Place) name(path string) string {
	if p.Root != "" && within(p.Root, path) && within(p.Root, p.Dir) {
		if rel, err := filepath.Rel(p.Dir, path); err == nil {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(path)
}

func within(dir, path string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

func (p *Place) path(name string) string {
	if path := filepath.FromSlash(name); filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.Dir, filepath.FromSlash(name))
}

// fileDigest is remembered as long as the file's stamp is the same.
func (p *Place) fileDigest(path string) (string, error) {
	stamp, err := stampOf(path)
	if err != nil || stamp == "" {
		return "", err
	}
	if stamp == isFolder {
		return isFolder, nil
	}
	p.mu.Lock()
	known, ok := p.digests[path]
	p.mu.Unlock()
	if ok && known.stamp == stamp {
		return known.digest, nil
	}
	digest, err := trace.Digest(path)
	if err != nil {
		return "", err
	}
	if again, err := stampOf(path); err != nil || again != stamp {
		return "", fmt.Errorf("%s changes while it is read", path)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.digests == nil {
		p.digests = make(map[string]stamped)
	}
	p.digests[path] = stamped{stamp, digest}
	return digest, nil
}

// stampOf changes with a regular file's contents: its size and time. It is ""
// if there is none; anything but files and folders is an error.
func stampOf(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotFolder):
		return "", nil
	case err != nil:
		return "", err
	case info.IsDir():
		return isFolder, nil
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is not a file (mode %v)", path, info.Mode())
	}
	return stamp(info.Size(), info.ModTime()), nil
}

func stamp(size int64, t time.Time) string { return fmt.Sprintf("%d %d", size, t.UnixNano()) }

// listDigest is of the names in a folder, less those of files that are only
// there while something is written.
func listDigest(path string) (string, error) {
	list, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	}
	var names []string
	for _, e := range list {
		if !strings.HasSuffix(e.Name(), ".partial") {
			names = append(names, e.Type().String()+" "+e.Name())
		}
	}
	slices.Sort(names)
	return digestOf([]byte(strings.Join(names, "\x00"))), nil
}
