package render

import (
	"bytes"
	"fmt"
	"io"

	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/brief"
)

// Options say what a notebook does not know of itself.
type Options struct {
	// Name is the notebook's name without folder and extension. It is the
	// title of a notebook without a heading.
	Name string

	// Folder is the folder of pictures beside Markdown, less its "_files". What
	// a file name should not hold is replaced. "" is Name.
	Folder string

	// Trust keeps the HTML of the notebook as it is, scripts and links
	// included, and drops the content security policy. The page says so.
	Trust bool

	// Profile says for whom the page is. "" is Tutorial.
	Profile Profile

	// SHA256 is that of the notebook's file in hexadecimal, for the page to
	// name; "" is unknown.
	SHA256 string

	// Failure, if not "", says in a few words why execution ended early. The
	// page then calls itself incomplete.
	Failure string
}

// Profile is for whom a page is.
type Profile string

// The profiles.
const (
	// Tutorial shows the notebook in its order, code included.
	Tutorial Profile = "tutorial"
	// Stakeholder shows what somebody who has to decide needs, made from the
	// typed outputs of the notebook (see package typed): the recommendation
	// first, in sentences; the notebook is an appendix.
	Stakeholder Profile = "stakeholder"
)

// Page is a rendered notebook.
type Page struct {
	Text   []byte // nil if it was written to a writer
	Title  string
	Assets []Asset // of Markdown: the pictures, and the numbers they show as CSV

	Cells   int // code cells
	Figures int
	Tables  int

	// Placeholders counts outputs, and parts of the text, that could not be
	// shown and that the page names instead.
	Placeholders int

	// Outputs says what became of every output of the notebook.
	Outputs Outputs

	// DecisionGrade tells that the notebook shows diagnostics and they passed.
	DecisionGrade bool
}

// Outputs counts outputs by what became of them: each is in one of the fields.
type Outputs struct {
	Shown  int
	Named  int // by a placeholder: there is no way to show them
	Hidden int // by a tag, or because the profile leaves their cell out
	Empty  int // there is nothing in them
}

// Total is the number of outputs of the notebook.
func (o Outputs) Total() int { return o.Shown + o.Named + o.Hidden + o.Empty }

// Asset is a file that belongs beside the page. Name is a slash-separated
// path of one folder and one file, made of letters, digits, '.', '_' and '-'.
type Asset struct {
	Name string
	Data []byte
}

// Limits on a notebook.
const (
	MaxCells = 20_000
	MaxText  = 1 << 20 // bytes of one text output that are shown
)

// HTML renders nb as one self-contained HTML file. It fails only if nb is
// larger than the limits.
func HTML(nb *nbformat.Notebook, o Options) (*Page, error) {
	var text bytes.Buffer
	page, err := WriteHTML(&text, nb, o)
	if err != nil {
		return nil, err
	}
	page.Text = text.Bytes()
	return page, nil
}

// WriteHTML writes what [HTML] renders piece by piece: pictures pass from the
// notebook to w without a copy. It fails if nb is larger than the limits or w
// fails; then nothing, or only a part, has been written.
func WriteHTML(w io.Writer, nb *nbformat.Notebook, o Options) (*Page, error) {
	d, err := read(nb, o)
	if err != nil {
		return nil, err
	}
	if err := d.html(w); err != nil {
		return nil, err
	}
	return d.page(), nil
}

// Markdown renders nb as GitHub Markdown. Its pictures, and the numbers they
// show where they are known, are the page's Assets, to be written relative to
// the page; with inline the pictures are in the text as data: URIs, which
// GitHub does not show but other readers do, and the numbers are left out.
func Markdown(nb *nbformat.Notebook, o Options, inline bool) (*Page, error) {
	d, err := read(nb, o)
	if err != nil {
		return nil, err
	}
	text, assets := d.markdown(inline)
	page := d.page()
	page.Text, page.Assets = text, assets
	return page, nil
}

func (d *document) page() *Page {
	return &Page{Title: d.title, Cells: d.cells, Figures: d.figures, Tables: d.tables, Placeholders: d.placeholders,
		Outputs: d.outputCount, DecisionGrade: d.results.Grade() == brief.Passed}
}

func (o Options) check(nb *nbformat.Notebook) error {
	if len(nb.Cells) > MaxCells {
		return fmt.Errorf("notebook of %d cells (want at most %d)", len(nb.Cells), MaxCells)
	}
	switch o.Profile {
	case "", Tutorial, Stakeholder:
		return nil
	}
	return fmt.Errorf("profile is %q (want %q or %q)", o.Profile, Tutorial, Stakeholder)
}
