package mmm

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Channel is one media channel: the name to show and the column that holds its
// spend. An empty Name means the name of the column.
type Channel struct{ Name, Column string }

// Columns says which column of a table plays which role. Date, Target and at
// least one channel are required. A column with an explicit role is never
// picked by a prefix; columns without a role are not read.
type Columns struct {
	Date   string // one row per period
	Target string // what media should drive, usually sales

	// Channels are kept in the order given. ChannelPrefix adds every other
	// column that starts with it, named without the prefix, sorted by name.
	Channels      []Channel
	ChannelPrefix string

	// Controls are kept in the order given. ControlPrefix adds every other
	// column that starts with it, named without the prefix, in file order.
	Controls      []string
	ControlPrefix string

	// DateLayout is a layout of package time, such as "02/01/2006". Empty
	// means: the one layout that fits the whole column, an error if 3/8/2014
	// could be in March or in August.
	DateLayout string

	// Decimal is '.' or ','. Zero means: the one that fits all numbers of the
	// file, an error if 1.234 could be above a thousand or just above one.
	Decimal byte
}

// Limits of a table, against files that are something else.
const (
	MaxFileBytes = 64 << 20
	MaxRows      = 100_000
	MaxColumns   = 16_384
)

// ReadCSV reads a table from a file or an http(s) URL.
//
// The delimiter may be a comma, semicolon or tab; a byte order mark, currency
// signs, thousands separators and negative numbers in parentheses are
// understood. Blank and NA cells, text, negative spend, missing or repeated
// columns and periods are faults: all of them are returned at once as
// [*Faults], each with line, column, value and what was wanted. A missing
// number is never taken for 0. Empty rows at the end are ignored.
func ReadCSV(src string, c Columns) (*Data, error) {
	raw, name, err := load(src)
	if err != nil {
		return nil, err
	}
	return parseCSV(raw, name, c)
}

// ReadCSVFrom is [ReadCSV] from a reader; name stands for it in messages.
func ReadCSVFrom(r io.Reader, name string, c Columns) (*Data, error) {
	raw, err := readLimited(r)
	if err != nil {
		return nil, sourceError(name, err)
	}
	return parseCSV(raw, name, c)
}

func parseCSV(raw []byte, name string, c Columns) (*Data, error) {
	text, err := decodeText(raw)
	if err != nil {
		return nil, sourceError(name, err)
	}
	f := &Faults{Name: name}
	comma := detectDelimiter(text, c)
	tab, err := readTable(f, text, comma, c)
	if err != nil {
		return nil, sourceError(name, err)
	}
	d := tab.data(f, c)
	if err := f.err(); err != nil {
		slices.SortStableFunc(f.List, func(a, b *ParseError) int { return cmp.Compare(a.Line, b.Line) })
		return nil, err
	}
	d.name = name
	return d, nil
}

// roleKind is what a column is for.
type roleKind int

const (
	roleDate roleKind = iota
	roleTarget
	roleChannel
	roleControl
)

// role is a column of the table that is read.
type role struct {
	kind   roleKind
	name   string // to show
	column string // header
	index  int    // in the row
	cells  []string
}

// table is the part of a file that has roles, as text.
type table struct {
	roles []role
	lines []int // line of each row

	// unread rows were reported and have no cells; each stands for a period
	// that is in the file, though not readable.
	unread []bool
}

// place returns a fault's place: row t of column r.
func (tab *table) place(r *role, t int) ParseError {
	return ParseError{Line: tab.lines[t], Column: r.column, Value: r.cells[t]}
}

