package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// wire speaks the DevTools protocol over a pair of pipes: JSON messages, each
// ended by a zero byte.
type wire struct {
	out io.WriteCloser

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply
	events  map[string]func(method string, params json.RawMessage)
	gone    bool
}

type reply struct {
	result json.RawMessage
	err    error
}

var errGone = errors.New("the browser has gone")

func connect(in io.ReadCloser, out io.WriteCloser) *wire {
	w := &wire{out: out, waiting: map[int]chan reply{}, events: map[string]func(string, json.RawMessage){}}
	go w.read(in)
	return w
}

func (w *wire) read(in io.ReadCloser) {
	defer in.Close()
	r := bufio.NewReaderSize(in, 1<<20)
	for {
		message, err := r.ReadBytes(0)
		if err != nil {
			w.hangUp()
			return
		}
		w.take(message[:len(message)-1])
	}
}

func (w *wire) hangUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone = true
	for _, c := range w.waiting {
		c <- reply{err: errGone}
	}
	w.waiting = nil
}

func (w *wire) take(message []byte) {
	var m struct {
		ID                int
		Method, SessionID string
		Params, Result    json.RawMessage
		Error             *struct{ Message string }
	}
	if json.Unmarshal(message, &m) != nil {
		return
	}
	w.mu.Lock()
	c, hear := w.waiting[m.ID], w.events[m.SessionID]
	delete(w.waiting, m.ID)
	w.mu.Unlock()
	switch {
	case c != nil && m.Error != nil:
		c <- reply{err: errors.New(m.Error.Message)}
	case c != nil:
		c <- reply{result: m.Result}
	case hear != nil && m.Method != "":
		hear(m.Method, m.Params)
	}
}

// listen hands the events of a session to f; nil ends it.
func (w *wire) listen(session string, f func(method string, params json.RawMessage)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f == nil {
		delete(w.events, session)
		return
	}
	w.events[session] = f
}

func (w *wire) call(ctx context.Context, session, method string, params fields, result any) error {
	c := make(chan reply, 1)
	w.mu.Lock()
	if w.gone {
		w.mu.Unlock()
		return errGone
	}
	w.last++
	id := w.last
	w.waiting[id] = c
	message := fields{"id": id, "method": method}
	if session != "" {
		message["sessionId"] = session
	}
	if params != nil {
		message["params"] = params
	}
	data, err := json.Marshal(message)
	if err == nil {
		_, err = w.out.Write(append(data, 0))
	}
	w.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case r := <-c:
		if r.err != nil {
			return fmt.Errorf("%s: %w", method, r.err)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(r.result, result)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}
