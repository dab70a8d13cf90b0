//go:build !unix

package freeze

import "io/fs"

var errNotFolder error = fs.ErrNotExist
