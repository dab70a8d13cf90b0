// Package execute runs notebooks without Jupyter: it sends the code cells to an
// [Engine], one after another, and puts what comes back into the notebook.
//
//	nb, err := nbformat.ReadFile("notebooks/case_study.ipynb")
//	...
//	err = execute.Run(ctx, nb, client.GoNB("notebooks"), execute.Options{
//		Dir:  "notebooks",
//		Save: func(nb *nbformat.Notebook) error { return nbformat.WriteFile("out.ipynb", nb) },
//	})
//	if err != nil {
//		fmt.Fprintln(os.Stderr, execute.Describe(err)) // the cell, its source, the error
//		os.Exit(execute.ExitCode(err))
//	}
//
// Whatever happens (a cell that does not compile, panics or never ends, an
// interrupt, the death of the kernel), the notebook then holds every finished
// cell, the failing cell's output so far and an error output.
//
// Two runs of the same notebook give the same bytes, provided that its cells
// do: there are no timestamps, execution counts run from 1, and stream output
// is joined.
package execute
