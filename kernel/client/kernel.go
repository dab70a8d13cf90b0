package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/go-zeromq/zmq4"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/wire"
)

// channel names the socket that a message came from.
type channel string

const (
	shell   channel = "shell"
	iopub   channel = "iopub"
	control channel = "control"
)

type received struct {
	channel channel
	wire.Message
}

// kernel is a running GoNB and our connection to it.
type kernel struct {
	dir     string // private folder: temporary files, sockets, log
	group   *group
	cmd     *exec.Cmd
	exited  chan struct{} // closed when the process has ended
	conn    wire.Connection
	session string

	cancel  context.CancelFunc // ends the sockets and their readers
	sockets map[channel]zmq4.Socket
	in      chan received

	requests map[string]*request // by the id of the execute_request
	clean    func(string) string
}

// How long a kernel may take to listen, and to answer. It needs some 20 ms.
const startTimeout = 60 * time.Second

// startKernel starts GoNB, whose executables are in bin, in the folder dir
// and waits until it answers. The caller must close the kernel, also after an
// error if it is not nil.
func startKernel(ctx context.Context, bin, dir string) (*kernel, error) {
	private, err := os.MkdirTemp("", "gonb-run-")
	if err != nil {
		return nil, err
	}
	g, err := newGroup(private)
	if err != nil {
		os.RemoveAll(private)
		return nil, err
	}
	k := &kernel{
		dir:     private,
		group:   g,
		exited:  make(chan struct{}),
		session: wire.NewID(),
		cancel:  func() {},
		sockets: make(map[channel]zmq4.Socket),
		in:      make(chan received, 256),

		requests: make(map[string]*request),
	}
	if err := k.launch(bin, dir); err != nil {
		close(k.exited)
		return k, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("GoNB did not answer within %v", startTimeout))
	defer cancel()
	if err := k.connect(ctx); err != nil {
		return k, err
	}
	return k, k.greet(ctx)
}

func (k *kernel) launch(bin, dir string) error {
	var err error
	if k.conn, err = newConnection(k.dir); err != nil {
		return err
	}
	// GoNB takes the kernel's id from the name.
	file := filepath.Join(k.dir, "kernel-00000000-0000-4000-8000-000000000000.json")
	data, err := json.Marshal(k.conn)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return err
	}
	logFile, err := os.Create(k.logPath())
	if err != nil {
		return err
	}
	defer logFile.Close()
	// A file, not a pipe: the kernel's children may outlive it and would keep
	// a pipe open.
	k.cmd = exec.Command(filepath.Join(bin, "gonb"), "-kernel", file, "-raw_error")
	k.cmd.Dir = dir
	k.cmd.Stdout, k.cmd.Stderr = logFile, logFile
	k.cmd.Env = kernelEnv(os.Environ(), bin, k.dir)
	if err := k.group.start(k.cmd); err != nil {
		return fmt.Errorf("starting GoNB: %w", err)
	}
	go func() {
		_ = k.cmd.Wait() // how it ended is in ProcessState
		close(k.exited)
	}()
	return nil
}

// cellFlags stands in for the user's GOFLAGS while cells are compiled: a user's
// -mod=mod would be an error beside a go.work, as notebooks use. It and the
// variables beside it must not be empty, else what `go env -w` has stored would
// count. Symbol tables are left out because linking is most of a cell's
// overhead, and panics name their lines without.
const cellFlags = "-buildvcs=false -ldflags=-s"

// kernelEnv is the environment of the kernel and its cells.
func kernelEnv(env []string, bin, dir string) []string {
	path := os.Getenv("PATH")
	env = without(env, "PATH", "TMPDIR", "GOTMPDIR", "GOFLAGS", "GOWORK", "GO111MODULE",
		"GONB_DIR", "GONB_TMP_DIR", "GONB_PIPE", "GONB_PIPE_BACK", "GONB_JUPYTER_ROOT")
	return append(env,
		"PATH="+bin+string(filepath.ListSeparator)+path,
		"TMPDIR="+dir,
		"GOFLAGS="+cellFlags,
		"GOWORK=auto",
		"GO111MODULE=on",
	)
}

func (k *kernel) logPath() string { return filepath.Join(k.dir, "gonb.log") }

