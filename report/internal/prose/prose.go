// Package prose reads the Markdown of a notebook: GitHub's dialect with
// footnotes, and mathematics between dollar signs.
package prose

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// HTML renders the Markdown of a cell. The result is as trustworthy as its
// source: raw HTML passes.
//
// A formula becomes <span data-math="i">, or "d" for display, around its TeX
// source. A reference becomes <a href="#@label">label</a>, and a label
// <a id="label"></a>. Footnote ids get the prefix "c<cell>-". HTML refuses, with an error,
// the few inputs that would cost far more than their length (see [Check]).
func HTML(src string, cell int) (string, error) {
	if err := Check(src); err != nil {
		return "", err
	}
	source := []byte(src)
	doc := markdown().Parser().Parse(text.NewReader(source))
	doc.OwnerDocument().AddMeta(cellKey, strconv.Itoa(cell))
	var b page
	if err := markdown().Renderer().Render(&b, source, doc); err != nil {
		return "", fmt.Errorf("markdown: %w", err)
	}
	return b.String(), nil
}

// page takes what is rendered without a second buffer.
type page struct{ bytes.Buffer }

// Buffered and Flush are what a buffer in memory has no use for.
func (*page) Buffered() int { return 0 }

func (*page) Flush() error { return nil }

// cellKey is where a document keeps the number of its cell.
const cellKey = "cell"

// markdown is made once: to make one costs more than to read most cells.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.Strikethrough,
			extension.Linkify,
			extension.TaskList,
			extension.NewFootnote(extension.WithFootnoteIDPrefixFunction(func(n ast.Node) []byte {
				cell, _ := n.OwnerDocument().Meta()[cellKey].(string)
				return []byte("c" + cell + "-")
			})),
		),
		goldmark.WithParserOptions(
			parser.WithBlockParsers(util.Prioritized(blockMath{}, 650), util.Prioritized(labels{}, 660)),
			parser.WithInlineParsers(util.Prioritized(inlineMath{}, 150), util.Prioritized(references{}, 160)),
		),
		goldmark.WithRendererOptions(
			html.WithUnsafe(),
			rendererOf(),
		),
	)
})

// Limits of [Check].
const (
	MaxBytes   = 1 << 20
	MaxColumns = 1000
	MaxCells   = 200_000
	MaxOpeners = 5_000
	MaxMarks   = 50_000 // dollars, asterisks, underscores, tildes, backticks, references and, tenfold, labels
)

// Check refuses Markdown that is cheap to write and dear to read: GitHub's
// tables pad short rows, so a wide header makes every later line wide; and
// brackets, asterisks and footnotes that never close are looked for again and
// again.
func Check(src string) error {
	if len(src) > MaxBytes {
		return fmt.Errorf("markdown: %d bytes in one cell (want at most %d)", len(src), MaxBytes)
	}
	lines, widest, openers, marks := 0, 0, 0, 0
	for rest := []byte(src); len(rest) > 0; {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		rest = after
		lines++
		openers += bytes.Count(line, []byte("[")) + bytes.Count(line, []byte("<"))
		for _, c := range line {
			switch c {
			case '$', '*', '_', '~', '`', '@', '{':
				marks++
			}
		}
		if bytes.Contains(line, []byte(")=")) {
			marks += 10
		}
		if isDelimiterRow(line) {
			widest = max(widest, bytes.Count(line, []byte("|"))+1)
		}
	}
	switch {
	case widest > MaxColumns:
		return fmt.Errorf("markdown: table of %d columns (want at most %d)", widest, MaxColumns)
	case widest > 1 && widest*lines > MaxCells:
		return fmt.Errorf("markdown: table of up to %d cells (want at most %d)", widest*lines, MaxCells)
	case marks > MaxMarks:
		return fmt.Errorf("markdown: %d marks such as * and $ in one cell (want at most %d)", marks, MaxMarks)
	case openers > MaxOpeners:
		return fmt.Errorf("markdown: %d opening brackets in one cell (want at most %d)", openers, MaxOpeners)
	}
	return nil
}

// isDelimiterRow tells whether line can be the |---|:--:| of a table, perhaps
// inside a quote or a list.
func isDelimiterRow(line []byte) bool {
	if !bytes.Contains(line, []byte("|")) || !bytes.Contains(line, []byte("-")) {
		return false
	}
	for _, c := range bytes.TrimLeft(line, " \t>*+-0123456789.)") {
		switch c {
		case '|', '-', ':', ' ', '\t', '\r', '>':
		default:
			return false
		}
	}
	return true
}
