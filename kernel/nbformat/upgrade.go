package nbformat

import (
	"encoding/json"
	"fmt"
	"strings"
)

// worksheets reads the cells of format 3. Several worksheets (no tool ever
// wrote them) are put one after another.
//
// Source: nbformat/v4/convert.py, upgrade.
// Differs: a heading deeper than Markdown's sixth level is cut to it, and a
// picture in several lines is put together.
func (d *decoder) worksheets(top object) []*Cell {
	sheets, ok := d.list(top, "worksheets")
	if !ok {
		return nil
	}
	var cells []*Cell
	for i, raw := range sheets {
		sheet := d.fields(raw, fmt.Sprintf("worksheet %d", i+1))
		if sheet == nil {
			continue
		}
		list, _ := d.list(sheet, "cells")
		for _, raw := range list {
			if c := d.cellV3(len(cells), raw); c != nil {
				cells = append(cells, c)
			}
		}
	}
	return cells
}

func (d *decoder) cellV3(i int, raw json.RawMessage) *Cell {
	defer d.in("cell %d", i+1)()
	o := d.fields(raw, "it")
	if o == nil {
		return nil
	}
	o.join("input", "source")
	c := &Cell{Type: CellType(d.word(o, "cell_type")), Metadata: d.metadata(o)}
	delete(c.Metadata, "trusted")
	switch c.Type {
	case Code:
		d.codeV3(o, c)
	case "heading":
		c.Type = Markdown
		level := min(max(d.count(o, "level"), 1), 6)
		c.Source = strings.Repeat("#", level) + " " + oneLine(d.text(o, "source"))
	case "html":
		c.Type = Markdown
		c.Source = d.text(o, "source")
	default:
		c.Source = d.text(o, "source")
	}
	c.Extra = o.rest()
	return c
}

func (d *decoder) codeV3(o object, c *Cell) {
	delete(o, "language")
	if raw, ok := o.take("collapsed"); ok {
		c.Metadata["collapsed"] = raw
	}
	c.Source = d.text(o, "input")
	c.ExecutionCount = d.count(o, "prompt_number")
	c.Outputs = d.outputs(o, (*decoder).outputV3)
}

// join joins the fields that are lists of lines. Some writers of format 3 left
// out the line ends: they are put back, between lines, unless the first line
// has its own.
//
// Source: nbformat/v3/rwbase.py, _join_lines.
func (o object) join(keys ...string) {
	for _, key := range keys {
		raw := o[key]
		if first(raw) != '[' || !isMultiline(raw) {
			continue
		}
		var lines []string
		elements(raw, func(_, line json.RawMessage) { lines = append(lines, unquoted(line)) })
		between := "\n"
		if len(lines) > 0 && (strings.HasSuffix(lines[0], "\n") || strings.HasSuffix(lines[0], "\r")) {
			between = ""
		}
		o[key] = mustJSON(strings.Join(lines, between))
	}
}

func oneLine(s string) string {
	lines := splitLines(s)
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, endsLine)
	}
	return strings.Join(lines, " ")
}

// mimeV3 gives the MIME types of format 3's short names.
var mimeV3 = map[string]string{
	"text":       "text/plain",
	"html":       "text/html",
	"svg":        "image/svg+xml",
	"png":        "image/png",
	"jpeg":       "image/jpeg",
	"latex":      "text/latex",
	"json":       "application/json",
	"javascript": "application/javascript",
}

func (d *decoder) outputV3(o object) Output {
	o.join("text", "html", "svg", "latex", "javascript", "json")
	out := Output{Type: OutputType(d.word(o, "output_type"))}
	switch out.Type {
	case "pyout", DisplayData:
		if out.Type == "pyout" {
			out.Type = ExecuteResult
			out.ExecutionCount = d.count(o, "prompt_number")
		}
		out.Metadata = d.metadataV3(o)
		out.Data = d.dataV3(o)
	case "pyerr":
		out.Type = Error
		d.failure(o, &out)
	case Stream:
		out.Name = "stdout"
		if _, ok := o["stream"]; ok {
			out.Name = d.word(o, "stream")
		}
		out.Text = d.text(o, "text")
	}
	out.Extra = o.rest()
	return out
}

func (d *decoder) metadataV3(o object) Metadata {
	m := d.metadata(o)
	for short, mime := range mimeV3 {
		if raw, ok := m[short]; ok {
			m[mime] = raw
			delete(m, short)
		}
	}
	return m
}

// dataV3 takes the representations, which format 3 had among the output's
// fields. JSON came as text there.
func (d *decoder) dataV3(o object) MIMEBundle {
	b := MIMEBundle{}
	for key, raw := range o {
		mime, ok := mimeV3[key]
		if !ok {
			mime = key
		}
		if !strings.Contains(mime, "/") {
			continue // an unknown field
		}
		if mime == "application/json" {
			raw = d.jsonV3(raw)
		}
		b[mime] = raw
		delete(o, key)
	}
	return b
}

func (d *decoder) jsonV3(raw json.RawMessage) json.RawMessage {
	s, ok := multiline(raw)
	if !ok {
		return raw
	}
	if !json.Valid([]byte(s)) {
		d.fault("application/json is no JSON")
		return raw
	}
	return json.RawMessage(s)
}
