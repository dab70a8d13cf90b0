package nbformat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"unicode/utf8"
)

// Limits of what Read takes.
const (
	MaxBytes = 128 << 20 // size of the file
	MaxDepth = 100       // levels of nested objects and lists
)

// Read reads a notebook of format 3, or 4 with any minor version. Minor
// versions after 5 are read as 4.5 with their new fields kept as unknown ones.
//
// A cell without an id, or with one that is taken or has letters the format
// does not allow, gets the id "cell-N" with N its position from 1 (or the next
// free one): the same file always gives the same ids. What else the format
// does not allow is an error; all faults are reported at once, a line each,
// and each line says where, what it is, and what was wanted.
func Read(r io.Reader) (*Notebook, error) {
	data, err := Bytes(r)
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

// Parse is [Read] of bytes in memory. The notebook keeps them: they must not
// be written to again. Its cost is a few looks at each byte and no copy of
// what is long.
func Parse(data []byte) (*Notebook, error) {
	nb, err := decode(data)
	if err != nil {
		return nil, err
	}
	v := validator{checked: true}
	v.notebook(nb)
	if err := errors.Join(v.faults...); err != nil {
		return nil, err
	}
	return nb, nil
}

// Bytes reads the bytes for [Parse], of a file without copies in between. It
// reads no more than one byte beyond MaxBytes, which is one too many for Parse.
func Bytes(r io.Reader) ([]byte, error) {
	data, err := readAll(r)
	if err != nil {
		return nil, fmt.Errorf("nbformat: %w", err)
	}
	return data, nil
}

func readAll(r io.Reader) ([]byte, error) {
	var data bytes.Buffer
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			data.Grow(int(min(info.Size(), MaxBytes)) + bytes.MinRead)
		}
	}
	_, err := data.ReadFrom(io.LimitReader(r, MaxBytes+1))
	return data.Bytes(), err
}

func decode(data []byte) (*Notebook, error) {
	top, err := decodeTop(data)
	if err != nil {
		return nil, fmt.Errorf("nbformat: %w", err)
	}
	var d decoder
	nb := d.notebook(top)
	if err := errors.Join(d.faults...); err != nil {
		return nil, err
	}
	nb.nameCells()
	return nb, nil
}

// decodeTop reports what is wrong with the file as a whole.
func decodeTop(data []byte) (object, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > MaxBytes:
		return nil, fmt.Errorf("larger than %d MiB", MaxBytes>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, errors.New("the file is empty (want a notebook in JSON)")
	case !utf8.Valid(data):
		return nil, fmt.Errorf("not UTF-8 at %s (want a notebook in JSON)", position(data, invalidAt(data)))
	}
	switch wrong := check(data, MaxDepth); {
	case wrong != nil && wrong.deep:
		return nil, fmt.Errorf("nested deeper than %d levels at %s", MaxDepth, position(data, wrong.offset))
	case wrong != nil:
		return nil, fmt.Errorf("not JSON at %s: %s", position(data, wrong.offset), complaint(data))
	case first(data) != '{':
		return nil, fmt.Errorf("the file holds %s (want a JSON object with cells)", kind(data))
	}
	return objectOf(data), nil
}

// complaint is what encoding/json says about a text that is no JSON.
func complaint(data []byte) string {
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err.Error()
	}
	return "the syntax is wrong"
}

// objectOf takes apart an object that was checked. Of a key that occurs twice
// the last value counts, as in Python.
func objectOf(text []byte) object {
	o := make(object)
	elements(text, func(key, value json.RawMessage) { o[unquoted(key)] = value })
	return o
}

func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

// object is a JSON object whose fields are taken out one by one: what is left
// is unknown and kept.
type object map[string]json.RawMessage

func (o object) take(key string) (json.RawMessage, bool) {
	raw, ok := o[key]
	delete(o, key)
	return raw, ok
}

func (o object) rest() map[string]json.RawMessage {
	if len(o) == 0 {
		return nil
	}
	return o
}

// decoder collects faults, so that a reader sees all of them.
type decoder struct {
	where  string // "cell 3 (id "eda"): "
	faults []error
}

func (d *decoder) fault(format string, args ...any) {
	d.faults = append(d.faults, fmt.Errorf("nbformat: %s%s", d.where, fmt.Sprintf(format, args...)))
}

// in sets the place that faults name and returns a function that undoes it.
func (d *decoder) in(format string, args ...any) func() {
	old := d.where
	d.where += fmt.Sprintf(format, args...) + ": "
	return func() { d.where = old }
}

func (d *decoder) notebook(top object) *Notebook {
	nb := &Notebook{}
	nb.NBFormat = d.version(top, "nbformat")
	nb.NBFormatMinor = d.version(top, "nbformat_minor")
	if len(d.faults) > 0 {
		return nil
	}
	nb.Metadata = d.metadata(top)
	delete(nb.Metadata, "orig_nbformat")
	delete(nb.Metadata, "orig_nbformat_minor")
	delete(nb.Metadata, "signature")
	switch {
	case nb.NBFormat == 4:
		cells, _ := d.list(top, "cells")
		nb.Cells = d.cells(cells)
	case nb.NBFormat == 3:
		nb.Cells = d.worksheets(top)
		delete(nb.Metadata, "name")
		delete(top, "orig_nbformat")
		delete(top, "orig_nbformat_minor")
	default:
		d.fault("format %d.%d is not supported (want 3, or 4.0 to 4.5)", nb.NBFormat, nb.NBFormatMinor)
		return nil
	}
	nb.Extra = top.rest()
	return nb
}

