package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/brief"
	"mixmodel/report/internal/sim"
	"mixmodel/report/internal/source"
	"mixmodel/report/internal/words"
)

// Page checks a page against the results that it carries: every sentence,
// table row and card that they give must stand in it, word by word, and the
// notebook it was made from must be the one that it names. The list is empty
// for a notebook.
func Page(s *source.Source) []Check {
	if !s.Page {
		return nil
	}
	c := &checks{}
	var r brief.Results
	for _, v := range s.Values {
		if v.Value != nil && v.Err == nil {
			r.Add(v.Value)
		}
	}
	if s.Seal == "" {
		c.add(false, "page: its seal", "none", "the last line that report writes")
	} else {
		c.text("page: its seal, the SHA-256 of all above its last line", s.Sum, s.Seal)
	}
	c.text("page: what it says of its own grade", s.About.Grade, r.Grade().String())
	c.words(s, r)
	c.simulators(s)
	c.notebook(s)
	return c.list
}

// simulators compares sliders and tables of a simulator, byte by byte, with
// what its data give.
func (c *checks) simulators(s *source.Source) {
	for _, v := range source.All[typed.Simulator](s) {
		want, err := sim.Render(v)
		c.add(err == nil && bytes.Contains(s.Data, []byte(want.HTML)), "page: sliders and scenarios are what the data of the simulator give", "others", "those of "+quote(v.ID))
	}
}

// words compares the words of the page with those that its results give.
func (c *checks) words(s *source.Source, r brief.Results) {
	page := newReading(s)
	if s.About.Profile == "stakeholder" {
		if r.Subtitle() != "" {
			c.sentence(page, "title", r.Subtitle())
		}
		if r.Grade() == brief.Failed {
			v := brief.Verdict(*r.Diagnostics)
			c.sentence(page, "notice", v.Title+". "+v.Text+" How sure are we")
		}
		for _, section := range r.Sections() {
			for _, b := range section.Blocks {
				c.block(page, section.Title, b)
			}
		}
		return
	}
	for _, v := range s.Values {
		if v.Value == nil || v.Err != nil {
			continue
		}
		for _, b := range brief.Blocks(v.Value) {
			c.block(page, string(v.Kind())+" "+v.Name(), b)
		}
	}
}

// reading is what a reader sees, to look things up in. What is found is taken
// out: what is said twice must be there twice.
type reading struct {
	lines []source.Line
	text  map[string]int
}

func newReading(s *source.Source) *reading {
	r := &reading{lines: slices.Clone(s.Lines), text: map[string]int{}}
	for _, l := range s.Lines {
		r.text[l.Text]++
	}
	return r
}

func plain(s string) string { return source.Plain(s) }

func (c *checks) block(page *reading, where string, b brief.Block) {
	switch b := b.(type) {
	case brief.Lead:
		c.sentence(page, where, b.Text)
	case brief.Paragraph:
		c.sentence(page, where, b.Text)
	case brief.List:
		for _, item := range b.Items {
			c.sentence(page, where, item)
		}
	case brief.Callout:
		c.sentence(page, where, b.Title+". "+b.Text)
	case brief.Table:
		c.table(page, where, b)
	case brief.Terms:
		for _, term := range b {
			c.sentence(page, where, term.Word)
			c.sentence(page, where, term.Meaning)
		}
	case brief.Cards:
		for _, card := range b {
			c.card(page, where, card)
		}
	}
}

func (c *checks) sentence(page *reading, where, text string) {
	text = plain(text)
	c.found(page.text[text] > 0, where+": the page says what its numbers give", text)
	page.text[text]--
}

// found is a check of something that must stand in the page.
func (c *checks) found(ok bool, what, text string) {
	if ok {
		c.add(true, what, "", "")
	} else {
		c.add(false, what, "nothing like it", quote(text))
	}
}

// maxRows is how many rows of a table a page shows.
const maxRows = 30

// table looks for the rows, cell by cell. Pictures have no text, and what an
// estimate rests on is told with a sign.
func (c *checks) table(page *reading, where string, t brief.Table) {
	if t.Caption != "" && len(t.Rows) <= maxRows {
		c.sentence(page, where, t.Caption)
	}
	var head []string
	for _, column := range t.Columns {
		head = append(head, plain(column.Label))
	}
	c.found(slices.ContainsFunc(page.lines, func(l source.Line) bool { return slices.Equal(l.Cells, head) }), fmt.Sprintf("%s: head of %q", where, t.Caption), strings.Join(head, " | "))
	for i, row := range t.Rows {
		if i >= maxRows {
			return
		}
		var want []string
		for _, cell := range row {
			want = append(want, plain(cell.Text))
		}
		at := slices.IndexFunc(page.lines, func(l source.Line) bool { return sameRow(l.Cells, row, t.Columns) })
		if at >= 0 {
			page.lines[at].Cells = nil
		}
		c.found(at >= 0, fmt.Sprintf("%s: row %q of %q", where, want[0], t.Caption), strings.Join(want, " | "))
	}
}

func sameRow(cells []string, row []brief.Cell, columns []brief.Column) bool {
	if len(cells) != len(columns) || len(row) > len(columns) {
		return false
	}
	for j, cell := range row {
		if columns[j].Bars || cell.Tier != "" {
			continue
		}
		if got := cells[j]; got != plain(cell.Text+" "+cell.Sub) && got != plain(cell.Text+cell.Sub) {
			return false
		}
	}
	return true
}

// card looks for the lines of a card: label, value and interval one after the
// other.
func (c *checks) card(page *reading, where string, card brief.Card) {
	var want []string
	for _, s := range []string{card.Label, card.Value, card.Interval} {
		if s = plain(s); s != "" {
			want = append(want, s)
		}
	}
	ok := false
	for i := range page.lines {
		ok = ok || i+len(want) <= len(page.lines) && slices.EqualFunc(page.lines[i:i+len(want)], want, func(l source.Line, s string) bool { return l.Text == s })
	}
	c.found(ok, fmt.Sprintf("%s: card %q", where, card.Label), strings.Join(want, " | "))
	for _, line := range []string{words.Capital(card.Prior), card.Note} {
		if line != "" {
			c.sentence(page, where, line)
		}
	}
	for _, d := range card.Doubts {
		c.sentence(page, where, d.Probability+" that "+d.Claim)
	}
}

// notebook compares the hash in the page with the notebook beside it.
func (c *checks) notebook(s *source.Source) {
	const what = "page: it was made from the notebook beside it"
	if s.About.SHA256 == "" {
		c.skip(what, "the page does not say which it was made from")
		return
	}
	var seen []string
	for _, suffix := range []string{".ipynb", ".executed.ipynb"} {
		path := filepath.Join(filepath.Dir(s.Path), filepath.Base(s.About.Notebook)+suffix)
		got, err := hashOf(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			c.add(false, what, err.Error(), "a file to read")
			return
		case got == s.About.SHA256:
			c.add(true, what, path, "")
			return
		}
		seen = append(seen, path+" has "+got)
	}
	if len(seen) == 0 {
		c.skip(what, "there is no "+quote(s.About.Notebook+".ipynb")+" beside it")
		return
	}
	c.add(false, what, strings.Join(seen, "; "), s.About.SHA256)
}

func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
