package engine

import "encoding/json"

// Kind tells what an output is, and which of its fields count.
type Kind int

// The kinds of output.
const (
	Stream  Kind = iota // Name, Text
	Display             // Data, Metadata, DisplayID, Update
	Error               // Name, Value, Traceback
	Comm                // Comm
)

// Output is something that a cell shows.
type Output struct {
	Kind Kind

	// Name is "stdout" or "stderr" of a Stream, or the kind of an Error, such as
	// "CompileError". Text is valid UTF-8.
	Name string
	Text string

	// Data has a representation for each MIME type, never none: a JSON string
	// for text, base64 in a JSON string for other bytes, or any JSON.
	Data     map[string]json.RawMessage
	Metadata map[string]json.RawMessage

	// DisplayID names a display that can be changed later. Update says that this
	// is such a change, of a display shown before in this session.
	DisplayID string
	Update    bool

	Value     string   // of an Error: one line or a few
	Traceback []string // of an Error: what a reader is shown, line by line

	Comm *CommMessage
}

// CommMessage is what a program sends to the front end's widgets.
type CommMessage struct {
	Address     string
	Value       any
	Request     bool // asks for the value at the address
	Subscribe   bool // wants to be told of changes at the address
	Unsubscribe bool
}
