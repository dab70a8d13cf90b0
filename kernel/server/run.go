package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"mixmodel/kernel/complete"
	"mixmodel/kernel/engine"
	"mixmodel/kernel/server/internal/zmtp"
	"mixmodel/kernel/wire"
)

// Options are the settings of [Run]. The zero value is useful.
type Options struct {
	// Dir is the notebook's folder, where cells run and in whose module they are
	// compiled. "" is the current one, in which Jupyter starts kernels.
	Dir string

	// Engine are the settings of the cells' session. Its Dir and Input are set
	// by Run.
	Engine engine.Options

	// Log takes what goes wrong beside the notebook, such as messages that are
	// malformed. nil is standard error.
	Log io.Writer

	// start makes the session ready; tests replace it.
	start func(ctx context.Context, ask askFunc) (session, error)
}

type askFunc func(ctx context.Context, prompt string, password bool) (string, error)

// farewell is how long the last messages may take to reach the clients.
const farewell = 2 * time.Second

// Run is a Jupyter kernel: it binds the sockets that the connection file names
// and serves them until a client asks for shutdown, the process that started it
// dies, or ctx ends. Nothing of it is left then: no process, no file, no
// goroutine.
//
// An interrupt signal (Ctrl-C) ends the running cell, not the kernel: ctx
// should not end by it.
func Run(ctx context.Context, connectionFile string, o Options) error {
	conn, err := readConnection(connectionFile)
	if err != nil {
		return err
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return err
	}
	if o.Log == nil {
		o.Log = os.Stderr
	}
	if o.start == nil {
		o.start = startEngine(o)
	}
	life, stop := context.WithCancel(ctx)
	defer stop()
	k := &kernel{
		key:     wire.Key(conn.Key),
		session: wire.NewID(),
		log:     &dropLog{to: log.New(o.Log, "kernel: ", log.LstdFlags)},
		life:    life,
		shell:   newQueue(),
		control: newQueue(),
		comms:   comms{kernelID: kernelID(connectionFile)},
		ports:   ports(conn),
	}
	k.editor = complete.New(k.editorOptions(o))
	defer k.closeSockets()
	k.engine = open(life, func(ctx context.Context) (session, error) { return o.start(ctx, k.ask) })
	if err = k.bind(conn); err == nil {
		k.serve(life, stop)
	}
	stop()
	err = errors.Join(err, k.engine.close())
	k.background.Wait()
	return err
}

func startEngine(o Options) func(context.Context, askFunc) (session, error) {
	return func(ctx context.Context, ask askFunc) (session, error) {
		e := o.Engine
		e.Dir, e.Input = o.Dir, ask
		s, err := engine.Open(ctx, e)
		if err != nil {
			return nil, err // not a nil *Session in a session
		}
		return s, nil
	}
}

func readConnection(file string) (wire.Connection, error) {
	conn := wire.Connection{Transport: "tcp", IP: "127.0.0.1"}
	data, err := os.ReadFile(file)
	if err != nil {
		return conn, fmt.Errorf("server: %w", err)
	}
	if err := json.Unmarshal(data, &conn); err != nil {
		return conn, fmt.Errorf("server: %s is no connection file: %w", file, err)
	}
	if s := conn.SignatureScheme; s != "" && s != "hmac-sha256" {
		return conn, fmt.Errorf("server: %s: signature_scheme is %q (want hmac-sha256)", file, s)
	}
	return conn, nil
}

func ports(c wire.Connection) content {
	return content{
		"status": "ok", "shell_port": c.ShellPort, "iopub_port": c.IOPubPort,
		"stdin_port": c.StdinPort, "hb_port": c.HBPort, "control_port": c.ControlPort,
	}
}

// bind opens the five sockets.
func (k *kernel) bind(conn wire.Connection) error {
	s := &k.sockets
	var faults []error
	bind := func(name string, to **zmtp.Socket, t zmtp.Type, port int, receive func(*zmtp.Socket, [][]byte)) {
		bound := make(chan struct{})
		socket, err := zmtp.Listen(t, conn.Address(port), func(frames [][]byte) {
			<-bound
			receive(*to, frames)
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("server: %s socket: %w", name, err))
			return
		}
		*to = socket
		close(bound)
	}
	bind("iopub", &s.iopub, zmtp.Pub, conn.IOPubPort, k.welcome)
	bind("stdin", &s.stdin, zmtp.Router, conn.StdinPort, k.receiver(k.arriveInput))
	bind("heartbeat", &s.heartbeat, zmtp.Router, conn.HBPort, (*zmtp.Socket).Send)
	if len(faults) == 0 { // they send on the others
		bind("control", &s.control, zmtp.Router, conn.ControlPort, k.receiver(k.control.push))
		bind("shell", &s.shell, zmtp.Router, conn.ShellPort, k.receiver(k.arrive))
	}
	return errors.Join(faults...)
}

func (k *kernel) closeSockets() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	s := k.sockets
	for _, socket := range []*zmtp.Socket{s.shell, s.control, s.stdin, s.iopub, s.heartbeat} {
		if socket != nil {
			socket.Close(ctx)
		}
	}
}

// serve answers until the kernel's life ends.
func (k *kernel) serve(life context.Context, stop context.CancelFunc) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	k.background.Go(func() { k.serveShell(life, stop) })
	k.background.Go(func() { k.serveControl(stop) })
	k.background.Go(func() { watchParent(life, stop) })
	for {
		select {
		case <-interrupts:
			k.running.interrupt()
		case <-life.Done():
			k.shell.close()
			k.control.close()
			return
		}
	}
}