// newConnection chooses sockets in the folder dir, or, where its path is too
// long for them, ports of this machine.
func newConnection(dir string) (wire.Connection, error) {
	c := wire.Connection{
		Transport: "ipc", IP: filepath.Join(dir, "s"),
		ShellPort: 1, IOPubPort: 2, StdinPort: 3, ControlPort: 4, HBPort: 5,
		Key: wire.NewID(), SignatureScheme: "hmac-sha256", KernelName: "gonb",
	}
	const longest = 100 // of a socket's path; macOS allows 104 bytes
	if len(c.IP)+len("-1") <= longest {
		return c, nil
	}
	c.Transport, c.IP = "tcp", "127.0.0.1"
	for _, port := range []*int{&c.ShellPort, &c.IOPubPort, &c.StdinPort, &c.ControlPort, &c.HBPort} {
		l, err := net.Listen("tcp", c.IP+":0")
		if err != nil {
			return c, err
		}
		defer l.Close() // all at the end, so that the ports differ
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return c, nil
}

// connect waits for the kernel's sockets and connects to them.
func (k *kernel) connect(ctx context.Context) error {
	life, cancel := context.WithCancel(context.Background())
	k.cancel = cancel
	type dialed struct {
		sockets map[channel]zmq4.Socket
		err     error
	}
	done := make(chan dialed, 1)
	go func() { // of its own, since a handshake cannot be interrupted
		sockets, err := dial(life, k.conn, k.session)
		done <- dialed{sockets, err}
	}()
	select {
	case d := <-done:
		k.sockets = d.sockets
		for c, s := range k.sockets {
			go k.receive(life, c, s)
		}
		return d.err
	case <-k.exited:
		cancel()
		return k.died()
	case <-ctx.Done():
		cancel()
		return context.Cause(ctx)
	}
}

// dial connects to a kernel's sockets, trying until they are there.
func dial(life context.Context, conn wire.Connection, session string) (map[channel]zmq4.Socket, error) {
	options := []zmq4.Option{
		zmq4.WithID(zmq4.SocketIdentity(session)),
		zmq4.WithLogger(log.New(io.Discard, "", 0)),
		zmq4.WithDialerRetry(3 * time.Millisecond),
		zmq4.WithDialerMaxRetries(-1),
	}
	// GoNB sends replies to control requests on the shell socket, to the
	// identity that asked: both must have the same one.
	sockets := map[channel]zmq4.Socket{
		iopub:   zmq4.NewSub(life, options...),
		shell:   zmq4.NewDealer(life, options...),
		control: zmq4.NewDealer(life, options...),
	}
	ports := map[channel]int{iopub: conn.IOPubPort, shell: conn.ShellPort, control: conn.ControlPort}
	for c, s := range sockets {
		if err := s.Dial(conn.Address(ports[c])); err != nil {
			return nil, err
		}
	}
	return sockets, sockets[iopub].SetOption(zmq4.OptionSubscribe, "")
}

func (k *kernel) receive(life context.Context, c channel, s zmq4.Socket) {
	for {
		m, err := s.Recv()
		if err != nil {
			return // closed, or the kernel is gone
		}
		msg, err := wire.Key(k.conn.Key).Open(m.Frames)
		if err != nil {
			continue // not from our kernel
		}
		select {
		case k.in <- received{c, msg}:
		case <-life.Done():
			return
		}
	}
}

// send sends a request and returns its id.
func (k *kernel) send(c channel, msgType string, content any) (string, error) {
	data, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	m := wire.Message{Header: wire.NewHeader(k.session, msgType), Content: data}
	frames, err := wire.Key(k.conn.Key).Seal(m)
	if err != nil {
		return "", err
	}
	return m.Header.MsgID, k.sockets[c].SendMulti(zmq4.NewMsgFrom(frames...))
}

// greet asks for the kernel's info until both the reply and something on iopub
// have come: a subscription takes effect some time after it was made.
func (k *kernel) greet(ctx context.Context) error {
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	ask := func() error {
		_, err := k.send(shell, "kernel_info_request", struct{}{})
		return err
	}
	if err := ask(); err != nil {
		return err
	}
	for seen := make(map[channel]bool); !seen[shell] || !seen[iopub]; {
		select {
		case m := <-k.in:
			seen[m.channel] = true
		case <-again.C:
			if err := ask(); err != nil {
				return err
			}
		case <-k.exited:
			return k.died()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// died returns an error that says how the kernel ended. The kernel must have.
func (k *kernel) died() error {
	if k.cmd == nil || k.cmd.ProcessState == nil {
		return execute.ErrKernelDied
	}
	err := fmt.Errorf("%w: GoNB was %s", execute.ErrKernelDied, describeExit(k.cmd.ProcessState))
	if data, e := os.ReadFile(k.logPath()); e == nil && k.cmd.ProcessState.ExitCode() >= 0 {
		err = fmt.Errorf("%w; the end of its log:\n%s", err, tail(string(data), 10))
	}
	return err
}

// workDir returns GoNB's folder for generated code: "gonb_" and eight digits
// that differ from run to run.
func (k *kernel) workDir() string {
	dirs, _ := filepath.Glob(filepath.Join(k.dir, "gonb_????????"))
	for _, d := range dirs {
		if isDir(d) {
			return d
		}
	}
	return ""
}

// shutdown asks the kernel to end and gives it a moment, in which it may send
// the last outputs.
func (k *kernel) shutdown() {
	if k.sockets[control] == nil {
		return
	}
	if _, err := k.send(control, "shutdown_request", map[string]bool{"restart": false}); err != nil {
		return
	}
	deadline := time.After(2 * time.Second)
	for {
		select {
		case m := <-k.in:
			k.handle(m)
		case <-k.exited:
			k.drain()
			return
		case <-deadline:
			return
		}
	}
}

// drain handles what has arrived, or does within a moment.
func (k *kernel) drain() {
	for {
		select {
		case m := <-k.in:
			k.handle(m)
		case <-time.After(50 * time.Millisecond):
			return
		}
	}
}

// close ends the kernel and everything it started.
func (k *kernel) close() error {
	err := k.group.close()
	<-k.exited
	k.cancel()
	for _, s := range k.sockets {
		err = errors.Join(err, ignoreClosed(s.Close()))
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
