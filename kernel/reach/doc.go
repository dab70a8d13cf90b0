// Package reach tells which code of a program has a say in what a run of it
// does, and hashes that.
//
// A program is a main package and packages whose source is at hand. Its init
// functions and the variables whose values take a call to compute act by
// themselves; from those and from main, whatever is mentioned is reached, and
// with a type all its methods, since an interface or reflection may find them.
// That is more than runs, never less. What is not reached does not count, nor
// do comments, layout and the order of functions.
//
//	main, _ := reach.Parse(reach.Source{Path: "main", ...})
//	r := reach.From(main, packages)
//	reach.From(main, packages).WriteHash(hash, false)
//
// Names are resolved without types: one that may be that of a field or that of
// a declaration is taken for both.
//
// Where the code stands counts only for functions that tell it, as
// [runtime.Caller] does. Whoever hashes looks for them in [Reached.Outside].
package reach
