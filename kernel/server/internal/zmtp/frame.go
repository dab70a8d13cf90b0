package zmtp

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// MaxMessage is how long a message of a peer may be, in bytes. A peer that
// sends a longer one is disconnected.
const MaxMessage = 256 << 20

const maxFrames = 1024 // in one message

// Bits of a frame's first byte.
const (
	more    = 1
	long    = 2
	command = 4
)

var errTooLong = fmt.Errorf("zmtp: message is longer than %d bytes or %d frames", MaxMessage, maxFrames)

// readMessage returns the frames of the next message. Commands between messages
// are skipped: the peer has nothing to tell that concerns us.
func readMessage(r *bufio.Reader) ([][]byte, error) {
	var frames [][]byte
	for room := MaxMessage; ; {
		flags, body, err := readFrame(r, room)
		if err != nil {
			return nil, err
		}
		if flags&command != 0 {
			continue
		}
		frames = append(frames, body)
		if room -= len(body); flags&more == 0 {
			return frames, nil
		}
		if len(frames) == maxFrames {
			return nil, errTooLong
		}
	}
}

// readFrame reads a frame of at most room bytes. Memory is taken as the bytes
// come, not as the header promises them.
func readFrame(r *bufio.Reader, room int) (flags byte, body []byte, err error) {
	if flags, err = r.ReadByte(); err != nil {
		return 0, nil, err
	}
	if flags&^(more|long|command) != 0 {
		return 0, nil, fmt.Errorf("zmtp: frame has flags %#x", flags)
	}
	var header [8]byte
	size := header[7:]
	if flags&long != 0 {
		size = header[:]
	}
	if _, err := io.ReadFull(r, size); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint64(header[:])
	if n > uint64(room) {
		return 0, nil, errTooLong
	}
	if n <= 64<<10 {
		body = make([]byte, n)
		_, err = io.ReadFull(r, body)
		return flags, body, err
	}
	var buf bytes.Buffer
	if _, err := io.CopyN(&buf, r, int64(n)); err != nil {
		return 0, nil, err
	}
	return flags, buf.Bytes(), nil
}

// appendFrame appends a frame's header and body to the buffers of a write.
func appendFrame(to net.Buffers, flags byte, body []byte) net.Buffers {
	if len(body) <= 255 {
		return append(to, []byte{flags, byte(len(body))}, body)
	}
	header := binary.BigEndian.AppendUint64([]byte{flags | long}, uint64(len(body)))
	return append(to, header, body)
}

// encode returns the message as it travels.
func encode(frames [][]byte) net.Buffers {
	out := make(net.Buffers, 0, 2*len(frames))
	for i, f := range frames {
		flags := byte(more)
		if i == len(frames)-1 {
			flags = 0
		}
		out = appendFrame(out, flags, f)
	}
	return out
}

// A greeting is 64 bytes: signature, version, mechanism, role, filler. The
// minor version is 0, so that subscriptions come as messages.
const greetingSize = 64

func greeting() []byte {
	g := make([]byte, greetingSize)
	g[0], g[8], g[9] = 0xff, 1, 0x7f
	g[10] = 3
	copy(g[12:32], "NULL")
	return g
}

func checkGreeting(g []byte) error {
	if g[0] != 0xff || g[9]&1 == 0 {
		return errors.New("zmtp: peer does not speak ZeroMQ")
	}
	if mechanism := string(bytes.TrimRight(g[12:32], "\x00")); g[10] < 3 || mechanism != "NULL" {
		return fmt.Errorf("zmtp: peer speaks version %d with mechanism %q (want 3 or later, NULL)", g[10], mechanism)
	}
	return nil
}

// ready returns the command that ends our half of the handshake.
func ready(t Type) net.Buffers {
	body := []byte("\x05READY\x0bSocket-Type")
	body = binary.BigEndian.AppendUint32(body, uint32(len(t)))
	body = append(body, t...)
	body = append(body, "\x08Identity\x00\x00\x00\x00"...)
	return appendFrame(nil, command, body)
}

// parseReady returns the properties of a READY command by their names in lower case.
func parseReady(body []byte) (map[string]string, error) {
	rest, ok := bytes.CutPrefix(body, []byte("\x05READY"))
	if !ok {
		return nil, errors.New("zmtp: handshake has no READY")
	}
	properties := make(map[string]string)
	for len(rest) > 0 {
		name, after, ok := cut(rest[1:], uint64(rest[0]))
		if !ok || len(after) < 4 {
			return nil, errors.New("zmtp: READY ends within a property")
		}
		value, after, ok := cut(after[4:], uint64(binary.BigEndian.Uint32(after)))
		if !ok {
			return nil, errors.New("zmtp: READY ends within a property")
		}
		properties[string(bytes.ToLower(name))] = string(value)
		rest = after
	}
	return properties, nil
}

// cut splits b after n bytes, if it has so many.
func cut(b []byte, n uint64) (head, tail []byte, ok bool) {
	if uint64(len(b)) < n {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}
