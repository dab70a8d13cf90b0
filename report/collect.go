package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// A report is made in a fraction of a second, of which collecting garbage would
// be a fifth: the first collection waits until the process holds so much that
// it has to be.
const (
	held  = 40 << 20 // bytes held before the first collection
	room  = 14 << 20 // of them beside a large notebook
	large = 8 << 20  // bytes of a notebook that fills the memory itself
)

// garbage is how much there may be after it, in percent of what is in use.
var garbage atomic.Int32

// collectLate puts off the first collection.
func collectLate() {
	garbage.Store(100)
	debug.SetMemoryLimit(held)
	debug.SetGCPercent(-1)
	runtime.SetFinalizer(&[64]byte{}, func(*[64]byte) {
		debug.SetGCPercent(int(garbage.Load()))
		debug.SetMemoryLimit(math.MaxInt64)
	})
}

// makeRoom does what is right beside a notebook of so many bytes: as much again
// for garbage would not be worth it.
func makeRoom(notebook int64) {
	if notebook > large {
		garbage.Store(20)
		if debug.SetMemoryLimit(-1) == held {
			debug.SetMemoryLimit(max(held, notebook+room))
		}
	}
}
