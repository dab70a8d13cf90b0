package engine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// find looks for packages of the module and those it requires that have a
// name which a cell uses without importing it. It tells the path of each that
// is the only one: of the module itself, else of what it requires directly,
// else of the rest. Looking takes a second, once in a session.
func (s *Session) find(ctx context.Context, st state, names []string) []string {
	s.deps.mu.Lock()
	defer s.deps.mu.Unlock()
	if s.deps.all == nil {
		all, err := s.everyPackage(ctx, st)
		if err != nil {
			return nil // the compiler will say that the name is unknown
		}
		s.deps.all = all
	}
	var found []string
	for _, name := range names {
		if list := s.deps.all[name]; len(list) == 1 || len(list) > 1 && list[0].distance < list[1].distance {
			found = append(found, list[0].path)
		}
	}
	return found
}

// candidate is a package, and how far from the module it is.
type candidate struct {
	path     string
	distance int // 0: in the module, 1: required, 2: required by others
}

// everyPackage lists the packages that cells can import, by name, the nearest
// first.
func (s *Session) everyPackage(ctx context.Context, st state) (map[string][]candidate, error) {
	at := site{dir: s.root, env: append(slices.Clone(st.env), "GOPROXY=off")}
	distance := map[string]int{}
	patterns, err := s.modules(ctx, at, distance)
	if err != nil {
		return nil, err
	}
	var out, said bytes.Buffer
	args := []string{"list", "-e", "-find", "-f", "{{if .Module}}{{.Name}} {{.ImportPath}} {{.Module.Path}}{{end}}"}
	if err := s.goRun(ctx, at, &out, &said, append(args, patterns...)...); err != nil {
		return nil, err
	}
	all := map[string][]candidate{}
	for line := range strings.Lines(out.String()) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0] == "main" || hidden(f[1]) {
			continue
		}
		all[f[0]] = append(all[f[0]], candidate{f[1], distance[f[2]]})
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(a.distance, b.distance), strings.Compare(a.path, b.path))
		})
	}
	return all, nil
}

// modules returns the patterns of the module and those it requires.
func (s *Session) modules(ctx context.Context, at site, distance map[string]int) ([]string, error) {
	var out, said bytes.Buffer
	if err := s.goRun(ctx, at, &out, &said, "mod", "edit", "-json"); err != nil {
		return nil, err
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out.Bytes(), &mod); err != nil {
		return nil, err
	}
	patterns := []string{"./..."}
	for _, r := range mod.Require {
		patterns = append(patterns, r.Path+"/...")
		distance[r.Path] = 1
		if r.Indirect {
			distance[r.Path] = 2
		}
	}
	return patterns, nil
}

// hidden reports whether cells should not or cannot import a package.
func hidden(p string) bool {
	for dir := p; dir != "." && dir != "/"; dir = path.Dir(dir) {
		switch path.Base(dir) {
		case "internal", "vendor", "testdata":
			return true
		}
	}
	return false
}
