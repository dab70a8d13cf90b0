// Package table reads HTML tables, marks them up for reading, and writes them
// as GitHub Markdown.
package table

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Table is the text of an HTML table.
type Table struct {
	Caption string
	Rows    [][]Cell // header rows first

	// HeaderRows is how many of Rows come before the first with a data cell.
	HeaderRows int

	// Regular tells that every row has the same number of cells and no cell
	// spans several rows or columns, or holds a table.
	Regular bool
}

// Cell is one cell.
type Cell struct {
	Text   string // white space collapsed; line breaks as "\n"
	Header bool
	Align  Align

	node *html.Node
}

// Align is how the text of a cell or column is aligned.
type Align byte

// Unset means the writer chooses: numbers right, all else left.
const (
	Unset Align = iota
	Left
	Center
	Right
)

// Of reads the <table> element n.
func Of(n *html.Node) Table {
	t := Table{Regular: true}
	t.read(n)
	for _, row := range t.Rows {
		if len(row) != len(t.Rows[0]) {
			t.Regular = false
		}
	}
	for t.HeaderRows < len(t.Rows) && allHeaders(t.Rows[t.HeaderRows]) {
		t.HeaderRows++
	}
	return t
}

// Tables returns the <table> elements under n that are not inside another.
func Tables(n *html.Node) []*html.Node {
	if n.DataAtom == atom.Table && n.Type == html.ElementNode {
		return []*html.Node{n}
	}
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, Tables(c)...)
	}
	return list
}

func (t *Table) read(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Caption:
			t.Caption = Text(c)
		case atom.Thead, atom.Tbody, atom.Tfoot:
			t.read(c)
		case atom.Tr:
			t.row(c)
		}
	}
}

func (t *Table) row(n *html.Node) {
	var row []Cell
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		cell := Cell{Text: Text(c), Header: c.DataAtom == atom.Th, node: c}
		for _, a := range c.Attr {
			switch {
			case (a.Key == "colspan" || a.Key == "rowspan") && a.Val != "1":
				t.Regular = false
			case a.Key == "align":
				cell.Align = map[string]Align{"left": Left, "center": Center, "right": Right}[a.Val]
			}
		}
		if len(Tables(c)) > 0 {
			t.Regular = false
		}
		row = append(row, cell)
	}
	if len(row) > 0 {
		t.Rows = append(t.Rows, row)
	}
}

// allHeaders tells whether row heads columns: all its cells are <th>, or all
// but an empty corner.
func allHeaders(row []Cell) bool {
	headers := 0
	for _, c := range row {
		if c.Header {
			headers++
		} else if c.Text != "" {
			return false
		}
	}
	return headers > 0
}

// Text returns the text of n with white space collapsed; <br> and block
// elements break lines.
func Text(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n)
	lines := strings.Split(b.String(), "\n")
	kept := lines[:0]
	for _, l := range lines {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}

func writeText(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
		return
	case n.DataAtom == atom.Br:
		b.WriteByte('\n')
	case n.DataAtom == atom.Img:
		for _, a := range n.Attr {
			if a.Key == "alt" {
				b.WriteString(a.Val)
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeText(b, c)
	}
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Li, atom.Tr:
		b.WriteByte('\n')
	}
}

// numeric is a number as tables print it: sign, currency, thousands
// separators, exponent, percent or a unit of a letter, and an interval or an
// error behind it.
var numeric = regexp.MustCompile(`(?i)^[(\[]?[<>≤≥≈~±]?\s*[-+−–]?\s*[$€£¥]?\s*[-+−]?(\d[\d,.'\x{2009}\x{202f}\x{00a0} ]*|\.\d+)(e[-+−]?\d+)?\s*(%|‰|pp|[a-zµ×]{1,3})?` +
	`(\s*([\[(±+\-−–,;…]|to )[-\d\s.,;:%$€£¥\[\]()±+–−…ekto]*)?[)\]]?$`)

var date = regexp.MustCompile(`^\d{4}-\d\d(-\d\d)?\b`)

// isBlank tells whether s stands for no number.
func isBlank(s string) bool {
	switch strings.ToLower(s) {
	case "na", "n/a", "nan", "null", "nil", "inf", "+inf", "-inf", "+-inf":
		return true
	}
	return strings.Trim(s, "-–—−.…") == ""
}

// IsNumber tells whether s reads as a number in a table.
func IsNumber(s string) bool {
	if !strings.ContainsAny(s, "0123456789") || isPlain(s) {
		return isPlain(s)
	}
	return numeric.MatchString(s) && !date.MatchString(s)
}

// isPlain tells whether s is digits with at most a sign before and a point
// among them, as most numbers in tables are.
func isPlain(s string) bool {
	whole, part, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return whole != "" && digits(whole) && digits(part)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Numeric tells for each column whether its data cells are numbers: at least
// one is and none is anything else but blank. The column of a cell is its index
// in its row.
func (t Table) Numeric() []bool {
	width := 0
	for _, row := range t.Rows {
		width = max(width, len(row))
	}
	numbers, others := make([]int, width), make([]int, width)
	for _, row := range t.Rows[t.HeaderRows:] {
		for i, c := range row {
			switch {
			case c.Header:
				others[i]++
			case IsNumber(c.Text):
				numbers[i]++
			case !isBlank(c.Text):
				others[i]++
			}
		}
	}
	is := make([]bool, width)
	for i := range is {
		is[i] = numbers[i] > 0 && others[i]*10 <= numbers[i]
	}
	return is
}
