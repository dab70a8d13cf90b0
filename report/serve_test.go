package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mixmodel/report/internal/browsertest"
)

// served runs the command on a notebook until the test, or stop, ends it, and
// returns the address it prints.
func served(t *testing.T, notebook string) (address string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out := &lines{}
	status := make(chan int, 1)
	go func() { status <- run(ctx, []string{"serve", notebook}, io.Discard, out) }()
	stop = sync.OnceValue(func() int { cancel(); return <-status })
	t.Cleanup(func() { stop() })
	for range 1000 {
		if m := regexp.MustCompile(`http://127\.0\.0\.1:\d+/[A-Z2-7]{26}/`).FindString(out.String()); m != "" {
			return m, stop
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("no address in %q", out)
	return "", nil
}

// lines is a buffer that two goroutines may use.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// follower follows the events of a preview.
type follower struct {
	t    *testing.T
	body io.ReadCloser
	scan *bufio.Scanner
}

func follow(t *testing.T, address string) *follower {
	t.Helper()
	r, err := http.Get(address + "events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Body.Close() })
	return &follower{t, r.Body, bufio.NewScanner(r.Body)}
}

// until returns the first news that are as wanted.
func (f *follower) until(wanted func(news) bool) news {
	f.t.Helper()
	for f.scan.Scan() {
		text, ok := strings.CutPrefix(f.scan.Text(), "data: ")
		if !ok {
			continue
		}
		var n news
		if err := json.Unmarshal([]byte(text), &n); err != nil {
			f.t.Fatalf("%s: %v", text, err)
		}
		if wanted(n) {
			return n
		}
	}
	f.t.Fatal("the events ended")
	return news{}
}

func get(t *testing.T, url, host string) (*http.Response, string) {
	t.Helper()
	return ask(t, http.MethodGet, url, host)
}

func ask(t *testing.T, method, url, host string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		r.Host = host
	}
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(text)
}

func notebookWith(cells ...string) string {
	type cell map[string]any
	list := []cell{}
	for i, source := range cells {
		list = append(list, cell{"cell_type": "markdown", "id": fmt.Sprint("c", i), "metadata": cell{}, "source": source})
	}
	text, _ := json.Marshal(cell{"cells": list, "metadata": cell{}, "nbformat": 4, "nbformat_minor": 5})
	return string(text)
}

func TestOnlyWhoKnowsTheAddressSeesThePreview(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n.ipynb")
	write(t, path, notebookWith("# Secret"))
	address, _ := served(t, path)
	follow(t, address).until(func(n news) bool { return n.Version == 1 })
	host := strings.Split(address, "/")[2]
	_, port, _ := net.SplitHostPort(host)
	token := strings.Split(address, "/")[3]
	root := "http://" + host + "/"
	for _, c := range []struct {
		what, method, url, host string
		want                    int
	}{
		{"the frame", "GET", address, "", 200},
		{"the page", "GET", address + "page", "", 200},
		{"the page by its version", "GET", address + "page?v=7", "", 200},
		{"by the name localhost", "GET", address + "page", "localhost:" + port, 200},
		{"without a token", "GET", root, "", 404},
		{"the page without a token", "GET", root + "page", "", 404},
		{"another token", "GET", root + strings.Repeat("A", len(token)) + "/page", "", 404},
		{"a part of the token", "GET", root + token[:20] + "/page", "", 404},
		{"the token in lower case", "GET", root + strings.ToLower(token) + "/page", "", 404},
		{"the token without its slash", "GET", root + token, "", 404},
		{"a name that points here", "GET", address + "page", "evil.example", 421},
		{"a name that points here, with the port", "GET", address + "page", "evil.example:" + port, 421},
		{"our address without the port", "GET", address + "page", "127.0.0.1", 421},
		{"our address with another port", "GET", address + "page", "127.0.0.1:1", 421},
		{"a file beside the notebook", "GET", address + "n.ipynb", "", 404},
		{"a way out", "GET", address + "../../n.ipynb", "", 404},
		{"another way out", "GET", address + "page/..%2f..%2fetc/passwd", "", 404},
		{"writing", "POST", address + "page", "", 405},
		{"deleting", "DELETE", address, "", 405},
	} {
		r, text := ask(t, c.method, c.url, c.host)
		if r.StatusCode != c.want || (c.want == 200) != (strings.Contains(text, "Secret") || strings.Contains(text, "EventSource")) {
			t.Errorf("%s: status %d (want %d): %.80q", c.what, r.StatusCode, c.want, text)
		}
		for _, h := range []string{"Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Cross-Origin-Resource-Policy: same-origin"} {
			name, want, _ := strings.Cut(h, ": ")
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.what, name, got, want)
			}
		}
		if got := r.Header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors") || strings.Contains(got, "unsafe") {
			t.Errorf("%s: policy %q", c.what, got)
		}
	}
}

