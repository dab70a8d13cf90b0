package memo

import (
	"sync"
	"syscall"

	"mixmodel/kernel/trace"
)

// unseen is what the package itself looks at. A value is the same whatever the
// store holds and wherever sources are, so a runner that watches a program must
// not take these files for its inputs. It is told so by lines of a trace.
var unseen looks

type looks struct {
	mu    sync.Mutex
	known map[string]bool
	todo  []trace.Access
}

// note adds files and folders that are about to be looked at.
func (l *looks) note(paths ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil {
		l.known = make(map[string]bool)
	}
	for _, path := range paths {
		if !l.known[path] {
			l.known[path] = true
			l.todo = append(l.todo, trace.Of(trace.Keyed, path))
		}
	}
}

// getenv is os.Getenv past the hook by which a program can be watched.
func (l *looks) getenv(name string) string {
	value, _ := syscall.Getenv(name)
	return value
}

// tell records what was noted. If that fails the runner takes the files for
// inputs, which is safe.
func (l *looks) tell() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if trace.Append(l.todo...) == nil {
		l.todo = nil
	}
}
