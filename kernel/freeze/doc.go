// Package freeze keeps results of notebook cells and knows when they are out of
// date.
//
// GoNB's cells are whole programs without hidden state, so a cell's result is a
// function of its program, of the flags and the environment it is started with,
// and of the files it reads. A [Store] keeps results by a key of the program,
// which the engine makes; beside each result are its [Input]s: files and
// environment variables with the digests of what the program saw. A result is
// given back only if every input is what it was.
//
// Inputs are not declared but seen: the file [WatchSource] becomes part of
// every cell's program and writes down what goes through package os, the way the
// go command itself finds out what tests depend on. What it cannot see makes a
// cell one that is not kept (a program that starts another, that looks up a name on the
// network, that reads a device), or must be declared by the tag "volatile": a
// result that depends on time or chance.
//
// A store is a folder; each result has a folder of its own with plain JSON and
// the files that the cell wrote. Results are written aside, synced and renamed;
// their names are digests of their contents, so that a damaged one is none. The
// least recently used ones are removed first.
package freeze
