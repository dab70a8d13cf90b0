package server

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"mixmodel/kernel/cell"
	"mixmodel/kernel/engine"
)

// session is what the kernel needs of an [engine.Session].
type session interface {
	Execute(ctx context.Context, c engine.Cell, show func(engine.Output)) error
	Deliver(address string, value any) bool
	Program() cell.Program
	Close() error
}

// opening is a session that is being made ready while clients already talk to
// the kernel.
type opening struct {
	done    chan struct{} // closed when session and err are set
	session session
	err     error
}

// open begins to make a session ready.
func open(ctx context.Context, start func(context.Context) (session, error)) *opening {
	o := &opening{done: make(chan struct{})}
	go func() {
		defer close(o.done)
		o.session, o.err = start(ctx)
	}()
	return o
}

// wait returns the session when it is ready.
func (o *opening) wait(ctx context.Context) (session, error) {
	select {
	case <-o.done:
		return o.session, o.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// ready says whether there is a session.
func (o *opening) ready() bool {
	select {
	case <-o.done:
		return o.session != nil
	default:
		return false
	}
}

// close waits for the session to be ready and ends it.
func (o *opening) close() error {
	<-o.done
	if o.session == nil {
		return nil
	}
	return o.session.Close()
}

// running is the execution under way, if any, and who asked for it.
type running struct {
	mu      sync.Mutex
	cancel  context.CancelCauseFunc
	request request
	stdin   bool // the client takes input requests
}

// begin returns the context of a new execution and a function that ends it.
func (x *running) begin(ctx context.Context, r request, stdin bool) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cancel, x.request, x.stdin = cancel, r, stdin
	return ctx, func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.cancel = nil
		cancel(nil)
	}
}

// interrupt ends the execution under way. Without one it does nothing.
func (x *running) interrupt() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.cancel != nil {
		x.cancel(engine.ErrInterrupted)
	}
}

// current returns the request that is being executed.
func (x *running) current() (r request, stdin, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.request, x.stdin, x.cancel != nil
}

// why makes err say that the execution was interrupted, if it was.
func why(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && cause != nil && errors.Is(cause, engine.ErrInterrupted) && !errors.Is(err, engine.ErrInterrupted) {
		return fmt.Errorf("%w: %v", engine.ErrInterrupted, err)
	}
	return err
}
