package mmm

import (
	"fmt"
	"strings"
)

// ParseError is one fault in input data: where it is, what was found and, in
// Err, what was wanted. [ReadCSV] and [NewData] return all faults of an input
// at once; errors.As finds the first, [Faults] holds them all.
type ParseError struct {
	Name   string // file, URL or data set
	Line   int    // line in the file, from 1; 0 if the data is not from a file
	Row    int    // period, from 0, if Line is 0
	Column string // "" if the fault is not in one column
	Value  string // the cell as written; "" if blank or not about one cell
	Err    error  // what is wrong and what was wanted

	kind faultKind
}

// Error returns, for example,
// `mmm: read sales.csv: line 14, column "tv": spend is -320 (want >= 0)`.
func (e *ParseError) Error() string { return "mmm: read " + e.Name + ": " + e.text() }

// Unwrap returns Err.
func (e *ParseError) Unwrap() error { return e.Err }

// text is the message without the name of the source.
func (e *ParseError) text() string {
	var where []string
	switch {
	case e.Line > 0:
		where = append(where, fmt.Sprintf("line %d", e.Line))
	case e.Row >= 0:
		where = append(where, fmt.Sprintf("row %d", e.Row))
	}
	if e.Column != "" {
		where = append(where, fmt.Sprintf("column %q", shown(e.Column)))
	}
	if len(where) == 0 {
		return e.Err.Error()
	}
	return strings.Join(where, ", ") + ": " + e.Err.Error()
}

// faultKind groups faults of one sort when they are printed.
type faultKind int

const (
	faultSource   faultKind = iota // the file as a whole
	faultHeader                    // missing, repeated or doubly used columns
	faultRow                       // a line that is not a row of the table
	faultDate                      // a cell that is not a date
	faultOrder                     // dates not ascending, repeated
	faultGap                       // periods missing or off the step
	faultBlank                     // blank, NA
	faultNumber                    // not a finite number
	faultNegative                  // negative spend
)

// maxFaultsPrinted is how many faults of one kind Faults.Error lists.
const maxFaultsPrinted = 20

// Faults is every fault found in one input. Its message lists the first 20 of
// each kind and counts the rest; List and errors.As see all of them.
type Faults struct {
	Name string        // file, URL or data set
	List []*ParseError // in order of discovery, at least one
}

// Error returns one line per fault, at most 20 of each kind.
func (f *Faults) Error() string {
	if len(f.List) == 1 {
		return f.List[0].Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "mmm: read %s: %d faults:", f.Name, len(f.List))
	var order []faultKind
	byKind := map[faultKind][]*ParseError{}
	for _, e := range f.List {
		if byKind[e.kind] == nil {
			order = append(order, e.kind)
		}
		byKind[e.kind] = append(byKind[e.kind], e)
	}
	for _, k := range order {
		list := byKind[k]
		for _, e := range list[:min(len(list), maxFaultsPrinted)] {
			b.WriteString("\n\t" + e.text())
		}
		if more := len(list) - maxFaultsPrinted; more > 0 {
			fmt.Fprintf(&b, "\n\tand %d more faults like the last", more)
		}
	}
	return b.String()
}

// Unwrap returns every fault, for errors.Is and errors.As.
func (f *Faults) Unwrap() []error {
	out := make([]error, len(f.List))
	for i, e := range f.List {
		out[i] = e
	}
	return out
}

// add appends a fault that has its place filled in.
func (f *Faults) add(kind faultKind, at ParseError, format string, args ...any) {
	at.Name, at.kind = f.Name, kind
	at.Err = fmt.Errorf(format, args...)
	f.List = append(f.List, &at)
}

// addWhole appends a fault of the input as a whole.
func (f *Faults) addWhole(kind faultKind, format string, args ...any) {
	f.add(kind, ParseError{Row: -1}, format, args...)
}

// err returns f, or nil if nothing was found.
func (f *Faults) err() error {
	if len(f.List) == 0 {
		return nil
	}
	return f
}

// maxShown is how many bytes of a cell or header a message shows.
const maxShown = 60

// shown cuts a text from a file to a length fit for a message.
func shown(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "..."
}
