package memo

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"mixmodel/kernel/trace"
)

// Open opens a file for reading, and notes its contents: a value of [Do] whose
// function called it is computed anew when the file has changed, and so is a
// cell that a runner would else replay. It is os.Open where nobody asks.
func Open(path string) (io.ReadCloser, error) {
	if trace.Enabled() {
		if err := trace.Append(trace.Of(trace.Read, path)); err != nil {
			return nil, fmt.Errorf("memo: open %s: %w", path, err)
		}
	}
	return os.Open(path)
}

// recorder knows which files are used while a value is computed. It is a
// runner to the program it is part of: it names a file in the variable of
// package trace, unless a runner has done so.
type recorder struct {
	path   string
	offset int64 // where the trace began
}

// own is the trace file of this process, shared by all values that are being
// computed: each then depends on the files of the others, too, which is safe.
var own ownTrace

type ownTrace struct {
	sync.Mutex
	path  string
	users int
}

func recording() (*recorder, error) {
	own.Lock()
	defer own.Unlock()
	if own.users == 0 && trace.Enabled() {
		path := unseen.getenv(trace.Variable)
		unseen.note(path)
		info, err := os.Stat(path)
		if err != nil {
			return &recorder{path: path}, nil // nothing was recorded yet
		}
		return &recorder{path: path, offset: info.Size()}, nil
	}
	if own.users == 0 {
		f, err := os.CreateTemp("", "memo-*.trace")
		if err != nil {
			return nil, err
		}
		f.Close()
		own.path = f.Name()
		os.Setenv(trace.Variable, own.path)
	}
	own.users++
	info, err := os.Stat(own.path)
	if err != nil {
		own.leave()
		return nil, err
	}
	return &recorder{path: own.path, offset: info.Size()}, nil
}

// files are those used since recording began. It is an error if they cannot
// be compared later.
func (r *recorder) files() ([]trace.Access, error) {
	files, err := trace.ReadFile(r.path, r.offset)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(a trace.Access) bool { return a.Op == trace.Keyed })
	for _, f := range files {
		switch {
		case f.Op == trace.Volatile:
			return nil, fmt.Errorf("it depends on %s, which cannot be compared later (want it read before, and among the inputs)", f.Path)
		case !f.Holds():
			return nil, fmt.Errorf("%s changed while the value was computed", f.Path)
		}
	}
	return files, nil
}

func (r *recorder) stop() {
	own.Lock()
	defer own.Unlock()
	if r.path == own.path {
		own.leave()
	}
}

// leave removes the trace after the last user. The lock is held.
func (o *ownTrace) leave() {
	if o.users--; o.users > 0 {
		return
	}
	os.Unsetenv(trace.Variable)
	os.Remove(o.path)
	o.path = ""
}
