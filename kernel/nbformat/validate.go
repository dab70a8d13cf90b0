package nbformat

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Validate reports everything about nb that format 4.5 does not allow, joined,
// one line each. Fields the format does not name are allowed.
func (nb *Notebook) Validate() error {
	var v validator
	v.notebook(nb)
	return errors.Join(v.faults...)
}

func (v *validator) notebook(nb *Notebook) {
	if raw, ok := nb.Metadata["kernelspec"]; ok && first(raw) != '{' {
		v.fault("metadata.kernelspec is %s (want an object)", kind(raw))
	}
	if raw, ok := nb.Metadata["language_info"]; ok && first(raw) != '{' {
		v.fault("metadata.language_info is %s (want an object)", kind(raw))
	}
	v.raw("metadata", nb.Metadata)
	v.raw("the file", nb.Extra)
	owner := make(map[string]int)
	for i, c := range nb.Cells {
		v.where = cellName(i, c.ID) + ": "
		if !validID(c.ID) {
			v.fault("id is %q (want 1 to 64 of a-z, A-Z, 0-9, - and _)", c.ID)
		} else if j, ok := owner[c.ID]; ok {
			v.fault("id is that of cell %d too (want unique ids)", j+1)
		} else {
			owner[c.ID] = i
		}
		v.cell(c)
	}
}

type validator struct {
	checked bool // everything is JSON of valid UTF-8: it was just read
	where   string
	faults  []error
}

func (v *validator) fault(format string, args ...any) {
	v.faults = append(v.faults, fmt.Errorf("nbformat: %s%s", v.where, fmt.Sprintf(format, args...)))
}

func (v *validator) cell(c *Cell) {
	v.utf8("source", c.Source)
	v.raw("metadata", c.Metadata)
	v.raw("the cell", c.Extra)
	if raw, ok := c.Metadata["tags"]; ok && !c.Metadata.Get(new([]string), "tags") {
		v.fault("metadata.tags is %s (want a list of strings)", kind(raw))
	}
	switch c.Type {
	case Code:
		if c.Attachments != nil {
			v.fault("a code cell with attachments (want them in Markdown and raw cells only)")
		}
		if c.ExecutionCount < 0 {
			v.fault("execution_count is %d (want >= 0)", c.ExecutionCount)
		}
	case Markdown, Raw:
		if len(c.Outputs) > 0 {
			v.fault("a %s cell with outputs (want them in code cells only)", c.Type)
		}
	default:
		v.fault("cell_type is %q (want code, markdown or raw)", string(c.Type))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Attachments)) {
		v.bundle(fmt.Sprintf("attachment %q", name), c.Attachments[name])
	}
	where := v.where
	for i, o := range c.Outputs {
		v.where = fmt.Sprintf("%soutput %d: ", where, i+1)
		v.output(o)
	}
	v.where = where
}

// Validate reports everything about the output that format 4.5 does not
// allow, joined, one line each.
func (o Output) Validate() error {
	var v validator
	v.output(o)
	return errors.Join(v.faults...)
}

func (v *validator) output(o Output) {
	v.raw("the output", o.Extra)
	switch o.Type {
	case Stream:
		v.utf8("text", o.Text)
		if o.Name == "" {
			v.fault(`name is empty (want "stdout" or "stderr")`)
		}
	case DisplayData, ExecuteResult:
		v.bundle("data", o.Data)
		v.raw("metadata", o.Metadata)
	case Error:
		v.utf8("ename", o.EName)
		v.utf8("evalue", o.EValue)
		for _, l := range o.Traceback {
			v.utf8("traceback", l)
		}
	default:
		v.fault("output_type is %q (want stream, display_data, execute_result or error)", string(o.Type))
	}
}

// bundle checks what Jupyter front ends rely on: text and binary data are
// strings, only JSON types may hold anything else.
func (v *validator) bundle(what string, b MIMEBundle) {
	for _, mime := range slices.Sorted(maps.Keys(b)) {
		raw := b[mime]
		if !strings.Contains(mime, "/") {
			v.fault("%s has the type %q (want a MIME type such as text/plain)", what, mime)
		}
		if !isJSON(mime) && !(v.checked && first(raw) == '"') && !isMultiline(raw) {
			v.fault("%s: %s is %s (want a string or a list of strings)", what, mime, kind(raw))
		}
	}
	v.raw(what, b)
}

// outerDepth is how deep the format itself nests the values it leaves free:
// file, cells, cell, outputs, output, data, or attachments.
const outerDepth = 8

// raw checks values that may have been set by a program rather than read from
// a file.
func (v *validator) raw(what string, m map[string]json.RawMessage) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if v.checked && first(m[key]) == '"' {
			continue // not looking at each byte of a picture again
		}
		switch wrong := check(m[key], MaxDepth-outerDepth); {
		case wrong != nil && wrong.deep:
			v.fault("%s: %s is nested deeper than %d levels", what, key, MaxDepth-outerDepth)
		case wrong != nil || !utf8.Valid(m[key]):
			v.fault("%s: %s is no JSON", what, key)
		}
	}
}

func (v *validator) utf8(what, s string) {
	if !v.checked && !utf8.ValidString(s) {
		v.fault("%s is not UTF-8", what)
	}
}
