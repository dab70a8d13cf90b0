// Package engine runs the cells of a Go notebook: GoNB's dialect, compiled
// within the notebook's own module.
//
//	s, err := engine.Open(ctx, engine.Options{Dir: "notebooks"})
//	defer s.Close()
//	err = s.Execute(ctx, engine.Cell{ID: "eda", Source: source}, func(o engine.Output) { ... })
//
// A cell becomes a program, see package cell, which go build compiles as if it
// stood in a folder of the module: its go.mod and go.sum say which versions of
// which modules there are, nothing is fetched that they do not name, and
// nothing is written into it. A notebook outside any module gets a module of
// its own in the session's folder, $GONB_TMP_DIR, which holds the standard
// library and whatever "!*go get" adds.
//
// Cells that are prepared together are linked together, where that makes no
// difference to what they do: see [Session.Prepare].
//
// Outputs are exact: everything a program writes and displays is delivered
// before Execute returns, text in the order of its stream, and a display that
// the program waits for (as those of package display do, by gonbui.Sync) after
// all text that was written before it and before all that is written after.
// How the text of standard output and of standard error interleave is chance,
// and so is the place of text written after a display that was not waited for.
//
// Every program runs in a process group of its own, and nothing of it is left
// when its cell ends. The go command runs so too. What ! lines leave behind in
// the background lives until the session is closed. All this ends also if the
// process that holds the session is killed.
//
// On systems other than Unix cells run, but displays, which need pipes with
// names, do not.
package engine
