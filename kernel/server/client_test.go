package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"mixmodel/kernel/cell"
	"mixmodel/kernel/engine"
	"mixmodel/kernel/wire"
)

// fake stands in for the engine: a cell is a list of commands.
type fake struct {
	ask       askFunc
	closed    chan struct{}
	delivered chan string
}

func (f *fake) Execute(ctx context.Context, c engine.Cell, show func(engine.Output)) error {
	for line := range strings.Lines(c.Source) {
		command, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch command {
		case "print":
			show(engine.Output{Kind: engine.Stream, Name: "stdout", Text: rest + "\n"})
		case "warn":
			show(engine.Output{Kind: engine.Stream, Name: "stderr", Text: rest + "\n"})
		case "count":
			n, _ := strconv.Atoi(rest)
			for i := range n {
				show(engine.Output{Kind: engine.Stream, Name: "stdout", Text: fmt.Sprintln(i)})
			}
		case "display", "update":
			show(engine.Output{
				Kind: engine.Display, DisplayID: "d", Update: command == "update",
				Data: map[string]json.RawMessage{"text/plain": json.RawMessage(strconv.Quote(rest))},
			})
		case "id":
			show(engine.Output{Kind: engine.Stream, Name: "stdout", Text: c.ID})
		case "tell":
			show(engine.Output{Kind: engine.Comm, Comm: &engine.CommMessage{Address: "/x", Value: rest}})
		case "ask":
			answer, err := f.ask(ctx, "name?", rest == "password")
			if err != nil {
				return err
			}
			show(engine.Output{Kind: engine.Stream, Name: "stdout", Text: "hello, " + answer})
		case "wait":
			<-ctx.Done()
			return errors.New("signal: interrupt")
		case "fail":
			err := &engine.RunError{CellID: c.ID, Line: 1, Name: "Panic", Value: rest, Traceback: []string{"one", "two"}}
			show(engine.ErrorOutput(err))
			return err
		}
	}
	return nil
}

func (f *fake) Deliver(address string, value any) bool {
	select {
	case f.delivered <- fmt.Sprintf("%s %T %v", address, value, value):
	default:
	}
	return true
}

func (f *fake) Program() cell.Program { return cell.Program{} }
func (f *fake) Close() error          { close(f.closed); return nil }

// patience is how long a test waits for what must come, on a machine that may
// have much else to do.
const patience = time.Minute

// client is a Jupyter client of a kernel in this process.
type client struct {
	t       *testing.T
	conn    wire.Connection
	sockets map[string]zmq4.Socket
	session string
	iopub   chan wire.Message
	replies map[string]chan wire.Message
	done    chan error // Run's result
	stop    context.CancelFunc
	engine  *fake
}

// freeConnection names ports that are free now.
func freeConnection(t testing.TB) wire.Connection {
	t.Helper()
	c := wire.Connection{Transport: "tcp", IP: "127.0.0.1", Key: "secret", SignatureScheme: "hmac-sha256"}
	for _, port := range []*int{&c.ShellPort, &c.IOPubPort, &c.StdinPort, &c.ControlPort, &c.HBPort} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return c
}

func writeConnection(t testing.TB, c wire.Connection) string {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kernel-01234567-89ab-4cde-8f01-23456789abcd.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// startFake runs a kernel over a fake engine and connects to it.
func startFake(t *testing.T) *client {
	t.Helper()
	conn := freeConnection(t)
	file := writeConnection(t, conn)
	f := &fake{closed: make(chan struct{}), delivered: make(chan string, 100)}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, file, Options{Log: io.Discard, start: func(_ context.Context, ask askFunc) (session, error) {
			f.ask = ask
			return f, nil
		}})
	}()
	t.Cleanup(func() {
		stop()
		select {
		case <-f.closed:
		case <-time.After(patience):
			t.Errorf("the kernel did not end within %v", patience)
		}
	})
	c := connect(t, conn, "client")
	c.done, c.stop, c.engine = done, stop, f
	return c
}

