package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"mixmodel/kernel/nbformat"
	"mixmodel/report/render"
)

// serveCommand shows a notebook while it is being written.
type serveCommand struct {
	Notebook string `arg:"" help:"The notebook."`
	Port     int    `default:"0" help:"Where to listen, on this machine only. Default: any port that is free."`
	Profile  string `placeholder:"tutorial|stakeholder" enum:"tutorial,stakeholder" default:"tutorial" help:"For whom the page is, as for render."`
	Trust    bool   `help:"Keep the notebook's HTML as it is, scripts included. The page says so."`
}

func (c *serveCommand) check() error {
	if c.Port < 0 || c.Port > 65535 {
		return fmt.Errorf("--port is %d (want 0 to 65535)", c.Port)
	}
	return nil
}

// run serves until ctx ends, which Ctrl-C does. A notebook that cannot be read
// yet is no reason to stop: the page says so and waits.
func (c *serveCommand) run(ctx context.Context, _, stderr io.Writer) int {
	if _, err := os.Stat(c.Notebook); err != nil {
		fmt.Fprintf(stderr, "report: %s\n", oneLine(err))
		return 1
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(c.Port)))
	if err != nil {
		fmt.Fprintf(stderr, "report: %s\n", oneLine(err))
		return 1
	}
	s := newServer(listener.Addr().String(), rand.Text())
	fmt.Fprintf(stderr, "showing %s at http://%s/%s/ (for this machine only; Ctrl-C ends it)\n", c.Notebook, s.host, s.token)
	if err := s.serve(ctx, listener, c.Notebook, c.page); err != nil {
		fmt.Fprintf(stderr, "report: %s\n", oneLine(err))
		return 1
	}
	return 0
}

// page renders the notebook as it is now.
func (c *serveCommand) page() ([]byte, error) {
	nb, err := nbformat.ReadFile(c.Notebook)
	if err != nil {
		return nil, err
	}
	name := (&commandLine{Notebook: c.Notebook}).name()
	page, err := render.HTML(nb, render.Options{Name: name, Trust: c.Trust, Profile: render.Profile(c.Profile)})
	if err != nil {
		return nil, err
	}
	return page.Text, nil
}

// serve watches the notebook and answers the browser until ctx ends. All its
// goroutines have ended when it returns.
func (s *server) serve(ctx context.Context, listener net.Listener, notebook string, page func() ([]byte, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		watch(ctx, notebook, func() { s.show(page()) })
	}()
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    1 << 16,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // ends the streams of events
	}
	served := make(chan error, 1)
	go func() { served <- h.Serve(listener) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-served:
	}
	cancel()
	<-watching
	patience, done := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer done()
	if h.Shutdown(patience) != nil {
		_ = h.Close()
	}
	if err == nil {
		err = <-served
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
