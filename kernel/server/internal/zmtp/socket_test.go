package zmtp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// bind listens on a free port and closes the socket when the test ends.
func bind(t *testing.T, typ Type, receive func(*Socket, [][]byte)) (*Socket, string) {
	t.Helper()
	var s *Socket
	bound := make(chan bool)
	s, err := Listen(typ, "tcp://127.0.0.1:0", func(frames [][]byte) {
		<-bound
		receive(s, frames)
	})
	if err != nil {
		t.Fatal(err)
	}
	close(bound)
	t.Cleanup(func() { s.Close(context.Background()) })
	return s, "tcp://" + s.Addr().String()
}

func echo(s *Socket, frames [][]byte) { s.Send(frames) }

// dial connects a socket of go-zeromq, an independent implementation.
func dial(t *testing.T, s zmq4.Socket, endpoint string) zmq4.Socket {
	t.Helper()
	if err := s.Dial(endpoint); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func dealer(t *testing.T, endpoint, id string) zmq4.Socket {
	return dial(t, zmq4.NewDealer(t.Context(), zmq4.WithID(zmq4.SocketIdentity(id))), endpoint)
}

func ask(t *testing.T, s zmq4.Socket, frames ...[]byte) [][]byte {
	t.Helper()
	if err := s.SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		t.Fatal(err)
	}
	answer := make(chan zmq4.Msg, 1)
	go func() {
		m, _ := s.Recv()
		answer <- m
	}()
	select {
	case m := <-answer:
		return m.Frames
	case <-time.After(time.Minute):
		t.Fatal("no answer within a minute")
		return nil
	}
}

func TestARouterAnswersTheOneWhoAsked(t *testing.T) {
	_, endpoint := bind(t, Router, echo)
	big := bytes.Repeat([]byte("0123456789"), 1<<20)
	for i := range 3 {
		s := dealer(t, endpoint, fmt.Sprint("peer", i))
		want := [][]byte{fmt.Append(nil, i), {}, big[:i*300], big}
		if got := ask(t, s, want...); !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("peer %d got %d frames back, not those it sent", i, len(got))
		}
	}
}

func TestARouterIsAHeartbeatToARequester(t *testing.T) {
	_, endpoint := bind(t, Router, echo)
	s := dial(t, zmq4.NewReq(t.Context()), endpoint)
	for range 3 {
		if got := ask(t, s, []byte("ping")); string(got[0]) != "ping" {
			t.Errorf("got %q, want ping", got)
		}
	}
}

func TestASubscriberGetsWhatItAskedForInOrder(t *testing.T) {
	subscribed := make(chan []byte, 1)
	s, endpoint := bind(t, Pub, func(_ *Socket, frames [][]byte) { subscribed <- frames[0] })
	sub := dial(t, zmq4.NewSub(t.Context()), endpoint)
	if err := sub.SetOption(zmq4.OptionSubscribe, "a"); err != nil {
		t.Fatal(err)
	}
	if got := <-subscribed; string(got) != "\x01a" {
		t.Fatalf("subscription is %q, want \\x01a", got)
	}
	const n = 10000
	for i := range n {
		s.Send([][]byte{[]byte("b"), []byte("not wanted")})
		s.Send([][]byte{[]byte("ab"), fmt.Append(nil, i)})
	}
	for i := range n {
		m, err := sub.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprint(i); string(m.Frames[1]) != want {
			t.Fatalf("got %q, want %q", m.Frames[1], want)
		}
	}
}

func TestASlowSubscriberLosesNothingAndCostsNoMemory(t *testing.T) {
	subscribed := make(chan bool, 1)
	s, endpoint := bind(t, Pub, func(*Socket, [][]byte) { subscribed <- true })
	sub := dial(t, zmq4.NewSub(t.Context()), endpoint)
	if err := sub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		t.Fatal(err)
	}
	<-subscribed
	const n = 100
	chunk := make([]byte, 1<<20)
	longest := 0
	go func() {
		for range n {
			s.Send([][]byte{{}, chunk})
			s.Wait(context.Background())
			s.mu.Lock()
			longest = max(longest, s.waiting())
			s.mu.Unlock()
		}
	}()
	time.Sleep(50 * time.Millisecond) // it does not read at once
	total := 0
	for range n {
		m, err := sub.Recv()
		if err != nil {
			t.Fatal(err)
		}
		total += len(m.Frames[1])
	}
	if total != n<<20 {
		t.Errorf("got %d bytes, want %d", total, n<<20)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if longest > Room {
		t.Errorf("%d bytes were waiting, want at most %d", longest, Room)
	}
}

