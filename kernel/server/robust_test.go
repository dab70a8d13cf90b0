package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/go-zeromq/zmq4"

	"mixmodel/kernel/wire"
)

// The number: go test ./kernel/server -run RandomMessages -messages 100000
var messages = flag.Int("messages", 5000, "how many random messages a kernel must survive")

// noise makes messages: some malformed, some of another key, most well signed
// with contents of any kind.
type noise struct{ *rand.Rand }

func pick[T any](n noise, list ...T) T { return list[n.IntN(len(list))] }

func (n noise) bytes() []byte {
	b := make([]byte, n.IntN(40))
	for i := range b {
		b[i] = byte(n.Uint32())
	}
	return b
}

// value is any JSON value.
func (n noise) value(depth int) any {
	switch k := n.IntN(9); {
	case k == 0:
		return nil
	case k == 1:
		return n.IntN(2) == 0
	case k == 2:
		return pick(n, -1, 0, 1, 3, 1<<31, -1<<40)
	case k == 3:
		return pick(n, 0.5, 1e300, -1e-300)
	case k == 4 && depth > 0:
		return []any{n.value(depth - 1), n.value(depth - 1)}
	case k == 5 && depth > 0:
		return map[string]any{pick(n, "code", "x", ""): n.value(depth - 1)}
	default:
		return pick(n, "", "print a", "display b", "fail c", "%%\nfmt.Pri", "fmt.Println(", "import \"", "%%bash\n", "!ls", "\\", "[", "äöü→", "\x00")
	}
}

func (n noise) content() any {
	fields := []string{
		"code", "silent", "store_history", "user_expressions", "allow_stdin", "stop_on_error", "cursor_pos", "detail_level",
		"hist_access_type", "output", "raw", "session", "start", "stop", "n", "pattern", "unique", "comm_id", "target_name",
		"data", "value", "restart",
	}
	c := map[string]any{}
	for range n.IntN(8) {
		c[pick(n, fields...)] = n.value(2)
	}
	if n.IntN(4) == 0 {
		c["hist_access_type"] = pick(n, "tail", "range", "search")
	}
	return c
}

func sign(key string, parts [][]byte) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	for _, p := range parts {
		mac.Write(p)
	}
	return fmt.Appendf(nil, "%x", mac.Sum(nil))
}

func (n noise) frames(key string) [][]byte {
	if n.IntN(5) == 0 { // no message at all
		var frames [][]byte
		for range n.IntN(9) {
			frames = append(frames, pick(n, []byte("<IDS|MSG>"), []byte("{}"), []byte("["), []byte(""), n.bytes()))
		}
		return append(frames, n.bytes())
	}
	types := []string{
		"execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_info_request",
		"kernel_info_request", "connect_request", "interrupt_request", "comm_open", "comm_msg", "comm_close", "input_reply",
		"nonsense", "nonsense_request", "", "_request", "execute_reply", "status",
	}
	m := wire.Message{Header: wire.NewHeader("noise", pick(n, types...))}
	m.Content, _ = json.Marshal(n.content())
	switch n.IntN(12) {
	case 0:
		m.Content, _ = json.Marshal(n.value(2))
	case 1:
		m.Metadata, _ = json.Marshal(n.value(2))
	case 2:
		m.Header.MsgID = ""
	case 3:
		key = "another"
	case 4:
		m.Buffers = [][]byte{n.bytes(), n.bytes()}
	}
	frames, err := wire.Key(key).Seal(m)
	if err != nil {
		panic(err)
	}
	if n.IntN(20) == 0 { // a header of the wrong types, signed
		frames[2], _ = json.Marshal(map[string]any{"msg_id": n.value(1), "msg_type": n.value(1), "session": n.value(1), "date": n.value(1)})
		frames[1] = sign(key, frames[2:6])
	}
	if n.IntN(20) == 0 {
		frames = frames[:n.IntN(len(frames))+1]
	}
	return frames
}

func TestRandomMessagesNeitherKillNorSilenceTheKernel(t *testing.T) {
	c := startFake(t)
	seed := rand.Uint64()
	n := noise{rand.New(rand.NewPCG(seed, 0))}
	quit := make(chan bool)
	defer close(quit)
	for _, ch := range []string{"shell", "control", "iopub", "stdin"} { // whom nobody reads would be slowed down
		go func() {
			for {
				select {
				case <-c.replies[ch]:
				case <-quit:
					return
				}
			}
		}()
	}
	for i := range *messages {
		s := c.sockets[pick(n, "shell", "shell", "shell", "control", "stdin")]
		if err := s.SendMulti(zmq4.NewMsgFrom(n.frames(c.conn.Key)...)); err != nil {
			t.Fatalf("seed %d, message %d: %v", seed, i, err)
		}
	}
	fresh := connect(t, c.conn, "fresh")
	for _, channel := range []string{"shell", "control"} {
		id := fresh.send(channel, "kernel_info_request", map[string]any{})
		if got := fresh.reply(channel, id)["status"]; got != "ok" {
			t.Errorf("seed %d: %s answers %v", seed, channel, got)
		}
	}
	id := fresh.send("shell", "execute_request", cellOf("print alive"))
	fresh.reply("shell", id)
	if got := fmt.Sprint(fresh.heard(id)); got != "[execute_input stdout: alive\n]" {
		t.Errorf("seed %d: got %s", seed, got)
	}
}
