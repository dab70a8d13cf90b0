// Package nbformat reads and writes Jupyter notebooks.
//
// [Read] takes any notebook of format 3 and 4.0 to 4.5 and gives a [Notebook]
// in the shape of 4.5, the newest: multi-line text joined into one string,
// version 3 upgraded, every cell with a unique id. [Write] writes 4.5 with the
// very bytes that Python's nbformat writes (one space of indent, sorted keys,
// no escapes beyond JSON's own, text split in lines, a newline at the end), so
// that a notebook touched by either shows only true differences. Fields that
// the format does not name are kept.
//
//	nb, err := nbformat.ReadFile("case_study.ipynb")
//	if err != nil {
//		return err // "case_study.ipynb: nbformat: cell 3 (id "eda"): source is a number (want a string or a list of strings)"
//	}
//	for _, c := range nb.Cells {
//		fmt.Println(c.Type, c.Source)
//	}
//	return nbformat.WriteFile("copy.ipynb", nb)
//
// The package does not execute, render or sanitize notebooks: what a notebook
// holds is untrusted text. It limits size ([MaxBytes]) and nesting
// ([MaxDepth]) so that a hostile file costs a bounded amount of memory.
package nbformat
