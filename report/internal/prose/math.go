package prose

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Formula is an inline node: TeX, with Display if it stands on a line of its own.
type Formula struct {
	ast.BaseInline
	TeX     []byte
	Display bool
}

// FormulaBlock is a formula that is a block of its own; its lines are the TeX.
type FormulaBlock struct {
	ast.BaseBlock
	environment bool // begins with \begin, which belongs to the TeX
	closed      bool
}

// The kinds of the two nodes.
var (
	KindFormula      = ast.NewNodeKind("Formula")
	KindFormulaBlock = ast.NewNodeKind("FormulaBlock")
)

// Kind implements [ast.Node].
func (*Formula) Kind() ast.NodeKind { return KindFormula }

// Dump implements [ast.Node].
func (n *Formula) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// Kind implements [ast.Node].
func (*FormulaBlock) Kind() ast.NodeKind { return KindFormulaBlock }

// Dump implements [ast.Node].
func (n *FormulaBlock) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// IsRaw implements [ast.Node]: no inline parsing inside a formula.
func (*FormulaBlock) IsRaw() bool { return true }

// inlineMath reads $...$ and, inside a line, $$...$$. As in pandoc a single
// dollar opens only before a non-space and closes only after one and not before
// a digit, so that "$5 and $10" is money.
type inlineMath struct{}

func (inlineMath) Trigger() []byte { return []byte{'$'} }

// noCloser remembers where in the source a closing dollar was looked for in
// vain, so that a page full of prices is read once and not once per price.
var noCloser = parser.NewContextKey()

// vain is a stretch of source without a closing fence of the given length.
type vain struct{ fence, from, to int }

func (inlineMath) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, seg := block.PeekLine()
	fence := []byte("$")
	if bytes.HasPrefix(line, []byte("$$")) {
		fence = []byte("$$")
	}
	if len(line) <= len(fence) || len(fence) == 1 && isSpace(line[1]) {
		return nil
	}
	if v, ok := pc.Get(noCloser).(vain); ok && v.fence == len(fence) && seg.Start >= v.from && seg.Start < v.to {
		return nil
	}
	row, at := block.Position()
	block.Advance(len(fence))
	tex, end := readTo(block, fence)
	if end > 0 {
		pc.Set(noCloser, vain{len(fence), seg.Start, end})
	}
	if len(bytes.TrimSpace(tex)) == 0 {
		block.SetPosition(row, at)
		return nil
	}
	return &Formula{TeX: tex, Display: len(fence) == 2}
}

// readTo reads up to and over the closing fence. If there is none it returns
// nil and where in the source it stopped looking.
func readTo(block text.Reader, fence []byte) (tex []byte, end int) {
	for {
		line, seg := block.PeekLine()
		if line == nil {
			return nil, end
		}
		end = seg.Stop
		if i := closing(line, fence); i >= 0 {
			tex = append(tex, line[:i]...)
			block.Advance(i + len(fence))
			return tex, 0
		}
		tex = append(tex, line...)
		block.AdvanceLine()
	}
}

// closing returns where in line the closing fence stands, or -1. A backslash
// escapes the character after it.
func closing(line, fence []byte) int {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] != '$':
		case len(fence) == 2:
			if bytes.HasPrefix(line[i:], fence) {
				return i
			}
		default:
			afterSpace := i == 0 || isSpace(line[i-1])
			beforeDigit := i+1 < len(line) && line[i+1] >= '0' && line[i+1] <= '9'
			if !afterSpace && !beforeDigit {
				return i
			}
		}
	}
	return -1
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// blockMath reads display formulas that stand by themselves: $$ ... $$ over one
// or more lines, and \begin{align} ... \end{align} as Jupyter allows. As blocks
// their lines cannot be taken for list items or headings.
type blockMath struct{}

func (blockMath) Trigger() []byte { return []byte{'$', '\\'} }

