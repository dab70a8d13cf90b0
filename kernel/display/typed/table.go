package typed

import (
	"encoding/json"
	"math"
)

// Table is a table of numbers and names, column by column.
type Table struct {
	ID      string   `json:"id"`
	Caption string   `json:"caption,omitempty"`
	Columns []Column `json:"columns"`
	// Total says that the last row sums the others.
	Total bool `json:"total,omitempty"`
}

// Column holds either Text or Values, one entry per row.
type Column struct {
	Label string `json:"label"`
	Unit  Unit   `json:"unit,omitzero"`
	// Text is for names and dates (2018-01-28), aligned left.
	Text []string `json:"text,omitempty"`
	// Values are numbers, aligned right; a missing one is NaN here and null
	// in JSON.
	Values Numbers `json:"values,omitempty"`
	// Low and High, both or neither, make the column one of estimates: they
	// bound the interval around Values that holds Prob of the draws.
	Low  Numbers `json:"low,omitempty"`
	High Numbers `json:"high,omitempty"`
	Prob float64 `json:"prob,omitempty"`
}

// Len is the number of rows.
func (c Column) Len() int { return max(len(c.Text), len(c.Values)) }

// Len is the number of rows, the total among them.
func (t Table) Len() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].Len()
}

// Kind returns KindTable.
func (Table) Kind() Kind { return KindTable }

// Name returns the id.
func (t Table) Name() string { return t.ID }

// Validate returns all faults, joined.
func (t Table) Validate() error {
	f := newFaults(t)
	f.check(len(t.Columns) > 0, "it has no columns")
	f.table(t)
	return f.err()
}

func (f *faults) table(t Table) {
	for i, c := range t.Columns {
		f.check(c.Label != "", "column %d has no label", i+1)
		f.check(len(c.Text) == 0 || len(c.Values) == 0, "column %q has text and numbers (want one)", c.Label)
		f.length("column "+c.Label, c.Len(), t.Len())
		f.unit("column "+c.Label, c.Unit)
		f.length("column "+c.Label+": high", len(c.High), len(c.Low))
		if len(c.Low) > 0 {
			f.length("column "+c.Label+": low", len(c.Low), len(c.Values))
			f.check(c.Prob > 0 && c.Prob < 1, "column %q: probability of its intervals is %v (want between 0 and 1)", c.Label, c.Prob)
		}
		for _, xs := range []Numbers{c.Values, c.Low, c.High} {
			for _, x := range xs {
				f.check(!math.IsInf(x, 0), "column %q holds %v (want finite, or NaN for a missing number)", c.Label, x)
			}
		}
	}
}

// Numbers are numbers of which some may be missing: NaN in Go, null in JSON.
type Numbers []float64

// MarshalJSON writes NaN as null.
func (n Numbers) MarshalJSON() ([]byte, error) {
	out := make([]*float64, len(n))
	for i := range n {
		if !math.IsNaN(n[i]) {
			out[i] = &n[i]
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads null as NaN.
func (n *Numbers) UnmarshalJSON(data []byte) error {
	var in []*float64
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*n = make(Numbers, len(in))
	for i, x := range in {
		if x == nil {
			(*n)[i] = math.NaN()
		} else {
			(*n)[i] = *x
		}
	}
	return nil
}
