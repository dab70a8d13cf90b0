//go:build !unix

package server

import "context"

// watchParent does nothing where a process cannot ask whether another lives.
func watchParent(context.Context, context.CancelFunc) {}
