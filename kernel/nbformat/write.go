package nbformat

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
)

// Write writes nb as format 4.5, in the bytes that Python's nbformat writes.
// It fails, without writing, if nb does not pass [Notebook.Validate].
func Write(w io.Writer, nb *Notebook) error {
	if err := nb.Validate(); err != nil {
		return err
	}
	return encode(w, nb)
}

// encode writes a notebook that is valid.
func encode(w io.Writer, nb *Notebook) error {
	metadata := maps.Clone(nb.Metadata)
	delete(metadata, "orig_nbformat")
	delete(metadata, "orig_nbformat_minor")
	delete(metadata, "signature")
	cells := make([]any, len(nb.Cells))
	for i, c := range nb.Cells {
		cells[i] = cellFields(c)
	}
	top := fields(nb.Extra)
	top["cells"] = cells
	top["metadata"] = fields(metadata)
	top["nbformat"] = 4
	top["nbformat_minor"] = 5
	e := encoder{w: bufio.NewWriterSize(w, 1<<16)}
	if err := e.value(top); err != nil {
		return err
	}
	e.w.WriteByte('\n')
	return e.w.Flush() // and any error before
}

func fields(m map[string]json.RawMessage) map[string]any {
	f := make(map[string]any, len(m)+6)
	for k, raw := range m {
		f[k] = raw
	}
	return f
}

func cellFields(c *Cell) map[string]any {
	f := fields(c.Extra)
	f["id"] = c.ID
	f["cell_type"] = string(c.Type)
	f["source"] = splitLines(c.Source)
	metadata := fields(c.Metadata)
	delete(metadata, "trusted") // a reader's business, never the file's
	f["metadata"] = metadata
	if c.Attachments != nil {
		files := make(map[string]any, len(c.Attachments))
		for name, b := range c.Attachments {
			files[name] = bundleFields(b)
		}
		f["attachments"] = files
	}
	if c.Type == Code {
		f["execution_count"] = nullable(c.ExecutionCount)
		outputs := make([]any, len(c.Outputs))
		for i, o := range c.Outputs {
			outputs[i] = outputFields(o)
		}
		f["outputs"] = outputs
	}
	return f
}

func outputFields(o Output) map[string]any {
	f := fields(o.Extra)
	f["output_type"] = string(o.Type)
	switch o.Type {
	case Stream:
		f["name"] = o.Name
		f["text"] = splitLines(o.Text)
	case DisplayData, ExecuteResult:
		f["data"] = bundleFields(o.Data)
		f["metadata"] = fields(o.Metadata)
		if o.Type == ExecuteResult {
			f["execution_count"] = nullable(o.ExecutionCount)
		}
	case Error:
		f["ename"] = o.EName
		f["evalue"] = o.EValue
		f["traceback"] = o.Traceback
	}
	return f
}

func bundleFields(b MIMEBundle) map[string]any {
	f := make(map[string]any, len(b))
	for mime, raw := range b {
		f[mime] = raw // as it is, or as Python spells it
		if isJSON(mime) || plain(raw) && !isSplit(mime) {
			continue
		}
		if s, isText := multiline(raw); isText && isSplit(mime) {
			f[mime] = splitLines(s)
		} else if isText {
			f[mime] = s
		}
	}
	return f
}

// nullable is null for 0, the count of a cell that was not executed.
func nullable(count int) any {
	if count == 0 {
		return nil
	}
	return count
}
