package zmtp

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// handshakeTimeout is how long a new connection may take to say who it is.
const handshakeTimeout = 10 * time.Second

// peer is one connection. The socket's mutex guards all but conn.
type peer struct {
	socket   *Socket
	conn     net.Conn
	identity string
	topics   map[string]int // how often it has subscribed to each
	ready    bool           // the handshake is done
	gone     bool

	queue   [][][]byte
	waiting int // bytes in queue and in the write under way
}

func (p *peer) serve() {
	defer p.socket.remove(p)
	r := bufio.NewReaderSize(p.conn, 32<<10)
	if err := p.handshake(r); err != nil {
		return
	}
	p.socket.running.Go(p.write)
	for {
		frames, err := readMessage(r)
		if err != nil {
			return
		}
		if p.socket.typ == Pub {
			p.socket.subscribe(p, frames)
		} else {
			frames = slices.Insert(frames, 0, []byte(p.identity))
		}
		if p.socket.receive != nil {
			p.socket.receive(frames)
		}
		p.socket.await(p) // who does not read is not read from
	}
}

func (p *peer) handshake(r *bufio.Reader) error {
	if err := p.conn.SetDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return err
	}
	if _, err := p.conn.Write(greeting()); err != nil {
		return err
	}
	var theirs [greetingSize]byte
	if _, err := io.ReadFull(r, theirs[:]); err != nil {
		return err
	}
	if err := checkGreeting(theirs[:]); err != nil {
		return err
	}
	hello := ready(p.socket.typ)
	if _, err := hello.WriteTo(p.conn); err != nil {
		return err
	}
	_, body, err := readFrame(r, 64<<10)
	if err != nil {
		return err
	}
	properties, err := parseReady(body)
	if err != nil {
		return err
	}
	if t := properties["socket-type"]; !slices.Contains(partners[p.socket.typ], t) {
		return fmt.Errorf("zmtp: peer's socket is a %q (want one of %q)", t, partners[p.socket.typ])
	}
	p.socket.identify(p, properties["identity"])
	return p.conn.SetDeadline(time.Time{})
}

// write sends what is queued until the connection ends.
func (p *peer) write() {
	s := p.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		for len(p.queue) == 0 && !p.gone {
			s.change.Wait()
		}
		if p.gone {
			return
		}
		batch := p.queue
		p.queue = nil
		s.mu.Unlock()
		var out net.Buffers
		n := 0
		for _, m := range batch {
			out = append(out, encode(m)...)
			n += size(m)
		}
		_, err := out.WriteTo(p.conn)
		s.mu.Lock()
		p.waiting -= n
		s.change.Broadcast()
		if err != nil {
			p.conn.Close() // the reader notices and removes the peer
			p.gone = true
		}
	}
}

// push queues a message. The socket's mutex is held.
func (p *peer) push(frames [][]byte) {
	p.queue = append(p.queue, frames)
	p.waiting += size(frames)
	p.socket.change.Broadcast()
}

// size counts a byte for each frame, so that an empty message counts too.
func size(frames [][]byte) int {
	n := len(frames)
	for _, f := range frames {
		n += len(f)
	}
	return n
}

// subscribed says whether the peer wants messages of a topic. The socket's
// mutex is held.
func (p *peer) subscribed(topic []byte) bool {
	for t := range p.topics {
		if strings.HasPrefix(string(topic), t) {
			return true
		}
	}
	return false
}

// await waits until the peer has taken most of what was sent to it.
func (s *Socket) await(p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p.waiting > Room && !p.gone && !s.closed {
		s.change.Wait()
	}
}
