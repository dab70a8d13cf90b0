package browser

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Browser is a running Chromium.
type Browser struct {
	wire *wire
	cmd  *exec.Cmd
	dir  string
}

// Start runs the browser. It is for tests: the connection is a pair of pipes,
// which Windows does not pass on.
func Start() (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "report-browser-")
	if err != nil {
		return nil, err
	}
	toR, toW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	fromR, fromW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	b := &Browser{dir: dir, cmd: exec.Command(path, append(flags(filepath.Join(dir, "profile")), "--remote-debugging-pipe", "about:blank")...)}
	b.cmd.ExtraFiles = []*os.File{toR, fromW} // the browser's file descriptors 3 and 4
	if err := b.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	_ = toR.Close()
	_ = fromW.Close()
	b.wire = connect(fromR, toW)
	return b, nil
}

// Close ends the browser and removes its profile.
func (b *Browser) Close() {
	_ = b.wire.call(context.Background(), "", "Browser.close", nil, nil)
	done := make(chan struct{})
	go func() { _ = b.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = b.cmd.Process.Kill()
		<-done
	}
	for range 20 { // its children may write for a moment more
		if os.RemoveAll(b.dir) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// View is how a page is looked at. The zero value is 1280 x 900, light, on a
// screen.
type View struct {
	Width, Height int
	Dark, Print   bool
	NoScript      bool
}

// Page is an open page and what happened on it.
type Page struct {
	b               *Browser
	target, session string

	mu       sync.Mutex
	loaded   chan struct{}
	closed   bool
	requests []string
	faults   []string
}

// Open opens the file at path, with an optional #fragment, and waits until it
// is loaded.
func (b *Browser) Open(ctx context.Context, path string, v View) (*Page, error) {
	name, fragment, _ := strings.Cut(path, "#")
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	address := fileURL(abs)
	if fragment != "" {
		address += "#" + fragment
	}
	var target struct{ TargetID string }
	if err := b.wire.call(ctx, "", "Target.createTarget", fields{"url": "about:blank"}, &target); err != nil {
		return nil, err
	}
	var session struct{ SessionID string }
	if err := b.wire.call(ctx, "", "Target.attachToTarget", fields{"targetId": target.TargetID, "flatten": true}, &session); err != nil {
		return nil, err
	}
	p := &Page{b: b, target: target.TargetID, session: session.SessionID, loaded: make(chan struct{})}
	b.wire.listen(p.session, func(method string, params json.RawMessage) { p.event(address, method, params) })
	for _, step := range p.steps(v, address) {
		if err := p.call(ctx, step.method, step.params, nil); err != nil {
			return nil, err
		}
	}
	select {
	case <-p.loaded:
	case <-ctx.Done():
		return nil, fmt.Errorf("%s did not load: %w", path, ctx.Err())
	}
	return p, nil
}

type fields map[string]any

type step struct {
	method string
	params fields
}

func (p *Page) steps(v View, address string) []step {
	if v.Width == 0 {
		v.Width = 1280
	}
	if v.Height == 0 {
		v.Height = 900
	}
	scheme, media := "light", ""
	if v.Dark {
		scheme = "dark"
	}
	if v.Print {
		media = "print"
	}
	return []step{
		{"Page.enable", nil}, {"Network.enable", nil}, {"Runtime.enable", nil}, {"Log.enable", nil},
		{"Page.setBypassCSP", fields{"enabled": false}},
		{"Emulation.setDeviceMetricsOverride", fields{"width": v.Width, "height": v.Height, "deviceScaleFactor": 1, "mobile": false}},
		{"Emulation.setEmulatedMedia", fields{"media": media, "features": []fields{{"name": "prefers-color-scheme", "value": scheme}}}},
		{"Emulation.setScriptExecutionDisabled", fields{"value": v.NoScript}},
		{"Page.navigate", fields{"url": address}},
	}
}

func (p *Page) call(ctx context.Context, method string, params fields, result any) error {
	return p.b.wire.call(ctx, p.session, method, params, result)
}

// event notes what a test wants to know.
func (p *Page) event(address, method string, params json.RawMessage) {
	var e struct {
		Request          struct{ URL string }
		Entry            struct{ Level, Text, URL string }
		ExceptionDetails struct {
			Text      string
			Exception struct{ Description string }
		}
		Type, Message string
		Args          []struct{ Value any }
	}
	_ = json.Unmarshal(params, &e) // what is missing stays empty
	p.mu.Lock()
	defer p.mu.Unlock()
	switch method {
	case "Page.loadEventFired":
		if !p.closed {
			p.closed = true
			close(p.loaded)
		}
	case "Network.requestWillBeSent":
		if u := e.Request.URL; u != address && !strings.HasPrefix(u, "data:") && u != strings.SplitN(address, "#", 2)[0] {
			p.requests = append(p.requests, u)
		}
	case "Log.entryAdded":
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			p.faults = append(p.faults, e.Entry.Text)
		}
	case "Runtime.exceptionThrown":
		p.faults = append(p.faults, e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
	case "Runtime.consoleAPICalled":
		if e.Type == "error" || e.Type == "assert" {
			p.faults = append(p.faults, fmt.Sprint("console: ", e.Args))
		}
	case "Page.javascriptDialogOpening":
		p.faults = append(p.faults, "dialog: "+e.Message)
		go func() {
			_ = p.call(context.Background(), "Page.handleJavaScriptDialog", fields{"accept": true}, nil)
		}()
	}
}

// Requests lists what the page asked for beyond itself and data: URIs.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.requests...)
}

// Faults lists errors and warnings of the console, exceptions and dialogs.
func (p *Page) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.faults...)
}

// Eval runs an expression in the page, waits if it is a promise, and decodes
// its value into result unless that is nil.
func (p *Page) Eval(ctx context.Context, expression string, result any) error {
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := p.call(ctx, "Runtime.evaluate", fields{"expression": expression, "awaitPromise": true, "returnByValue": true}, &r)
	switch {
	case err != nil:
		return err
	case r.ExceptionDetails != nil:
		return fmt.Errorf("%s %s", r.ExceptionDetails.Text, r.ExceptionDetails.Exception.Description)
	case result == nil || len(r.Result.Value) == 0:
		return nil
	}
	return json.Unmarshal(r.Result.Value, result)
}

// Press types one key, such as "ArrowRight" or "Tab".
func (p *Page) Press(ctx context.Context, key string) error {
	codes := map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "End": 35}
	for _, kind := range []string{"rawKeyDown", "keyUp"} {
		if err := p.call(ctx, "Input.dispatchKeyEvent", fields{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": codes[key]}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Screenshot returns the page as a PNG: all of it, or what is in the window.
func (p *Page) Screenshot(ctx context.Context, all bool) ([]byte, error) {
	var shot struct{ Data string }
	if err := p.call(ctx, "Page.captureScreenshot", fields{"format": "png", "captureBeyondViewport": all}, &shot); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(shot.Data)
}

// Close closes the page.
func (p *Page) Close() {
	_ = p.b.wire.call(context.Background(), "", "Target.closeTarget", fields{"targetId": p.target}, nil)
	p.b.wire.listen(p.session, nil)
}
