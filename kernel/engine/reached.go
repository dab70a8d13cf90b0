package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"mixmodel/kernel/memo"
	"mixmodel/kernel/reach"
)

// Of packages of the notebook's own modules, what a program reaches counts, not
// the whole: an unused function does not thaw a result. Others count as they
// are compiled.

// own reports whether the source of a package is in a folder of the user's,
// and all there is to it.
func (p *listed) own() bool {
	m := p.Module
	return !p.Standard && m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "") &&
		p.Error == nil && len(p.ImportMap) == 0 &&
		len(p.CgoFiles)+len(p.CFiles)+len(p.CXXFiles)+len(p.MFiles)+len(p.FFiles)+len(p.SwigFiles)+len(p.SwigCXXFiles) == 0
}

// readable returns which of the packages, those of a program, are own and not
// imported by others that are not: of those it is not known what they use.
func (k *packages) readable(paths, flags []string) map[string]bool {
	own := map[string]bool{}
	if slices.ContainsFunc(flags, func(f string) bool { return strings.Contains(f, "-overlay") }) {
		return own // files are others than they seem
	}
	var todo []*listed
	for _, path := range paths {
		if p := k.list[path]; p != nil && p.own() && !k.bad[path] {
			own[path] = true
		} else if p != nil {
			todo = append(todo, p)
		}
	}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, path := range p.Imports {
			if own[path] {
				delete(own, path)
				todo = append(todo, k.list[path])
			}
		}
	}
	return own
}

// sources returns the packages of a program that are readable, parsed.
func (k *packages) sources(paths, flags []string) map[string]*reach.Package {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		found := map[string]*reach.Package{}
		bad := len(k.bad)
		own := k.readable(paths, flags)
		k.read(own)
		if len(k.bad) > bad {
			continue
		}
		for path := range own {
			found[path] = k.parsed[path]
		}
		return found
	}
}

// read parses packages, if that has not been done.
func (k *packages) read(paths map[string]bool) {
	var mu sync.Mutex
	var parsing sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for path := range paths {
		if k.parsed[path] != nil {
			continue
		}
		parsing.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			p, err := k.parse(k.list[path])
			mu.Lock()
			defer mu.Unlock()
			if k.parsed[path] = p; err != nil {
				k.bad[path] = true
			}
		})
	}
	parsing.Wait()
}

func (k *packages) parse(p *listed) (*reach.Package, error) {
	s := reach.Source{Path: p.ImportPath, Version: p.Module.GoVersion, Name: k.name}
	for _, name := range p.GoFiles {
		text, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		s.Files = append(s.Files, reach.File{Name: name, Text: text})
	}
	var err error
	if s.Other, err = contents(p.Dir, slices.Concat(p.SFiles, p.HFiles, p.SysoFiles)); err != nil {
		return nil, err
	}
	if s.Embedded, err = contents(p.Dir, p.EmbedFiles); err != nil {
		return nil, err
	}
	return reach.Parse(s)
}

func (k *packages) name(path string) string {
	if p := k.list[path]; p != nil {
		return p.Name
	}
	return ""
}

// contents are those of files, Go less its comments and layout: a package that
// embeds sources wants to know code.
func contents(dir string, names []string) ([]byte, error) {
	var all bytes.Buffer
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, ".go") {
			text = reach.Tokens(text)
		}
		fmt.Fprintf(&all, "%s %d\n%s\n", name, len(text), text)
	}
	return all.Bytes(), nil
}

// tellsLines reports whether something is mentioned that tells where code
// stands, so that what a program prints may change with a line.
func (k *packages) tellsLines(r *reach.Reached) bool {
	for m := range r.Outside() {
		// memo finds the source of a function by its line; what it returns does
		// not depend on it.
		if m.By != memoPath && m.Path != memoPath && k.lineTeller(m.Path, m.Name.Name) {
			return true
		}
	}
	return false
}

var memoPath = reflect.TypeFor[memo.Store]().PkgPath()

// lineTellers are functions of the standard library that tell lines; "" is all
// of a package.
var lineTellers = map[string][]string{
	"runtime":       {"Caller", "Callers", "CallersFrames", "FuncForPC", "Stack"},
	"runtime/debug": {"Stack", "PrintStack"},
	"runtime/pprof": {""},
	"runtime/trace": {""},
	"testing":       {""},
	"log":           {"SetFlags", "Default", "New", "Lshortfile", "Llongfile"},
	"log/slog":      {"HandlerOptions"},
}

func (k *packages) lineTeller(path, name string) bool {
	if tellers, ok := lineTellers[path]; ok {
		return slices.Contains(tellers, name) || tellers[0] == ""
	}
	p := k.list[path]
	if p == nil || p.Standard || !slices.Contains(p.Imports, "runtime") {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	tells, known := k.tells[path]
	if !known {
		tells = slices.ContainsFunc(p.GoFiles, func(name string) bool {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			return err != nil || places.Match(text)
		})
		k.tells[path] = tells
	}
	return tells
}

// places are functions by which a package, such as one that logs, finds out
// from where it was called.
var places = regexp.MustCompile(`\b(Callers?|CallersFrames|FuncForPC)\b`)

// language returns the lines of a go.mod that decide what Go code means.
func language(root string) string {
	raw, _ := os.ReadFile(filepath.Join(root, "go.mod"))
	var kept strings.Builder
	block := false
	for line := range strings.Lines(string(raw)) {
		line, _, _ := strings.Cut(strings.TrimSpace(line), "//")
		word, _, _ := strings.Cut(line, " ")
		if word == "go" || word == "godebug" || block {
			kept.WriteString(line + "\n")
		}
		block = strings.HasPrefix(line, "godebug (") || block && !strings.HasPrefix(line, ")")
	}
	return kept.String()
}
