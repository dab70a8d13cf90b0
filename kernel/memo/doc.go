// Package memo keeps values across the cells of a notebook, and across
// sessions.
//
// In a Go notebook declarations persist and values do not: every cell is a
// program of its own and computes its variables anew. What takes long is
// computed once with
//
//	var curves = memo.Must(memo.Do(ctx, "curves", memo.Inputs(model, weeks),
//		func(ctx context.Context) ([]Curve, error) { return simulate(ctx, model, weeks) }))
//
// and read from a file by later cells. The file is never stale. It is keyed by
//
//   - the name, the type of the value and the digest of the inputs,
//   - the code of the function: its tokens, those of everything it uses in its
//     own package, the packages of local modules that these import, the
//     versions of other modules, and the version of Go. Comments, layout,
//     other cells and what the function does not use do not count;
//   - the files that the function reads with [Open] or package mmm, which are
//     compared whenever the value is used.
//
// What else comes from outside (arguments, environment, time, files read with
// package os) must be among the inputs. So must variables whose value is not
// plain from their declaration, as data read from a file is.
//
// Where the source is not at hand, as in a program installed elsewhere, the
// whole executable counts as the code.
//
// A value is stored by its MarshalBinary, or by package gob, and only if it
// comes back equal. Entries are written beside their place, synced and renamed,
// and carry a checksum: a damaged one is computed anew. Several processes that
// want the same value compute it once. If the store cannot be used the value
// is computed and returned, with a warning on standard error.
//
// The store is a folder "mixmodel/memo" in the user's cache, or the one that
// the environment variable MIXMODEL_MEMO names; it holds 2 GiB at most and
// drops what was not used for 90 days. [Clear] empties it.
//
// The package works the same on stock GoNB, on the engine of this module and
// outside notebooks. Package mmm keeps fits by itself (FitCached): those are
// files with a name of the user's choice, which other programs open and which
// an interrupted fit resumes from. memo is for every other value.
package memo
