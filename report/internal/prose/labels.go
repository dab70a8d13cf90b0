package prose

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Reference is an inline node: a place in the text that names a label, as
// {ref}`fig-roas` or @fig-roas.
type Reference struct {
	ast.BaseInline
	Label       string
	start, stop int
}

// Label is a block node: (label)= on a line of its own names what follows.
type Label struct {
	ast.BaseBlock
	Name        string
	start, stop int
}

// The kinds of the two nodes.
var (
	KindReference = ast.NewNodeKind("Reference")
	KindLabel     = ast.NewNodeKind("Label")
)

// Kind implements [ast.Node].
func (*Reference) Kind() ast.NodeKind { return KindReference }

// Dump implements [ast.Node].
func (n *Reference) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// Kind implements [ast.Node].
func (*Label) Kind() ast.NodeKind { return KindLabel }

// Dump implements [ast.Node].
func (n *Label) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

var (
	role  = regexp.MustCompile("^\\{(?:ref|numref)\\}`([A-Za-z][A-Za-z0-9_:.-]{0,63})`")
	cited = regexp.MustCompile(`^@((?:fig|tbl|tab|sec)-[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)`)
	named = regexp.MustCompile(`^ {0,3}\(([A-Za-z][A-Za-z0-9_:.-]{0,63})\)=[ \t]*\r?\n?$`)
)

// references reads {ref}`label`, {numref}`label` and @fig-label.
type references struct{}

func (references) Trigger() []byte { return []byte{'{', '@'} }

func (references) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, seg := block.PeekLine()
	pattern := role
	if line[0] == '@' {
		pattern = cited
		if before := block.PrecendingCharacter(); unicode.IsLetter(before) || unicode.IsDigit(before) {
			return nil // an address: x@fig-y
		}
	}
	m := pattern.FindSubmatchIndex(line)
	if m == nil {
		return nil
	}
	block.Advance(m[1])
	return &Reference{Label: string(line[m[2]:m[3]]), start: seg.Start, stop: seg.Start + m[1]}
}

// labels reads (label)=.
type labels struct{}

func (labels) Trigger() []byte { return []byte{'('} }

func (labels) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, seg := reader.PeekLine()
	m := named.FindSubmatch(line)
	if m == nil {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &Label{Name: string(m[1]), start: seg.Start, stop: seg.Start + len(line)}, parser.NoChildren
}

func (labels) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }
func (labels) Close(ast.Node, text.Reader, parser.Context)                 {}
func (labels) CanInterruptParagraph() bool                                 { return false }
func (labels) CanAcceptIndentedLine() bool                                 { return false }

// Mark is a label or a reference to one in a source.
type Mark struct {
	Label       string
	Start, Stop int  // bytes of the source
	Defines     bool // it is a label
}

// Marks lists the labels and references of a source, in order.
func Marks(src string) []Mark {
	var list []Mark
	if Check(src) != nil {
		return nil
	}
	doc := markdown().Parser().Parse(text.NewReader([]byte(src)))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function returns no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *Reference:
			list = append(list, Mark{n.Label, n.start, n.stop, false})
		case *Label:
			list = append(list, Mark{n.Name, n.start, n.stop, true})
		}
		return ast.WalkContinue, nil
	})
	return list
}

// ReplaceReferences replaces every reference in src by what with returns, and
// drops labels.
func ReplaceReferences(src string, with func(label string) string) string {
	if !strings.Contains(src, "{") && !strings.Contains(src, "@") && !strings.Contains(src, ")=") {
		return src
	}
	var b strings.Builder
	done := 0
	for _, m := range Marks(src) {
		if m.Start < done || m.Stop > len(src) || m.Start > m.Stop || !strings.Contains(src[m.Start:m.Stop], m.Label) {
			continue // tabs and quotes can shift it
		}
		b.WriteString(src[done:m.Start])
		if !m.Defines {
			b.WriteString(with(m.Label))
		}
		done = m.Stop
	}
	return b.String() + src[done:]
}