// readTable reads the header and the cells that have roles. Faults in single
// rows go to f; an error means that there is no table.
func readTable(f *Faults, text string, comma rune, c Columns) (*table, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	r.TrimLeadingSpace = comma != '\t' // a tab is a space to package csv
	header, err := r.Read()
	switch {
	case err == io.EOF:
		return nil, errors.New("the file is empty (want a header and one row per period)")
	case err != nil:
		return nil, fmt.Errorf("the header cannot be read: %w", err)
	case blankRow(header):
		return nil, errors.New("the first row is blank (want the header there)")
	case len(header) > MaxColumns:
		return nil, fmt.Errorf("the header has %d columns (want at most %d)", len(header), MaxColumns)
	}
	header = slices.Clone(header)
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	line, _ := r.FieldPos(0)
	tab := &table{roles: resolveRoles(f, header, line, c)}
	if err := tab.readRows(f, r, len(header)); err != nil {
		return nil, err
	}
	if len(tab.lines) == 0 {
		return nil, errors.New("there are no rows below the header (want one per period)")
	}
	return tab, nil
}

// readRows reads all rows, keeping only cells that have roles.
func (tab *table) readRows(f *Faults, r *csv.Reader, width int) error {
	var empty []int // lines of empty rows; a fault if others follow
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			f.add(faultRow, ParseError{Line: bad.StartLine}, "the row cannot be read: %w (want quotes only around a whole cell)", bad.Err)
			tab.addRow(bad.StartLine, nil)
			continue
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		if blankRow(rec) {
			empty = append(empty, line)
			continue
		}
		for _, l := range empty {
			f.add(faultRow, ParseError{Line: l}, "the row is empty (want one row per period; empty rows may only come last)")
		}
		empty = nil
		if len(rec) != width {
			f.add(faultRow, ParseError{Line: line}, "the row has %d cells, the header %d (want as many): a delimiter inside a cell needs quotes around the cell", len(rec), width)
			rec = nil
		}
		if len(tab.lines) == MaxRows {
			return fmt.Errorf("there are more than %d rows (want at most that)", MaxRows)
		}
		tab.addRow(line, rec)
	}
}

// addRow keeps the cells of a row that have roles; nil marks an unread row.
func (tab *table) addRow(line int, rec []string) {
	tab.lines = append(tab.lines, line)
	tab.unread = append(tab.unread, rec == nil)
	for i := range tab.roles {
		r := &tab.roles[i]
		cell := ""
		if rec != nil {
			cell = strings.Clone(strings.TrimSpace(rec[r.index]))
		}
		r.cells = append(r.cells, cell)
	}
}

func blankRow(rec []string) bool {
	for _, cell := range rec {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// data turns the text into numbers and dates. Its result is only meaningful if
// no fault was found.
func (tab *table) data(f *Faults, c Columns) *Data {
	d := &Data{}
	decimal := tab.decimal(f, c.Decimal)
	for i := range tab.roles {
		r := &tab.roles[i]
		if r.kind == roleDate {
			d.dates = tab.dates(f, r, c.DateLayout)
			continue
		}
		x := tab.numbers(f, r, decimal)
		switch r.kind {
		case roleTarget:
			d.target, d.targetName = x, r.name
		case roleChannel:
			d.channels, d.spend = append(d.channels, r.name), append(d.spend, x)
		case roleControl:
			d.controls, d.control = append(d.controls, r.name), append(d.control, x)
		}
	}
	if d.dates != nil {
		date := tab.roles[0] // resolveRoles puts it first
		d.step = checkCalendar(f, d.dates, func(t int) ParseError { return tab.place(&date, t) })
	}
	return d
}

// numbers parses a column, reporting every cell that is not a number it may
// hold. decimal 0 means that the column cannot be read; it was reported.
func (tab *table) numbers(f *Faults, r *role, decimal byte) []float64 {
	out := make([]float64, len(r.cells))
	for t, cell := range r.cells {
		if tab.unread[t] {
			continue
		}
		v, kind, err := parseCell(cell, decimal)
		if err == nil {
			kind, err = checkValue(v, r.kind == roleChannel)
		}
		if err != nil {
			f.add(kind, tab.place(r, t), "%w", err)
			continue
		}
		out[t] = v + 0 // -0 becomes 0
	}
	return out
}
