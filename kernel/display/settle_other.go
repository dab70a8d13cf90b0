//go:build !linux

package display

import "time"

// settle gives GoNB time to take what the cell has printed before a display
// follows. Prints and displays reach it through different pipes, and what it
// reads first comes first in the notebook.
func settle() { time.Sleep(3 * time.Millisecond) }
