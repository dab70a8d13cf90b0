package freeze

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"mixmodel/kernel/trace"
)

// WatchSource is a Go file that becomes part of a cell's program, as the first
// of its files, to see what it reads. LinkFlag must be among the linker's flags:
// the file uses a hook of the standard library that is the go command's own.
//
//go:embed watch.txt
var WatchSource string

// What a watched program is built and started with.
const (
	LinkFlag      = "-checklinkname=0"
	WatchVariable = "MIXMODEL_WATCH" // names the file that it writes
)

// seen is a line of what a watched program wrote.
type seen struct{ op, name, found string }

func parseWatch(text string) ([]seen, error) {
	var list []seen
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if line == "" {
			continue
		}
		s, err := parseSeen(line)
		if err != nil {
			return nil, fmt.Errorf("freeze: what a program read: line %d is %q", n+1, line)
		}
		list = append(list, s)
	}
	return list, nil
}

func parseSeen(line string) (s seen, err error) {
	op, rest, _ := strings.Cut(line, " ")
	s.op = op
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return s, err
	}
	if s.name, err = strconv.Unquote(quoted); err != nil {
		return s, err
	}
	switch rest = strings.TrimPrefix(rest[len(quoted):], " "); op {
	case "env":
		return s, nil
	case "stat", "open":
		s.found, err = strconv.Unquote(rest)
		return s, err
	}
	return s, strconv.ErrSyntax
}

// Observation is what a cell's run depended on and left behind.
type Observation struct {
	Inputs []Input
	Files  []File

	// Unkept says why the result must not be kept; "" if it may be.
	Unkept string
}

// observer makes an Observation of what a program wrote about itself.
type observer struct {
	place   *Place
	ignored []string // files of the watch itself
	scratch string   // the folder of files that live as long as the session
	keyed   map[string]bool
	written map[string]bool
	inputs  map[Input]bool
	Observation
}

