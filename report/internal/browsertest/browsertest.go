// Package browsertest lets tests look at a page in a real browser: an
// installed Chromium without a window, spoken to through its pipe in the
// DevTools protocol. Nothing is downloaded and no port is opened.
package browsertest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"mixmodel/report/internal/browser"
)

// Options say how a page is looked at. The zero value is a light window of
// 1280 by 900 pixels.
type Options struct {
	Width, Height int
	Dark          bool
	NoScript      bool
	Reduced       bool // prefers-reduced-motion
	Print         bool // the print style sheet
}

// Browser is a running Chromium.
type Browser struct {
	t    testing.TB
	pipe *pipe
}

// patience is how long the browser may take to answer, on a busy machine.
const patience = 60 * time.Second

// shared is the browser of all tests of a package that has [Run] in its
// TestMain.
var shared struct {
	on    bool
	once  sync.Once
	pipe  *pipe
	close func()
	skip  error
}

// Run runs the tests of a package, all in one browser, which it ends:
//
//	func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }
func Run(m *testing.M) int {
	shared.on = true
	code := m.Run()
	if shared.close != nil {
		shared.close()
	}
	return code
}

// Start starts the installed Chromium and ends it with the test, unless tests
// share one: see [Run]. The test is skipped if there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	if shared.on {
		shared.once.Do(func() { shared.pipe, shared.close, shared.skip = launch() })
		if shared.skip != nil {
			t.Skip(shared.skip)
		}
		return &Browser{t, shared.pipe}
	}
	p, end, err := launch()
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(end)
	return &Browser{t, p}
}

// launch starts a Chromium; end ends it and removes what it wrote.
func launch() (p *pipe, end func(), err error) {
	path, err := browser.Find()
	if err != nil {
		return nil, nil, err
	}
	if runtime.GOOS == "windows" {
		return nil, nil, errors.New("needs pipes to the browser, which Windows does not pass on")
	}
	profile, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	if p, err = startPipe(cmd); err != nil {
		return nil, nil, fmt.Errorf("starting Chromium: %w", errors.Join(err, os.RemoveAll(profile)))
	}
	return p, func() {
		p.close()
		for range 50 { // its helpers may still be writing
			if os.RemoveAll(profile) == nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}, nil
}

// Page is one page in a browser.
type Page struct {
	b       *Browser
	session string
}

// OpenFile opens a page that lies in a file.
func (b *Browser) OpenFile(path string, o Options) *Page {
	b.t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Open("file://"+filepath.ToSlash(abs), o)
}

// OpenHTML opens a page from its text.
func (b *Browser) OpenHTML(html string, o Options) *Page {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(html), 0o644); err != nil {
		b.t.Fatal(err)
	}
	return b.OpenFile(path, o)
}

