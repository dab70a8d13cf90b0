package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// Only the first collection waits: a preview or a run that goes on for hours
// collects as usual.
func TestCollectingLateEndsWithTheFirstCollection(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for notebook, percent := range map[int64]int{1 << 20: 100, 28 << 20: 20} {
		collectLate()
		makeRoom(notebook)
		if limit := debug.SetMemoryLimit(-1); limit != max(held, notebook+room) {
			t.Errorf("notebook of %d bytes: the limit is %d", notebook, limit)
		}
		for range 500 {
			runtime.GC()
			if debug.SetMemoryLimit(-1) == math.MaxInt64 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if got := debug.SetGCPercent(100); debug.SetMemoryLimit(-1) != math.MaxInt64 || got != percent {
			t.Errorf("notebook of %d bytes: still limited, or %d percent instead of %d", notebook, got, percent)
		}
	}
}