// Observe reads what a program that has ended wrote into watched and traced.
// scratch is the folder of the engine's session. Files that are renamed are
// seen too: package os looks at the new name first.
func (p *Place) Observe(watched, traced, scratch string) (*Observation, error) {
	raw, err := os.ReadFile(watched)
	if os.IsNotExist(err) {
		raw, err = nil, nil // no program was run
	}
	if err != nil {
		return nil, err
	}
	list, err := parseWatch(string(raw))
	if err != nil {
		return nil, err
	}
	accesses, err := trace.ReadFile(traced, 0)
	if err != nil {
		return nil, err
	}
	o := &observer{
		place: p, ignored: []string{watched, traced}, scratch: scratch,
		keyed: make(map[string]bool), written: make(map[string]bool), inputs: make(map[Input]bool),
	}
	for _, a := range accesses {
		o.declared(a)
	}
	for _, s := range list {
		o.observed(s)
	}
	for in := range o.inputs {
		o.Inputs = append(o.Inputs, in)
	}
	slices.SortFunc(o.Inputs, func(a, b Input) int {
		return strings.Compare(string(a.Kind)+a.Name+"\x00"+a.Digest, string(b.Kind)+b.Name+"\x00"+b.Digest)
	})
	slices.SortFunc(o.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return &o.Observation, nil
}

func (o *observer) unkept(format string, args ...any) {
	if o.Unkept == "" {
		o.Unkept = fmt.Sprintf(format, args...)
	}
}

func (o *observer) input(in Input) { o.inputs[in] = true }

// declared takes what the program itself says about a file.
func (o *observer) declared(a trace.Access) {
	switch a.Op {
	case trace.Volatile:
		o.unkept("it reads %s", a.Path)
	case trace.Keyed:
		o.keyed[a.Path] = true
	case trace.Write:
		o.left(a.Path, a.SHA256)
	case trace.Read:
		if !o.written[a.Path] {
			o.input(Input{FileInput, o.place.name(a.Path), a.SHA256})
		}
	}
}

// left notes a file as it was left.
func (o *observer) left(path, digest string) {
	o.written[path] = true
	o.Files = slices.DeleteFunc(o.Files, func(f File) bool { return f.Path == o.place.name(path) })
	if digest != "" {
		o.Files = append(o.Files, File{Path: o.place.name(path), SHA256: digest, Cache: o.keyed[path]})
	}
}

func (o *observer) observed(s seen) {
	if s.op == "env" {
		o.variable(s.name)
		return
	}
	path := filepath.Clean(s.name)
	stamp, executable := strings.CutSuffix(s.found, " executable")
	switch {
	case slices.Contains(o.ignored, path), isTerminal(path):
	case s.found == "device" && within(o.scratch, path): // the pipes of displays
	case o.keyed[path]:
		o.cache(path, stamp)
	case within("/proc", path), within("/sys", path), within("/dev", path):
		o.unkept("it reads %s", path)
	case o.scratch != "" && within(o.scratch, path):
		o.unkept("it uses $GONB_TMP_DIR")
	case s.op == "open" && isNameLookup(path):
		o.unkept("it looks up names on the network")
	case s.op == "open" && executable:
		o.unkept("it runs or reads the program %s", path)
	case s.found == "device":
		o.unkept("it uses %s, which is no file", path)
	case s.found == isFolder:
		o.folder(s.op, path)
	default:
		o.file(path, stamp)
	}
}

func isTerminal(path string) bool {
	return path == "/dev/null" || path == "/dev/tty" || path == "/dev/stdout" || path == "/dev/stderr" || within("/dev/fd", path)
}

func isNameLookup(path string) bool {
	return path == "/etc/resolv.conf" || path == "/etc/nsswitch.conf"
}

func (o *observer) variable(name string) {
	switch name {
	case WatchVariable, trace.Variable, "GONB_PIPE", "GONB_PIPE_BACK", "PWD":
	case "GONB_TMP_DIR":
		o.unkept("it uses $GONB_TMP_DIR")
	default:
		in := Input{Kind: EnvInput, Name: name}
		in.Digest, _ = o.place.digest(in)
		o.input(in)
	}
}

func (o *observer) folder(op, path string) {
	in := Input{FileInput, o.place.name(path), isFolder}
	if op == "open" {
		digest, err := listDigest(path)
		if err != nil {
			o.unkept("%v", err)
			return
		}
		in.Kind, in.Digest = ListInput, digest
	}
	o.input(in)
}

// cache notes a keyed file that the cell has changed, to spare others the work.
func (o *observer) cache(path, before string) {
	const most = 64 << 20
	now, err := stampOf(path)
	if err != nil || now == before || now == "" || !within(o.place.Root, path) {
		return
	}
	if info, err := os.Stat(path); err != nil || info.Size() > most {
		return
	}
	if digest, err := o.place.fileDigest(path); err == nil {
		o.left(path, digest)
	}
}

// file notes what a file was before the cell opened it, and that it has left
// it changed.
func (o *observer) file(path, before string) {
	if o.written[path] {
		return // seen before, or declared
	}
	now, err := stampOf(path)
	switch {
	case err != nil:
		o.unkept("%v", err)
		return
	case now == before && now == "":
		o.input(Input{FileInput, o.place.name(path), ""})
		return
	case now == "":
		o.unkept("it removes %s", path)
		return
	}
	// Known beforehand, if the same cell has written it in an earlier run.
	o.place.mu.Lock()
	known := o.place.digests[path]
	o.place.mu.Unlock()
	digest, err := o.place.fileDigest(path)
	if err != nil {
		o.unkept("%v", err)
		return
	}
	switch {
	case now == before:
		o.input(Input{FileInput, o.place.name(path), digest})
		return
	case before == "":
		o.input(Input{FileInput, o.place.name(path), ""})
	case known.stamp == before:
		o.input(Input{FileInput, o.place.name(path), known.digest})
	default:
		o.unkept("it changes %s, whose earlier contents are unknown", path)
	}
	o.left(path, digest)
}
