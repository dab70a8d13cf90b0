package freeze

import (
	"mixmodel/kernel/nbformat"
)

// Mode says what is done with frozen results.
type Mode string

// The modes.
const (
	Off      Mode = "off"       // nothing is kept or given back
	Auto     Mode = "auto"      // results are given back and kept
	ReadOnly Mode = "read-only" // results are given back, none is kept
	Verify   Mode = "verify"    // every cell is run, and its result compared with the kept one
)

// Entry is the result of a cell, and what it depends on.
type Entry struct {
	Cell    string   `json:"cell"` // the id it had, for people
	Inputs  []Input  `json:"inputs,omitempty"`
	Outputs []Output `json:"outputs,omitempty"`
	Files   []File   `json:"files,omitempty"`
}

// Output is an output of the cell, or the last update of a display of an
// earlier cell.
type Output struct {
	nbformat.Output
	DisplayID string // if it can be updated
	Update    bool
}

// File is a file that the cell left changed. Its contents are kept beside the
// entry under the name of their digest.
type File struct {
	Path   string `json:"path"` // as that of an Input
	SHA256 string `json:"sha256"`

	// Cache says that the file changes no result: it is put back only if it is
	// missing, to save others the work.
	Cache bool `json:"cache,omitempty"`
}
