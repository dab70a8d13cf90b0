package nbformat

import (
	"encoding/json"
	"maps"
	"slices"
)

// Notebook is a notebook in the shape of format 4.5.
type Notebook struct {
	Cells    []*Cell
	Metadata Metadata // "kernelspec", "language_info" and whatever tools add

	// NBFormat and NBFormatMinor are the version of the file that was read,
	// for information: Write always writes 4.5.
	NBFormat, NBFormatMinor int

	Extra map[string]json.RawMessage // top-level fields the format does not name
}

// CellType says what a cell holds.
type CellType string

// The cell types of the format.
const (
	Code     CellType = "code"
	Markdown CellType = "markdown"
	Raw      CellType = "raw"
)

// Cell is one cell of a notebook.
type Cell struct {
	ID       string // 1 to 64 of [a-zA-Z0-9-_], unique in the notebook
	Type     CellType
	Source   string
	Metadata Metadata

	// Attachments are the files of a Markdown or raw cell by name; nil is none.
	Attachments map[string]MIMEBundle

	// ExecutionCount and Outputs belong to code cells. A count of 0 is
	// written as null: not executed.
	ExecutionCount int
	Outputs        []Output

	Extra map[string]json.RawMessage // fields the format does not name
}

// OutputType says which of Output's fields count.
type OutputType string

// The output types of the format.
const (
	Stream        OutputType = "stream"
	DisplayData   OutputType = "display_data"
	ExecuteResult OutputType = "execute_result"
	Error         OutputType = "error"
)

// Output is one output of a code cell.
type Output struct {
	Type OutputType

	Name, Text string // Stream: "stdout" or "stderr", and what was written

	Data           MIMEBundle // DisplayData and ExecuteResult
	Metadata       Metadata   // DisplayData and ExecuteResult, mostly by MIME type
	ExecutionCount int        // ExecuteResult; 0 is null

	EName, EValue string // Error
	Traceback     []string

	Extra map[string]json.RawMessage // fields the format does not name
}

// Tags returns the cell's tags, in order. Metadata that is no list of strings
// has none.
func (c *Cell) Tags() []string {
	var tags []string
	if !c.Metadata.Get(&tags, "tags") {
		return nil
	}
	return tags
}

// HasTag reports whether the cell has the tag.
func (c *Cell) HasTag(tag string) bool { return slices.Contains(c.Tags(), tag) }

// Clone returns a copy that shares no slice or map with nb. The bytes of raw
// JSON values are shared: nothing in this package writes into them.
func (nb *Notebook) Clone() *Notebook {
	n := *nb
	n.Metadata = maps.Clone(nb.Metadata)
	n.Extra = maps.Clone(nb.Extra)
	n.Cells = make([]*Cell, len(nb.Cells))
	for i, c := range nb.Cells {
		n.Cells[i] = c.Clone()
	}
	return &n
}

// Clone returns a copy of the cell, as [Notebook.Clone] does.
func (c *Cell) Clone() *Cell {
	n := *c
	n.Metadata = maps.Clone(c.Metadata)
	n.Extra = maps.Clone(c.Extra)
	if c.Attachments != nil {
		n.Attachments = make(map[string]MIMEBundle, len(c.Attachments))
		for name, b := range c.Attachments {
			n.Attachments[name] = maps.Clone(b)
		}
	}
	n.Outputs = slices.Clone(c.Outputs)
	for i := range n.Outputs {
		o := &n.Outputs[i]
		o.Data = maps.Clone(o.Data)
		o.Metadata = maps.Clone(o.Metadata)
		o.Extra = maps.Clone(o.Extra)
		o.Traceback = slices.Clone(o.Traceback)
	}
	return &n
}
