package main

import (
	"crypto/sha256"
	"crypto/subtle"
	_ "embed" // for the frame
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// server shows one page in a browser on this machine. Three things keep it
// private to who started it: it listens on the loopback address; every path
// begins with a random token; and it answers only requests that were made to
// its own address, not to a foreign name that was made to point here (DNS
// rebinding).
//
// The page is shown in a frame, byte for byte as it would be written to a file
// and under its own security policy. The page around the frame swaps it for a
// newer one without losing the reader's place.
type server struct {
	host, token string

	mu      sync.Mutex
	page    []byte // the last good one
	version int    // of the page, from 1
	problem string // why the file as it is now cannot be shown
	changed chan struct{}
}

func newServer(host, token string) *server {
	return &server{host: host, token: token, changed: make(chan struct{})}
}

// show takes a page, or why there is none; then the last good one stays.
func (s *server) show(page []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.page, s.problem = page, ""
		s.version++
	} else {
		s.problem = oneLine(err)
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// news is what the browser is told.
type news struct {
	Version int    `json:"version"`
	Problem string `json:"problem"`
}

func (s *server) news() (news, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return news{s.version, s.problem}, s.changed
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, h := range [][2]string{
		{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "no-referrer"},
		{"Cross-Origin-Resource-Policy", "same-origin"}, {"Cross-Origin-Opener-Policy", "same-origin"},
		{"Content-Security-Policy", "frame-ancestors 'self'"},
	} {
		w.Header().Set(h[0], h[1])
	}
	token, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.Host != s.host && r.Host != strings.Replace(s.host, "127.0.0.1", "localhost", 1):
		http.Error(w, "this address is not served here", http.StatusMisdirectedRequest)
	case subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1:
		http.NotFound(w, r)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", "GET")
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
	case path == "" && strings.HasSuffix(r.URL.Path, "/"):
		s.sendFrame(w)
	case path == "page":
		s.sendPage(w)
	case path == "events":
		s.sendEvents(w, r)
	default:
		http.NotFound(w, r)
	}
}

//go:embed serve.html
var frame string

// framePolicy allows the frame's own script and style and nothing else.
var framePolicy = sync.OnceValue(func() string {
	return fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		hashOf(between(frame, "<script>", "</script>")), hashOf(between(frame, "<style>", "</style>")))
})

func between(s, start, end string) string {
	_, s, _ = strings.Cut(s, start)
	s, _, _ = strings.Cut(s, end)
	return s
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (s *server) sendFrame(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", framePolicy())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(frame))
}

func (s *server) sendPage(w http.ResponseWriter) {
	s.mu.Lock()
	page := s.page // never written to again
	s.mu.Unlock()
	if page == nil {
		http.Error(w, "there is no page yet", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page)
}

// sendEvents tells the browser what there is to show, and again whenever that
// changes, until the browser or the server goes.
func (s *server) sendEvents(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	stream := http.NewResponseController(w)
	for {
		now, changed := s.news()
		text, err := json.Marshal(now)
		if err == nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", text)
		}
		if err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-changed:
		}
	}
}
