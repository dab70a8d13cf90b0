package nbformat

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"strings"
)

// A notebook is mostly pictures: long strings without escapes. The functions
// here look at each byte a few times, at memory speed, and cut the text into
// windows instead of copying it.

// fault is why a text is not the JSON that is wanted, and where.
type fault struct {
	offset int
	deep   bool // nested deeper than allowed; else the syntax is wrong
}

// check reports what keeps text from being one JSON value with at most so many
// nested levels, or nil. Whether strings are UTF-8 is not looked at.
func check(text []byte, levels int) *fault {
	c := checker{text: text, levels: levels}
	if !c.value(0) {
		return &fault{max(0, min(c.at, len(text)-1)), c.deep}
	}
	c.space()
	if c.at < len(text) {
		return &fault{offset: c.at}
	}
	return nil
}

type checker struct {
	text   []byte
	at     int
	levels int
	deep   bool
}

func (c *checker) space() {
	for c.at < len(c.text) && isSpace(c.text[c.at]) {
		c.at++
	}
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// next skips white space and returns the byte there, 0 at the end.
func (c *checker) next() byte {
	c.space()
	if c.at == len(c.text) {
		return 0
	}
	return c.text[c.at]
}

func (c *checker) value(level int) bool {
	switch b := c.next(); b {
	case '{', '[':
		if level == c.levels {
			c.deep = true
			return false
		}
		c.at++
		if b == '{' {
			return c.object(level + 1)
		}
		return c.list(level + 1)
	case '"':
		return c.str()
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	default:
		return c.number()
	}
}

func (c *checker) object(level int) bool {
	if c.next() == '}' {
		c.at++
		return true
	}
	for {
		if c.next() != '"' || !c.str() || c.next() != ':' {
			return false
		}
		c.at++
		if !c.value(level) {
			return false
		}
		switch c.next() {
		case ',':
			c.at++
		case '}':
			c.at++
			return true
		default:
			return false
		}
	}
}

func (c *checker) list(level int) bool {
	if c.next() == ']' {
		c.at++
		return true
	}
	for {
		if !c.value(level) {
			return false
		}
		switch c.next() {
		case ',':
			c.at++
		case ']':
			c.at++
			return true
		default:
			return false
		}
	}
}

func (c *checker) word(w string) bool {
	if !bytes.HasPrefix(c.text[c.at:], []byte(w)) {
		return false
	}
	c.at += len(w)
	return true
}

func (c *checker) digits() bool {
	from := c.at
	for c.at < len(c.text) && '0' <= c.text[c.at] && c.text[c.at] <= '9' {
		c.at++
	}
	return c.at > from
}

func (c *checker) has(options string) bool {
	if c.at < len(c.text) && strings.IndexByte(options, c.text[c.at]) >= 0 {
		c.at++
		return true
	}
	return false
}

func (c *checker) number() bool {
	c.has("-")
	if !c.has("0") && !c.digits() {
		return false
	}
	if c.has(".") && !c.digits() {
		return false
	}
	if c.has("eE") {
		c.has("+-")
		return c.digits()
	}
	return true
}

// str checks a string, the quote at hand. The distance to the next quote is
// looked for once, not after every escape.
func (c *checker) str() bool {
	c.at++
	quote := -1
	for {
		if quote < c.at {
			n := bytes.IndexByte(c.text[c.at:], '"')
			if n < 0 {
				c.at = len(c.text)
				return false
			}
			quote = c.at + n
		}
		plain := c.text[c.at:quote]
		escape := bytes.IndexByte(plain, '\\')
		if escape >= 0 {
			plain = plain[:escape]
		}
		if n := control(plain); n >= 0 {
			c.at += n
			return false
		}
		c.at += len(plain)
		if escape < 0 {
			c.at++
			return true
		}
		if !c.escape() {
			return false
		}
	}
}

func (c *checker) escape() bool {
	c.at++
	if !c.has("u") {
		return c.has(`"\/bfnrt`)
	}
	for range 4 {
		if !c.has("0123456789abcdefABCDEF") {
			return false
		}
	}
	return true
}

// control is the index of the first byte below 0x20, or -1. It looks at eight
// at a time, four times between two decisions.
func control(s []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+32 <= len(s); i += 32 {
		w := s[i : i+32 : i+32]
		a, b := binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[8:])
		c, d := binary.LittleEndian.Uint64(w[16:]), binary.LittleEndian.Uint64(w[24:])
		if ((a-0x20*ones)&^a|(b-0x20*ones)&^b|(c-0x20*ones)&^c|(d-0x20*ones)&^d)&highs != 0 {
			break
		}
	}
	for ; i < len(s); i++ {
		if s[i] < 0x20 {
			return i
		}
	}
	return -1
}

// skip returns where the value at i ends, in a text that was checked.
func skip(text []byte, i int) int {
	switch text[i] {
	case '"':
		return skipString(text, i)
	case '{', '[':
	default:
		for i < len(text) && !isSpace(text[i]) && strings.IndexByte(",]}", text[i]) < 0 {
			i++
		}
		return i
	}
	depth := 0
	for {
		switch text[i] {
		case '"':
			i = skipString(text, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}

func skipString(text []byte, i int) int {
	i++
	for {
		i += bytes.IndexByte(text[i:], '"')
		back := 0
		for text[i-1-back] == '\\' {
			back++
		}
		i++
		if back%2 == 0 {
			return i
		}
	}
}

// elements calls do with each element of a list, or with each key and value of
// an object, as windows that cannot grow. The text was checked.
func elements(text []byte, do func(key, value json.RawMessage)) {
	i, object := 0, false
	skipSpace := func() {
		for isSpace(text[i]) || text[i] == ',' || text[i] == ':' {
			i++
		}
	}
	skipSpace()
	object = text[i] == '{'
	i++
	window := func() json.RawMessage {
		from := i
		i = skip(text, i)
		return text[from:i:i]
	}
	for {
		skipSpace()
		if text[i] == ']' || text[i] == '}' {
			return
		}
		var key json.RawMessage
		if object {
			key = window()
			skipSpace()
		}
		do(key, window())
	}
}

// unquoted is the text of a JSON string that was checked.
func unquoted(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	if s, ok := unescaped(raw[1 : len(raw)-1]); ok {
		return s
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		panic("nbformat: a checked string is none: " + err.Error())
	}
	return s
}

// unescaped resolves the escapes that lines of text have; ok is false if there
// is a code point among them, which is left to encoding/json.
func unescaped(text []byte) (s string, ok bool) {
	var b strings.Builder
	b.Grow(len(text))
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			b.Write(text)
			return b.String(), true
		}
		b.Write(text[:i])
		k := strings.IndexByte(`"\/nrtbf`, text[i+1])
		if k < 0 {
			return "", false
		}
		b.WriteByte("\"\\/\n\r\t\b\f"[k])
		text = text[i+2:]
	}
}
