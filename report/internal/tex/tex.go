// Package tex turns the mathematics of a notebook into MathML, which every
// current browser shows without a script or a font from elsewhere.
//
// It covers what prose about statistics uses: fractions, roots, scripts,
// Greek, sums and limits, accents, alphabets, text, delimiters, aligned
// equations, cases and small matrices. It has no macros and reads no file.
// What it does not know is an error, and the caller shows the source instead.
package tex

import (
	"fmt"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on one formula.
const (
	MaxBytes = 20_000
	maxDepth = 60
)

// MathML returns src, TeX without its dollar signs, as a <math> element. The
// output holds presentation elements only, every character of the source
// escaped, and is the same for the same input.
func MathML(src string, display bool) (ml string, err error) {
	if len(src) > MaxBytes {
		return "", fmt.Errorf("tex: formula of %d bytes (want at most %d)", len(src), MaxBytes)
	}
	if !utf8.ValidString(src) {
		return "", fmt.Errorf("tex: formula is not UTF-8")
	}
	defer func() {
		if r := recover(); r != nil {
			fault, ok := r.(fault)
			if !ok {
				panic(r)
			}
			ml, err = "", fault
		}
	}()
	p := &parser{rest: src}
	body := p.rows("")
	if tok := p.peek(); tok != "" {
		fail("unexpected %q", tok)
	}
	if display {
		return `<math display="block">` + body + `</math>`, nil
	}
	return `<math>` + body + `</math>`, nil
}

// fault is how the parser gives up; MathML returns it.
type fault struct{ text string }

func (f fault) Error() string { return "tex: " + f.text }

func fail(format string, args ...any) { panic(fault{fmt.Sprintf(format, args...)}) }

type parser struct {
	rest    string
	depth   int
	variant string // alphabet in force: "", "normal", "bold", "script", ...
}

// node is a piece of MathML and what its neighbours must know of it.
type node struct {
	ml     string
	kind   kind
	stacks bool // scripts go above and below
}

type kind int

const (
	ordinary kind = iota
	function      // wants a thin space before an operand
	opening       // no operand follows
	invisible
)

// next returns the next token, "" at the end: a command with its backslash, or
// a single character. White space is skipped.
func (p *parser) next() string {
	t := p.peek()
	p.rest = p.rest[len(t):]
	return t
}

func (p *parser) peek() string {
	for {
		p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
		if !strings.HasPrefix(p.rest, "%") {
			break
		}
		_, p.rest, _ = strings.Cut(p.rest, "\n")
	}
	if p.rest == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(p.rest)
	if p.rest[0] != '\\' || len(p.rest) == 1 {
		return p.rest[:n]
	}
	end := 1
	for end < len(p.rest) && isLetter(p.rest[end]) {
		end++
	}
	if end == 1 {
		_, n := utf8.DecodeRuneInString(p.rest[1:])
		return p.rest[:1+n]
	}
	if end < len(p.rest) && p.rest[end] == '*' && p.rest[:end] == `\operatorname` {
		end++
	}
	return p.rest[:end]
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func (p *parser) expect(tok string) {
	if got := p.next(); got != tok {
		fail("got %q, want %q", got, tok)
	}
}

// enter guards the recursion.
func (p *parser) enter() func() {
	if p.depth++; p.depth > maxDepth {
		fail("formula nested more than %d deep", maxDepth)
	}
	variant := p.variant
	return func() { p.depth--; p.variant = variant }
}

// list reads atoms up to one of the closing tokens, which stays unread.
func (p *parser) list(closing ...string) string {
	defer p.enter()()
	var b strings.Builder
	count, last := 0, node{kind: opening}
	for {
		tok := p.peek()
		done := tok == ""
		for _, c := range closing {
			done = done || tok == c
		}
		if done {
			break
		}
		if last.kind == function && !opensGroup[tok] {
			b.WriteString(thin)
			count++
		}
		n := p.scripted()
		if n.ml != "" {
			b.WriteString(n.ml)
			count++
		}
		last = n
	}
	if count == 1 {
		return b.String()
	}
	return "<mrow>" + b.String() + "</mrow>"
}

const thin = `<mspace width="0.1667em"/>`

// opensGroup names the tokens before which "log" needs no space.
var opensGroup = map[string]bool{"(": true, "[": true, `\left`: true, `\bigl`: true, `\Bigl`: true, `\big`: true, `\Big`: true,
	"": true, ")": true, ",": true, "}": true, "&": true, `\\`: true, `\right`: true, `\,`: true, `\!`: true, `\;`: true, "=": true, `\{`: true}

// scripted reads an atom with its subscript, superscript and primes.
func (p *parser) scripted() node {
	n := node{ml: "<mrow></mrow>"}
	if t := p.peek(); t != "^" && t != "_" {
		n = p.atom()
	}
	var sub, sup string
	for {
		switch p.peek() {
		case "^":
			p.next()
			if sup != "" && !strings.Contains(sup, "′") {
				fail("double superscript")
			}
			sup = row(sup + p.argument())
			continue
		case "_":
			p.next()
			if sub != "" {
				fail("double subscript")
			}
			sub = p.argument()
			continue
		case "'":
			p.next()
			sup = row(sup + "<mo>′</mo>")
			continue
		case `\limits`:
			p.next()
			n.stacks = true
			continue
		case `\nolimits`:
			p.next()
			n.stacks = false
			continue
		}
		break
	}
	n.ml = attach(n, sub, sup)
	return n
}

func row(ml string) string {
	if strings.Count(ml, "<") <= 2 {
		return ml
	}
	return "<mrow>" + ml + "</mrow>"
}

func attach(n node, sub, sup string) string {
	under, over := "msub", "msup"
	both := "msubsup"
	if n.stacks {
		under, over, both = "munder", "mover", "munderover"
	}
	switch {
	case sub == "" && sup == "":
		return n.ml
	case sup == "":
		return wrap(under, n.ml, sub)
	case sub == "":
		return wrap(over, n.ml, sup)
	}
	return wrap(both, n.ml, sub, sup)
}

func wrap(element string, children ...string) string {
	return "<" + element + ">" + strings.Join(children, "") + "</" + element + ">"
}

// argument reads what a script or a command applies to: a group or one token.
func (p *parser) argument() string {
	if p.peek() == "{" {
		return p.group()
	}
	if t := p.peek(); len(t) == 1 && t[0] >= '0' && t[0] <= '9' {
		p.next()
		return "<mn>" + p.alphabet(t) + "</mn>"
	}
	return p.atom().ml
}

func (p *parser) group() string {
	p.expect("{")
	ml := p.list("}")
	p.expect("}")
	return ml
}

// atom reads one thing without its scripts.
func (p *parser) atom() node {
	defer p.enter()()
	tok := p.peek()
	r, _ := utf8.DecodeRuneInString(tok)
	switch {
	case tok == "":
		fail("formula ends early")
	case tok == "{":
		return node{ml: p.group()}
	case strings.HasPrefix(tok, `\`):
		p.next()
		return p.command(tok)
	case strings.ContainsAny(tok, "}^_&#$"):
		fail("unexpected %q", tok)
	case r >= '0' && r <= '9':
		return node{ml: "<mn>" + p.alphabet(p.number()) + "</mn>"}
	}
	p.next()
	if tok == "~" {
		return node{ml: `<mspace width="0.333em"/>`, kind: invisible}
	}
	if unicode.IsLetter(r) {
		return node{ml: p.identifier(tok)}
	}
	return operator(tok)
}

func (p *parser) number() string {
	n := 0
	for n < len(p.rest) && (p.rest[n] >= '0' && p.rest[n] <= '9' || p.rest[n] == '.' && n+1 < len(p.rest) && p.rest[n+1] >= '0' && p.rest[n+1] <= '9') {
		n++
	}
	t := p.rest[:n]
	p.rest = p.rest[n:]
	return t
}

// identifier is a single-letter name: italic, or in the alphabet in force.
func (p *parser) identifier(letter string) string {
	if p.variant == "normal" {
		return `<mi mathvariant="normal">` + html.EscapeString(letter) + "</mi>"
	}
	return "<mi>" + html.EscapeString(p.alphabet(letter)) + "</mi>"
}

func operator(tok string) node {
	switch tok {
	case "-":
		return node{ml: "<mo>−</mo>", kind: opening}
	case "*":
		return node{ml: "<mo>∗</mo>", kind: opening}
	case "(", "[", ")", "]", "|", "/":
		return node{ml: `<mo stretchy="false">` + tok + "</mo>"}
	case "'":
		return node{ml: "<mo>′</mo>"}
	}
	return node{ml: "<mo>" + html.EscapeString(tok) + "</mo>"}
}
