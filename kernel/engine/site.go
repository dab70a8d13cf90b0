package engine

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// site is where the go command runs, and what it is told about the place.
type site struct {
	dir    string
	env    []string // on top of what it has anyway
	args   []string
	remove func()
}

// place puts the units' sources where the go command finds them.
func (s *Session) place(dir string, units []*unit) (site, error) {
	dir = filepath.Join(dir, "src")
	at := site{dir: s.root, env: units[0].env, remove: func() { os.RemoveAll(dir) }}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return at, err
	}
	switch {
	case !covers(units[0].flags):
		overlay, err := s.overlay(dir, units)
		at.args = []string{"-overlay", overlay}
		return at, err
	case s.owned:
		at.remove = func() { // others may be built beside them
			for _, u := range units {
				os.RemoveAll(filepath.Join(s.root, cellFolder, u.name()))
			}
		}
		return at, s.write(s.root, units)
	}
	at.dir = dir
	at.env = append([]string{"GOWORK=" + filepath.Join(dir, "go.work")}, at.env...)
	return at, s.workspace(dir, units)
}

// covers reports whether the flags ask for coverage. The tool for that needs
// files that are there.
func covers(flags []string) bool {
	return slices.ContainsFunc(flags, func(f string) bool { return strings.HasPrefix(strings.TrimLeft(f, "-"), "cover") })
}

// overlay writes the units' sources into dir and tells the go command where to
// imagine them. It returns the overlay file.
func (s *Session) overlay(dir string, units []*unit) (string, error) {
	replace := map[string]string{}
	watcher := filepath.Join(dir, watcherFile)
	if err := os.WriteFile(watcher, []byte(s.opt.Watcher.Source), 0o600); err != nil {
		return "", err
	}
	for _, u := range units {
		file := filepath.Join(dir, u.name()+".txt")
		if err := os.WriteFile(file, u.src.Text, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(s.root, cellFolder, u.name(), u.file())] = file
		if s.watches(u.src.Test, u.flags) {
			replace[filepath.Join(s.root, cellFolder, u.name(), watcherFile)] = watcher
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, raw, 0o600)
}

// workspace makes dir a module with the units, in one workspace with the
// notebook's module.
func (s *Session) workspace(dir string, units []*unit) error {
	for name, text := range map[string]string{
		"go.mod":  fmt.Sprintf("module gonb_session\n\ngo %s\n", s.release),
		"go.work": fmt.Sprintf("go %s\n\nuse (\n\t.\n\t%q\n)\n", s.release, s.root),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return s.write(dir, units)
}

// write writes the units' sources as files of a module.
func (s *Session) write(root string, units []*unit) error {
	for _, u := range units {
		dir := filepath.Join(root, cellFolder, u.name())
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, u.file()), u.src.Text, 0o600); err != nil {
			return err
		}
		if s.watches(u.src.Test, u.flags) {
			if err := os.WriteFile(filepath.Join(dir, watcherFile), []byte(s.opt.Watcher.Source), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
