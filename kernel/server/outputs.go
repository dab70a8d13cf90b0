package server

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"mixmodel/kernel/engine"
)

// Text is sent after streamDelay or when there are streamSize bytes of it: a
// Jupyter server drops messages of a kernel that sends more than a thousand
// per second.
const (
	streamDelay = 20 * time.Millisecond
	streamSize  = 64 << 10
)

// outputs publishes what a cell shows, in order.
type outputs struct {
	kernel  *kernel
	request request
	ctx     context.Context // ends the wait for slow clients
	silent  bool

	mu     sync.Mutex
	name   string // of the stream that text is of
	text   strings.Builder
	timer  *time.Timer
	begin  string // what was printed first, for the history
	failed bool   // an error was shown
}

// show takes one output of the engine. It waits while a client is slow, so that
// a program that prints without end is slowed down rather than the memory filled.
func (o *outputs) show(out engine.Output) {
	o.take(out)
	o.kernel.sockets.iopub.Wait(o.ctx)
}

func (o *outputs) take(out engine.Output) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch out.Kind {
	case engine.Stream:
		o.print(out.Name, out.Text)
	case engine.Display:
		o.flush()
		o.display(out)
	case engine.Error:
		o.flush()
		o.failed = true
		o.publish("error", content{"ename": out.Name, "evalue": out.Value, "traceback": out.Traceback})
	case engine.Comm:
		o.flush()
		o.kernel.comms.fromCell(o.kernel, o.request, out.Comm)
	}
}

func (o *outputs) print(name, text string) {
	if name != o.name {
		o.flush()
	}
	o.name = name
	o.text.WriteString(text)
	if room := maxHistoryOutput - len(o.begin); name == "stdout" && room > 0 {
		o.begin += text[:min(room, len(text))]
	}
	switch {
	case o.text.Len() >= streamSize:
		o.flush()
	case o.timer == nil:
		o.timer = time.AfterFunc(streamDelay, o.expire)
	}
}

func (o *outputs) expire() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
}

// flush publishes the text that waits. The mutex is held.
func (o *outputs) flush() {
	if o.timer != nil {
		o.timer.Stop()
		o.timer = nil
	}
	if o.text.Len() > 0 {
		o.publish("stream", content{"name": o.name, "text": o.text.String()})
		o.text.Reset()
	}
}

// end publishes what is left, and err unless the engine has shown it.
func (o *outputs) end(err error) {
	o.expire()
	if err != nil && !o.failed {
		o.take(engine.ErrorOutput(err))
	}
}

func (o *outputs) publish(msgType string, c content) {
	if !o.silent {
		o.kernel.publish(o.request, msgType, c)
	}
}

func (o *outputs) display(out engine.Output) {
	c := content{"data": bundle(out.Data), "metadata": bundle(out.Metadata), "transient": content{}}
	if out.DisplayID != "" {
		c["transient"] = content{"display_id": out.DisplayID}
	}
	if out.Update {
		o.publish("update_display_data", c)
	} else {
		o.publish("display_data", c)
	}
}

// bundle is a map that is never null.
func bundle(m map[string]json.RawMessage) map[string]json.RawMessage {
	if m == nil {
		return map[string]json.RawMessage{}
	}
	return m
}
