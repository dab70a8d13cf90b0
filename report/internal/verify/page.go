package verify

import (
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

	"mixmodel/report/internal/brief"
	"mixmodel/report/internal/source"
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
	c.text("page: what it says of its own grade", s.About.Grade, r.Grade().String())
	c.words(s, r)
	c.notebook(s)
	return c.list
}

// words compares the words of the page with those that its results give.
func (c *checks) words(s *source.Source, r brief.Results) {
	page := newReading(s)
	if s.About.Profile == "stakeholder" {
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

// reading is what a reader sees, to look things up in.
type reading struct {
	lines []source.Line
	text  map[string]bool
}

func newReading(s *source.Source) *reading {
	r := &reading{lines: s.Lines, text: map[string]bool{}}
	for _, l := range s.Lines {
		r.text[l.Text] = true
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
	case brief.Cards:
		for _, card := range b {
			c.card(page, where, card)
		}
	}
}

func (c *checks) sentence(page *reading, where, text string) {
	text = plain(text)
	c.found(page.text[text], where+": the page says what its numbers give", text)
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
	for i, row := range t.Rows {
		if i >= maxRows {
			return
		}
		var want []string
		for _, cell := range row {
			want = append(want, plain(cell.Text))
		}
		ok := slices.ContainsFunc(page.lines, func(l source.Line) bool { return sameRow(l.Cells, row, t.Columns) })
		c.found(ok, fmt.Sprintf("%s: row %q of %q", where, want[0], t.Caption), strings.Join(want, " | "))
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
		if cells[j] != plain(cell.Text) {
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