// connect connects to a running kernel, as a session of its own.
func connect(t *testing.T, conn wire.Connection, session string) *client {
	t.Helper()
	c := &client{
		t: t, conn: conn, session: session,
		iopub:   make(chan wire.Message, 100000),
		replies: map[string]chan wire.Message{},
	}
	ctx, cancel := context.WithCancel(context.Background())
	option := func(id string) []zmq4.Option {
		return []zmq4.Option{
			zmq4.WithID(zmq4.SocketIdentity(id)), zmq4.WithLogger(log.New(io.Discard, "", 0)),
			zmq4.WithDialerRetry(3 * time.Millisecond), zmq4.WithDialerMaxRetries(1000),
		}
	}
	// A control socket with an identity of its own: replies must come to where
	// the request came from.
	c.sockets = map[string]zmq4.Socket{
		"iopub":   zmq4.NewSub(ctx, option(session)...),
		"shell":   zmq4.NewDealer(ctx, option(session)...),
		"stdin":   zmq4.NewDealer(ctx, option(session)...),
		"control": zmq4.NewDealer(ctx, option(session+"-control")...),
	}
	ports := map[string]int{"iopub": conn.IOPubPort, "shell": conn.ShellPort, "stdin": conn.StdinPort, "control": conn.ControlPort}
	for name, s := range c.sockets {
		if err := s.Dial(conn.Address(ports[name])); err != nil {
			t.Fatal(err)
		}
		c.replies[name] = make(chan wire.Message, 100000)
	}
	c.replies["iopub"] = c.iopub
	if err := c.sockets["iopub"].SetOption(zmq4.OptionSubscribe, ""); err != nil {
		t.Fatal(err)
	}
	for name, s := range c.sockets {
		go c.receive(s, c.replies[name])
	}
	t.Cleanup(func() {
		cancel()
		for _, s := range c.sockets {
			s.Close()
		}
	})
	if m := c.next("iopub"); m.Header.MsgType != "iopub_welcome" {
		t.Fatalf("first message is %s, want iopub_welcome", m.Header.MsgType)
	}
	return c
}

func (c *client) receive(s zmq4.Socket, to chan wire.Message) {
	for {
		m, err := s.Recv()
		if err != nil {
			return
		}
		msg, err := wire.Key(c.conn.Key).Open(m.Frames)
		if err != nil {
			c.t.Errorf("the kernel sent what is no message: %v", err)
			return
		}
		to <- msg
	}
}

func (c *client) next(channel string) wire.Message {
	c.t.Helper()
	select {
	case m := <-c.replies[channel]:
		return m
	case <-time.After(patience):
		c.t.Fatalf("nothing came on %s within %v", channel, patience)
		panic("unreachable")
	}
}

// send sends a request and returns its id.
func (c *client) send(channel, msgType string, content any) string {
	c.t.Helper()
	data, err := json.Marshal(content)
	if err != nil {
		c.t.Fatal(err)
	}
	m := wire.Message{Header: wire.NewHeader(c.session, msgType), Content: data}
	frames, err := wire.Key(c.conn.Key).Seal(m)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.sockets[channel].SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		c.t.Fatal(err)
	}
	return m.Header.MsgID
}

// reply waits for the reply to a request, and checks that it is one.
func (c *client) reply(channel, id string) map[string]any {
	c.t.Helper()
	m := c.next(channel)
	if m.Parent.MsgID != id {
		c.t.Fatalf("%s on %s answers %q, want %q", m.Header.MsgType, channel, m.Parent.MsgID, id)
	}
	return c.content(m)
}

func (c *client) content(m wire.Message) map[string]any {
	c.t.Helper()
	var v map[string]any
	if err := json.Unmarshal(m.Content, &v); err != nil {
		c.t.Fatalf("%s: %v", m.Header.MsgType, err)
	}
	return v
}

// heard waits for what a request causes on iopub, from busy to idle, and returns
// what lies between, as "type: what".
func (c *client) heard(id string) []string {
	c.t.Helper()
	var list []string
	for state := ""; state != "idle"; {
		m := c.next("iopub")
		if m.Parent.MsgID != id {
			continue
		}
		v := c.content(m)
		switch m.Header.MsgType {
		case "status":
			state = v["execution_state"].(string)
		case "stream":
			list = append(list, fmt.Sprintf("%s: %s", v["name"], v["text"]))
		case "display_data", "update_display_data":
			list = append(list, fmt.Sprintf("%s: %s", m.Header.MsgType, firstLine(v["data"].(map[string]any))))
		case "error":
			list = append(list, fmt.Sprintf("error: %s %s %s", v["ename"], v["evalue"], v["traceback"]))
		case "comm_msg":
			list = append(list, fmt.Sprintf("comm_msg: %s", v["data"]))
		default:
			list = append(list, m.Header.MsgType)
		}
	}
	return list
}

func cellOf(code string) map[string]any {
	return map[string]any{"code": code, "silent": false, "store_history": true, "allow_stdin": true, "stop_on_error": true}
}

// firstLine returns the beginning of a display's data.
func firstLine(data map[string]any) string {
	for _, v := range data {
		line, _, _ := strings.Cut(v.(string), "\n")
		return line
	}
	return ""
}
