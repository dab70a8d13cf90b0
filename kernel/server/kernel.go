package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"sync"

	"mixmodel/kernel/complete"
	"mixmodel/kernel/server/internal/zmtp"
	"mixmodel/kernel/wire"
)

// kernel is what the sockets share.
type kernel struct {
	key     wire.Key
	session string // of the kernel's own messages
	sockets sockets
	log     *dropLog

	shell, control *queue
	inputs         inputs
	comms          comms
	running        running
	engine         *opening
	editor         *complete.Source
	ports          content

	life       context.Context // ends when the kernel does
	background sync.WaitGroup

	// Only the shell's goroutine uses these.
	count   int    // execution count
	learnt  string // what the editor has been told
	history history
}

type sockets struct {
	shell, control, stdin, iopub, heartbeat *zmtp.Socket
}

// request is a message and where to reply to it.
type request struct {
	wire.Message
	socket *zmtp.Socket
}

// content is a message's content, marshalled to JSON.
type content map[string]any

// reply answers a request on the socket that it came from.
func (k *kernel) reply(r request, msgType string, c any) {
	k.send(r.socket, r.Identities, r.Header, msgType, c)
}

// publish tells all clients something that a request has caused.
func (k *kernel) publish(r request, msgType string, c any) {
	k.send(k.sockets.iopub, [][]byte{[]byte("kernel." + k.session + "." + msgType)}, r.Header, msgType, c)
}

func (k *kernel) status(r request, state string) {
	k.publish(r, "status", content{"execution_state": state})
}

func (k *kernel) send(s *zmtp.Socket, to [][]byte, parent wire.Header, msgType string, c any) {
	data, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("server: content of %s: %v", msgType, err)) // ours, and made of plain values
	}
	frames, err := k.key.Seal(wire.Message{
		Identities: to, Header: wire.NewHeader(k.session, msgType), Parent: parent, Content: data,
	})
	if err != nil {
		panic(fmt.Sprintf("server: header of %s: %v", msgType, err))
	}
	s.Send(frames)
}

// receiver returns what a socket does with a message's frames: what is none of
// ours is dropped, the rest is handed on.
func (k *kernel) receiver(hand func(request)) func(*zmtp.Socket, [][]byte) {
	return func(socket *zmtp.Socket, frames [][]byte) {
		m, err := k.key.Open(frames)
		if err != nil {
			k.log.drop(err)
			return
		}
		hand(request{m, socket})
	}
}

// welcome tells a client that its subscription has taken effect, so that it
// need not guess.
func (k *kernel) welcome(socket *zmtp.Socket, frames [][]byte) {
	if subscription := frames[0]; len(frames) == 1 && len(subscription) > 0 && subscription[0] == 1 {
		topic := subscription[1:]
		k.send(socket, [][]byte{topic}, wire.Header{}, "iopub_welcome", content{"subscription": string(topic)})
	}
}

// decode reads the content of a request into v, which holds the defaults of
// fields that are absent or null.
func decode(r request, v any) error {
	err := json.Unmarshal(r.Content, v)
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return fmt.Errorf("%s: content.%s is a %s (want %s)", r.Header.MsgType, typ.Field, typ.Value, typ.Type)
	}
	return err
}

// failure is the content of a reply to a request that failed.
func failure(name, value string, traceback []string) content {
	if traceback == nil {
		traceback = []string{}
	}
	return content{"status": "error", "ename": name, "evalue": value, "traceback": traceback}
}

// dropLog says which messages were dropped and why, the first few only.
type dropLog struct {
	mu sync.Mutex
	to *log.Logger
	n  int
}

const maxDropsLogged = 20

func (d *dropLog) drop(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	switch {
	case d.n < maxDropsLogged:
		d.to.Printf("dropped a message: %v", err)
	case d.n == maxDropsLogged:
		d.to.Printf("dropped a message: %v; more will not be logged", err)
	}
}
