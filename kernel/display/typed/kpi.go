package typed

import "slices"

// KPI is one number to lead with: a card of a report.
type KPI struct {
	ID    string `json:"id"`
	Label string `json:"label"` // "Return on ad spend"
	Finding
	Unit Unit `json:"unit"`
	// Good is the direction that is good news.
	Good Direction `json:"good,omitempty"`
	// Doubts belong beside the number wherever it is quoted.
	Doubts []Doubt `json:"doubts,omitempty"`
	// Note is a sentence on how to read the number.
	Note string `json:"note,omitempty"`
}

// Direction is where good news lies.
type Direction string

// The directions.
const (
	Neither Direction = ""
	Up      Direction = "up"
	Down    Direction = "down"
)

// Kind returns KindKPI.
func (KPI) Kind() Kind { return KindKPI }

// Name returns the id.
func (k KPI) Name() string { return k.ID }

// Validate returns all faults, joined.
func (k KPI) Validate() error {
	f := newFaults(k)
	f.some("label", k.Label)
	f.finding("estimate", k.Finding)
	f.unit("estimate", k.Unit)
	f.check(slices.Contains([]Direction{Neither, Up, Down}, k.Good), "good is %q (want %q or %q)", k.Good, Up, Down)
	f.doubts(k.Doubts)
	return f.err()
}