// version takes a version number. A missing minor version is 0, as in the
// first files of format 3.
func (d *decoder) version(top object, key string) int {
	raw, ok := top.take(key)
	if !ok {
		if key == "nbformat" {
			d.fault("the file has no %q (want a Jupyter notebook)", key)
		}
		return 0
	}
	var n int
	if first(raw) == 'n' || json.Unmarshal(raw, &n) != nil {
		d.fault("%s is %s (want an integer)", key, kind(raw))
	}
	return n
}

func (d *decoder) list(o object, key string) ([]json.RawMessage, bool) {
	raw, ok := o.take(key)
	if !ok {
		d.fault("%s is missing (want a list)", key)
		return nil, false
	}
	if first(raw) != '[' {
		d.fault("%s is %s (want a list)", key, kind(raw))
		return nil, false
	}
	var l []json.RawMessage
	elements(raw, func(_, value json.RawMessage) { l = append(l, value) })
	return l, true
}

// fields decodes an object, or adds a fault and returns nil.
func (d *decoder) fields(raw json.RawMessage, what string) object {
	if first(raw) != '{' {
		d.fault("%s is %s (want an object)", what, kind(raw))
		return nil
	}
	return objectOf(raw)
}

// metadata takes the field "metadata"; a missing one is empty, and so is one
// that is a fault.
func (d *decoder) metadata(o object) Metadata {
	if raw, ok := o.take("metadata"); ok {
		if m := d.fields(raw, "metadata"); m != nil {
			return Metadata(m)
		}
	}
	return Metadata{}
}

// text takes a multi-line string; a missing one is empty.
func (d *decoder) text(o object, key string) string {
	raw, ok := o.take(key)
	if !ok {
		return ""
	}
	s, ok := multiline(raw)
	if !ok {
		d.fault("%s is %s (want a string or a list of strings)", key, kind(raw))
	}
	return s
}

// word takes a string of one line.
func (d *decoder) word(o object, key string) string {
	raw, ok := o.take(key)
	if !ok {
		d.fault("%s is missing (want a string)", key)
		return ""
	}
	if first(raw) != '"' {
		d.fault("%s is %s (want a string)", key, kind(raw))
		return ""
	}
	return unquoted(raw)
}

// count takes an execution count; null and a missing one are 0.
func (d *decoder) count(o object, key string) int {
	raw, ok := o.take(key)
	if !ok {
		return 0
	}
	n := 0
	if err := json.Unmarshal(raw, &n); err != nil || n < 0 {
		d.fault("%s is %s (want null or an integer >= 0)", key, raw)
		return 0
	}
	return n
}

func (d *decoder) cells(list []json.RawMessage) []*Cell {
	cells := make([]*Cell, 0, len(list))
	for i, raw := range list {
		if c := d.cell(i, raw); c != nil {
			cells = append(cells, c)
		}
	}
	return cells
}

func (d *decoder) cell(i int, raw json.RawMessage) *Cell {
	o := d.fields(raw, fmt.Sprintf("cell %d", i+1))
	if o == nil {
		return nil
	}
	c := &Cell{}
	if raw, ok := o.take("id"); ok && json.Unmarshal(raw, &c.ID) != nil {
		c.ID = "" // named anew below
	}
	defer d.in("%s", cellName(i, c.ID))()
	c.Type = CellType(d.word(o, "cell_type"))
	c.Source = d.text(o, "source")
	c.Metadata = d.metadata(o)
	delete(c.Metadata, "trusted")
	if raw, ok := o.take("attachments"); ok {
		c.Attachments = d.attachments(raw)
	}
	if c.Type == Code {
		c.ExecutionCount = d.count(o, "execution_count")
		c.Outputs = d.outputs(o, (*decoder).output)
	}
	c.Extra = o.rest()
	return c
}

func cellName(i int, id string) string {
	if id == "" {
		return fmt.Sprintf("cell %d", i+1)
	}
	return fmt.Sprintf("cell %d (id %q)", i+1, id)
}

func (d *decoder) attachments(raw json.RawMessage) map[string]MIMEBundle {
	files := d.fields(raw, "attachments")
	out := make(map[string]MIMEBundle, len(files))
	for name, raw := range files {
		out[name] = MIMEBundle(d.fields(raw, fmt.Sprintf("attachment %q", name)))
	}
	return out
}

func (d *decoder) outputs(o object, one func(*decoder, object) Output) []Output {
	if _, ok := o["outputs"]; !ok {
		return nil
	}
	list, _ := d.list(o, "outputs")
	var out []Output
	for i, raw := range list {
		func() {
			defer d.in("output %d", i+1)()
			if o := d.fields(raw, "it"); o != nil {
				out = append(out, one(d, o))
			}
		}()
	}
	return out
}

func (d *decoder) output(o object) Output {
	out := Output{Type: OutputType(d.word(o, "output_type"))}
	switch out.Type {
	case Stream:
		out.Name = d.word(o, "name")
		out.Text = d.text(o, "text")
	case DisplayData, ExecuteResult:
		raw, _ := o.take("data")
		out.Data = MIMEBundle(d.fields(raw, "data"))
		out.Metadata = d.metadata(o)
		if out.Type == ExecuteResult {
			out.ExecutionCount = d.count(o, "execution_count")
		}
	case Error:
		d.failure(o, &out)
	}
	out.Extra = o.rest()
	return out
}

func (d *decoder) failure(o object, out *Output) {
	out.EName = d.word(o, "ename")
	out.EValue = d.word(o, "evalue")
	lines, _ := d.list(o, "traceback")
	for i, raw := range lines {
		if first(raw) != '"' {
			d.fault("line %d of the traceback is %s (want a string)", i+1, kind(raw))
			continue
		}
		out.Traceback = append(out.Traceback, unquoted(raw))
	}
}
