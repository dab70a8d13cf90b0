package nbformat

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Metadata is a JSON object kept as it was read, by key.
type Metadata map[string]json.RawMessage

// Get decodes the value at the path of keys into v, as [json.Unmarshal] does,
// and reports whether it was there and of v's type. Otherwise v may be partly
// written.
//
//	var alt string
//	ok := out.Metadata.Get(&alt, "image/svg+xml", "alt")
func (m Metadata) Get(v any, path ...string) bool {
	if len(path) == 0 {
		return false
	}
	raw, ok := m[path[0]]
	if !ok {
		return false
	}
	if len(path) > 1 {
		var inner Metadata
		return json.Unmarshal(raw, &inner) == nil && inner.Get(v, path[1:]...)
	}
	return json.Unmarshal(raw, v) == nil
}

// Set stores v under key as JSON. It panics if v has no JSON form.
func (m Metadata) Set(key string, v any) { m[key] = mustJSON(v) }

// MIMEBundle is one value in several representations, by MIME type. Values
// are JSON: a string for text and for base64 of binary data, anything for
// JSON types.
type MIMEBundle map[string]json.RawMessage

// Text returns the representation as one string, joined if it was a list of
// lines, and whether there is one. Binary data comes in base64.
func (b MIMEBundle) Text(mime string) (string, bool) {
	raw, ok := b[mime]
	if !ok {
		return "", false
	}
	return multiline(raw)
}

// Bytes is [MIMEBundle.Text], less line ends at its end, without a copy where
// it can be: a text without other escapes, as base64 is, comes as a window of
// the notebook's memory, which must not be written to. Its cost is one look at
// each byte.
func (b MIMEBundle) Bytes(mime string) ([]byte, bool) {
	raw := bytes.TrimSpace(b[mime])
	if len(raw) >= 2 && raw[0] == '"' {
		text := raw[1 : len(raw)-1]
		for bytes.HasSuffix(text, []byte(`\n`)) && !bytes.HasSuffix(text, []byte(`\\n`)) {
			text = text[:len(text)-2]
		}
		if bytes.IndexByte(text, '\\') < 0 {
			return text[:len(text):len(text)], true
		}
	}
	text, ok := b.Text(mime)
	return []byte(strings.TrimRight(text, "\n")), ok
}

// SetText stores text as the representation of the MIME type.
func (b MIMEBundle) SetText(mime, text string) { b[mime] = mustJSON(text) }

// plain reports whether raw is a string that stands as it is, without escapes.
func plain(raw json.RawMessage) bool {
	return len(raw) >= 2 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0
}

// multiline decodes the format's multiline_string: a string, or a list of
// strings to be joined.
func multiline(raw json.RawMessage) (string, bool) {
	if !isMultiline(raw) {
		return "", false
	}
	if first(raw) == '"' {
		return unquoted(raw), true
	}
	var text strings.Builder
	elements(raw, func(_, line json.RawMessage) { text.WriteString(unquoted(line)) })
	return text.String(), true
}

func isMultiline(raw json.RawMessage) bool {
	if c := first(raw); c != '"' && c != '[' || check(raw, 1) != nil {
		return false
	}
	if first(raw) == '"' {
		return true
	}
	all := true
	elements(raw, func(_, line json.RawMessage) { all = all && first(line) == '"' })
	return all
}

// isJSON reports whether values of the MIME type are JSON rather than text.
// It is Python's _is_json_mime.
func isJSON(mime string) bool {
	return mime == "application/json" ||
		strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

// isSplit reports whether text of the MIME type is written as a list of
// lines. It is the rule of Python's _split_mimebundle.
func isSplit(mime string) bool {
	return strings.HasPrefix(mime, "text/") || mime == "application/javascript" || mime == "image/svg+xml"
}
