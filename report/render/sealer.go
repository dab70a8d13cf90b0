package render

import (
	"crypto/sha256"
	"fmt"
	"io"
)

// sealer writes a page and, below it, the seal: the SHA-256 of all above.
// Whoever changes a byte has to mean it; see package verify. Hashing and
// writing go on beside the rendering, which matters for pages of megabytes.
type sealer struct {
	block []byte      // being filled
	full  chan []byte // to be written
	free  chan []byte // written
	done  chan error
}

const (
	blockSize = 1 << 16
	waiting   = 4 // blocks that rendering may be ahead
)

func newSealer(w io.Writer) *sealer {
	s := &sealer{full: make(chan []byte, waiting), free: make(chan []byte, waiting+2), done: make(chan error, 1)}
	go s.drain(w)
	return s
}

// drain hashes and writes blocks until there are no more, then the seal. After
// an error it writes nothing.
func (s *sealer) drain(w io.Writer) {
	sum := sha256.New()
	var err error
	for block := range s.full {
		sum.Write(block)
		if err == nil {
			_, err = w.Write(block)
		}
		s.free <- block[:0]
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "<!-- SHA-256 of all above: %x -->\n", sum.Sum(nil))
	}
	s.done <- err
}

// Write copies p. Errors come out at [sealer.seal].
func (s *sealer) Write(p []byte) (int, error) { return fill(s, p), nil }

// WriteString is Write of a string.
func (s *sealer) WriteString(p string) (int, error) { return fill(s, p), nil }

func fill[T string | []byte](s *sealer, p T) int {
	size := len(p)
	for len(p) > 0 {
		if s.block == nil {
			s.block = s.empty()
		}
		n := min(len(p), cap(s.block)-len(s.block))
		s.block = append(s.block, p[:n]...)
		p = p[n:]
		if len(s.block) == cap(s.block) {
			s.full <- s.block
			s.block = nil
		}
	}
	return size
}

func (s *sealer) empty() []byte {
	select {
	case block := <-s.free:
		return block
	default:
		return make([]byte, 0, blockSize)
	}
}

// seal writes what is left and the seal, and returns the first error.
func (s *sealer) seal() error {
	if s.block != nil {
		s.full <- s.block
	}
	close(s.full)
	return <-s.done
}
