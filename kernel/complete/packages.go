package complete

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/doc"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// packages finds the packages that cells import: their types in the compiler's
// export data, their words in their source.
type packages struct {
	options Options

	mu       sync.Mutex
	listed   map[string]listing // by import path
	fset     *token.FileSet
	imports  types.Importer // nil until the first import
	docs     map[string]*doc.Package
	standard []string // paths of the standard library
	own      []string // paths of the main module's packages
}

// listing is what the go command knows about a package.
type listing struct {
	export   string // file
	dir      string
	files    []string
	standard bool // part of Go itself
	err      error
}

const listFormat = "{{.ImportPath}}\t{{.Standard}}\t{{.Export}}\t{{.Dir}}\t{{join .GoFiles \",\"}},{{join .CgoFiles \",\"}}"

// list returns the output's lines of go list.
func (p *packages) list(ctx context.Context, arguments ...string) ([]string, error) {
	arguments = append([]string{"list", "-e"}, arguments...)
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = p.options.Dir
	cmd.Env = append(cmd.Environ(), p.options.Env...)
	if at := p.options.TempDir; at != nil && at() != "" {
		cmd.Env = append(cmd.Env, "GOTMPDIR="+at())
	}
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n"), nil
}

// load asks the go command for packages and all that they depend on, unless
// they are known.
func (p *packages) load(ctx context.Context, paths []string) error {
	paths = slices.DeleteFunc(slices.Clone(paths), func(path string) bool {
		return path == "unsafe" || path == "C" || p.listed[path].export != "" || p.listed[path].err != nil
	})
	if len(paths) == 0 {
		return nil
	}
	arguments := append([]string{"-export", "-deps"}, p.options.Flags...)
	arguments = append(arguments, "-f", listFormat, "--")
	lines, err := p.list(ctx, append(arguments, paths...)...)
	if err != nil {
		return err
	}
	for _, line := range lines {
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			continue
		}
		if old := p.listed[f[0]]; old.export != f[2] {
			if old.export != "" { // it has changed, and so may all that use it
				p.imports, p.docs = nil, nil
			}
			p.listed[f[0]] = listing{standard: f[1] == "true", export: f[2], dir: f[3], files: strings.FieldsFunc(f[4], func(r rune) bool { return r == ',' })}
		}
	}
	for _, path := range paths {
		if l := p.listed[path]; l.export == "" {
			l.err = fmt.Errorf("package %s cannot be compiled or does not exist", path)
			p.listed[path] = l
		}
	}
	return nil
}

// importsOf returns what Go source imports.
func importsOf(src string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if f == nil || err != nil {
		return nil
	}
	return imported([]*ast.File{f})
}

// refresh asks for packages as if they were not known, so that changed source
// is seen.
func (p *packages) refresh(ctx context.Context, paths []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.listed
	p.listed = make(map[string]listing, len(known))
	p.own = nil
	err := p.load(ctx, paths)
	for path, l := range known {
		switch now, ok := p.listed[path]; {
		case !ok && l.err == nil:
			p.listed[path] = l
		case ok && now.export != l.export:
			p.imports, p.docs = nil, nil
		}
	}
	return err
}

// Import returns a package that was loaded. The mutex is held.
func (p *packages) Import(path string) (*types.Package, error) {
	if p.imports == nil {
		p.fset = token.NewFileSet()
		p.imports = importer.ForCompiler(p.fset, "gc", p.open)
	}
	if l := p.listed[path]; l.err != nil {
		return nil, l.err
	}
	return p.imports.Import(path)
}

func (p *packages) open(path string) (io.ReadCloser, error) {
	l := p.listed[path]
	if l.export == "" {
		return nil, fmt.Errorf("no export data of %s", path)
	}
	return os.Open(l.export)
}

// documentation returns a package's words. The mutex is held.
func (p *packages) documentation(path string) (*doc.Package, error) {
	if d := p.docs[path]; d != nil {
		return d, nil
	}
	l, ok := p.listed[path]
	if !ok || l.dir == "" {
		return nil, fmt.Errorf("the source of %s is not at hand", path)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range l.files {
		f, err := parser.ParseFile(fset, filepath.Join(l.dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	d, err := doc.NewFromFiles(fset, files, path)
	if err != nil {
		return nil, err
	}
	if p.docs == nil {
		p.docs = make(map[string]*doc.Package)
	}
	p.docs[path] = d
	return d, nil
}

// builtins returns the words about what the language itself declares.
func (p *packages) builtins(ctx context.Context) (*doc.Package, error) {
	if d := p.docs["builtin"]; d != nil {
		return d, nil
	}
	lines, err := p.list(ctx, "-f", "{{.Dir}}", "builtin")
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, filepath.Join(lines[0], "builtin.go"), nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	d, err := doc.NewFromFiles(fset, []*ast.File{f}, "builtin", doc.AllDecls)
	if err == nil && p.docs != nil {
		p.docs["builtin"] = d
	}
	return d, err
}

// known returns the import paths that a cell may use: the standard library's
// and those of the module.
func (p *packages) known(ctx context.Context) []string {
	if p.standard == nil {
		if lines, err := p.list(ctx, "std"); err == nil {
			p.standard = slices.DeleteFunc(lines, func(path string) bool {
				return strings.Contains(path, "internal") || strings.HasPrefix(path, "vendor/")
			})
		}
	}
	if p.own == nil {
		if lines, err := p.list(ctx, "-f", "{{if ne .Name \"main\"}}{{.ImportPath}}{{end}}", "./..."); err == nil {
			p.own = slices.DeleteFunc(lines, func(path string) bool { return path == "" || strings.Contains(path, "/internal") })
		}
	}
	return slices.Concat(p.own, p.standard)
}

// named returns the package of the standard library that an identifier would
// mean if it were imported, "" if there is none or more than one.
func (p *packages) named(ctx context.Context, name string) string {
	found := ""
	for _, candidate := range p.known(ctx) {
		if path.Base(candidate) != name {
			continue
		}
		if found != "" && strings.Count(found, "/") <= strings.Count(candidate, "/") {
			continue // "rand" is math/rand, not crypto/rand; "template" is the shorter
		}
		found = candidate
	}
	return found
}

func printable(b *bytes.Buffer) string { return strings.TrimSpace(b.String()) }
