//go:build unix

package freeze

import "syscall"

// errNotFolder is the error about a path through a file.
var errNotFolder error = syscall.ENOTDIR
