package brief

import "mixmodel/kernel/display/typed"

// Section is a part of the report.
type Section struct {
	ID, Title string
	Blocks    []Block
}

// Block is one of the types below.
type Block interface{ block() }

// Lead is what the reader must take away.
type Lead struct{ Text string }

// Paragraph is plain text.
type Paragraph struct{ Text string }

// List is a list of sentences. If Ordered, the first matters most.
type List struct {
	Items   []string
	Ordered bool
}

// Callout is a warning or a verdict in a box.
type Callout struct {
	Title, Text string
	Bad         bool
}

// Cards are numbers to lead with.
type Cards []Card

// Card is one of them.
type Card struct {
	ID, Label, Value, Interval string
	Bar                        *Bar
	Prior                      string // what was believed before, with its interval
	Tier                       typed.Tier
	Doubts                     []Doubt
	Note                       string
}

// Doubt is a claim and its probability.
type Doubt struct{ Claim, Probability string }

// Table is a table for reading; Data has the same numbers unrounded.
type Table struct {
	ID, Caption string
	Columns     []Column
	Rows        [][]Cell
	Total       bool // the last row is one
	Data        typed.Table
}

// Column is the head of a column.
type Column struct {
	Label   string
	Numeric bool
	Bars    bool // only pictures, which repeat what other columns say
}

// Cell is one cell: text, or a picture of a number. Sub stands below the text in
// small: the interval of an estimate.
type Cell struct {
	Text string
	Sub  string
	Bar  *Bar
	Tier typed.Tier
}

// Bar draws estimates on one axis from Min to Max. All lie within it.
type Bar struct {
	Min, Max  float64
	Value     *typed.Estimate
	Prior     *typed.Estimate
	Reference *float64 // a line: break-even, zero, today
	From, To  float64  // a change, if Change
	Change    bool
	Share     bool   // a filled bar from Min to Value.Mean
	Color     string // "#1f77b4"
	Text      string // what it shows
}

// Figures is where the figures on a topic go; a topic is a word in a figure's
// id: "fig-roas-by-channel" is on "roas".
type Figures struct{ Topics []string }

// Simulator is where the what-if calculator goes.
type Simulator struct{ Value typed.Simulator }

// Cells is where the cells with a tag go.
type Cells struct{ Tag string }

// Terms explains words.
type Terms []Term

// Term is a word and what it means.
type Term struct{ Word, Meaning string }

func (Lead) block()      {}
func (Paragraph) block() {}
func (List) block()      {}
func (Callout) block()   {}
func (Cards) block()     {}
func (Table) block()     {}
func (Figures) block()   {}
func (Simulator) block() {}
func (Cells) block()     {}
func (Terms) block()     {}