func TestThePreviewIsForThisMachineOnlyAndEveryRunHasItsOwnToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n.ipynb")
	write(t, path, notebookWith("x"))
	a, _ := served(t, path)
	b, _ := served(t, path)
	if x, y := strings.Split(a, "/")[3], strings.Split(b, "/")[3]; x == y {
		t.Error("two runs share a token")
	}
	_, port, _ := net.SplitHostPort(strings.Split(a, "/")[2])
	others, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range others {
		if ip, ok := o.(*net.IPNet); ok && !ip.IP.IsLoopback() && !ip.IP.IsLinkLocalUnicast() {
			if c, err := net.DialTimeout("tcp", net.JoinHostPort(ip.IP.String(), port), time.Second); err == nil {
				c.Close()
				t.Errorf("%v answers too", ip.IP)
			}
		}
	}
}

func TestAHalfWrittenNotebookLeavesTheLastGoodPage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n.ipynb")
	whole := notebookWith("# First")
	write(t, path, whole[:len(whole)/2])
	address, _ := served(t, path)
	f := follow(t, address)
	n := f.until(func(n news) bool { return n.Problem != "" })
	if r, _ := get(t, address+"page", ""); n.Version != 0 || r.StatusCode != 404 {
		t.Errorf("version %d, status %d before there is a page", n.Version, r.StatusCode)
	}
	write(t, path, whole)
	f.until(func(n news) bool { return n.Version == 1 && n.Problem == "" })
	for i, broken := range []string{"", "{", notebookWith("# Second")[:40], "not a notebook"} {
		write(t, path, broken)
		n := f.until(func(n news) bool { return n.Problem != "" })
		if _, text := get(t, address+"page", ""); n.Version != i+1 || !strings.Contains(text, "First") {
			t.Errorf("%q: version %d, page %.200q", broken, n.Version, text)
		}
		write(t, path, whole)
		f.until(func(n news) bool { return n.Version == i+2 && n.Problem == "" })
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if n := f.until(func(n news) bool { return n.Problem != "" }); !strings.Contains(n.Problem, "no such file") && !strings.Contains(n.Problem, "cannot find") {
		t.Errorf("a notebook that is gone: %q", n.Problem)
	}
}