func TestAStoppedSubscriberBlocksNeitherOthersNorTheEnd(t *testing.T) {
	subscribed := make(chan bool, 2)
	s, endpoint := bind(t, Pub, func(*Socket, [][]byte) { subscribed <- true })
	stopped := handshake(t, s, "SUB")
	if _, err := stopped.Write([]byte{0, 1, 1}); err != nil {
		t.Fatal(err)
	}
	<-subscribed
	sub := dial(t, zmq4.NewSub(t.Context()), endpoint)
	if err := sub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		t.Fatal(err)
	}
	<-subscribed
	for range 64 {
		s.Send([][]byte{{}, make([]byte, 1<<20)})
	}
	for range 64 {
		if _, err := sub.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s.Wait(ctx) // would wait for ever
	s.Close(ctx)
}

// handshake connects as a peer of the given type, by hand.
func handshake(t *testing.T, s *Socket, typ string) net.Conn {
	t.Helper()
	c := connect(t, s)
	send := append(greeting(), "\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00"...)
	send[greetingSize+1] = byte(6 + 12 + 4 + len(typ))
	send = append(append(send, byte(len(typ))), typ...)
	if _, err := c.Write(send); err != nil {
		t.Fatal(err)
	}
	return c
}

func connect(t *testing.T, s *Socket) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestHostileConnectionsHarmNobody(t *testing.T) {
	s, endpoint := bind(t, Router, echo)
	connect(t, s) // one that says nothing
	huge := binary.BigEndian.AppendUint64([]byte{long}, 1<<62)
	lying := binary.BigEndian.AppendUint64([]byte{long}, MaxMessage)
	for name, bytes := range map[string][]byte{
		"HTTP":                 []byte("GET / HTTP/1.1\r\n\r\n" + strings.Repeat(" ", 100)),
		"half a greeting":      greeting()[:30],
		"another mechanism":    append(append(greeting()[:12:12], "CURVE"...), make([]byte, 47)...),
		"no READY":             append(greeting(), 4, 1, 0),
		"short property":       append(greeting(), "\x04\x08\x05READY\xff\x00"...),
		"value without end":    append(greeting(), "\x04\x0c\x05READY\x01a\xff\xff\xff\xff"...),
		"wrong type of socket": append(greeting(), "\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"...),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := connect(t, s).Write(bytes); err != nil {
				t.Fatal(err)
			}
		})
	}
	for name, bytes := range map[string][]byte{
		"a frame of 4 EiB":         huge,
		"a length without bytes":   lying,
		"unknown flags":            {0xf8, 0},
		"frames without end":       slices.Repeat([]byte{more, 0}, 10*maxFrames),
		"commands without a sense": slices.Repeat([]byte{command, 1, 'x'}, 1000),
	} {
		t.Run(name, func(t *testing.T) {
			c := handshake(t, s, "DEALER")
			_, _ = c.Write(bytes) // the socket may close on the way
		})
	}
	if got := ask(t, dealer(t, endpoint, "honest"), []byte("hello")); string(got[0]) != "hello" {
		t.Errorf("got %q, want hello", got)
	}
}

func TestAKilledKernelsSocketIsTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s-1")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Skipf("no Unix domain sockets: %v", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if _, err := Listen(Router, "ipc://"+path, nil); err == nil {
		t.Fatal("took a socket that somebody listens to")
	}
	l.Close() // as a kill does: the file stays
	s, err := Listen(Router, "ipc://"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Close(t.Context())
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 10 {
		s, err := Listen(Router, "tcp://127.0.0.1:0", nil)
		if err != nil {
			t.Fatal(err)
		}
		handshake(t, s, "DEALER")
		connect(t, s)
		s.Close(t.Context())
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func FuzzReadMessageNeverPanics(f *testing.F) {
	f.Add([]byte{more, 1, 'a', 0, 0})
	f.Add(binary.BigEndian.AppendUint64([]byte{long}, 1<<40))
	f.Fuzz(func(t *testing.T, data []byte) {
		frames, err := readMessage(newReader(data))
		if err != nil {
			return
		}
		var buf bytes.Buffer
		out := encode(frames)
		if _, err := out.WriteTo(&buf); err != nil {
			t.Fatal(err)
		}
		again, err := readMessage(newReader(buf.Bytes()))
		if err != nil || !slices.EqualFunc(frames, again, bytes.Equal) {
			t.Errorf("got %q, %v after a round trip of %q", again, err, frames)
		}
	})
}

func FuzzParseReadyNeverPanics(f *testing.F) {
	f.Add([]byte("\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = parseReady(data)
	})
}

func newReader(b []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(b)) }
