// Package complete answers what an editor asks about Go cells while they are
// being written: which names could come here, what does this name mean, is the
// text complete?
//
//	s := complete.New(complete.Options{Dir: root})
//	c := s.Complete(ctx, remembered, "%%\nfmt.Pri", 9)
//	fmt.Println(c.Matches) // Print, Printf, Println, with their types
//
// It needs no gopls. Cells are type-checked with go/types against the compiler's
// export data, which the go command keeps in its build cache, and the words come
// from the packages' own comments. A name that was never asked about costs what
// `go list -export` costs, some 0.1 s; after that the answer takes milliseconds.
//
// Special commands (lines that begin with % or !) are completed and explained
// too, right beside the Go code of the same cell.
package complete
