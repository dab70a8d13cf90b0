package browsertest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// pipe is the connection: JSON messages that end with a zero byte, written to
// the browser's file descriptor 3 and read from its 4.
type pipe struct {
	cmd *exec.Cmd
	out *os.File

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever something arrived
	id      int
	answers map[int]message
	seen    []message
	ended   error
}

type message struct {
	ID        int             `json:"id"`
	SessionID string          `json:"sessionId"`
	Method    string          `json:"method"`
	Params    json.RawMessage `json:"params"`
	Result    json.RawMessage `json:"result"`
	Error     *struct{ Message string }
}

func startPipe(cmd *exec.Cmd) (*pipe, error) {
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	theirIn.Close()
	theirOut.Close()
	p := &pipe{cmd: cmd, out: ourOut, changed: make(chan struct{}), answers: map[int]message{}}
	go p.read(ourIn)
	return p, nil
}

func (p *pipe) read(in *os.File) {
	defer in.Close()
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadBytes(0)
		var m message
		if err == nil {
			err = json.Unmarshal(line[:len(line)-1], &m)
		}
		p.mu.Lock()
		switch {
		case err != nil:
			p.ended = fmt.Errorf("the browser is gone: %w", err)
		case m.ID > 0:
			p.answers[m.ID] = m
		default:
			p.seen = append(p.seen, m)
		}
		close(p.changed)
		p.changed = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// await waits until done is true, which is asked under the lock.
func (p *pipe) await(done func() bool) bool {
	timeout := time.After(patience)
	for {
		p.mu.Lock()
		ok, ended, changed := done(), p.ended != nil, p.changed
		p.mu.Unlock()
		if ok || ended {
			return ok
		}
		select {
		case <-changed:
		case <-timeout:
			return false
		}
	}
}

func (p *pipe) call(session, method string, params any) (json.RawMessage, error) {
	if params == nil {
		params = object{}
	}
	p.mu.Lock()
	p.id++
	id := p.id
	p.mu.Unlock()
	request := object{"id": id, "method": method, "params": params}
	if session != "" {
		request["sessionId"] = session
	}
	text, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	if _, err := p.out.Write(append(text, 0)); err != nil {
		return nil, err
	}
	if !p.await(func() bool { _, ok := p.answers[id]; return ok }) {
		return nil, errors.Join(p.ended, fmt.Errorf("no answer within %v", patience))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.answers[id]
	delete(p.answers, id)
	if m.Error != nil {
		return nil, errors.New(m.Error.Message)
	}
	return m.Result, nil
}

func (p *pipe) events(session string) []message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []message
	for _, m := range p.seen {
		if m.SessionID == session {
			out = append(out, m)
		}
	}
	return out
}

func (p *pipe) count(session, method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.countLocked(session, method)
}

func (p *pipe) countLocked(session, method string) int {
	n := 0
	for _, m := range p.seen {
		if m.SessionID == session && m.Method == method {
			n++
		}
	}
	return n
}

// close ends the browser, by force if it does not go.
func (p *pipe) close() {
	_, _ = p.out.Write([]byte(`{"id":1000000000,"method":"Browser.close"}` + "\x00"))
	gone := make(chan struct{})
	go func() {
		_ = p.cmd.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-time.After(5 * time.Second):
		_ = p.cmd.Process.Kill()
		<-gone
	}
	p.out.Close()
}
