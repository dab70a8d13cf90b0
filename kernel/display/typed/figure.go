package typed

// Figure is what belongs to a picture: words and data. The picture itself is
// in the same output under image/svg+xml.
type Figure struct {
	ID      string `json:"id"` // the label that text refers to: "fig-roas"
	Title   string `json:"title"`
	Caption string `json:"caption"` // one sentence to print below it
	Alt     string `json:"alt"`     // what it shows, for who does not see it
	// Data are the numbers drawn. The table needs no id of its own.
	Data Table `json:"data"`
}

// Kind returns KindFigure.
func (Figure) Kind() Kind { return KindFigure }

// Name returns the id.
func (x Figure) Name() string { return x.ID }

// Validate returns all faults, joined.
func (x Figure) Validate() error {
	f := newFaults(x)
	f.some("title", x.Title)
	f.some("caption", x.Caption)
	f.some("alt", x.Alt)
	f.check(len(x.Data.Columns) > 0, "it has no data")
	f.table(x.Data)
	return f.err()
}
