package render

import (
	"fmt"

	"mixmodel/kernel/nbformat"
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

	// Failure, if not "", says in a few words why execution ended early. The
	// page then calls itself incomplete.
	Failure string
}

// Page is a rendered notebook.
type Page struct {
	Text   []byte
	Title  string
	Assets []Asset // of Markdown: the pictures

	Cells   int // code cells
	Figures int
	Tables  int

	// Placeholders counts outputs, and parts of the text, that could not be
	// shown and that the page names instead.
	Placeholders int
}

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
	d, err := read(nb, o)
	if err != nil {
		return nil, err
	}
	page := d.page()
	page.Text = d.html()
	return page, nil
}

// Markdown renders nb as GitHub Markdown. Its pictures are the page's Assets,
// to be written relative to the page; with inline they are in the text as
// data: URIs, which GitHub does not show but other readers do.
func Markdown(nb *nbformat.Notebook, o Options, inline bool) (*Page, error) {
	d, err := read(nb, o)
	if err != nil {
		return nil, err
	}
	page := d.page()
	page.Text, page.Assets = d.markdown(inline)
	return page, nil
}

func (d *document) page() *Page {
	return &Page{Title: d.title, Cells: d.cells, Figures: d.figures, Tables: d.tables, Placeholders: d.placeholders}
}

func checkSize(nb *nbformat.Notebook) error {
	if len(nb.Cells) > MaxCells {
		return fmt.Errorf("notebook of %d cells (want at most %d)", len(nb.Cells), MaxCells)
	}
	return nil
}
