// Package source reads the typed results back out of a notebook or of a page
// that was rendered from one.
package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"mixmodel/kernel/display/typed"
	"mixmodel/kernel/nbformat"
)

// Source is a notebook or a page with its typed results.
type Source struct {
	Path string // as it was given
	Page bool   // a rendered page, not a notebook
	Data []byte // the content of the file

	// Values are the results in reading order, valid or not. Of two with the
	// same kind and id the last counts, and only that one is here.
	Values []Value

	Seal, Sum string // of a page: the SHA-256 that its last line names, and that of all above; "" without such a line

	Lines []Line   // of a page: what a reader sees
	About Manifest // of a page: what it says about itself
}

// Value is one typed result.
type Value struct {
	typed.Value        // nil if it could not be read
	Where       string // "cell 12", "the page's manifest"
	Err         error  // what is wrong with it; nil if nothing is
}

// Manifest is what a page says about itself.
type Manifest struct {
	Profile  string `json:"profile"`
	Notebook string `json:"notebook"`
	SHA256   string `json:"notebook_sha256"` // of the notebook's file
	Trusted  bool   `json:"trusted"`
	Grade    string `json:"grade"`
	Outputs  map[string]int
}

// Line is a paragraph, a list item or the like, or a row of a table.
type Line struct {
	Text  string
	Cells []string // of a row
}

// maxFile is the size of the largest file that is read.
const maxFile = 256 << 20

// Read reads a file: a page if it looks like HTML, else a notebook.
func Read(path string) (*Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%s has %d bytes (want at most %d)", path, info.Size(), maxFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads the content of a file.
func Parse(path string, data []byte) (*Source, error) {
	s := &Source{Path: path, Data: data}
	if head := bytes.TrimSpace(data); len(head) > 0 && head[0] == '<' || strings.EqualFold(filepath.Ext(path), ".html") {
		s.Page = true
		return s, s.page(data)
	}
	nb, err := nbformat.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i, c := range nb.Cells {
		for _, o := range c.Outputs {
			if raw := typedJSON(o.Data); raw != nil {
				s.add(raw, fmt.Sprintf("cell %d", i+1))
			}
		}
	}
	return s, nil
}

// typedJSON returns the JSON of a typed output, which may be an object or a
// string that holds one; nil if there is none.
func typedJSON(b nbformat.MIMEBundle) []byte {
	raw := bytes.TrimSpace(b[typed.MIME])
	if len(raw) == 0 || raw[0] == '{' {
		return raw
	}
	if text, ok := b.Text(typed.MIME); ok {
		return []byte(text)
	}
	return raw
}

// add takes in a result, in the place of an earlier one of its kind and id.
func (s *Source) add(raw []byte, where string) {
	v, err := typed.Parse(raw)
	next := Value{Value: v, Where: where, Err: err}
	if v != nil {
		for i, old := range s.Values {
			if old.Value != nil && old.Kind() == v.Kind() && old.Name() == v.Name() {
				s.Values = append(s.Values[:i], s.Values[i+1:]...)
				break
			}
		}
	}
	s.Values = append(s.Values, next)
}

var sealLine = regexp.MustCompile(`<!-- SHA-256 of all above: ([0-9a-f]{64}) -->\n$`)

func (s *Source) seal(data []byte) {
	if m := sealLine.FindSubmatchIndex(data); m != nil {
		sum := sha256.Sum256(data[:m[0]])
		s.Seal, s.Sum = string(data[m[2]:m[3]]), hex.EncodeToString(sum[:])
	}
}

// page reads the results of a page out of its manifest and of its simulators.
func (s *Source) page(data []byte) error {
	root, err := html.ParseWithOptions(bytes.NewReader(data), html.ParseOptionEnableScripting(false))
	if err != nil {
		return fmt.Errorf("%s: %w", s.Path, err)
	}
	s.seal(data)
	found := false
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.ElementNode && n.Data == "script" && get(n, "type") == "application/json":
			text := []byte(content(n))
			if get(n, "id") == "manifest" {
				found = true
				err = s.manifest(text)
			} else if n.Parent != nil && has(n.Parent, "data-simulator") && !bytes.Equal(text, []byte("{}")) {
				s.add(text, "the simulator")
			}
			return
		case n.Type == html.ElementNode && blocks[n.Data]:
			if line := Plain(content(n)); line != "" {
				s.Lines = append(s.Lines, Line{Text: line})
			}
		case n.Type == html.ElementNode && n.Data == "tr":
			s.row(n)
		}
		for c := n.FirstChild; c != nil && err == nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	if err == nil && !found {
		err = fmt.Errorf("%s has no manifest (want a page written by report)", s.Path)
	}
	return err
}

func (s *Source) manifest(text []byte) error {
	var m struct {
		Manifest
		Results []json.RawMessage `json:"results"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("%s: its manifest: %w", s.Path, err)
	}
	s.About = m.Manifest
	for _, raw := range m.Results {
		s.add(raw, "the manifest")
	}
	return nil
}

// blocks are the elements whose text is one line to a reader.
var blocks = map[string]bool{"p": true, "li": true, "h1": true, "h2": true, "h3": true, "caption": true, "dd": true, "dt": true, "summary": true, "figcaption": true}

func (s *Source) row(n *html.Node) {
	var l Line
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.Data == "td" || c.Data == "th") {
			l.Cells = append(l.Cells, Plain(content(c)))
		}
	}
	l.Text = strings.Join(l.Cells, " | ")
	s.Lines = append(s.Lines, l)
}

// Plain is text with all white space made one space, and joiners left out.
func Plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u2060", "")), " ")
}

// content is the text of a node, pictures and scripts within left out.
func content(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && (c.Data == "svg" || c.Data == "style" || c.Data == "script") {
				continue
			}
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// Last returns the last result of a type, and whether there is one that could
// be read.
func Last[T typed.Value](s *Source) (v T, ok bool) {
	for _, x := range s.Values {
		if y, is := x.Value.(T); is {
			v, ok = y, true
		}
	}
	return v, ok
}

// All returns the results of a type.
func All[T typed.Value](s *Source) []T {
	var out []T
	for _, x := range s.Values {
		if y, is := x.Value.(T); is {
			out = append(out, y)
		}
	}
	return out
}
