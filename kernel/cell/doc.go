// Package cell is the dialect of Go that GoNB's notebooks are written in: what
// a cell says, what is remembered of it, and the Go program it becomes. The
// functions are pure: they start no process and touch no file.
//
//	c, err := cell.Parse("eda", source)       // one cell: commands and declarations
//	src := program.With(c).Compose(c, nil)    // package main, as Go source
//
// A cell is a whole program: all declarations remembered from earlier cells,
// its own, and its main. Declarations are remembered by key: a later one of
// the same kind and name takes the place of the earlier. Values are not
// remembered, every program computes its variables anew.
//
// Every piece of the composed source carries the place it came from, as a line
// directive that names the file "/In/<cell id>.go". So compiler errors and
// panics speak of the cell and the line in it.
//
// # Differences from GoNB v0.11.4
//
// What GoNB accepts means the same here. Where GoNB loses or mangles
// something, this package does not:
//
//   - blank imports are all kept (GoNB keeps one), and so are imports whose
//     paths end alike but whose packages have different names
//     ("math/rand/v2", "encoding/json/v2");
//   - a constant of a block can be declared anew without breaking the block,
//     and a line of a block with several names keeps its iota;
//   - methods on generic types are told apart by their type;
//   - "var _ = f()" of a cell that is run again is not remembered twice;
//   - %exec alone in a cell runs the function;
//   - a line is dropped as a package clause only if it is one.
package cell
