package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"mixmodel/kernel/cell"
)

// Options say how a session runs. All may be left zero.
type Options struct {
	// Dir is the notebook's folder, where cells run and which lies in the module
	// they are compiled in. Default: the current folder.
	Dir string

	// Env are further variables, "NAME=value", for programs, shell lines and the
	// go command. GOFLAGS and GOWORK of the environment do not reach the go
	// command; those named here do.
	Env []string

	// Watcher becomes part of every program, to see what it does. The zero one is
	// none.
	Watcher Watcher

	// MaxOutput is how many bytes a cell may show. Of more, the beginning and
	// the end are kept. 0 is 8 MiB.
	MaxOutput int64

	// Grace is how long a program may take to end after an interrupt, before it
	// is killed. 0 is 5 s.
	Grace time.Duration

	// Stall is how long a program may run without showing anything before it is
	// ended with ErrStalled. 0 is for ever.
	Stall time.Duration

	// Input asks the reader for a line of input. Without it there is none:
	// standard input is empty, and asking for input is an error.
	Input func(ctx context.Context, prompt string, password bool) (string, error)
}

// Watcher is code that sees what a program does.
type Watcher struct {
	Source    string // a Go file of package main, the first of each program
	LinkFlags string // what it needs of the linker

	// Files are variables that programs find set to the paths of files with
	// these names in the session's folder. They do not count for Key.
	Files map[string]string
}

const (
	defaultMaxOutput = 8 << 20
	defaultGrace     = 5 * time.Second
)

// Cell is a cell to run. The ID names it in errors; it should be unique.
type Cell struct{ ID, Source string }

// Session runs cells, one at a time, and remembers their declarations. Its
// methods may be called from several goroutines; cells then wait for each
// other.
type Session struct {
	opt   Options
	dir   string // of the notebook
	root  string // of the module that cells are compiled in
	owned bool   // whether that module is the session's own
	tmp   string // $GONB_TMP_DIR
	work  *scratch

	goSettings string // the version of Go and the platform
	release    string // of Go, "1.26.8"

	one sync.Mutex // held while a cell runs

	mu       sync.Mutex
	state    state
	next     state                   // after the cell that runs now
	stop     context.CancelCauseFunc // of what runs now
	closed   bool
	displays map[string]bool // ids that were shown
	comm     *back           // to the program that runs

	ahead *ahead
	deps  deps
	seq   atomic.Int64 // of folders for sources and programs
	ran   atomic.Int64 // nanoseconds that processes have run
}

// Open starts a session. It needs the go command. ctx bounds the start only.
func Open(ctx context.Context, o Options) (*Session, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("engine: %s is no folder", dir)
	}
	if o.MaxOutput <= 0 {
		o.MaxOutput = defaultMaxOutput
	}
	if o.Grace <= 0 {
		o.Grace = defaultGrace
	}
	work, err := newScratch()
	if err != nil {
		return nil, err
	}
	s := &Session{opt: o, dir: dir, work: work, tmp: filepath.Join(work.dir, "gonb"), displays: map[string]bool{}, ahead: newAhead()}
	s.state.dir = dir
	if err := s.openModule(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Folder returns the folder of what lives as long as the session does.
func (s *Session) Folder() string { return s.work.dir }

// Interrupt ends what Execute, Check or Key are doing with ErrInterrupted:
// compilation at once, a program by an interrupt signal and, after Grace, by
// force. It does nothing if nothing runs.
func (s *Session) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop(ErrInterrupted)
	}
}

// Close ends everything the session runs and removes its folder. The session
// cannot be used any more.
func (s *Session) Close() error {
	s.mu.Lock()
	s.closed = true
	if s.stop != nil {
		s.stop(ErrClosed)
	}
	s.mu.Unlock()
	s.ahead.close()
	s.one.Lock() // wait for what runs
	defer s.one.Unlock()
	return s.work.close()
}

// begin waits for its turn and returns a context that Interrupt ends. end must
// be called.
func (s *Session) begin(ctx context.Context) (_ context.Context, end func(), err error) {
	s.one.Lock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.one.Unlock()
		return nil, nil, ErrClosed
	}
	ctx, stop := context.WithCancelCause(ctx)
	s.stop = stop
	return ctx, func() {
		s.mu.Lock()
		s.stop = nil
		s.mu.Unlock()
		stop(nil)
		s.one.Unlock()
	}, nil
}

// Program returns the declarations remembered so far.
func (s *Session) Program() cell.Program {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.program
}

// Declarations lists what is remembered, by kind and key.
func (s *Session) Declarations() []cell.Declaration { return s.Program().Declarations() }

// Deliver hands a value of a widget to the running program, if it asked for
// the changes at that address.
func (s *Session) Deliver(address string, value any) bool {
	s.mu.Lock()
	comm := s.comm
	s.mu.Unlock()
	return comm != nil && comm.deliver(address, value)
}

func (s *Session) connectComm(b *back) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.comm = b
}
