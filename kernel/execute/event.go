package execute

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// EventKind says what an Event reports.
type EventKind string

// The kinds of events.
const (
	Preparing  EventKind = "preparing"   // the engine is being built: Text says so
	Starting   EventKind = "starting"    // the engine starts
	CellStart  EventKind = "cell-start"  // a cell starts
	CellOutput EventKind = "cell-output" // a cell put something out: Output, and Text
	CellEnd    EventKind = "cell-end"    // a cell ended: Elapsed, and Err if it failed
	CellSkip   EventKind = "cell-skip"   // a cell was not run: Text says why
	CellFrozen EventKind = "cell-frozen" // a cell's outputs are those of an earlier run
	Warning    EventKind = "warning"     // a result could not be kept: Text says why
)

// Event is something that happened during a run.
type Event struct {
	Kind    EventKind
	Cell    int           // number among the code cells, from 1; 0 before the first
	Cells   int           // how many code cells there are
	ID      string        // the cell's id
	Line    string        // the first line of the cell's source that says something
	Text    string        // Preparing, CellSkip, Warning; CellOutput: the last line of a display that can be updated
	Output  *Output       // CellOutput
	Elapsed time.Duration // CellEnd, CellFrozen: of the cell
	Total   time.Duration // since Run began
	Err     error         // CellEnd
}

// JSONLines returns a function for Options.Progress that writes every event as
// one line of JSON:
//
//	{"event":"cell-start","cell":3,"cells":40,"id":"eda","line":"display.Show(...)","total":1.25}
//	{"event":"cell-output","cell":3,"cells":40,"id":"eda","type":"stream","name":"stdout","text":"hello\n","total":1.5}
//	{"event":"cell-end","cell":3,"cells":40,"id":"eda","elapsed":0.31,"total":1.56,"error":"..."}
//
// Times are seconds. Displays are told with their MIME types and, if they can
// be updated, the last line of their text, not with their contents: those are in
// the notebook.
func JSONLines(w io.Writer) func(Event) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return func(e Event) { _ = enc.Encode(e.line()) } // a reader that has gone must not end the run
}

// eventLine is an Event as JSON.
type eventLine struct {
	Event   EventKind `json:"event"`
	Cell    int       `json:"cell,omitempty"`
	Cells   int       `json:"cells"`
	ID      string    `json:"id,omitempty"`
	Line    string    `json:"line,omitempty"`
	Type    string    `json:"type,omitempty"`
	Name    string    `json:"name,omitempty"`
	MIME    []string  `json:"mime,omitempty"`
	Text    string    `json:"text,omitempty"`
	Elapsed *float64  `json:"elapsed,omitempty"`
	Total   float64   `json:"total"`
	Error   string    `json:"error,omitempty"`
}

func (e Event) line() eventLine {
	l := eventLine{Event: e.Kind, Cell: e.Cell, Cells: e.Cells, ID: e.ID, Line: e.Line, Text: e.Text, Total: e.Total.Seconds()}
	if e.Kind == CellEnd || e.Kind == CellFrozen {
		s := e.Elapsed.Seconds()
		l.Elapsed = &s
	}
	if e.Err != nil {
		l.Error = e.Err.Error()
	}
	if o := e.Output; o != nil {
		l.Type, l.Name, l.MIME = string(o.Type), o.Name, mimeTypes(o.Data)
		if o.Text != "" {
			l.Text = strings.ToValidUTF8(o.Text, "\ufffd")
		}
	}
	return l
}

func mimeTypes(data map[string]json.RawMessage) []string {
	return slices.Sorted(maps.Keys(data))
}
