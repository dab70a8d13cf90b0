package plot

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
)

// Figure is a finished picture with its description in words.
type Figure struct {
	title   string
	svg     []byte
	alt     string
	caption string
	label   string
	data    typed.Table
	boxes   []vg.Rectangle // where data are drawn, for the tests of the layout
	legends []vg.Rectangle // and where legends are
}

// SVG returns a copy of the picture: a standalone SVG document in UTF-8 with
// width, height and viewBox in CSS pixels. Text is text, in the font
// stack Liberation Sans, Arial, Helvetica; no fonts are embedded.
func (f *Figure) SVG() []byte { return slices.Clone(f.svg) }

// Alt describes in words what the picture shows, for readers who do not see
// it. The numbers in it are those drawn.
func (f *Figure) Alt() string { return f.alt }

// Caption is one sentence to print below the picture.
func (f *Figure) Caption() string { return f.caption }

// String returns the title.
func (f *Figure) String() string { return f.title }

// Options are common to all figures. The zero value is fine.
type Options struct {
	Title    string // "" is the figure's own title
	Caption  string // "" is a sentence made from the numbers
	Currency string // stands before amounts of money and sales: "$" gives "$1.2 M"; "" gives "1.2 M"
	Target   string // what the target counts; "" is "sales"
	Label    string // what text refers to the figure by: "fig-roas"; "" is made from Title, or the kind of figure
}

func (o Options) target() string { return or(o.Target, "sales") }

// or returns s, or instead if s is empty.
func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// same panics unless got is want: slices that belong together have one length.
func same(function, what string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("plot: %s: %s has length %d (want %d)", function, what, got, want))
	}
}

// some panics if n is zero: there is nothing to draw.
func some(function, what string, n int) {
	if n == 0 {
		panic(fmt.Sprintf("plot: %s: %s is empty", function, what))
	}
}
