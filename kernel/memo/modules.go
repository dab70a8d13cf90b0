package memo

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mixmodel/kernel/reach"
)

// local are the modules whose sources are at hand, by module path.
type local map[string]module

type module struct {
	dir      string
	requires []string // "path version", and what replaces it
}

// modules finds the local modules: those around the notebook, the program's
// scratch folder (where stock GoNB has a workspace) and the current folder,
// and what they replace or use by a folder.
var modules = sync.OnceValue(func() local {
	found := make(local)
	for _, dir := range []string{unseen.getenv("GONB_TMP_DIR"), unseen.getenv("GONB_DIR"), "."} {
		if dir == "" {
			continue
		}
		if abs, err := filepath.Abs(dir); err == nil {
			found.above(abs)
		}
	}
	return found
})

// above adds the workspace and the module that dir is in.
func (l local) above(dir string) {
	for {
		if work, err := readModFile(filepath.Join(dir, "go.work")); err == nil {
			for _, use := range work["use"] {
				l.add(resolve(dir, use))
			}
		}
		if l.add(dir) || filepath.Dir(dir) == dir {
			return
		}
		dir = filepath.Dir(dir)
	}
}

// add adds the module in dir, and reports whether there is one.
func (l local) add(dir string) bool {
	mod, err := readModFile(filepath.Join(dir, "go.mod"))
	if err != nil || len(mod["module"]) != 1 {
		return false
	}
	name := mod["module"][0]
	if _, ok := l[name]; ok {
		return true
	}
	m := module{dir: dir, requires: mod["require"]}
	l[name] = m
	for _, r := range mod["replace"] {
		if _, by, _ := strings.Cut(r, " => "); strings.HasPrefix(by, ".") || filepath.IsAbs(by) {
			l.add(resolve(dir, by))
		} else {
			m.requires = append(m.requires, r)
		}
	}
	l[name] = m
	return true
}

func resolve(dir, to string) string {
	if filepath.IsAbs(to) {
		return to
	}
	return filepath.Join(dir, to)
}

// readModFile returns the lines of a go.mod or go.work by their verb, without
// comments and quotes.
func readModFile(name string) (map[string][]string, error) {
	unseen.note(name)
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	lines := make(map[string][]string)
	block := ""
	for line := range strings.Lines(string(raw)) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(strings.ReplaceAll(line, `"`, ""))
		switch {
		case len(words) == 0:
		case block != "" && words[0] == ")":
			block = ""
		case block != "":
			lines[block] = append(lines[block], strings.Join(words, " "))
		case len(words) == 2 && words[1] == "(":
			block = words[0]
		default:
			lines[words[0]] = append(lines[words[0]], strings.Join(words[1:], " "))
		}
	}
	return lines, nil
}

// dir is the folder of a package of a local module.
func (l local) dir(pkg string) (string, bool) {
	for prefix := pkg; ; prefix = path.Dir(prefix) {
		if m, ok := l[prefix]; ok {
			return filepath.Join(m.dir, filepath.FromSlash(strings.TrimPrefix(pkg, prefix))), true
		}
		if !strings.Contains(prefix, "/") {
			return "", false
		}
	}
}

// self is this package, which changes no value.
var self = reflect.TypeFor[Store]().PkgPath()