func (blockMath) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, seg := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 {
		return nil, parser.NoChildren
	}
	body := bytes.TrimSpace(line[at:])
	n := &FormulaBlock{environment: bytes.HasPrefix(body, []byte(`\begin{`))}
	end := []byte("$$")
	switch {
	case n.environment:
		name, _, ok := bytes.Cut(body[len(`\begin{`):], []byte("}"))
		if !ok || !texEnvironment(name) {
			return nil, parser.NoChildren
		}
		end = []byte(`\end{` + string(name) + "}")
	case !bytes.HasPrefix(body, end):
		return nil, parser.NoChildren
	}
	if endsOnFirstLine(body, end, n.environment) {
		n.closed = true
	} else if bytes.Contains(body[2:], end) && !n.environment || !closesLater(reader.Source()[seg.Stop:], end) {
		return nil, parser.NoChildren // text follows, or it never ends: leave it to the paragraph
	}
	n.Lines().Append(text.NewSegment(seg.Start+at-seg.Padding, seg.Stop))
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

func texEnvironment(name []byte) bool {
	switch string(bytes.TrimSuffix(name, []byte("*"))) {
	case "align", "aligned", "equation", "gather", "gathered", "eqnarray", "multline", "split", "cases":
		return true
	}
	return false
}

// endsOnFirstLine tells whether body, the first line of a formula, is all of it.
func endsOnFirstLine(body, end []byte, environment bool) bool {
	if environment {
		return bytes.HasSuffix(body, end)
	}
	return len(body) > 2*len(end) && bytes.Index(body[len(end):], end) == len(body)-2*len(end)
}

// closesLater looks a bounded way ahead, so that many openers stay cheap.
func closesLater(rest, end []byte) bool { return bytes.Contains(rest[:min(len(rest), 4_000)], end) }

func (blockMath) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	n := node.(*FormulaBlock)
	if n.closed {
		return parser.Close
	}
	line, seg := reader.PeekLine()
	body := bytes.TrimSpace(line)
	if n.environment {
		n.closed = bytes.HasPrefix(body, []byte(`\end{`)) || bytes.Contains(body, []byte(`\end{`+n.name(reader.Source())+"}"))
	} else {
		n.closed = bytes.HasSuffix(body, []byte("$$"))
	}
	n.Lines().Append(seg)
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (n *FormulaBlock) name(source []byte) string {
	first := n.Lines().At(0)
	_, after, _ := bytes.Cut(first.Value(source), []byte("{"))
	name, _, _ := bytes.Cut(after, []byte("}"))
	return string(name)
}

func (blockMath) Close(ast.Node, text.Reader, parser.Context) {}
func (blockMath) CanInterruptParagraph() bool                 { return true }
func (blockMath) CanAcceptIndentedLine() bool                 { return false }

// TeX returns the source of the formula, without dollar signs.
func (n *FormulaBlock) TeX(source []byte) []byte {
	tex := bytes.TrimSpace(n.Lines().Value(source))
	if n.environment {
		return tex
	}
	tex = bytes.TrimPrefix(tex, []byte("$$"))
	return bytes.TrimSpace(bytes.TrimSuffix(tex, []byte("$$")))
}

// mathRenderer writes formulas as placeholders around their source.
type mathRenderer struct{}

func rendererOf() renderer.Option {
	return renderer.WithNodeRenderers(util.Prioritized(mathRenderer{}, 100))
}

// RegisterFuncs implements [renderer.NodeRenderer].
func (mathRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(KindFormula, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			f := n.(*Formula)
			placeholder(w, f.TeX, f.Display)
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(KindFormulaBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString("<div>")
			placeholder(w, n.(*FormulaBlock).TeX(source), true)
			_, _ = w.WriteString("</div>\n")
		}
		return ast.WalkSkipChildren, nil
	})
	// Labels are made of letters, digits and marks that need no escaping.
	r.Register(KindReference, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if label := n.(*Reference).Label; entering {
			_, _ = w.WriteString(`<a href="#@` + label + `">` + label + `</a>`)
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(KindLabel, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString(`<a id="` + n.(*Label).Name + `"></a>` + "\n")
		}
		return ast.WalkSkipChildren, nil
	})
}

// placeholder ignores write errors, as goldmark does: they stick to w.
func placeholder(w util.BufWriter, tex []byte, display bool) {
	style := "i"
	if display {
		style = "d"
	}
	_, _ = w.WriteString(`<span data-math="` + style + `">`)
	_, _ = w.Write(util.EscapeHTML(tex))
	_, _ = w.WriteString("</span>")
}
