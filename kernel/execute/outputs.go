package execute

import (
	"fmt"
	"slices"
	"strings"

	"mixmodel/kernel/nbformat"
)

// MaxStream is how much a cell may print to each of its streams, in bytes. Of
// more, the beginning and the end are kept, half of this each.
const MaxStream = 8 << 20

// outputs collects what one cell puts out.
type outputs struct {
	list []*output
}

// output is a display or an error, complete, or a stream that still grows.
type output struct {
	nbformat.Output
	text      text
	displayID string // if it can be updated
}

// stream adds to the output of a stream. Text of the same stream is joined,
// also across text of the other stream: how the two interleave is chance.
func (o *outputs) stream(name, s string) {
	for _, last := range slices.Backward(o.list) {
		if last.Type != nbformat.Stream {
			break
		}
		if last.Name == name {
			last.text.add(s)
			return
		}
	}
	at := len(o.list)
	if name == "stdout" && at > 0 && o.list[at-1].Type == nbformat.Stream {
		at-- // in a fixed order: stdout, then stderr
	}
	out := &output{Output: nbformat.Output{Type: nbformat.Stream, Name: name}}
	out.text.add(s)
	o.list = slices.Insert(o.list, at, out)
}

// display adds a display. What the notebook format does not allow is left
// out, and said so on stderr: it would make the whole notebook invalid.
func (o *outputs) display(data nbformat.MIMEBundle, metadata nbformat.Metadata) *output {
	out := &output{Output: nbformat.Output{Type: nbformat.DisplayData}}
	o.list = append(o.list, out)
	o.update(out, data, metadata)
	return out
}

func (o *outputs) update(out *output, data nbformat.MIMEBundle, metadata nbformat.Metadata) {
	out.Data, out.Metadata = nbformat.MIMEBundle{}, nbformat.Metadata{}
	for mime, raw := range data {
		one := nbformat.Output{Type: nbformat.DisplayData, Data: nbformat.MIMEBundle{mime: raw}}
		if err := one.Validate(); err != nil {
			o.stream("stderr", fmt.Sprintf("not shown: %v\n", err))
			continue
		}
		out.Data[mime] = raw
	}
	for key, raw := range metadata {
		one := nbformat.Output{Type: nbformat.DisplayData, Metadata: nbformat.Metadata{key: raw}}
		if one.Validate() == nil {
			out.Metadata[key] = raw
		}
	}
}

func (o *outputs) fail(name, value string, traceback []string) {
	o.list = append(o.list, &output{Output: nbformat.Output{
		Type: nbformat.Error, EName: name, EValue: value, Traceback: traceback,
	}})
}

// notebook returns the outputs as the notebook holds them. clean is applied
// to what may name things of this run.
func (o *outputs) notebook(clean func(string) string) []nbformat.Output {
	list := make([]nbformat.Output, 0, len(o.list))
	for _, out := range o.list {
		n := out.Output
		switch n.Type {
		case nbformat.Stream:
			n.Text = out.text.String()
			if n.Name == "stderr" {
				n.Text = clean(n.Text)
			}
		case nbformat.Error:
			n.EValue = clean(n.EValue)
			n.Traceback = make([]string, len(out.Traceback))
			for i, l := range out.Traceback {
				n.Traceback[i] = clean(l)
			}
		}
		list = append(list, n)
	}
	return list
}

// text is a string that grows, up to MaxStream.
type text struct {
	head, tail []byte
	dropped    int
}

func (t *text) add(s string) {
	const half = MaxStream / 2
	if room := half - len(t.head); room > 0 && len(t.tail) == 0 {
		n := min(room, len(s))
		t.head = append(t.head, s[:n]...)
		s = s[n:]
	}
	t.tail = append(t.tail, s...)
	if len(t.tail) > 2*half { // seldom, so that it costs little
		t.trim(half)
	}
}

func (t *text) trim(n int) {
	if extra := len(t.tail) - n; extra > 0 {
		t.dropped += extra
		t.tail = append(t.tail[:0], t.tail[extra:]...)
	}
}

func (t *text) String() string {
	t.trim(MaxStream / 2)
	if t.dropped == 0 {
		return strings.ToValidUTF8(string(t.head)+string(t.tail), "\ufffd")
	}
	note := fmt.Sprintf("\n[... %d bytes left out ...]\n", t.dropped)
	// The cut may have gone through a character.
	return strings.ToValidUTF8(string(t.head), "") + note + strings.ToValidUTF8(string(t.tail), "")
}