// fingerprint writes what identifies the packages and all they import: local
// ones by their sources, others by their versions. Those of the standard
// library go with the version of Go.
// No source may be newer than the time returned for the program to be made
// from it.
func (l local) fingerprint(w io.Writer, pkgs []string) (newest time.Time, err error) {
	seen := make(map[string]bool)
	foreign := make(map[string]bool) // modules
	for len(pkgs) > 0 {
		pkg := pkgs[0]
		pkgs = pkgs[1:]
		if seen[pkg] || pkg == self {
			continue
		}
		seen[pkg] = true
		dir, ok := l.dir(pkg)
		if !ok {
			if m := moduleOf(pkg); m != "" {
				foreign[m] = true
			} else if first, _, _ := strings.Cut(pkg, "/"); strings.Contains(first, ".") {
				return newest, errNoSource // neither local, nor known to the program
			}
			continue
		}
		one, err := sourcesIn(dir)
		if err != nil {
			return newest, err
		}
		fmt.Fprintf(w, "package %s %x\n", pkg, one.sum)
		pkgs = append(pkgs, one.imports...)
		newest = later(newest, one.newest)
	}
	l.writeVersions(w, foreign)
	return newest, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// writeVersions writes the versions of modules, and since these need others,
// of all that local modules require.
func (l local) writeVersions(w io.Writer, foreign map[string]bool) {
	var lines []string
	for m := range foreign {
		lines = append(lines, m)
	}
	if len(foreign) > 0 {
		for _, m := range l {
			lines = append(lines, m.requires...)
		}
	}
	slices.Sort(lines)
	for _, line := range slices.Compact(lines) {
		fmt.Fprintf(w, "module %s\n", line)
	}
}

// moduleOf is the path and version of the module that the package came from,
// "" if the program was built without one.
func moduleOf(pkg string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	best := ""
	var version string
	for _, d := range info.Deps {
		if (pkg == d.Path || strings.HasPrefix(pkg, d.Path+"/")) && len(d.Path) > len(best) {
			best, version = d.Path, d.Version
			if d.Replace != nil {
				version = d.Replace.Path + " " + d.Replace.Version
			}
		}
	}
	if best == "" {
		return ""
	}
	return best + " " + version
}

// sources are the contents of a package's folder.
type sources struct {
	sum     [sha256.Size]byte
	imports []string
	newest  time.Time // when the last file changed
}

// known keeps the sources of packages for the life of the program: what it was
// compiled from does not change any more.
var known sync.Map // dir -> sources

func sourcesIn(dir string) (sources, error) {
	if s, ok := known.Load(dir); ok {
		return s.(sources), nil
	}
	s, err := readSources(dir)
	if err == nil {
		known.Store(dir, s)
	}
	return s, err
}

// readSources reads all files of a package but tests: Go by its tokens, and
// what else is compiled in or embedded by its bytes.
func readSources(dir string) (s sources, err error) {
	unseen.note(dir)
	files, err := os.ReadDir(dir)
	if err != nil {
		return s, err
	}
	h := sha256.New()
	for _, f := range files {
		name := f.Name()
		if !f.Type().IsRegular() || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, ".") {
			continue
		}
		raw, changed, err := readSource(filepath.Join(dir, name))
		if err != nil {
			return s, err
		}
		s.newest = later(s.newest, changed)
		text := raw
		if strings.HasSuffix(name, ".go") {
			text = reach.Tokens(raw)
			imports, err := importsOf(raw)
			if err != nil {
				return s, err
			}
			s.imports = append(s.imports, imports...)
			changed, err := embedded(h, dir, raw)
			if err != nil {
				return s, err
			}
			s.newest = later(s.newest, changed)
		}
		fmt.Fprintf(h, "%s %d\n%s\n", name, len(text), text)
	}
	h.Sum(s.sum[:0])
	return s, nil
}

func importsOf(src []byte) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports = append(imports, path)
	}
	return imports, nil
}

// readSource returns the file and when it changed.
func readSource(name string) ([]byte, time.Time, error) {
	unseen.note(name)
	info, err := os.Stat(name)
	if err != nil {
		return nil, time.Time{}, err
	}
	raw, err := os.ReadFile(name)
	return raw, info.ModTime(), err
}

// embedded writes the files in folders below that the source embeds; those
// beside it are read anyway.
func embedded(w io.Writer, dir string, src []byte) (newest time.Time, err error) {
	for line := range bytes.Lines(src) {
		patterns, ok := bytes.CutPrefix(line, []byte("//go:embed "))
		if !ok {
			continue
		}
		for _, pattern := range strings.Fields(string(patterns)) {
			pattern = strings.TrimPrefix(strings.Trim(pattern, "\"`"), "all:")
			pattern = filepath.Join(dir, filepath.FromSlash(pattern))
			unseen.note(pattern, filepath.Dir(pattern))
			found, err := filepath.Glob(pattern)
			if err != nil {
				return newest, err
			}
			for _, at := range found {
				changed, err := writeTree(w, dir, at)
				if err != nil {
					return newest, err
				}
				newest = later(newest, changed)
			}
		}
	}
	return newest, nil
}

// writeTree writes an embedded file or folder. Sources that a package embeds
// to know its own code count as code.
func writeTree(w io.Writer, dir, at string) (newest time.Time, err error) {
	err = filepath.WalkDir(at, func(name string, e fs.DirEntry, err error) error {
		unseen.note(name)
		if err != nil || !e.Type().IsRegular() || filepath.Dir(name) == dir || strings.HasSuffix(name, "_test.go") {
			return err
		}
		raw, changed, err := readSource(name)
		if strings.HasSuffix(name, ".go") {
			raw = reach.Tokens(raw)
		}
		fmt.Fprintf(w, "%s %d\n%s\n", filepath.ToSlash(strings.TrimPrefix(name, dir)), len(raw), raw)
		newest = later(newest, changed)
		return err
	})
	return newest, err
}
