// Package client runs notebooks on stock GoNB, without Jupyter, Python or a
// browser.
//
// [Run] builds the pinned GoNB on first use (into the user's cache), starts
// it, sends it one code cell after another over ZeroMQ and puts what comes
// back into the notebook:
//
//	nb, err := nbformat.ReadFile("notebooks/case_study.ipynb")
//	...
//	err = client.Run(ctx, nb, client.Options{
//		Dir:  "notebooks",
//		Save: func(nb *nbformat.Notebook) error { return nbformat.WriteFile("out.ipynb", nb) },
//	})
//	if err != nil {
//		fmt.Fprintln(os.Stderr, client.Describe(err)) // the cell, its source, the error
//		os.Exit(client.ExitCode(err))
//	}
//
// Whatever happens (a cell that does not compile, panics or never ends, an
// interrupt, the death of the kernel), the notebook then holds every finished
// cell, the failing cell's output so far and an error output, and no process,
// pipe or temporary file stays behind.
//
// Two runs of the same notebook give the same bytes, provided that its cells
// do: there are no timestamps, execution counts run from 1, and stream output
// is joined. What stock GoNB cannot give is the order of prints relative to
// displays, unless a cell uses the display package only.
//
// The package needs named pipes, as GoNB does: it compiles on Windows, but Run
// fails there.
package client
