package main

import (
	"context"
	"os"
	"time"
)

// poll is how often the notebook's file is looked at, which takes microseconds.
const poll = 25 * time.Millisecond

// look is what tells one state of a file from another. Editors replace a file
// or write into it; either changes one of the two.
type look struct {
	modified time.Time
	size     int64
	there    bool
}

func lookAt(path string) look {
	info, err := os.Stat(path)
	if err != nil {
		return look{}
	}
	return look{info.ModTime(), info.Size(), true}
}

// watch calls changed at once and then whenever the file at path is another
// than before, until ctx ends. The look is taken before changed reads the
// file: what is written meanwhile is seen the next time.
func watch(ctx context.Context, path string, changed func()) {
	last := lookAt(path)
	changed()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := lookAt(path); now != last {
			last = now
			changed()
		}
	}
}
