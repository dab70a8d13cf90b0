package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"mixmodel/kernel/cell"
	"mixmodel/kernel/reach"
)

// deps knows the packages that cells import, as the go command compiled them.
type deps struct {
	mu    sync.Mutex
	known map[string]*packages // by flags and environment
	names map[string]string    // package names by import path
	all   map[string][]candidate
}

// packages are those of one way to compile.
type packages struct {
	list map[string]*listed

	mu     sync.Mutex
	parsed map[string]*reach.Package // by path
	bad    map[string]bool           // those that cannot be parsed
	tells  map[string]bool           // see lineTeller
}

// listed is what the go command says about a package.
type listed struct {
	ImportPath string
	Name       string
	BuildID    string
	Export     string
	Deps       []string
	Imports    []string
	ImportMap  map[string]string
	Standard   bool
	Module     *listedModule

	Dir                                                       string
	GoFiles, CgoFiles, EmbedFiles                             []string
	SFiles, HFiles, SysoFiles                                 []string
	CFiles, CXXFiles, MFiles, FFiles, SwigFiles, SwigCXXFiles []string

	Error      *listError
	DepsErrors []*listError
}

type listedModule struct {
	Main      bool
	GoVersion string
	Replace   *struct{ Version string }
}

// listedFields are those that packages asks for.
const listedFields = "ImportPath,Name,BuildID,Export,Deps,Imports,ImportMap,Standard,Module,Dir,GoFiles,CgoFiles,EmbedFiles," +
	"SFiles,HFiles,SysoFiles,CFiles,CXXFiles,MFiles,FFiles,SwigFiles,SwigCXXFiles,Error,DepsErrors"

type listError struct{ Pos, Err string }

// forget says that files may have changed.
func (d *deps) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known, d.names, d.all = nil, nil, nil
}

// packages returns what is known of the paths and all they import, having
// compiled them.
func (s *Session) packages(ctx context.Context, st state, paths []string) (*packages, error) {
	s.deps.mu.Lock()
	defer s.deps.mu.Unlock()
	key := fmt.Sprintf("%q %q", st.goflags, st.env)
	known := s.deps.known[key]
	if known == nil {
		known = &packages{list: map[string]*listed{}, parsed: map[string]*reach.Package{}, bad: map[string]bool{}, tells: map[string]bool{}}
	}
	missing := func(p string) bool { return known.list[p] == nil && p != "unsafe" && p != "C" }
	if !slices.ContainsFunc(paths, missing) {
		return known, nil
	}
	// What other cells import will be asked for next: the go command takes its
	// time to start.
	want := slices.Concat(paths, st.program.Imports())
	slices.Sort(want)
	want = slices.DeleteFunc(slices.Compact(want), func(p string) bool { return !missing(p) })
	args := append([]string{"-deps", "-export", "-json=" + listedFields}, want...)
	list, err := s.list(ctx, st, nil, args...)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		known.list[p.ImportPath] = p
	}
	if s.deps.known == nil {
		s.deps.known = map[string]*packages{}
	}
	s.deps.known[key] = known
	return known, nil
}

// list runs go list -e. The units, if any, are to be listed among args.
func (s *Session) list(ctx context.Context, st state, units []*unit, args ...string) ([]*listed, error) {
	at := site{dir: s.root, env: st.env, remove: func() {}}
	if len(units) > 0 {
		dir, err := s.folder()
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if at, err = s.place(dir, units); err != nil {
			return nil, err
		}
	}
	defer at.remove()
	all := slices.Concat([]string{"list", "-e", "-trimpath", "-buildvcs=false"}, at.args, st.goflags, args)
	var out, said bytes.Buffer
	if err := s.goRun(ctx, at, &out, &said, all...); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("go list: %w: %s", err, s.clean(strings.TrimSpace(said.String())))
	}
	return decodeList(&out)
}

func decodeList(r io.Reader) ([]*listed, error) {
	var list []*listed
	dec := json.NewDecoder(r)
	for {
		p := new(listed)
		err := dec.Decode(p)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		list = append(list, p)
	}
}

// packageNames returns a function that tells the names of packages by their
// paths. It asks the go command, once for each path.
func (s *Session) packageNames(ctx context.Context, st state) cell.Names {
	return func(paths []string) []string {
		s.deps.mu.Lock()
		defer s.deps.mu.Unlock()
		if s.deps.names == nil {
			s.deps.names = map[string]string{}
		}
		known := s.deps.names
		unknown := slices.DeleteFunc(slices.Clone(paths), func(p string) bool { _, ok := known[p]; return ok })
		if len(unknown) > 0 {
			for _, p := range unknown {
				known[p] = ""
			}
			list, _ := s.list(ctx, st, nil, append([]string{"-json=ImportPath,Name"}, unknown...)...) // the compiler will complain
			for _, p := range list {
				known[p.ImportPath] = p.Name
			}
		}
		names := make([]string, len(paths))
		for i, p := range paths {
			names[i] = known[p]
		}
		return names
	}
}
