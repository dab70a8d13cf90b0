package engine

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"
)

// How long a pipe may be held by what a program left behind.
const leftover = 250 * time.Millisecond

// process is a program or a shell to run.
type process struct {
	cmd      *exec.Cmd
	group    *group // nil: one of its own, ended with it
	displays bool
	input    []byte  // standard input
	ask      *prompt // asks the reader for input, if not nil
}

// prompt is a %with_inputs or %with_password.
type prompt struct{ password bool }

// run runs p and hands everything it shows to out. The error is that of the
// process, or the cause of ctx's end. crash is what the program's runtime said
// as it died.
func (s *Session) run(ctx context.Context, p process, out func(Output)) (text string, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &running{ctx: ctx, s: s, p: p, c: newCollector(), stop: stop}
	defer r.close()
	if err := r.start(); err != nil {
		return "", err
	}
	s.connectComm(r.back)
	defer s.connectComm(nil)
	go r.supervise(ctx)
	for e := range r.c.events {
		out(e.out)
		if e.done != nil {
			e.done()
		}
	}
	text = r.c.streams[1].crash.text()
	if ctx.Err() != nil {
		return text, context.Cause(ctx)
	}
	return text, errors.Join(r.err, errors.Join(r.faults...))
}

// running is a process that runs.
type running struct {
	ctx    context.Context
	s      *Session
	p      process
	c      *collector
	group  *group
	stop   context.CancelCauseFunc
	err    error // of the process, once it has ended
	faults []error

	stdin *os.File
	back  *back
	child []*os.File // to be closed once the child has them
	taps  []*tap
}

// pipe makes a pipe that the child writes to.
func (r *running) pipe() (*tap, *os.File, error) {
	t, w, err := newTap()
	if err != nil {
		return nil, nil, err
	}
	r.taps = append(r.taps, t)
	r.child = append(r.child, w)
	return t, w, nil
}

func (r *running) start() (err error) {
	if err = r.connect(); err != nil {
		return err
	}
	r.group = r.p.group
	if r.group == nil {
		if r.group, err = newGroup(""); err != nil {
			return err
		}
	}
	if err = r.group.start(r.p.cmd); err != nil {
		return err
	}
	r.closeChild()
	r.c.listen()
	r.feed()
	return nil
}

// connect makes the pipes.
func (r *running) connect() error {
	for i, name := range []string{"stdout", "stderr"} {
		t, w, err := r.pipe()
		if err != nil {
			return err
		}
		r.c.streams[i] = &stream{name: name, tap: t}
		if i == 0 {
			r.p.cmd.Stdout = w
		} else {
			r.p.cmd.Stderr = w
		}
	}
	r.c.streams[1].crash = &crash{on: r.p.displays}
	if r.p.displays {
		if err := r.connectDisplays(); err != nil {
			return err
		}
	}
	if r.p.input != nil || r.p.ask != nil || r.p.displays && r.s.opt.Input != nil {
		in, w, err := os.Pipe()
		if err != nil {
			return err
		}
		r.p.cmd.Stdin, r.stdin = in, w
		r.child = append(r.child, in)
	}
	return nil
}

func (r *running) closeChild() {
	for _, f := range r.child {
		f.Close()
	}
	r.child = nil
}

func (r *running) close() {
	r.closeChild()
	for _, t := range r.taps {
		t.close()
	}
	if r.stdin != nil {
		r.stdin.Close()
	}
	r.back.close()
	if r.group != nil && r.p.group == nil {
		r.group.close()
	}
}

// feed writes standard input that is known beforehand.
func (r *running) feed() {
	if r.p.input == nil {
		return
	}
	go func() {
		_, _ = r.stdin.Write(r.p.input) // fails if it is not read
		r.stdin.Close()
	}()
}

// supervise waits for the end of the process, brings it about if need be, and
// sees that everything is read.
func (r *running) supervise(ctx context.Context) {
	start := time.Now()
	ended := make(chan error, 1)
	go func() { ended <- r.p.cmd.Wait() }()
	over := make(chan struct{})
	if r.p.ask != nil {
		go r.prompt(ctx, over)
	}
	r.err = r.await(ctx, ended)
	r.s.ran.Add(int64(time.Since(start)))
	close(over)
	read := make(chan struct{})
	go func() {
		r.c.readers.Wait()
		close(read)
	}()
	r.settle(read)
	close(r.c.events)
}

// await returns the error of the process. If ctx ends, or the process stalls,
// it is interrupted, and killed after a while.
func (r *running) await(ctx context.Context, ended <-chan error) error {
	stalled := r.stalls()
	for {
		select {
		case err := <-ended:
			return err
		case <-stalled.C:
			quiet := time.Since(time.Unix(0, r.c.last.Load()))
			if quiet >= r.s.opt.Stall {
				r.stop(ErrStalled)
			}
			stalled.Reset(max(r.s.opt.Stall-quiet, time.Millisecond))
		case <-ctx.Done():
			stalled.Stop()
			r.group.interrupt()
			select {
			case err := <-ended:
				return err
			case <-time.After(r.s.opt.Grace):
				r.kill()
				return <-ended
			}
		}
	}
}

func (r *running) stalls() *time.Timer {
	if r.s.opt.Stall <= 0 {
		t := time.NewTimer(time.Hour)
		t.Stop()
		return t
	}
	return time.NewTimer(r.s.opt.Stall)
}

// kill ends the group. That of the shells is then made anew.
func (r *running) kill() {
	r.group.close()
	if r.p.group != nil {
		r.s.work.renew()
	}
}

// settle waits until the pipes are at their end. What a program leaves behind
// may hold them: a program's children are ended, a shell's left alone.
func (r *running) settle(read <-chan struct{}) {
	select {
	case <-read:
		return
	case <-time.After(leftover):
	}
	if r.p.group == nil {
		r.group.close()
		select {
		case <-read:
			return
		case <-time.After(leftover):
		}
	}
	r.c.ended.Store(true)
	for _, t := range r.taps {
		t.wake()
	}
	<-read
}
