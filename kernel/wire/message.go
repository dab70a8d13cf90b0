package wire

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Version is the version of the messaging protocol.
const Version = "5.4"

const delimiter = "<IDS|MSG>"

// Header identifies a message.
type Header struct {
	MsgID    string `json:"msg_id"`
	Username string `json:"username"`
	Session  string `json:"session"`
	Date     string `json:"date"` // RFC 3339
	MsgType  string `json:"msg_type"`
	Version  string `json:"version"`
}

// NewHeader returns a header with a new id, of now.
func NewHeader(session, msgType string) Header {
	return Header{
		MsgID:    NewID(),
		Username: "kernel",
		Session:  session,
		Date:     time.Now().UTC().Format(time.RFC3339Nano),
		MsgType:  msgType,
		Version:  Version,
	}
}

// NewID returns 128 random bits in hexadecimal.
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Message is one message. Parent is the header of the request that caused it.
type Message struct {
	Identities     [][]byte // routing prefix, on the kernel's side
	Header, Parent Header
	Metadata       json.RawMessage // nil is {}
	Content        json.RawMessage // nil is {}
	Buffers        [][]byte
}

// Key signs messages. The empty key signs and checks nothing.
type Key []byte

// ErrMalformed is wrapped by the errors of [Key.Open] about frames that are no
// message.
var ErrMalformed = errors.New("malformed message")

// ErrSignature is returned by [Key.Open] for a message signed with another key.
var ErrSignature = errors.New("message signature does not match")

func (k Key) sign(parts [][]byte) string {
	if len(k) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, k)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// Seal returns the frames of m.
func (k Key) Seal(m Message) ([][]byte, error) {
	header, err := json.Marshal(m.Header)
	if err != nil {
		return nil, err
	}
	parent := []byte("{}")
	if m.Parent.MsgID != "" {
		if parent, err = json.Marshal(m.Parent); err != nil {
			return nil, err
		}
	}
	parts := [][]byte{header, parent, orEmpty(m.Metadata), orEmpty(m.Content)}
	frames := append([][]byte{}, m.Identities...)
	frames = append(frames, []byte(delimiter), []byte(k.sign(parts)))
	frames = append(frames, parts...)
	return append(frames, m.Buffers...), nil
}

func orEmpty(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return []byte("{}")
	}
	return raw
}

// Open returns the message in frames. The message shares their memory.
func (k Key) Open(frames [][]byte) (Message, error) {
	at := 0
	for at < len(frames) && string(frames[at]) != delimiter {
		at++
	}
	if len(frames) < at+6 {
		return Message{}, fmt.Errorf("%w: %d frames after the identities (want at least 6)", ErrMalformed, len(frames)-at)
	}
	m := Message{Identities: frames[:at], Buffers: frames[at+6:]}
	parts := frames[at+2 : at+6]
	if !hmac.Equal([]byte(k.sign(parts)), frames[at+1]) && len(k) > 0 {
		return Message{}, ErrSignature
	}
	if err := json.Unmarshal(parts[0], &m.Header); err != nil {
		return Message{}, fmt.Errorf("%w: header: %v", ErrMalformed, err)
	}
	if err := json.Unmarshal(parts[1], &m.Parent); err != nil {
		return Message{}, fmt.Errorf("%w: parent header: %v", ErrMalformed, err)
	}
	for i, name := range []string{"metadata", "content"} {
		if !json.Valid(parts[2+i]) {
			return Message{}, fmt.Errorf("%w: %s is no JSON", ErrMalformed, name)
		}
	}
	m.Metadata, m.Content = parts[2], parts[3]
	return m, nil
}
