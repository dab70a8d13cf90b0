package engine

import (
	"context"
	"sync"
)

// Key says what the outputs of a cell depend on, but for the files it reads.
type Key struct {
	// Digest is the hash of everything that goes into the cell's program and its
	// run: its code as far as it is reached, the compiled packages, Go's version
	// and the platform, flags, arguments and environment.
	Digest [32]byte

	// Why says why the cell's outputs cannot be kept under the Digest alone: it
	// runs a shell, writes a file. It is empty if they can.
	Why string
}

// deps knows the compiled packages.
type deps struct {
	mu sync.Mutex
}

// forget says that files may have changed.
func (d *deps) forget() {}

// Key returns the key of a cell, as it would run now. It compiles the packages
// that the cell imports, but not the cell.
func (s *Session) Key(ctx context.Context, c Cell) (Key, error) { return Key{}, nil }

// Skip remembers a cell without running it: its declarations, and the settings
// that its % lines change. ! lines are not run.
func (s *Session) Skip(c Cell) error { return nil }

func (s *Session) packageNames(ctx context.Context, env []string) func(string) string { return nil }
