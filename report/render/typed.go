package render

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/brief"
	"mixmodel/report/internal/safe"
)

// maxTyped is the size of a typed output that is looked at.
const maxTyped = 8 << 20

// typed shows a typed output, and tells whether there was one that can be
// shown. What does not hold its promises is passed over for the other forms of
// the output.
func (d *document) typed(n int, o nbformat.Output) bool {
	raw := typedJSON(o.Data)
	if raw == nil {
		return false
	}
	v, err := typed.Parse(raw)
	if err != nil {
		return false
	}
	f, isFigure := v.(typed.Figure)
	if !isFigure {
		d.results.Add(v)
		d.add(&result{cell: n, value: v})
		return true
	}
	text, ok := pictureText(o.Data, "image/svg+xml")
	if !ok {
		return false
	}
	pic, err := safe.FromBundle("image/svg+xml", text)
	if err != nil {
		return false
	}
	d.add(&figure{cell: n, label: f.ID, picture: pic, caption: oneLine(f.Caption), alt: oneLine(f.Alt), data: &f.Data})
	return true
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// typedJSON returns the JSON of a typed output, which may be an object or, as
// stock GoNB sends it, a string that holds one; nil if there is none.
func typedJSON(b nbformat.MIMEBundle) []byte {
	raw := bytes.TrimSpace(b[typed.MIME])
	if len(raw) == 0 || len(raw) > maxTyped {
		return nil
	}
	if raw[0] == '{' {
		return raw
	}
	if text, ok := b.Text(typed.MIME); ok {
		return []byte(text)
	}
	return nil
}

// resultID is where a result stands in the page.
func resultID(v typed.Value) string { return "result-" + v.Name() }

// resultTitle is what text that refers to a result calls it.
func resultTitle(v typed.Value) string {
	switch v := v.(type) {
	case typed.KPI:
		return v.Label
	case typed.Table:
		if v.Caption != "" {
			return v.Caption
		}
	case typed.Plan:
		return "the recommended budget"
	case typed.Base:
		return "the sources of sales"
	case typed.Channels:
		return "the returns by channel"
	case typed.Forecast:
		return "the forecast check"
	case typed.Diagnostics:
		return "the checks of the computation"
	case typed.Manifest:
		return "the manifest"
	case typed.Simulator:
		return "the what-if calculator"
	}
	return v.Name()
}

// blocksOf is how a result is shown where its cell stands.
func blocksOf(v typed.Value) []brief.Block {
	switch v := v.(type) {
	case typed.Table:
		return []brief.Block{brief.TableOf(v)}
	case typed.Manifest:
		return []brief.Block{brief.ManifestTable(v)}
	}
	return brief.Blocks(v)
}

// section is a part of a report for stakeholders, with its slots filled.
type section struct {
	id, title string
	parts     []part
}

// part is one thing in a section: one of the fields.
type part struct {
	block   brief.Block
	figures []*figure
	cells   []*block
}

// arrangeSections fills the sections of the report with figures and cells.
// What stands there leaves the appendix.
func (d *document) arrangeSections() {
	for _, s := range d.results.Sections() {
		out := section{id: d.ids.unique(s.ID), title: s.Title}
		for _, b := range s.Blocks {
			if p := d.fill(b); p.block != nil || len(p.figures) > 0 || len(p.cells) > 0 {
				out.parts = append(out.parts, p)
			}
		}
		if len(out.parts) > 0 {
			d.sections = append(d.sections, out)
		}
	}
}

func (d *document) fill(b brief.Block) part {
	switch b := b.(type) {
	case brief.Figures:
		return part{figures: d.figuresOn(b.Topics)}
	case brief.Cells:
		return part{cells: d.cellsFor(b.Tag)}
	}
	return part{block: b}
}

// maxPromoted is how many figures a section takes that nobody asked for.
const maxPromoted = 2

// figuresOn takes the figures on a topic: a word of their label is one. If the
// author tagged cells with figures "stakeholder", only those are taken, else the
// first few. A cell that is tagged "appendix" keeps its own.
func (d *document) figuresOn(topics []string) []*figure {
	chosen := d.choseFigures()
	var list []*figure
	for _, b := range d.blocks {
		if b.view.appendix || b.view.summary || chosen && !b.view.stakeholder {
			continue
		}
		for _, it := range b.items {
			f, ok := it.(*figure)
			if !ok || f.promoted || !isOn(f.label, topics) || !chosen && len(list) == maxPromoted {
				continue
			}
			f.promoted, f.moved = true, true
			d.number(f)
			list = append(list, f)
		}
	}
	return list
}

// choseFigures tells whether the author tagged a cell with a figure.
func (d *document) choseFigures() bool {
	for _, b := range d.blocks {
		for _, it := range b.items {
			if f, ok := it.(*figure); ok && f.label != "" && b.view.stakeholder {
				return true
			}
		}
	}
	return false
}

// isOn tells whether a word of a label is a topic.
func isOn(label string, topics []string) bool {
	for _, word := range strings.Split(strings.ToLower(label), "-") {
		if slices.Contains(topics, word) {
			return true
		}
	}
	return false
}

// cellsFor takes the cells with a tag.
func (d *document) cellsFor(tag string) []*block {
	var list []*block
	for _, b := range d.blocks {
		if tag == "exec-summary" && !b.view.summary || tag == "stakeholder" && (!b.view.stakeholder || b.view.summary) || !b.hasMore() {
			continue
		}
		for _, it := range b.items {
			if f, ok := it.(*figure); ok && !f.promoted {
				f.promoted = true
				d.number(f)
			}
		}
		list = append(list, b)
	}
	return list
}

// hasMore tells whether a cell shows anything but its code and what stands
// elsewhere.
func (b *block) hasMore() bool {
	for _, it := range b.items {
		switch it := it.(type) {
		case *code:
		case *figure:
			if !it.moved {
				return true
			}
		case *result:
			if sectionOf(it.value) == "" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// inAppendix tells whether a cell of a report for stakeholders stands in its
// appendix.
func (b *block) inAppendix() bool {
	return len(b.items) > 0 && !b.view.summary && (!b.view.stakeholder || !b.hasMore())
}

// manifest is what the page says about itself to programs.
func (d *document) manifest() []byte {
	m := struct {
		Renderer string        `json:"renderer"`
		Profile  Profile       `json:"profile"`
		Notebook string        `json:"notebook,omitempty"`
		SHA256   string        `json:"notebook_sha256,omitempty"`
		Trusted  bool          `json:"trusted"`
		Grade    string        `json:"grade"`
		Outputs  Outputs       `json:"outputs"`
		Results  []typedResult `json:"results"`
	}{Renderer: "mixmodel report", Profile: d.Profile, Notebook: d.Name, SHA256: d.SHA256, Trusted: d.Trust, Grade: d.results.Grade().String(), Outputs: d.outputCount}
	if m.Profile == "" {
		m.Profile = Tutorial
	}
	for _, b := range d.blocks {
		for _, it := range b.items {
			if r, ok := it.(*result); ok && r.value.Kind() != typed.KindSimulator {
				m.Results = append(m.Results, typedResult{r.value})
			}
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		return []byte("{}") // no value that has been parsed fails to be written
	}
	return text
}

// typedResult is a value with its kind, as [typed.Marshal] writes it.
type typedResult struct{ typed.Value }

func (r typedResult) MarshalJSON() ([]byte, error) { return typed.Marshal(r.Value) }
