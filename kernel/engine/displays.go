package engine

import (
	"context"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"mixmodel/kernel/nbformat"
)

func init() { // what programs may send besides what protocol registers
	gob.Register(map[string]any{})
	gob.Register([]any{})
}

// connectDisplays gives the program the two pipes of gonbui: descriptor 3 to
// write displays to, 4 to read answers from.
func (r *running) connectDisplays() error {
	t, w, err := r.pipe()
	if err != nil {
		return err
	}
	in, out, err := os.Pipe()
	if err != nil {
		return err
	}
	r.child = append(r.child, in)
	r.back = newBack(out)
	r.p.cmd.ExtraFiles = []*os.File{w, in}
	r.c.display, r.c.onGob = t, r.message
	return nil
}

// message reads one message of the program and does what it asks for.
func (r *running) message(dec *gob.Decoder) error {
	var m protocol.DisplayData
	if err := dec.Decode(&m); err != nil {
		return err
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	r.c.sync()
	if v, ok := m.Data[protocol.MIMEJupyterInput]; ok {
		r.requestInput(v)
		return nil
	}
	if v, ok := m.Data[protocol.MIMECommValue].(protocol.CommValue); ok {
		r.comm(v)
		return nil
	}
	if v, ok := m.Data[protocol.MIMECommSubscribe].(protocol.CommSubscription); ok {
		r.back.subscribe(v)
		r.c.send(Output{Kind: Comm, Comm: &CommMessage{Address: v.Address, Subscribe: !v.Unsubscribe, Unsubscribe: v.Unsubscribe}}, nil)
		return nil
	}
	r.show(&m)
	return nil
}

func (r *running) comm(v protocol.CommValue) {
	if v.Address == protocol.GonbuiSyncAddress {
		ack := &protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: v.Value}
		r.c.events <- event{Output{Kind: silent}, func() { r.back.send(ack) }}
		return
	}
	r.c.send(Output{Kind: Comm, Comm: &CommMessage{Address: v.Address, Value: v.Value, Request: v.Request}}, nil)
}

// silent is an output that is none: only its event's end matters.
const silent Kind = -1

// show queues a display. Representations that a notebook cannot hold are left
// out, and the cell fails for them in the end.
func (r *running) show(m *protocol.DisplayData) {
	o := Output{Kind: Display, DisplayID: m.DisplayID, Data: map[string]json.RawMessage{}, Metadata: map[string]json.RawMessage{}}
	for _, mime := range slices.Sorted(maps.Keys(m.Data)) {
		raw, err := represent(string(mime), m.Data[mime])
		if err != nil {
			r.fault("DisplayError", err.Error())
			continue
		}
		o.Data[string(mime)] = raw
	}
	for key, v := range m.Metadata {
		if raw, err := json.Marshal(v); err == nil {
			o.Metadata[key] = raw
		}
	}
	if len(m.Data) == 0 {
		r.fault("DisplayError", "a display without data")
	}
	if len(o.Data) == 0 {
		return
	}
	if id := m.DisplayID; id != "" {
		r.s.mu.Lock()
		o.Update = r.s.displays[id]
		r.s.displays[id] = true
		r.s.mu.Unlock()
	}
	r.c.send(o, nil)
}

// fault notes on stderr, and for the end of the cell, what could not be done.
func (r *running) fault(name, value string) {
	r.faults = append(r.faults, &RunError{Name: name, Value: value})
	r.c.send(Output{Kind: Stream, Name: "stderr", Text: value + "\n"}, nil)
}

// represent returns v as a notebook holds it.
func represent(mime string, v any) (json.RawMessage, error) {
	if b, ok := v.([]byte); ok {
		if len(b) == 0 {
			return nil, fmt.Errorf("not shown: %s without data", mime)
		}
		if isText(mime) {
			v = valid(b)
		} else {
			v = base64.StdEncoding.EncodeToString(b)
		}
	}
	if s, ok := v.(string); ok {
		v = valid([]byte(s))
	}
	raw, err := marshal(v)
	if err != nil {
		return nil, fmt.Errorf("not shown: %s: %w", mime, err)
	}
	o := nbformat.Output{Type: nbformat.DisplayData, Data: nbformat.MIMEBundle{mime: raw}}
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("not shown: %w", err)
	}
	return raw, nil
}

func isText(mime string) bool {
	return strings.HasPrefix(mime, "text/") || strings.HasSuffix(mime, "+xml") || strings.HasSuffix(mime, "/javascript")
}

// marshal is json.Marshal that leaves <, > and & as they are.
func marshal(v any) (json.RawMessage, error) {
	var sb strings.Builder
	enc := json.NewEncoder(&sb)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return json.RawMessage(strings.TrimSuffix(sb.String(), "\n")), nil
}

// back is the pipe to the program, for answers and values of widgets.
type back struct {
	mu     sync.Mutex
	pipe   *os.File
	enc    *gob.Encoder
	addr   map[string]bool
	broken bool
}

func newBack(pipe *os.File) *back {
	return &back{pipe: pipe, enc: gob.NewEncoder(pipe), addr: map[string]bool{}}
}

// send writes a message. A program that does not read its answers gets no
// more.
func (b *back) send(v *protocol.CommValue) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return false
	}
	_ = b.pipe.SetWriteDeadline(time.Now().Add(time.Second))
	b.broken = b.enc.Encode(v) != nil
	return !b.broken
}

func (b *back) subscribe(s protocol.CommSubscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.Unsubscribe {
		delete(b.addr, s.Address)
	} else {
		b.addr[s.Address] = true
	}
}

// deliver sends a value if the program wants it.
func (b *back) deliver(address string, value any) bool {
	b.mu.Lock()
	wanted := b.addr[address]
	b.mu.Unlock()
	return wanted && b.send(&protocol.CommValue{Address: address, Value: value})
}

func (b *back) close() {
	if b != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.broken = true
		b.pipe.Close()
	}
}

// requestInput asks the reader for a line and writes it to standard input.
func (r *running) requestInput(v any) {
	req, ok := v.(protocol.InputRequest)
	if !ok {
		r.fault("InputError", fmt.Sprintf("a request for input that is none: %T", v))
		return
	}
	if r.s.opt.Input == nil {
		r.fault("InputError", errNoInput.Error())
		return
	}
	go r.ask(req.Prompt, req.Password)
}

var errNoInput = errors.New("the cell asks for input, and there is nobody to give any")

func (r *running) ask(prompt string, password bool) bool {
	text, err := r.s.opt.Input(r.ctx, prompt, password)
	if err != nil {
		return false
	}
	_, err = fmt.Fprintln(r.stdin, text)
	return err == nil
}

// prompt asks for line after line while a shell runs that was announced by
// %with_inputs. One that ends at once needs none.
func (r *running) prompt(ctx context.Context, over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-ctx.Done():
			return
		case <-time.After(200 * time.Millisecond):
		}
		if !r.ask(" ", r.p.ask.password) {
			return
		}
	}
}
