package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"mixmodel/kernel/cell"
	"mixmodel/kernel/reach"
)

// Key says what the outputs of a cell depend on, but for the files it reads.
type Key struct {
	// Digest is the hash of everything that goes into the cell's program and its
	// run: its code as far as it is reached, also in packages of the user's own
	// modules (see package reach), the other packages as they are compiled, Go's
	// version and the platform, flags, arguments, the folder relative to the
	// notebook's, and the environment as far as it was set for cells, is looked
	// up by name in the code, or changes what Go does. Lines count if the code
	// asks where it stands: it mentions [runtime.Caller], log flags or the like,
	// or a package that does so.
	Digest [32]byte

	// Why says why the outputs cannot be kept under the Digest alone: the cell
	// runs a shell, writes a file. It is empty if they can.
	Why string
}

// Freezable reports whether the cell's outputs may be kept under the Digest and
// the contents of the files it reads.
func (k Key) Freezable() bool { return k.Why == "" }

// Variables that change what any program does.
var watched = []string{"TZ", "LANG", "LC_ALL", "LC_NUMERIC", "LC_TIME", "GODEBUG", "GOMAXPROCS"}

// Key returns the key of a cell as it would run now. It compiles the packages
// that the cell imports, if they are not, but neither links nor runs the cell;
// a cell that is no valid Go is a *CompileError. It takes about 0.1 s for the
// first cell, and a few milliseconds for one that imports nothing new.
//
// What the packages are is looked up once in a session, and again after a !
// line or a %% command.
func (s *Session) Key(ctx context.Context, c Cell) (Key, error) {
	ctx, end, err := s.begin(ctx)
	if err != nil {
		return Key{}, err
	}
	defer end()
	parsed, syntax := cell.Parse(c.ID, c.Source)
	if why := unfrozen(parsed); why != "" {
		return Key{Digest: sha256.Sum256([]byte(c.Source)), Why: why}, nil
	}
	if syntax != nil {
		return Key{}, &CompileError{CellID: c.ID, Diagnostics: syntax.(cell.Diagnostics)}
	}
	st, err := s.current().settings(parsed, true)
	if err != nil {
		return Key{}, err
	}
	key, err := s.key(ctx, st, parsed)
	if err == nil && parsed.Go && s.opt.Watcher.Source != "" && !s.watches(parsed.Test, st.goflags) {
		key.Why = "it runs tests or sets -ldflags, so that it cannot be watched"
	}
	return key, err
}

// unfrozen says why the outputs of a cell cannot be kept.
func unfrozen(c *cell.Cell) string {
	if c.Magic != nil {
		return "it runs %%" + c.Magic.Name
	}
	for _, cmd := range c.Commands {
		switch {
		case cmd.Shell:
			return "it runs !" + cmd.Text
		case cmd.Name == "capture":
			return "it writes a file by %capture"
		}
	}
	return ""
}

func (s *Session) key(ctx context.Context, st state, c *cell.Cell) (Key, error) {
	h := sha256.New()
	rel, err := filepath.Rel(s.dir, st.dir)
	if err != nil {
		rel = st.dir
	}
	fmt.Fprintf(h, "mixmodel cell 2\n%q\n%q\n%q\n%q\n%q\n", s.goSettings, st.goflags, filepath.ToSlash(rel), s.opt.Env, st.env)
	fmt.Fprintf(h, "commands")
	for _, cmd := range c.Commands { // they show things, too
		fmt.Fprintf(h, " %q", cmd.Text)
	}
	if slices.ContainsFunc(c.Commands, func(cmd cell.Command) bool { return cmd.Name == "ls" || cmd.Name == "list" }) {
		fmt.Fprintf(h, "\n%q", st.program.Declarations())
	}
	if c.Go {
		if err := s.programKey(ctx, h, st, c); err != nil {
			return Key{}, err
		}
	}
	return Key{Digest: [32]byte(h.Sum(nil))}, nil
}

func (s *Session) programKey(ctx context.Context, h io.Writer, st state, c *cell.Cell) error {
	u, err := s.unit(ctx, st, c)
	if err != nil {
		return err
	}
	args := st.args
	if c.Test && len(args) == 0 {
		args = c.TestArgs()
	}
	fmt.Fprintf(h, "\n%q\n%t\n%s\n", args, c.Test, language(s.root))
	base := append(os.Environ(), s.opt.Env...)
	for _, name := range append(slices.Clone(watched), lookedUp(u.src.Text)...) {
		fmt.Fprintf(h, "%s=%q\n", name, getenv(base, name))
	}
	st.program = st.program.With(c)
	known, err := s.packages(ctx, st, u.src.Imports)
	if err != nil {
		return err
	}
	return known.codeKey(h, u, st.goflags)
}

// codeKey writes what identifies the code of a unit: what it reaches in itself
// and in packages of the user's, and the others as they are compiled.
func (k *packages) codeKey(h io.Writer, u *unit, flags []string) error {
	paths := closure(k.list, u.src.Imports)
	own := k.sources(paths, flags)
	for _, path := range paths {
		p := k.list[path]
		if p == nil || p.Error != nil || p.BuildID == "" && path != "unsafe" {
			return &CompileError{CellID: u.id, Diagnostics: []Diagnostic{{CellID: u.id, Message: "import " + path + ": " + problem(p)}}}
		}
		if own[path] == nil {
			// The half after the slash names the content, the other how it came about.
			fmt.Fprintf(h, "%s %s\n", path, p.BuildID[strings.LastIndexByte(p.BuildID, '/')+1:])
		}
	}
	main, err := reach.Parse(reach.Source{Path: "main", Name: k.name, All: u.src.Test, Files: []reach.File{{Name: u.file(), Text: u.src.Text}}})
	if err != nil {
		return err
	}
	r := reach.From(main, own)
	r.WriteHash(h, k.tellsLines(r))
	return nil
}

func problem(p *listed) string {
	if p == nil || p.Error == nil {
		return "no such package"
	}
	return p.Error.Err
}

// closure returns the paths and all that they import, sorted.
func closure(list map[string]*listed, paths []string) []string {
	var all []string
	for _, path := range paths {
		all = append(all, path)
		if p := list[path]; p != nil {
			all = append(all, p.Deps...)
		}
	}
	all = slices.DeleteFunc(all, func(p string) bool { return p == "unsafe" || p == "C" })
	slices.Sort(all)
	return slices.Compact(all)
}

var lookup = regexp.MustCompile(`\b(?:Getenv|LookupEnv|ExpandEnv)\(["` + "`" + `]([^"` + "`" + `]*)["` + "`" + `]\)`)

// lookedUp returns the variables that the code asks for by name.
func lookedUp(text []byte) []string {
	var names []string
	for _, m := range lookup.FindAllSubmatch(text, -1) {
		names = append(names, string(m[1]))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Skip remembers a cell as if it had run: its declarations, and what its %
// lines set. ! lines and %% commands are not run, and nothing is shown or
// compiled.
func (s *Session) Skip(c Cell) error {
	_, end, err := s.begin(context.Background())
	if err != nil {
		return err
	}
	defer end()
	parsed, syntax := cell.Parse(c.ID, c.Source)
	if syntax != nil {
		return &CompileError{CellID: c.ID, Diagnostics: syntax.(cell.Diagnostics)}
	}
	st, err := s.current().settings(parsed, true)
	if err != nil {
		return err
	}
	s.remember(st.then(parsed))
	return nil
}
