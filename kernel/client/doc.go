// Package client runs cells on stock GoNB, without Jupyter, Python or a
// browser: it is the [execute.Engine] that proves a notebook to be one for any
// GoNB.
//
// [GoNB] builds the pinned GoNB on first use (into the user's cache), starts
// it, sends it one code cell after another over ZeroMQ and shows what comes
// back:
//
//	nb, err := nbformat.ReadFile("notebooks/case_study.ipynb")
//	...
//	err = execute.Run(ctx, nb, client.GoNB("notebooks"), execute.Options{Dir: "notebooks"})
//
// Whatever happens (a cell that does not compile, panics or never ends, an
// interrupt, the death of the kernel), no process, pipe or temporary file stays
// behind.
//
// What stock GoNB cannot give is the order of prints relative to displays,
// unless a cell uses the display package only.
//
// The package needs named pipes, as GoNB does: it compiles on Windows, but
// GoNB's start fails there.
package client
