package typed

import "slices"

// Unit says what a number counts. The zero Unit is a plain number.
type Unit struct {
	Of Measure `json:"of,omitempty"`
	// Currency stands before amounts of money and sales: "$". Empty where the
	// data do not say.
	Currency string `json:"currency,omitempty"`
	// Per is the period that a rate is for: "week"; "" for totals.
	Per string `json:"per,omitempty"`
}

// Measure is the kind of thing that a number counts.
type Measure string

// The measures.
const (
	Number   Measure = ""         // anything else
	Count    Measure = "count"    // a whole number of things
	Money    Measure = "money"    // money spent
	Sales    Measure = "sales"    // what media should drive, in the unit of the target
	Ratio    Measure = "ratio"    // sales per unit of money: a return of 2.3
	Fraction Measure = "fraction" // part of a whole, or a relative change; shown as a percentage
	Periods  Measure = "periods"  // a length of time, in periods of the data
)

var measures = []Measure{Number, Count, Money, Sales, Ratio, Fraction, Periods}

func (m Measure) known() bool { return slices.Contains(measures, m) }
