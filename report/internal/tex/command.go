package tex

import (
	"html"
	"strings"
)

// command handles a command whose name has been read.
func (p *parser) command(name string) node {
	if ml, ok := spaces[name]; ok {
		return node{ml: ml, kind: invisible}
	}
	if s, ok := letters[name]; ok {
		return node{ml: p.greek(s)}
	}
	if s, ok := operators[name]; ok {
		return node{ml: "<mo>" + html.EscapeString(s) + "</mo>"}
	}
	if s, ok := delimiters[name]; ok {
		return node{ml: fence(s, false)}
	}
	if s, ok := bigOperators[name]; ok {
		return node{ml: "<mo>" + s + "</mo>", stacks: !strings.HasPrefix(name, `\i`) && name != `\oint`}
	}
	if s, ok := accents[name]; ok {
		return accent(p.argument(), s)
	}
	if v, ok := alphabets[name]; ok {
		p.variant = v
		return node{ml: p.inAlphabet()}
	}
	word := name[1:]
	switch {
	case functions[word]:
		return node{ml: "<mi>" + word + "</mi>", kind: function}
	case limitFunctions[word] != "":
		return limitFunction(limitFunctions[word])
	}
	return p.construct(name)
}

// construct handles the commands that take arguments.
func (p *parser) construct(name string) node {
	switch name {
	case `\frac`, `\dfrac`, `\tfrac`, `\cfrac`:
		return node{ml: wrap("mfrac", p.argument(), p.argument())}
	case `\binom`:
		return node{ml: "<mrow><mo>(</mo><mfrac linethickness=\"0\">" + p.argument() + p.argument() + "</mfrac><mo>)</mo></mrow>"}
	case `\sqrt`:
		return node{ml: p.root()}
	case `\text`, `\textrm`, `\textnormal`, `\mbox`, `\textit`, `\textbf`, `\texttt`, `\textsf`:
		return node{ml: "<mtext>" + html.EscapeString(p.text()) + "</mtext>"}
	case `\operatorname`:
		return node{ml: "<mi>" + html.EscapeString(p.name()) + "</mi>", kind: function}
	case `\operatorname*`:
		return limitFunction(html.EscapeString(p.name()))
	case `\left`:
		return node{ml: p.fenced()}
	case `\big`, `\Big`, `\bigg`, `\Bigg`, `\bigl`, `\Bigl`, `\biggl`, `\Biggl`, `\bigr`, `\Bigr`, `\biggr`, `\Biggr`, `\bigm`, `\Bigm`:
		return node{ml: sized(p.delimiter(), strings.TrimRight(name, "lrm"))}
	case `\overset`, `\stackrel`:
		over := p.argument()
		return node{ml: wrap("mover", p.argument(), over)}
	case `\underset`:
		under := p.argument()
		return node{ml: wrap("munder", p.argument(), under), stacks: true}
	case `\underbrace`:
		return node{ml: wrap("munder", p.argument(), "<mo>⏟</mo>"), stacks: true}
	case `\overbrace`:
		return node{ml: wrap("mover", p.argument(), "<mo>⏞</mo>"), stacks: true}
	case `\underline`:
		return node{ml: wrap("munder", p.argument(), "<mo>_</mo>")}
	case `\boxed`, `\mathord`, `\mathrel`, `\mathbin`, `\mathop`:
		return node{ml: p.argument(), stacks: name == `\mathop`}
	case `\begin`:
		return node{ml: p.environment()}
	case `\label`:
		p.text()
		return node{kind: invisible}
	case `\tag`:
		return node{ml: `<mspace width="2em"/><mtext>(` + html.EscapeString(p.text()) + ")</mtext>"}
	case `\displaystyle`, `\textstyle`, `\scriptstyle`, `\nonumber`, `\notag`, `\limits`, `\nolimits`:
		return node{kind: invisible}
	case `\not`:
		return node{ml: negated(p.next())}
	}
	fail("unknown command %s", name)
	return node{}
}

