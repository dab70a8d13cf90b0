package render

import (
	"encoding/json"
	"fmt"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/brief"
	"mixmodel/report/internal/safe"
)

// document is a notebook read for rendering: what will be shown, in order,
// with everything numbered that has a number.
type document struct {
	Options
	title    string
	hasTitle bool // the notebook has a first-level heading
	goCode   bool // its language is Go
	headings []heading
	ids      idSet
	labels   map[string]label
	byID     map[string]string // words of headings, once all are known
	blocks   []*block
	sections []section     // of a report for stakeholders
	results  brief.Results // typed outputs
	status   []string      // why the report is not all there, a sentence each

	cells, figures, tables, placeholders int

	fragments map[spot]cleaned // of the notebook, see ahead

	outputCount        Outputs
	outputNotes        int   // Markdown outputs, whose footnotes are kept apart
	failed, unexecuted []int // code cells, from 1
}

// block is what one cell of the notebook shows.
type block struct {
	cell  int // number of the code cell, from 1; 0 is text
	view  view
	items []item
}

// add appends an item to the latest block.
func (d *document) add(it item) {
	b := d.blocks[len(d.blocks)-1]
	b.items = append(b.items, it)
}

// last is the latest item of the latest block, or nil.
func (d *document) last() item {
	if b := d.blocks[len(d.blocks)-1]; len(b.items) > 0 {
		return b.items[len(b.items)-1]
	}
	return nil
}

// An item is one thing shown. Cell is the number of its code cell, from 1, or
// of its Markdown cell.
type item interface{}

// passage is a Markdown cell.
type passage struct {
	cell        int
	source      string
	attachments safe.Attachment
	fragment    safe.Fragment
	err         error // why it is shown as plain text
}

// code is the source of a code cell.
type code struct {
	cell   int
	source string
}

// stream is what a cell printed, in one piece.
type stream struct {
	cell       int
	name, text string
	cut        int // bytes not shown
}

// figure is a picture with a number.
type figure struct {
	cell, number int
	label        string // what text refers to: "fig-roas"; "" is none
	picture      safe.Picture
	caption, alt string
	data         *typed.Table // the numbers drawn, if known
	promoted     bool         // it stands in the report, not in its appendix
	moved        bool         // it stands apart from its cell
}

// result is a typed output other than a figure.
type result struct {
	cell  int
	value typed.Value
}

// rich is an output of HTML or Markdown.
type rich struct {
	cell     int
	fragment safe.Fragment
	markdown string // the same as Markdown, if the output has that
	caption  string // of its table, from the metadata
}

// plain is an output of text.
type plain struct {
	cell int
	text string
	cut  int
}

// formula is an output of TeX.
type formula struct {
	cell int
	tex  string
}

// failure is an error that ended a cell.
type failure struct {
	cell        int
	name, value string
	trace       string
}

// placeholder stands for an output that cannot be shown.
type placeholder struct {
	cell  int
	types []string
	why   string
	text  string // its plain text, if it has that
}

// read builds the document of nb.
func read(nb *nbformat.Notebook, o Options) (*document, error) {
	if err := o.check(nb); err != nil {
		return nil, err
	}
	d := &document{Options: o, goCode: isGo(nb), ids: idSet{}, labels: map[string]label{}}
	defer d.ahead(nb)()
	for i, c := range nb.Cells {
		v := viewOf(c)
		b := &block{view: v}
		d.blocks = append(d.blocks, b)
		if c.Type == nbformat.Code {
			d.cells++
			b.cell = d.cells
		}
		if v.gone || v.tutorialOnly && o.Profile == Stakeholder {
			d.outputCount.Hidden += len(c.Outputs)
			continue
		}
		switch c.Type {
		case nbformat.Markdown:
			d.markdownCell(i, c)
		case nbformat.Code:
			d.codeCell(i, c, v)
		case nbformat.Raw:
			d.rawCell(c)
		}
	}
	d.finish()
	return d, nil
}

// isGo tells whether the notebook's language is Go; one that does not say is
// taken for Go.
func isGo(nb *nbformat.Notebook) bool {
	var language, info string
	nb.Metadata.Get(&language, "kernelspec", "language")
	nb.Metadata.Get(&info, "language_info", "name")
	language = strings.ToLower(language + info)
	return language == "" || strings.HasPrefix(language, "go")
}

// markdownCell adds cell i of the notebook, from 0.
func (d *document) markdownCell(i int, c *nbformat.Cell) {
	if strings.TrimSpace(c.Source) == "" {
		return
	}
	p := &passage{cell: i + 1, source: c.Source, attachments: attachmentsOf(c)}
	p.fragment, p.err = d.fragments[spot{i, -1}]()
	if p.err != nil {
		d.placeholders++
	}
	d.collectHeadings(p.fragment.Nodes)
	d.add(p)
}

