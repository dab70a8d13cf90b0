package memo

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"mixmodel/kernel/trace"
)

// Variable is the environment variable that names the folder of the store.
const Variable = "MIXMODEL_MEMO"

// Bounds of a store whose fields are zero.
const (
	DefaultMaxBytes = 2 << 30
	DefaultMaxAge   = 90 * 24 * time.Hour
)

// Store is a folder of values. The zero value is the one of the user.
type Store struct {
	Dir      string        // "" is that of [Variable], or else mixmodel/memo in the user's cache
	MaxBytes int64         // what the values may take together; 0 is DefaultMaxBytes. The last one is always kept
	MaxAge   time.Duration // since a value was last used; 0 is DefaultMaxAge
	Warnings io.Writer     // says what could not be kept, and why; nil is standard error
}

func (s Store) warn(format string, args ...any) {
	w := s.Warnings
	if w == nil {
		w = os.Stderr
	}
	fmt.Fprintf(w, "memo: "+format+"\n", args...)
}

func (s Store) notKept(name string, err error) {
	s.warn("%s is computed but not kept: %v", name, err)
}

func (s Store) folder() (string, error) {
	if s.Dir != "" {
		return s.Dir, nil
	}
	if dir := unseen.getenv(Variable); dir != "" {
		return dir, nil
	}
	dir := cacheDir()
	if dir == "" {
		return "", fmt.Errorf("there is no folder for it (want %s set)", Variable)
	}
	return filepath.Join(dir, "mixmodel", "memo"), nil
}

// cacheDir is os.UserCacheDir, unseen.
func cacheDir() string {
	home := unseen.getenv("HOME")
	switch {
	case runtime.GOOS == "windows":
		return unseen.getenv("LocalAppData")
	case home != "" && (runtime.GOOS == "darwin" || runtime.GOOS == "ios"):
		return filepath.Join(home, "Library", "Caches")
	}
	if dir := unseen.getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".cache")
}

const (
	entryFormat = "mixmodel memo 1" // part of every key
	suffix      = ".memo"
	lockSuffix  = ".lock"
)

// entry is the head of a file of the store, a line of JSON. The encoded value
// follows, and the SHA-256 of both.
type entry struct {
	Name  string         `json:"name"`
	Key   string         `json:"key"`
	Files []trace.Access `json:"files"` // what the value was computed from
}

// path is where the value is, with the name in it for people.
func (s Store) path(e entry) (string, error) {
	dir, err := s.folder()
	readable := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, e.Name)
	return filepath.Join(dir, readable[:min(len(readable), 40)]+"-"+e.Key[:32]+suffix), err
}

// read decodes the value into v, a pointer, and reports whether it is there
// and still true. Whatever is wrong with the file, the value is computed anew.
func (s Store) read(e entry, v any) bool {
	path, err := s.path(e)
	if err != nil {
		return false
	}
	unseen.note(path)
	raw, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	found, value, err := opened(raw)
	if err != nil || found.Key != e.Key {
		return false
	}
	for _, f := range found.Files {
		if !f.Holds() {
			return false
		}
	}
	if decode(value, v) != nil || trace.Append(found.Files...) != nil {
		return false
	}
	now := time.Now()
	os.Chtimes(path, now, now) // it is in use; if that cannot be noted it may go early
	return true
}

// opened splits the contents of a file.
func opened(raw []byte) (e entry, value []byte, err error) {
	at := len(raw) - sha256.Size
	if at < 0 {
		return e, nil, errDamaged
	}
	if sum := sha256.Sum256(raw[:at]); !bytes.Equal(sum[:], raw[at:]) {
		return e, nil, errDamaged
	}
	head, value, ok := bytes.Cut(raw[:at], []byte("\n"))
	if !ok || json.Unmarshal(head, &e) != nil {
		return e, nil, errDamaged
	}
	return e, value, nil
}

var errDamaged = errors.New("the file is damaged")

func (s Store) write(e entry, value []byte) error {
	path, err := s.path(e)
	if err != nil {
		return err
	}
	head, err := json.Marshal(e)
	if err != nil {
		return err
	}
	raw := slices.Concat(head, []byte("\n"), value)
	sum := sha256.Sum256(raw)
	if err := replace(path, append(raw, sum[:]...)); err != nil {
		return err
	}
	s.prune(path)
	return nil
}

// replace writes the file so that a reader, or a crash, sees the old one or
// the new one.
func replace(path string, raw []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial")
	if err != nil {
		return err
	}
	unseen.note(f.Name())
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(raw); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// prune removes what was not used for too long, and then the values used
// longest ago until the rest fits, but not the one at path. What a killed
// program left half-written goes after a day. What cannot be removed stays.
func (s Store) prune(path string) {
	values, _ := s.values()
	room, age := s.MaxBytes, s.MaxAge
	if room == 0 {
		room = DefaultMaxBytes
	}
	if age == 0 {
		age = DefaultMaxAge
	}
	for _, v := range values { // the last used first
		room -= v.Bytes
		if v.path != path && (room < 0 || time.Since(v.Used) > age) {
			os.Remove(v.path)
		}
	}
	s.sweep(filepath.Dir(path))
}

func (s Store) sweep(dir string) {
	unseen.note(dir)
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".partial") && !strings.HasSuffix(f.Name(), lockSuffix) {
			continue
		}
		if info, err := f.Info(); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			discard(filepath.Join(dir, f.Name()))
		}
	}
}

// Value describes a value of a store.
type Value struct {
	Name  string
	Bytes int64 // of its file
	Used  time.Time

	path string
}

// Values lists the store, the value used last first. Files that are damaged
// have no name.
func (s Store) Values() ([]Value, error) {
	values, err := s.values()
	for i, v := range values {
		raw, err := os.ReadFile(v.path)
		if err == nil {
			e, _, _ := opened(raw)
			values[i].Name = e.Name
		}
	}
	return values, err
}

func (s Store) values() ([]Value, error) {
	dir, err := s.folder()
	if err != nil {
		return nil, err
	}
	unseen.note(dir)
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var values []Value
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !strings.HasSuffix(f.Name(), suffix) {
			continue // another process removed it, or it is no value
		}
		values = append(values, Value{Bytes: info.Size(), Used: info.ModTime(), path: filepath.Join(dir, f.Name())})
	}
	slices.SortFunc(values, func(a, b Value) int { return b.Used.Compare(a.Used) })
	return values, err
}

// Clear removes the values with the given names, or all if there is none.
func (s Store) Clear(names ...string) error {
	values, err := s.Values()
	if err != nil {
		return fmt.Errorf("memo: clear: %w", err)
	}
	var errs []error
	for _, v := range values {
		if len(names) > 0 && !slices.Contains(names, v.Name) {
			continue
		}
		if err := os.Remove(v.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("memo: clear: %w", err))
		}
	}
	return errors.Join(errs...)
}

// Clear removes the values with the given names from the user's store, or all
// if there is none.
func Clear(names ...string) error { return Store{}.Clear(names...) }
