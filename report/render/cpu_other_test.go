//go:build !unix

package render

import "time"

var start = time.Now()

// spent is wall time where the time of a process is not to be had.
func spent() time.Duration { return time.Since(start) }