// Open opens a page and waits until it is loaded.
func (b *Browser) Open(url string, o Options) *Page {
	b.t.Helper()
	if o.Width == 0 {
		o.Width, o.Height = 1280, 900
	}
	var target struct{ TargetID string }
	b.call("", "Target.createTarget", object{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("", "Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &attached)
	p := &Page{b: b, session: attached.SessionID}
	b.t.Cleanup(func() { _, _ = b.pipe.call("", "Target.closeTarget", object{"targetId": target.TargetID}) })
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		p.Call(domain+".enable", nil, nil)
	}
	p.Resize(o.Width, o.Height)
	features := []object{{"name": "prefers-color-scheme", "value": pick(o.Dark, "dark", "light")}, {"name": "prefers-reduced-motion", "value": pick(o.Reduced, "reduce", "no-preference")}}
	p.Call("Emulation.setEmulatedMedia", object{"features": features, "media": pick(o.Print, "print", "")}, nil)
	p.Call("Emulation.setScriptExecutionDisabled", object{"value": o.NoScript}, nil)
	p.Navigate(url)
	return p
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// Navigate loads another address in the page.
func (p *Page) Navigate(url string) {
	p.b.t.Helper()
	loads := p.b.pipe.count(p.session, "Page.loadEventFired")
	p.Call("Page.navigate", object{"url": url}, nil)
	if !p.b.pipe.await(func() bool { return p.b.pipe.countLocked(p.session, "Page.loadEventFired") > loads }) {
		p.b.t.Fatalf("%s was not loaded within %v", url, patience)
	}
}

// Resize sets the size of the window in CSS pixels.
func (p *Page) Resize(width, height int) {
	p.b.t.Helper()
	p.Call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Eval evaluates JavaScript, which may be a promise, and decodes its value
// into out unless that is nil. An exception fails the test.
func (p *Page) Eval(js string, out any) {
	p.b.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	p.Call("Runtime.evaluate", object{"expression": js, "returnByValue": true, "awaitPromise": true}, &r)
	if len(r.ExceptionDetails) > 0 {
		p.b.t.Fatalf("%s: %s", js, r.ExceptionDetails)
	}
	if out != nil {
		if err := json.Unmarshal(r.Result.Value, out); err != nil {
			p.b.t.Fatalf("%s gives %s: %v", js, r.Result.Value, err)
		}
	}
}

// Until waits until a JavaScript expression is true.
func (p *Page) Until(js string) {
	p.b.t.Helper()
	end := time.Now().Add(patience)
	for {
		var ok bool
		p.Eval("!!("+js+")", &ok)
		if ok {
			return
		}
		if time.Now().After(end) {
			p.b.t.Fatalf("%s was not true within %v", js, patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Key presses a key as a user would: "Tab", "ArrowRight", "Enter", "a".
func (p *Page) Key(name string) {
	p.b.t.Helper()
	codes := map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
	o := object{"key": name, "code": name, "windowsVirtualKeyCode": codes[name]}
	down := object{"type": "keyDown"}
	if len(name) == 1 {
		down["text"] = name
	}
	if name == "Enter" {
		down["text"] = "\r"
	}
	for _, kind := range []object{down, {"type": "keyUp"}} {
		for k, v := range o {
			kind[k] = v
		}
		p.Call("Input.dispatchKeyEvent", kind, nil)
	}
}

// Screenshot writes the whole page as PNG.
func (p *Page) Screenshot(path string) {
	p.b.t.Helper()
	var shot struct{ Data string }
	p.Call("Page.captureScreenshot", object{"captureBeyondViewport": true}, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		p.b.t.Fatal(err)
	}
}

// Call calls a method of the protocol for this page.
func (p *Page) Call(method string, params, out any) {
	p.b.t.Helper()
	p.b.call(p.session, method, params, out)
}

// Faults lists what the page complained about so far: exceptions, console
// errors and warnings, refused policies.
func (p *Page) Faults() []string {
	var out []string
	for _, e := range p.b.pipe.events(p.session) {
		switch e.Method {
		case "Runtime.exceptionThrown", "Log.entryAdded":
			out = append(out, string(e.Params))
		case "Runtime.consoleAPICalled":
			var c struct{ Type string }
			if json.Unmarshal(e.Params, &c) == nil && (c.Type == "error" || c.Type == "warning" || c.Type == "assert") {
				out = append(out, string(e.Params))
			}
		}
	}
	return out
}

// Requests lists the addresses the page asked for, its own included.
func (p *Page) Requests() []string {
	var out []string
	for _, e := range p.b.pipe.events(p.session) {
		var r struct{ Request struct{ URL string } }
		if e.Method == "Network.requestWillBeSent" && json.Unmarshal(e.Params, &r) == nil {
			out = append(out, r.Request.URL)
		}
	}
	return out
}

func (b *Browser) call(session, method string, params, out any) {
	b.t.Helper()
	result, err := b.pipe.call(session, method, params)
	if err == nil && out != nil {
		err = json.Unmarshal(result, out)
	}
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
}

type object = map[string]any
