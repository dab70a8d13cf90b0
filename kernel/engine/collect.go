package engine

import (
	"encoding/gob"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// Most bytes a pipe holds. What a program wrote before it wrote something
// else is never more than that.
const pipeSize = 64 << 10

// event is an output on its way to the caller, and what to do after it has
// been delivered.
type event struct {
	out  Output
	done func()
}

// collector reads what a program writes, and puts it into one order.
type collector struct {
	events chan event
	last   atomic.Int64 // when anything came, for stalls

	mu      sync.Mutex // held while something is read and queued
	streams [2]*stream // stdout, stderr
	readers sync.WaitGroup

	display *tap
	onGob   func(*gob.Decoder) error
	ended   atomic.Bool // the program has ended: read what is there, no more
}

func newCollector() *collector {
	c := &collector{events: make(chan event, 16)}
	c.last.Store(time.Now().UnixNano())
	return c
}

// send queues an output. mu must be held.
func (c *collector) send(o Output, done func()) {
	c.last.Store(time.Now().UnixNano())
	c.events <- event{o, done}
}

// stream is standard output or standard error.
type stream struct {
	name    string
	tap     *tap
	partial []byte // the beginning of a character
	crash   *crash // of stderr
	done    bool
}

// listen starts reading. The channel of events must be read meanwhile; wait
// returns once all pipes are at their end.
func (c *collector) listen() {
	for _, s := range c.streams {
		c.readers.Add(1)
		go func() {
			defer c.readers.Done()
			c.read(s)
		}()
	}
	if c.display == nil {
		return
	}
	c.readers.Add(1)
	go func() {
		defer c.readers.Done()
		dec := gob.NewDecoder(&displayReader{c})
		for c.onGob(dec) == nil {
		}
		_, _ = io.Copy(io.Discard, &displayReader{c}) // never block the program
	}()
}

func (c *collector) read(s *stream) {
	buf := make([]byte, pipeSize)
	use := func(p []byte, err error) {
		if !s.done {
			c.text(s, p, err != nil)
		}
	}
	for s.tap.read(&c.mu, buf, use) == nil {
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drain(s)
	c.text(s, nil, true)
}

// drain takes what a stream holds now. mu must be held.
func (c *collector) drain(s *stream) {
	buf := make([]byte, pipeSize)
	for total := 0; total < pipeSize && !s.done; {
		n, err := s.tap.now(buf)
		if n == 0 && err == nil {
			break
		}
		c.text(s, buf[:n], err != nil)
		total += n
	}
}

// sync takes all that was written before the display at hand. mu must be held.
func (c *collector) sync() {
	for _, s := range c.streams {
		c.drain(s)
	}
	if s := c.streams[1]; s.crash != nil {
		c.queue(s, s.crash.release())
	}
}

// text queues what a stream brought, in whole characters.
func (c *collector) text(s *stream, p []byte, end bool) {
	if s.done {
		return
	}
	s.done = end
	s.partial = append(s.partial, p...)
	n := len(s.partial)
	if !end {
		n = whole(s.partial)
	}
	text := valid(s.partial[:n])
	s.partial = append(s.partial[:0], s.partial[n:]...)
	if s.crash != nil {
		text = s.crash.filter(text)
		if end {
			text += s.crash.end()
		}
	}
	c.queue(s, text)
}

func (c *collector) queue(s *stream, text string) {
	if text != "" {
		c.send(Output{Kind: Stream, Name: s.name, Text: text}, nil)
	}
}

// whole returns the length of p without a character that is cut off at its
// end.
func whole(p []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(p); i++ {
		if b := p[len(p)-i:]; utf8.RuneStart(b[0]) {
			if !utf8.FullRune(b) {
				return len(p) - i
			}
			break
		}
	}
	return len(p)
}

// valid returns p with each byte that is no UTF-8 replaced by U+FFFD. It does
// not matter how p was cut into pieces.
func valid(p []byte) string {
	if utf8.Valid(p) {
		return string(p)
	}
	return string([]rune(string(p)))
}

// displayReader reads the pipe of displays: to its end, or to the end of what
// there is once the program has ended.
type displayReader struct{ c *collector }

func (r *displayReader) Read(p []byte) (n int, err error) {
	var free sync.Mutex // text has its own order
	err = r.c.display.read(&free, p, func(b []byte, _ error) { n = len(b) })
	if n > 0 {
		return n, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return 0, io.EOF
	}
	n, err = r.c.display.now(p)
	if n > 0 {
		return n, nil
	}
	return 0, errors.Join(io.EOF, err)
}
