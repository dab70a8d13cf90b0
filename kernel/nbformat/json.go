package nbformat

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// first returns the first byte of a JSON value, which tells its kind, or 0.
func first(raw json.RawMessage) byte {
	if t := bytes.TrimLeft(raw, " \t\r\n"); len(t) > 0 {
		return t[0]
	}
	return 0
}

// kind names the kind of a JSON value for an error message.
func kind(raw json.RawMessage) string {
	switch c := first(raw); c {
	case 0:
		return "missing"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

func mustJSON(v any) json.RawMessage {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("nbformat: %T has no JSON form: %v", v, err))
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}

// position says where an offset is, in the terms of an editor.
func position(data []byte, offset int) string {
	offset = max(0, min(offset, len(data)))
	before := data[:offset]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[1+bytes.LastIndexByte(before, '\n'):])
	return fmt.Sprintf("line %d, column %d", line, column)
}

// encoder writes JSON as Python's json.dumps(indent=1, sort_keys=True,
// ensure_ascii=False) does.
type encoder struct {
	w     *bufio.Writer
	depth int
}

func (e *encoder) newline() {
	e.w.WriteByte('\n')
	for range e.depth {
		e.w.WriteByte(' ')
	}
}

// value writes maps, slices, strings, numbers, booleans, nil and raw JSON.
func (e *encoder) value(v any) error {
	switch v := v.(type) {
	case nil:
		e.w.WriteString("null")
	case bool:
		e.w.WriteString(strconv.FormatBool(v))
	case int:
		e.w.WriteString(strconv.Itoa(v))
	case json.Number:
		e.w.WriteString(pythonNumber(string(v)))
	case string:
		e.text(v)
	case []string:
		return encodeList(e, v)
	case []any:
		return encodeList(e, v)
	case map[string]any:
		return e.object(v)
	case json.RawMessage:
		return e.raw(v)
	default:
		panic(fmt.Sprintf("nbformat: cannot encode %T", v))
	}
	return nil
}

func (e *encoder) raw(raw json.RawMessage) error {
	raw = bytes.TrimSpace(raw)
	if plain(raw) {
		e.w.Write(raw)
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // a float64 would lose digits of a long integer
	var v any
	if err := dec.Decode(&v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("raw JSON holds more than one value")
	}
	return e.value(v)
}

func encodeList[T any](e *encoder, v []T) error {
	if len(v) == 0 {
		e.w.WriteString("[]")
		return nil
	}
	e.w.WriteByte('[')
	e.depth++
	for i, x := range v {
		if i > 0 {
			e.w.WriteByte(',')
		}
		e.newline()
		if err := e.value(x); err != nil {
			return err
		}
	}
	e.depth--
	e.newline()
	e.w.WriteByte(']')
	return nil
}

func (e *encoder) object(v map[string]any) error {
	if len(v) == 0 {
		e.w.WriteString("{}")
		return nil
	}
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys) // by bytes of UTF-8, which is Python's order by code point
	e.w.WriteByte('{')
	e.depth++
	for i, k := range keys {
		if i > 0 {
			e.w.WriteByte(',')
		}
		e.newline()
		e.text(k)
		e.w.WriteString(": ")
		if err := e.value(v[k]); err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
	}
	e.depth--
	e.newline()
	e.w.WriteByte('}')
	return nil
}

// text writes a string. encoding/json cannot be used: it escapes U+2028 and
// U+2029 whatever its settings.
func (e *encoder) text(s string) {
	e.w.WriteByte('"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		e.w.WriteString(s[start:i])
		start = i + 1
		if k := strings.IndexByte("\"\\\n\r\t\b\f", c); k >= 0 {
			e.w.WriteByte('\\')
			e.w.WriteByte(`"\nrtbf`[k])
		} else {
			fmt.Fprintf(e.w, `\u%04x`, c)
		}
	}
	e.w.WriteString(s[start:])
	e.w.WriteByte('"')
}

// pythonNumber spells a JSON number as Python does after reading it: integers
// as they are, floats by repr.
//
// Differs: a float beyond the range of float64 keeps its spelling; Python
// would write Infinity, which is no JSON.
func pythonNumber(s string) string {
	if !strings.ContainsAny(s, ".eE") {
		if s == "-0" {
			return "0"
		}
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	// repr: the shortest digits that give f back, with an exponent below
	// 1e-4 and from 1e16.
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	r := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(r, ".") {
		r += ".0"
	}
	return r
}
