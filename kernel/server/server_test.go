package server

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"mixmodel/kernel/wire"
)

func TestEveryRequestIsAnsweredWhereItCameFrom(t *testing.T) {
	c := startFake(t)
	for _, test := range []struct{ channel, request, status string }{
		{"shell", "kernel_info_request", "ok"},
		{"control", "kernel_info_request", "ok"},
		{"shell", "connect_request", "ok"},
		{"shell", "comm_info_request", "ok"},
		{"shell", "history_request", "ok"},
		{"shell", "is_complete_request", "complete"},
		{"shell", "interrupt_request", "ok"},
		{"control", "interrupt_request", "ok"},
		{"shell", "brew_coffee_request", "error"},
		{"control", "debug_request", "error"},
	} {
		id := c.send(test.channel, test.request, map[string]any{})
		if got := c.reply(test.channel, id)["status"]; got != test.status {
			t.Errorf("%s on %s: status is %v, want %v", test.request, test.channel, got, test.status)
		}
		if heard := c.heard(id); len(heard) > 0 {
			t.Errorf("%s: heard %q", test.request, heard)
		}
	}
}

func TestOutputsComeInOrderBetweenBusyAndIdle(t *testing.T) {
	c := startFake(t)
	id := c.send("shell", "execute_request", cellOf("print a\nprint b\ndisplay x\nwarn c\nprint d\nupdate y\nprint e"))
	reply := c.reply("shell", id)
	if reply["status"] != "ok" || reply["execution_count"] != 1.0 {
		t.Errorf("reply is %v", reply)
	}
	want := []string{"execute_input", "stdout: a\nb\n", "display_data: x", "stderr: c\n", "stdout: d\n", "update_display_data: y", "stdout: e\n"}
	if got := c.heard(id); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAFailureNamesCellAndLine(t *testing.T) {
	c := startFake(t)
	id := c.send("shell", "execute_request", cellOf("print a\nfail division by zero"))
	reply := c.reply("shell", id)
	if reply["status"] != "error" || reply["ename"] != "Panic" || reply["evalue"] != "division by zero" || fmt.Sprint(reply["traceback"]) != "[one two]" {
		t.Errorf("reply is %v", reply)
	}
	want := []string{"execute_input", "stdout: a\n", "error: Panic division by zero [one two]"}
	if got := c.heard(id); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNothingIsLostOfLargeOutputs(t *testing.T) {
	c := startFake(t)
	const n = 200000
	start := time.Now()
	id := c.send("shell", "execute_request", cellOf(fmt.Sprint("count ", n)))
	c.reply("shell", id)
	var got strings.Builder
	heard := c.heard(id)
	for _, h := range heard {
		got.WriteString(strings.TrimPrefix(h, "stdout: "))
	}
	var want strings.Builder
	want.WriteString("execute_input")
	for i := range n {
		fmt.Fprintln(&want, i)
	}
	if got.String() != want.String() {
		t.Errorf("got %d bytes, want %d", got.Len(), want.Len())
	}
	if d := time.Since(start); float64(len(heard)) > 40+100*d.Seconds() {
		t.Errorf("%d messages in %v: a Jupyter server drops some of more than 1000 per second", len(heard), d)
	}
}

func TestTheOptionsOfAnExecutionCount(t *testing.T) {
	c := startFake(t)
	run := func(options map[string]any) (map[string]any, []string) {
		id := c.send("shell", "execute_request", options)
		return c.reply("shell", id), c.heard(id)
	}
	if reply, heard := run(map[string]any{"code": "print a"}); reply["execution_count"] != 1.0 || len(heard) != 2 {
		t.Errorf("with code alone: %v %q", reply, heard)
	}
	if reply, heard := run(map[string]any{"code": "print a\nfail x", "silent": true}); reply["execution_count"] != 1.0 || reply["status"] != "error" || len(heard) > 0 {
		t.Errorf("silent: %v %q", reply, heard)
	}
	if reply, heard := run(map[string]any{"code": "print a", "store_history": false}); reply["execution_count"] != 1.0 || len(heard) != 2 {
		t.Errorf("not stored: %v %q", reply, heard)
	}
	if reply, _ := run(map[string]any{"code": "", "user_expressions": map[string]string{"x": "1"}}); reply["execution_count"] != 2.0 ||
		reply["user_expressions"].(map[string]any)["x"].(map[string]any)["status"] != "error" {
		t.Errorf("with expressions: %v", reply)
	}
	for _, wrong := range []string{`{"code":1}`, `{"code":"x","silent":"no"}`, `[]`, `null`, `"x"`, `{}`} {
		id := c.send("shell", "execute_request", rawJSON(wrong))
		reply := c.reply("shell", id)
		if want := map[bool]string{true: "error", false: "ok"}[strings.ContainsAny(wrong, `1["`)]; reply["status"] != want {
			t.Errorf("content %s: got %v, want status %s", wrong, reply, want)
		}
		c.heard(id)
	}
}

type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func TestAFailureAbortsWhatIsQueued(t *testing.T) {
	c := startFake(t)
	first := c.send("shell", "execute_request", cellOf("wait"))
	second := c.send("shell", "execute_request", cellOf("print a"))
	info := c.send("shell", "kernel_info_request", map[string]any{})
	heardInput(c)
	c.heard(c.send("shell", "comm_close", map[string]any{})) // answered at once: what was sent before has arrived
	c.send("control", "interrupt_request", map[string]any{})
	if got := c.reply("shell", first); got["status"] != "error" || got["ename"] != "Interrupted" {
		t.Errorf("first: %v", got)
	}
	if got := c.reply("shell", second)["status"]; got != "aborted" {
		t.Errorf("second: %v, want aborted", got)
	}
	if got := c.reply("shell", info)["status"]; got != "ok" {
		t.Errorf("a request that is no execution: %v, want ok", got)
	}
	third := cellOf("fail x")
	third["stop_on_error"] = false
	id := c.send("shell", "execute_request", third)
	fourth := c.send("shell", "execute_request", cellOf("print a"))
	c.reply("shell", id)
	if got := c.reply("shell", fourth)["status"]; got != "ok" {
		t.Errorf("without stop_on_error: %v, want ok", got)
	}
}

// heardInput waits until a cell runs.
func heardInput(c *client) {
	for c.next("iopub").Header.MsgType != "execute_input" {
	}
}

func TestControlAndHeartbeatAnswerWhileACellRuns(t *testing.T) {
	c := startFake(t)
	id := c.send("shell", "execute_request", cellOf("wait"))
	heardInput(c)
	info := c.send("control", "kernel_info_request", map[string]any{})
	c.reply("control", info)
	beat := zmq4.NewReq(t.Context())
	defer beat.Close()
	if err := beat.Dial(c.conn.Address(c.conn.HBPort)); err != nil {
		t.Fatal(err)
	}
	if err := beat.Send(zmq4.NewMsgString("ping")); err != nil {
		t.Fatal(err)
	}
	if m, err := beat.Recv(); err != nil || string(m.Frames[0]) != "ping" {
		t.Errorf("heartbeat: %v %v", m, err)
	}
	c.send("control", "interrupt_request", map[string]any{})
	if got := c.reply("shell", id); got["ename"] != "Interrupted" {
		t.Errorf("got %v", got)
	}
}

func TestInputGoesToTheClientThatAskedAndBack(t *testing.T) {
	c := startFake(t)
	connect(t, c.conn, "another")
	id := c.send("shell", "execute_request", cellOf("ask password"))
	m := c.next("stdin")
	if v := c.content(m); m.Header.MsgType != "input_request" || v["prompt"] != "name?" || v["password"] != true || m.Parent.MsgID != id {
		t.Errorf("got %s %v", m.Header.MsgType, v)
	}
	c.send("stdin", "input_reply", map[string]any{"value": "Ada"})
	c.reply("shell", id)
	if got, want := c.heard(id), []string{"execute_input", "stdout: hello, Ada"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	c.send("stdin", "input_reply", map[string]any{"value": "nobody asked"})
	without := cellOf("ask")
	without["allow_stdin"] = false
	id = c.send("shell", "execute_request", without)
	if got := c.reply("shell", id); got["status"] != "error" {
		t.Errorf("without stdin: %v, want an error", got)
	}
	id = c.send("shell", "execute_request", cellOf("ask"))
	c.next("stdin")
	c.send("control", "interrupt_request", map[string]any{})
	if got := c.reply("shell", id); got["ename"] != "Interrupted" {
		t.Errorf("interrupted while asking: %v", got)
	}
}

func TestTheHistoryIsFound(t *testing.T) {
	c := startFake(t)
	for _, code := range []string{"print a", "print b", "print a", "display c/d\nprint e"} {
		c.reply("shell", c.send("shell", "execute_request", cellOf(code)))
	}
	for _, test := range []struct {
		query map[string]any
		want  string
	}{
		{map[string]any{"hist_access_type": "tail", "n": 2}, "[[1 3 print a] [1 4 display c/d\nprint e]]"},
		{map[string]any{"hist_access_type": "tail", "n": 1, "output": true}, "[[1 4 [display c/d\nprint e e\n]]]"},
		{map[string]any{"hist_access_type": "range", "session": 0, "start": 1, "stop": 3}, "[[1 1 print a] [1 2 print b]]"},
		{map[string]any{"hist_access_type": "range", "session": 7, "start": 1}, "[]"},
		{map[string]any{"hist_access_type": "search", "pattern": "print*"}, "[[1 1 print a] [1 2 print b] [1 3 print a]]"},
		{map[string]any{"hist_access_type": "search", "pattern": "*", "n": 1}, "[[1 4 display c/d\nprint e]]"},
		{map[string]any{"hist_access_type": "search", "pattern": "print ?", "unique": true}, "[[1 2 print b] [1 3 print a]]"},
		{map[string]any{"hist_access_type": "search", "pattern": "[", "n": -1}, "[]"},
		{map[string]any{"hist_access_type": "nonsense"}, "[]"},
	} {
		got := c.reply("shell", c.send("shell", "history_request", test.query))
		if s := fmt.Sprint(got["history"]); s != test.want {
			t.Errorf("%v: got %s, want %s", test.query, s, test.want)
		}
	}
}

func TestACommThatNobodyServesIsClosed(t *testing.T) {
	c := startFake(t)
	id := c.send("shell", "comm_open", map[string]any{"comm_id": "x", "target_name": "nobody", "data": map[string]any{}})
	if got, want := c.heard(id), []string{"comm_close"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestACellAndItsPageTalkThroughAComm(t *testing.T) {
	c := startFake(t)
	const script = "display_data: <script>// The page's end of a comm: globalThis.gonb_comm, as gonbui's widgets use it."
	open := func(id string) []string {
		return c.heard(c.send("shell", "comm_open", map[string]any{"comm_id": id, "target_name": "gonb_comm", "data": map[string]any{}}))
	}
	// What is said before there is a page waits for it.
	id := c.send("shell", "execute_request", cellOf("tell a\ntell b"))
	c.reply("shell", id)
	if got, want := c.heard(id), []string{"execute_input", script}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	want := []string{"comm_msg: map[address:/x value:a]", "comm_msg: map[address:/x value:b]", "update_display_data: "}
	if got := open("page"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// The page speaks while a cell runs.
	c.send("shell", "execute_request", cellOf("wait"))
	heardInput(c)
	for _, test := range []struct {
		value any
		want  string
	}{
		{3, "/y float64 3"}, {"s", "/y string s"}, {true, "/y float64 1"}, {[]int{1, 2}, "/y []float64 [1 2]"},
		{[]string{"a"}, "/y []string [a]"}, {map[string]int{"a": 1}, "/y map[string]float64 map[a:1]"},
	} {
		c.send("shell", "comm_msg", map[string]any{"comm_id": "page", "data": map[string]any{"address": "/y", "value": test.value}})
		if got := <-c.engine.delivered; got != test.want {
			t.Errorf("delivered %q, want %q", got, test.want)
		}
	}
	for _, value := range []any{nil, []any{1, "a"}, map[string]any{"a": nil}} { // what gonbui does not take
		c.heard(c.send("shell", "comm_msg", map[string]any{"comm_id": "page", "data": map[string]any{"address": "/y", "value": value}}))
	}
	c.heard(c.send("shell", "comm_msg", map[string]any{"comm_id": "stranger", "data": map[string]any{"address": "/y", "value": 1}}))
	if len(c.engine.delivered) > 0 {
		t.Errorf("delivered %q", <-c.engine.delivered)
	}
	info := c.send("control", "comm_info_request", map[string]any{})
	if got, want := fmt.Sprint(c.reply("control", info)["comms"]), "map[page:map[target_name:gonb_comm]]"; got != want {
		t.Errorf("open comms are %s, want %s", got, want)
	}
	c.heard(c.send("shell", "comm_close", map[string]any{"comm_id": "page"}))
	info = c.send("control", "comm_info_request", map[string]any{})
	if got := fmt.Sprint(c.reply("control", info)["comms"]); got != "map[]" {
		t.Errorf("open comms are %s after comm_close", got)
	}
}

func TestTheClientsCellIDNamesTheCell(t *testing.T) {
	c := startFake(t)
	for _, test := range []struct{ metadata, want string }{
		{`{"cellId":"eda"}`, "stdout: eda"}, {`{}`, "stdout: cell-2"}, {`{"cellId":"../x"}`, "stdout: cell-3"}, {`{"cellId":1}`, "stdout: cell-4"},
	} {
		m := wire.Message{Header: wire.NewHeader("client", "execute_request"), Metadata: []byte(test.metadata), Content: []byte(`{"code":"id"}`)}
		frames, err := wire.Key(c.conn.Key).Seal(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.sockets["shell"].SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
			t.Fatal(err)
		}
		if got := c.heard(m.Header.MsgID); got[1] != test.want {
			t.Errorf("metadata %s: got %q, want %q", test.metadata, got[1], test.want)
		}
	}
}

func TestShutdownIsAnsweredAndLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, channel := range []string{"control", "shell"} {
		c := startFake(t)
		if channel == "control" { // while a cell runs
			c.send("shell", "execute_request", cellOf("wait"))
			heardInput(c)
		}
		id := c.send(channel, "shutdown_request", map[string]any{"restart": true})
		if got := c.reply(channel, id); got["status"] != "ok" || got["restart"] != true {
			t.Errorf("%s: got %v", channel, got)
		}
		select {
		case err := <-c.done:
			if err != nil {
				t.Errorf("Run returned %v", err)
			}
		case <-time.After(patience):
			t.Fatalf("the kernel did not end within %v", patience)
		}
		for _, s := range c.sockets {
			s.Close()
		}
	}
	// Sockets of go-zeromq, the client's, leave some of theirs behind.
	var stacks string
	for range 100 {
		buf := make([]byte, 1<<20)
		stacks = string(buf[:runtime.Stack(buf, true)])
		if !strings.Contains(stacks, "mixmodel/kernel/server.(") && !strings.Contains(stacks, "zmtp.(") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("goroutines of the kernel are left (%d before):\n%s", before, stacks)
}

func TestAConnectionFileThatIsNoneIsAClearError(t *testing.T) {
	if err := Run(t.Context(), "nowhere.json", Options{}); err == nil || !strings.Contains(err.Error(), "nowhere.json") {
		t.Errorf("got %v", err)
	}
	conn := freeConnection(t)
	conn.SignatureScheme = "hmac-md5"
	if err := Run(t.Context(), writeConnection(t, conn), Options{}); err == nil || !strings.Contains(err.Error(), "hmac-md5") {
		t.Errorf("got %v", err)
	}
	conn = freeConnection(t)
	conn.ShellPort = conn.ControlPort
	if err := Run(t.Context(), writeConnection(t, conn), Options{}); err == nil || !strings.Contains(err.Error(), "shell socket") {
		t.Errorf("got %v", err)
	}
}