// root reads \sqrt[n]{x}.
func (p *parser) root() string {
	if p.peek() != "[" {
		return wrap("msqrt", p.argument())
	}
	p.next()
	index := p.list("]")
	p.expect("]")
	return wrap("mroot", p.argument(), index)
}

// text reads a braced argument as it stands.
func (p *parser) text() string {
	p.expect("{")
	depth := 1
	for i := 0; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				t := p.rest[:i]
				p.rest = p.rest[i+1:]
				return unescapeText(t)
			}
		}
	}
	fail("text without its closing brace")
	return ""
}

// unescapeText resolves the escapes of a text argument and keeps its spaces,
// which MathML would trim at either end.
func unescapeText(s string) string {
	s = strings.NewReplacer(`\_`, "_", `\%`, "%", `\&`, "&", `\#`, "#", `\$`, "$", `\{`, "{", `\}`, "}", `\ `, " ", `\,`, "\u2009",
		"~", "\u00a0", "---", "—", "--", "–").Replace(s)
	if strings.Contains(s, `\`) {
		fail("command inside text")
	}
	if trimmed := strings.TrimLeft(s, " "); len(trimmed) < len(s) {
		s = "\u00a0" + trimmed
	}
	if trimmed := strings.TrimRight(s, " "); len(trimmed) < len(s) {
		s = trimmed + "\u00a0"
	}
	return s
}

// name reads the argument of \operatorname.
func (p *parser) name() string {
	return strings.TrimSpace(strings.ReplaceAll(p.text(), "\u2009", "\u00a0"))
}

// limitFunction is a name like "max" whose subscript goes below it where there
// is room.
func limitFunction(name string) node {
	return node{ml: `<mo movablelimits="true" lspace="0" rspace="0">` + name + "</mo>", kind: function, stacks: true}
}

// fenced reads up to the \right that belongs to a \left already read.
func (p *parser) fenced() string {
	var b strings.Builder
	b.WriteString("<mrow>" + fence(p.delimiter(), true))
	for {
		b.WriteString(p.list(`\right`, `\middle`))
		if p.peek() != `\middle` {
			break
		}
		p.next()
		b.WriteString(fence(p.delimiter(), true))
	}
	p.expect(`\right`)
	b.WriteString(fence(p.delimiter(), true) + "</mrow>")
	return b.String()
}

// delimiter reads what may follow \left: "." is none.
func (p *parser) delimiter() string {
	tok := p.next()
	if d, ok := delimiters[tok]; ok {
		return d
	}
	switch tok {
	case "(", ")", "[", "]", "|", "/":
		return tok
	case "<":
		return "⟨"
	case ">":
		return "⟩"
	case ".":
		return ""
	}
	fail("%q is not a delimiter", tok)
	return ""
}

func fence(d string, stretchy bool) string {
	switch {
	case d == "":
		return ""
	case stretchy:
		return `<mo stretchy="true">` + d + "</mo>"
	}
	return `<mo stretchy="false">` + d + "</mo>"
}

var sizes = map[string]string{`\big`: "1.2em", `\Big`: "1.8em", `\bigg`: "2.4em", `\Bigg`: "3em"}

func sized(d, name string) string {
	if d == "" {
		return ""
	}
	return `<mo stretchy="true" minsize="` + sizes[name] + `" maxsize="` + sizes[name] + `">` + d + "</mo>"
}

func accent(base, mark string) node {
	stretch := "false"
	if strings.ContainsAny(mark, "‾→⏞") && mark != "→" {
		stretch = "true"
	}
	return node{ml: `<mover accent="true">` + base + `<mo stretchy="` + stretch + `">` + mark + "</mo></mover>"}
}

func negated(tok string) string {
	s := tok
	if o, ok := operators[tok]; ok {
		s = o
	}
	if tok != "=" && tok != "<" && tok != ">" && s == tok {
		fail(`cannot negate %q`, tok)
	}
	return "<mo>" + html.EscapeString(s) + "\u0338</mo>"
}
