package freeze

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Store keeps results in a folder. The zero value keeps them in the user's
// cache. Several processes may use one folder at once.
type Store struct {
	// Dir is the folder. "" is mixmodel/freeze in the user's cache.
	Dir string

	// MaxBytes is how much is kept; 0 is DefaultMaxBytes.
	MaxBytes int64
}

// DefaultMaxBytes is how much a store keeps if nothing else is said.
const DefaultMaxBytes = 2 << 30

// maxVariants is how many results of one program are kept, for different
// inputs.
const maxVariants = 16

// version is part of every path: a change of the format is a new store.
const version = "v1"

const entryFile = "entry.json"

func (s Store) root() (string, error) {
	if s.Dir != "" {
		return filepath.Join(s.Dir, version), nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("freeze: no place to keep results in: %w", err)
	}
	return filepath.Join(base, "mixmodel", "freeze", version), nil
}

// keyDir is the folder of the results of a program.
func (s Store) keyDir(key string) (string, error) {
	root, err := s.root()
	if err != nil {
		return "", err
	}
	name := digestOf([]byte(key))
	return filepath.Join(root, name[:2], name[2:]), nil
}

// Found is a result in a store.
type Found struct {
	Entry
	dir string
}

// variants are the results of a program, damaged ones left out, the newest
// first.
func (s Store) variants(key string) []Found {
	dir, err := s.keyDir(key)
	if err != nil {
		return nil
	}
	list, _ := os.ReadDir(dir)
	var found []Found
	times := make(map[string]time.Time)
	for _, e := range list {
		sub := filepath.Join(dir, e.Name())
		if entry, err := readEntry(sub); err == nil {
			found = append(found, Found{entry, sub})
		}
		if info, err := e.Info(); err == nil {
			times[sub] = info.ModTime()
		}
	}
	slices.SortFunc(found, func(a, b Found) int { return times[b.dir].Compare(times[a.dir]) })
	return found
}

// readEntry reads the entry in a folder whose name is the entry's digest.
func readEntry(dir string) (Entry, error) {
	raw, err := os.ReadFile(filepath.Join(dir, entryFile))
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	if digestOf(raw) != filepath.Base(dir) {
		return e, errors.New("damaged")
	}
	return e, json.Unmarshal(raw, &e)
}

// Get returns the result of the program with this key if there is one whose
// inputs are what they were. why says what is in the way if there is none.
func (s Store) Get(key string, p *Place) (found *Found, why string) {
	why = "it has not been run with this code"
	for i, f := range s.variants(key) {
		changed := slices.IndexFunc(f.Inputs, func(in Input) bool { return !p.Holds(in) })
		switch {
		case changed < 0 && f.whole():
			now := time.Now()
			_ = os.Chtimes(f.dir, now, now) // for the order of removal; no harm if not
			return &f, ""
		case changed < 0:
			continue
		case i == 0:
			why = f.Inputs[changed].change()
		}
	}
	return nil, why
}

func (in Input) change() string {
	name := in.Name
	if in.Kind == EnvInput {
		name = "$" + name
	}
	return name + " has changed"
}

// whole reports whether all files of the result are there.
func (f *Found) whole() bool {
	return !slices.ContainsFunc(f.Files, func(file File) bool {
		_, err := os.Stat(filepath.Join(f.dir, file.SHA256))
		return err != nil
	})
}

// Restore puts the files back that the cell left, if they are not what it left.
func (f *Found) Restore(p *Place) error {
	for _, file := range f.Files {
		path := p.path(file.Path)
		now, err := p.fileDigest(path)
		if err == nil && (now == file.SHA256 || file.Cache && now != "") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(f.dir, file.SHA256))
		if err == nil && digestOf(raw) != file.SHA256 {
			err = errors.New("the kept contents are damaged")
		}
		if err == nil {
			err = replaceFile(path, raw)
		}
		if err != nil && !file.Cache {
			return fmt.Errorf("freeze: putting back %s: %w", path, err)
		}
	}
	return nil
}