// bigNotebook is one of about 5 MB, of what makes executed notebooks big: 60
// line charts as SVG, 15 pictures as PNG, and 100 cells of code with what they
// print, prose between them.
func bigNotebook(title string) string {
	type object = map[string]any
	var points strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&points, "%.1f,%.1f ", float64(i)/5, 100+50*math.Sin(float64(i)/40))
	}
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><polyline fill="none" stroke="#0a58a6" points="` + points.String() + `"/></svg>`
	picture := image.NewGray(image.Rect(0, 0, 350, 390))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * i >> 3) // does not compress
	}
	var b bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, picture)
	show := func(mime, data string) object {
		return object{"output_type": "display_data", "metadata": object{}, "data": object{mime: data, "text/plain": "a figure"}}
	}
	cells := []object{{"cell_type": "markdown", "id": "title", "metadata": object{}, "source": "# " + title}}
	for i := range 100 {
		outputs := []object{{"output_type": "stream", "name": "stdout", "text": strings.Repeat("step 12: loss 0.123456\n", 40)}}
		if i < 60 {
			outputs = append(outputs, show("image/svg+xml", svg))
		} else if i < 75 {
			outputs = append(outputs, show("image/png", base64.StdEncoding.EncodeToString(b.Bytes())))
		}
		cells = append(cells,
			object{"cell_type": "markdown", "id": fmt.Sprint("m", i), "metadata": object{}, "source": strings.Repeat("Words *about* `things` and more words about them.\n\n", 20)},
			object{"cell_type": "code", "id": fmt.Sprint("c", i), "metadata": object{}, "execution_count": i + 1, "outputs": outputs,
				"source": strings.Repeat("for i := range n { sum += x[i] } // a line of code\n", 10)})
	}
	text, _ := json.Marshal(object{"cells": cells, "metadata": object{}, "nbformat": 4, "nbformat_minor": 5})
	return string(text)
}

// From the moment a notebook of 5 MB is saved until the browser has the new
// page: the poll, the rendering, and at most 150 ms more. The log says what it
// was altogether.
func TestASavedNotebookIsShownAnewInTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n.ipynb")
	text := bigNotebook("One")
	if len(text) < 5_000_000 {
		t.Fatalf("the notebook has %d bytes, want 5 MB", len(text))
	}
	write(t, path, text)
	address, _ := served(t, path)
	f := follow(t, address)
	version := f.until(func(n news) bool { return n.Version > 0 }).Version
	began := time.Now()
	if _, err := (&serveCommand{Notebook: path}).page(); err != nil {
		t.Fatal(err)
	}
	rendering := time.Since(began)
	var took []time.Duration
	for i := range 5 {
		changed := bigNotebook(fmt.Sprint("Try ", i))
		if err := writeFile(path, []byte(changed)); err != nil {
			t.Fatal(err)
		}
		saved := time.Now()
		version = f.until(func(n news) bool { return n.Version > version }).Version
		_, page := get(t, address+"page", "")
		took = append(took, time.Since(saved))
		if !strings.Contains(page, fmt.Sprint("Try ", i)) {
			t.Fatal("the old page was sent")
		}
	}
	slices.Sort(took)
	t.Logf("%.1f MB: shown anew after %v, of which rendering takes %v", float64(len(text))/1e6, took, rendering)
	if most := poll + rendering + 150*time.Millisecond; took[len(took)/2] > most {
		t.Errorf("median %v, want at most %v", took[len(took)/2], most)
	}
}

func TestNothingIsLeftBehindWhenThePreviewEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n.ipynb")
	write(t, path, notebookWith("x"))
	before := runtime.NumGoroutine()
	address, stop := served(t, path)
	client := &http.Client{Transport: &http.Transport{}}
	var streams []*http.Response
	for range 8 {
		r, err := client.Get(address + "events")
		if err != nil {
			t.Fatal(err)
		}
		streams = append(streams, r)
	}
	for _, r := range streams[:4] {
		r.Body.Close() // some readers go first
	}
	began := time.Now()
	if status := stop(); status != 0 {
		t.Errorf("status %d, want 0: an end by Ctrl-C is not an error", status)
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("the end took %v", d)
	}
	for _, r := range streams[4:] {
		_, _ = io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	client.CloseIdleConnections()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
}

func TestServeRefusesWhatItCannotShow(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := fmt.Sprint(taken.Addr().(*net.TCPAddr).Port)
	for _, c := range []struct {
		want int
		args []string
	}{
		{1, []string{"serve", "missing.ipynb"}}, {1, []string{"serve", "sample.ipynb", "--port", port}},
		{2, []string{"serve"}}, {2, []string{"serve", "sample.ipynb", "--port=70000"}}, {2, []string{"serve", "sample.ipynb", "--port=x"}},
	} {
		status, _, stdout, stderr := do(t, nil, c.args...)
		if status != c.want || stdout != "" || strings.Count(stderr, "\n") != 1 {
			t.Errorf("report %q: status %d (want %d), stdout %q, stderr %q", c.args, status, c.want, stdout, stderr)
		}
	}
}

// In a real browser: the page is repainted, the reader's place stays, and a
// broken notebook is told of without losing the page.
func TestTheReaderKeepsTheirPlace(t *testing.T) {
	b := browsertest.Start(t)
	path := filepath.Join(t.TempDir(), "n.ipynb")
	long := strings.Repeat("A paragraph.\n\n", 400)
	folds := "<details><summary>One</summary>first</details>\n\n<details><summary>Two</summary>second</details>\n\n[out](https://example.org/)\n\n"
	write(t, path, notebookWith("# Before", folds+long))
	address, stop := served(t, path)
	p := b.Open(address, browsertest.Options{})
	p.Until(`document.documentElement.dataset.version === "1"`)
	p.Eval(`{ const d = document.querySelector("iframe").contentDocument; d.querySelectorAll("details")[1].open = true; d.defaultView.scrollTo({ top: 777, behavior: "instant" }) }`, nil)
	write(t, path, notebookWith("# After", folds+long+"The end."))
	saved := time.Now()
	p.Until(`document.documentElement.dataset.version === "2"`)
	t.Logf("repainted after %v", time.Since(saved))
	var place struct {
		Y      float64
		Open   []bool
		Title  string
		Frames int
		Target string
	}
	p.Eval(`(d => ({ y: d.defaultView.scrollY, open: [...d.querySelectorAll(".prose details")].map(e => e.open), title: document.title,
		frames: document.querySelectorAll("iframe").length, target: d.querySelector("a[href^=https]").target }))(document.querySelector("iframe").contentDocument)`, &place)
	if place.Y != 777 || !slices.Equal(place.Open, []bool{false, true}) || place.Title != "After" || place.Frames != 1 || place.Target != "_blank" {
		t.Errorf("after the repaint: %+v, want 777 pixels down, the second fold open, titled After, in one frame", place)
	}
	write(t, path, "{")
	p.Until(`document.getElementById("status").textContent.includes("cannot be shown")`)
	p.Until(`document.querySelector("iframe").contentDocument.body.textContent.includes("The end.")`)
	write(t, path, notebookWith("# Again", long))
	p.Until(`document.documentElement.dataset.version === "3" && document.getElementById("status").textContent === ""`)
	if f := p.Faults(); len(f) > 0 {
		t.Errorf("the browser complains: %q", f)
	}
	stop()
	p.Until(`document.getElementById("status").textContent.includes("has ended")`)
}
