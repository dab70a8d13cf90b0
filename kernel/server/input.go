package server

import (
	"context"
	"errors"
	"sync"
)

// errNoInput is what a cell gets that wants input of a client without.
var errNoInput = errors.New("the client takes no input (allow_stdin is false)")

// inputs hands what users type to the cell that waits for it.
type inputs struct {
	mu     sync.Mutex
	waiter chan string // nil if nobody waits
}

// ask asks the client whose cell is running for a line of input.
func (k *kernel) ask(ctx context.Context, prompt string, password bool) (string, error) {
	r, stdin, ok := k.running.current()
	if !ok || !stdin {
		return "", errNoInput
	}
	answer := make(chan string, 1)
	k.inputs.await(answer)
	defer k.inputs.await(nil)
	k.send(k.sockets.stdin, r.Identities, r.Header, "input_request", content{"prompt": prompt, "password": password})
	select {
	case s := <-answer:
		return s, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

func (i *inputs) await(c chan string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.waiter = c
}

// arriveInput takes a message of the stdin socket. An answer that nobody waits
// for is dropped.
func (k *kernel) arriveInput(r request) {
	var c struct {
		Value string `json:"value"`
	}
	if r.Header.MsgType != "input_reply" {
		k.log.drop(unknownMessage(r.Header.MsgType))
		return
	}
	if err := decode(r, &c); err != nil {
		k.log.drop(err)
		return
	}
	k.inputs.mu.Lock()
	defer k.inputs.mu.Unlock()
	if k.inputs.waiter != nil {
		k.inputs.waiter <- c.Value
		k.inputs.waiter = nil
	}
}