// replaceFile writes a file such that it is the old one or the new one at any
// time.
func replaceFile(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing after the rename
	_, err = f.Write(raw)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// Put keeps a result. The contents of its files are read from where they are.
func (s Store) Put(key string, e Entry, p *Place) error {
	dir, err := s.keyDir(key)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	final := filepath.Join(dir, digestOf(buf.Bytes()))
	if _, err := os.Stat(filepath.Join(final, entryFile)); err == nil {
		now := time.Now()
		return os.Chtimes(final, now, now)
	}
	root, err := s.root()
	if err != nil {
		return err
	}
	temp, err := s.scratch(root)
	if err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	defer os.RemoveAll(temp)
	if err := fill(temp, e, buf.Bytes(), p); err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	if err := os.Rename(temp, final); err != nil && !errors.Is(err, fs.ErrExist) {
		os.RemoveAll(final) // a damaged one in the way
		if err := os.Rename(temp, final); err != nil {
			return fmt.Errorf("freeze: %w", err)
		}
	}
	return s.trim(dir)
}

// scratch makes a folder to write a result in, and removes those of processes
// that were killed.
func (s Store) scratch(root string) (string, error) {
	temps := filepath.Join(root, "tmp")
	if err := os.MkdirAll(temps, 0o777); err != nil {
		return "", err
	}
	old, _ := os.ReadDir(temps)
	for _, e := range old {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > time.Hour {
			os.RemoveAll(filepath.Join(temps, e.Name()))
		}
	}
	return os.MkdirTemp(temps, "")
}

// fill writes a result into an empty folder.
func fill(dir string, e Entry, raw []byte, p *Place) error {
	for _, f := range e.Files {
		data, err := os.ReadFile(p.path(f.Path))
		if err != nil {
			return err
		}
		if digestOf(data) != f.SHA256 {
			return fmt.Errorf("%s changes while it is kept", f.Path)
		}
		if err := writeSynced(filepath.Join(dir, f.SHA256), data); err != nil {
			return err
		}
	}
	return writeSynced(filepath.Join(dir, entryFile), raw)
}

func writeSynced(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// trim removes the oldest results of one program.
func (s Store) trim(dir string) error {
	list, err := entriesIn(dir)
	if err != nil {
		return err
	}
	for _, e := range list[:max(0, len(list)-maxVariants)] {
		os.RemoveAll(e.dir)
	}
	return nil
}

// Usage is a result in the store.
type Usage struct {
	Cell  string // the id of the cell
	Bytes int64
	Used  time.Time
	dir   string
}

// List returns the results in the store, the least recently used first.
func (s Store) List() ([]Usage, error) {
	root, err := s.root()
	if err != nil {
		return nil, err
	}
	dirs, err := filepath.Glob(filepath.Join(root, "??", "*"))
	if err != nil {
		return nil, err
	}
	var all []Usage
	for _, dir := range dirs {
		list, err := entriesIn(dir)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, byUse)
	return all, nil
}

func byUse(a, b Usage) int { return cmp.Or(a.Used.Compare(b.Used), strings.Compare(a.dir, b.dir)) }

// entriesIn returns the results in a program's folder, the least recently used
// first.
func entriesIn(dir string) ([]Usage, error) {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Usage
	for _, d := range list {
		u := Usage{dir: filepath.Join(dir, d.Name())}
		if info, err := d.Info(); err == nil {
			u.Used = info.ModTime()
		}
		if e, err := readEntry(u.dir); err == nil {
			u.Cell = e.Cell
		}
		files, _ := os.ReadDir(u.dir)
		for _, f := range files {
			if info, err := f.Info(); err == nil {
				u.Bytes += info.Size()
			}
		}
		all = append(all, u)
	}
	slices.SortFunc(all, byUse)
	return all, nil
}

// GC removes the least recently used results until the store holds at most
// MaxBytes, and returns how many and how much were removed.
func (s Store) GC() (removed int, bytes int64, err error) {
	limit := s.MaxBytes
	if limit == 0 {
		limit = DefaultMaxBytes
	}
	all, err := s.List()
	if err != nil {
		return 0, 0, err
	}
	total := int64(0)
	for _, u := range all {
		total += u.Bytes
	}
	for _, u := range all {
		if total-bytes <= limit {
			break
		}
		if err := os.RemoveAll(u.dir); err != nil {
			return removed, bytes, err
		}
		_ = os.Remove(filepath.Dir(u.dir)) // if it is empty now
		removed, bytes = removed+1, bytes+u.Bytes
	}
	return removed, bytes, nil
}

// Clear removes everything.
func (s Store) Clear() error {
	root, err := s.root()
	if err != nil {
		return err
	}
	return os.RemoveAll(root)
}
