package zmtp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Type is the pattern of a socket.
type Type string

// The patterns of a kernel's sockets. A heartbeat's REP is a Router that echoes.
const (
	Router Type = "ROUTER" // messages from and to peers, named by the first frame
	Pub    Type = "PUB"    // messages to all who have subscribed to their beginning
)

// partners are the types of socket that may connect.
var partners = map[Type][]string{
	Router: {"DEALER", "REQ", "ROUTER"},
	Pub:    {"SUB", "XSUB"},
}

// Socket is a bound socket. Its methods may be called by several goroutines.
type Socket struct {
	typ     Type
	l       net.Listener
	receive func(frames [][]byte)
	running sync.WaitGroup

	mu     sync.Mutex
	change *sync.Cond // of a queue's length, or of the peers
	peers  map[*peer]bool
	next   uint64 // identity for a peer that names none
	closed bool
}

// Listen binds a socket to an endpoint, "tcp://host:port" or "ipc://path".
//
// receive is called with every message, one at a time per connection, and owns
// the frames. For a Router the first is the peer's identity. For a Pub it is
// called with the single frame of a subscription: 1 or 0, then the topic, after
// the subscription has taken effect.
func Listen(t Type, endpoint string, receive func(frames [][]byte)) (*Socket, error) {
	l, err := listen(endpoint)
	if err != nil {
		return nil, fmt.Errorf("zmtp: %w", err)
	}
	s := &Socket{typ: t, l: l, receive: receive, peers: make(map[*peer]bool)}
	s.change = sync.NewCond(&s.mu)
	s.running.Go(s.accept)
	return s, nil
}

func listen(endpoint string) (net.Listener, error) {
	scheme, address, _ := strings.Cut(endpoint, "://")
	switch scheme {
	case "tcp":
		return net.Listen("tcp", strings.TrimPrefix(address, "*")) // * is every interface
	case "ipc":
		l, err := net.Listen("unix", address)
		if errors.Is(err, syscall.EADDRINUSE) && removeAbandoned(address) {
			l, err = net.Listen("unix", address)
		}
		return l, err
	}
	return nil, fmt.Errorf("endpoint %q is neither tcp:// nor ipc://", endpoint)
}

// removeAbandoned removes a Unix socket that nobody listens to: a kernel that
// was killed leaves one, and its successor gets the same path.
func removeAbandoned(path string) bool {
	c, err := net.Dial("unix", path)
	if err == nil {
		c.Close()
		return false
	}
	return errors.Is(err, syscall.ECONNREFUSED) && os.Remove(path) == nil
}

// Addr is where the socket listens.
func (s *Socket) Addr() net.Addr { return s.l.Addr() }

func (s *Socket) accept() {
	for {
		c, err := s.l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file descriptors, say: some peer may go
			time.Sleep(10 * time.Millisecond)
			continue
		}
		p := &peer{socket: s, conn: c, topics: make(map[string]int)}
		if !s.add(p) {
			c.Close()
			return
		}
		s.running.Go(p.serve)
	}
}

func (s *Socket) add(p *peer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.peers[p] = true
	return true
}

func (s *Socket) remove(p *peer) {
	p.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.peers, p)
	p.gone = true
	s.change.Broadcast()
}

// Send queues a message and returns at once. A Router sends it to the peer whose
// identity is the first frame, a Pub to all subscribers of a beginning of the
// first frame. If there is no such peer the message is dropped, as ZeroMQ does.
// The frames must not change afterwards.
func (s *Socket) Send(frames [][]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.peers {
		switch {
		case !p.ready || p.gone:
		case s.typ == Router && string(frames[0]) == p.identity:
			p.push(frames[1:])
		case s.typ == Pub && p.subscribed(frames[0]):
			p.push(frames)
		}
	}
}

// Room is how many bytes may be waiting for a peer before Wait waits.
const Room = 16 << 20

// Wait returns when no peer has more than Room bytes waiting for it, when ctx
// ends or the socket is closed. To call it after each of many Sends keeps
// memory bounded and loses nothing.
func (s *Socket) Wait(ctx context.Context) {
	s.wait(ctx, Room)
}

func (s *Socket) wait(ctx context.Context, room int) {
	if s.has(room) {
		return // mostly
	}
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.change.Broadcast()
	})
	defer stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.waiting() > room && ctx.Err() == nil {
		s.change.Wait()
	}
}

func (s *Socket) has(room int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting() <= room
}

// waiting returns the length of the longest queue, in bytes.
func (s *Socket) waiting() int {
	n := 0
	for p := range s.peers {
		n = max(n, p.waiting)
	}
	return n
}

// Close sends what is queued, but no longer than until ctx ends, and closes the
// socket and all its connections. receive is not called afterwards.
func (s *Socket) Close(ctx context.Context) {
	s.wait(ctx, 0)
	s.mu.Lock()
	s.closed = true
	s.l.Close()
	for p := range s.peers {
		p.conn.Close()
	}
	s.change.Broadcast()
	s.mu.Unlock()
	s.running.Wait()
}

// identify gives a peer its identity. A peer that comes back under its old
// identity replaces the connection that it has lost.
func (s *Socket) identify(p *peer, identity string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if identity == "" {
		s.next++
		identity = fmt.Sprintf("\x00%d", s.next) // peers may not begin theirs with zero
	}
	for other := range s.peers {
		if other.identity == identity {
			other.gone = true
			other.conn.Close()
		}
	}
	p.identity, p.ready = identity, true
}

func (s *Socket) subscribe(p *peer, frames [][]byte) {
	if len(frames) != 1 || len(frames[0]) == 0 || frames[0][0] > 1 {
		return
	}
	topic := string(bytes.Clone(frames[0][1:]))
	s.mu.Lock()
	defer s.mu.Unlock()
	if frames[0][0] == 1 {
		p.topics[topic]++
	} else if p.topics[topic]--; p.topics[topic] <= 0 {
		delete(p.topics, topic)
	}
}