// attachmentsOf looks up the files attached to a cell. Names in Markdown may be
// percent-encoded.
func attachmentsOf(c *nbformat.Cell) safe.Attachment {
	return func(name string) (mime, text string, ok bool) {
		bundle, ok := c.Attachments[name]
		if !ok {
			bundle, ok = c.Attachments[unescapeURL(name)]
		}
		if !ok {
			return "", "", false
		}
		for _, mime := range safe.Types {
			if text, ok := bundle.Text(mime); ok {
				return mime, text, true
			}
		}
		return "", "", false
	}
}

// codeCell adds cell i of the notebook, from 0.
func (d *document) codeCell(i int, c *nbformat.Cell, v view) {
	n := d.cells
	source, says := directives(c.Source)
	blank := strings.TrimSpace(source) == ""
	if !blank && !v.noInput && !says.noInput {
		d.add(&code{cell: n, source: strings.Trim(source, "\n")})
	}
	if !blank && c.ExecutionCount == 0 && len(c.Outputs) == 0 && !c.HasTag("skip-execution") {
		d.unexecuted = append(d.unexecuted, n)
	}
	mayFail := c.HasTag("raises-exception")
	for _, o := range c.Outputs {
		if o.Type == nbformat.Error && !mayFail && (len(d.failed) == 0 || d.failed[len(d.failed)-1] != n) {
			d.failed = append(d.failed, n)
		}
	}
	if v.noOutput {
		d.outputCount.Hidden += len(c.Outputs)
		return
	}
	d.outputs(i, n, c.Outputs)
	says.name(d.blocks[len(d.blocks)-1].items)
}

// rawCell keeps a raw cell as text: it was meant for another tool.
func (d *document) rawCell(c *nbformat.Cell) {
	if strings.TrimSpace(c.Source) != "" {
		text, cut := shorten(c.Source)
		d.add(&plain{text: text, cut: cut})
	}
}

// finish settles what can only be known at the end.
func (d *document) finish() {
	for _, h := range d.headings {
		if h.level == 1 {
			d.title, d.hasTitle = h.text, true
			break
		}
	}
	if d.title == "" {
		d.title = d.Name
	}
	if d.title == "" {
		d.title = "Notebook"
	}
	d.arrange()
	for _, b := range d.blocks {
		for _, it := range b.items {
			switch it := it.(type) {
			case *passage:
				d.resolveLinks(it.fragment.Nodes)
			case *rich:
				d.resolveLinks(it.fragment.Nodes)
			}
		}
	}
	d.judge()
}

// arrange decides where everything stands, and numbers the figures in that
// order.
func (d *document) arrange() {
	if d.Profile == Stakeholder && !d.results.Empty() {
		d.arrangeSections()
	}
	for _, b := range d.blocks {
		for _, it := range b.items {
			switch it := it.(type) {
			case *figure:
				if !it.promoted {
					d.number(it)
				}
			case *result:
				d.labels[it.value.Name()] = label{id: resultID(it.value), text: resultTitle(it.value)}
			}
		}
	}
}

func (d *document) number(f *figure) {
	d.figures++
	f.number = d.figures
	if f.label != "" {
		d.labels[f.label] = label{id: "figure-" + itoa(f.number), text: "Figure\u00a0" + itoa(f.number)}
	}
}

// judge says what is missing from the report.
func (d *document) judge() {
	if d.Failure != "" {
		d.status = append(d.status, "Execution ended early: "+sentence(d.Failure))
	}
	if len(d.failed) > 1 || len(d.failed) == 1 && d.Failure == "" {
		d.status = append(d.status, fmt.Sprintf("%s of %d failed.", cellList(d.failed), d.cells))
	}
	switch n := len(d.unexecuted); {
	case n == 0:
	case n == d.cells:
		d.status = append(d.status, "The notebook has not been executed: there are no results.")
	case n == 1:
		d.status = append(d.status, cellList(d.unexecuted)+" was not run.")
	default:
		d.status = append(d.status, cellList(d.unexecuted)+" were not run.")
	}
}

// sentence ends s with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// cellList names cells: "Cell 3", "Cells 3 and 5", "Cells 3 to 9 and 12".
func cellList(cells []int) string {
	var parts []string
	for i := 0; i < len(cells); {
		j := i
		for j+1 < len(cells) && cells[j+1] == cells[j]+1 {
			j++
		}
		switch j - i {
		case 0:
			parts = append(parts, fmt.Sprint(cells[i]))
		case 1:
			parts = append(parts, fmt.Sprint(cells[i]), fmt.Sprint(cells[j]))
		default:
			parts = append(parts, fmt.Sprintf("%d to %d", cells[i], cells[j]))
		}
		i = j + 1
	}
	name := "Cells "
	if len(cells) == 1 {
		name = "Cell "
	}
	last := len(parts) - 1
	if last == 0 {
		return name + parts[0]
	}
	return name + strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// metaText returns a text of an output's metadata for a MIME type, on one line.
func metaText(o nbformat.Output, mime, key string) string {
	var s string
	if !o.Metadata.Get(&s, mime, key) {
		var raw json.RawMessage
		if !o.Metadata.Get(&raw, key) || json.Unmarshal(raw, &s) != nil {
			return ""
		}
	}
	return strings.Join(strings.Fields(s), " ")
}
