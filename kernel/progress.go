package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"mixmodel/kernel/client"
)

// progress writes how a run goes: a line for every finished cell, and on a
// terminal a last line that tells what happens now, once a second.
type progress struct {
	w        io.Writer
	terminal bool

	mu    sync.Mutex
	now   string    // what happens now; "" is nothing
	text  string    // the latest words of the cell
	since time.Time // when it began
	stop  chan struct{}
	ended chan struct{}
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, terminal: isTerminal(w), stop: make(chan struct{}), ended: make(chan struct{})}
	if !p.terminal {
		close(p.ended)
		return p
	}
	go p.tick()
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

func (p *progress) tick() {
	defer close(p.ended)
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		case <-p.stop:
			return
		}
	}
}

// close ends the last line.
func (p *progress) close() {
	close(p.stop)
	<-p.ended
	p.erase()
}

func (p *progress) event(e client.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cell := fmt.Sprintf("[%*d/%d] %s", len(fmt.Sprint(e.Cells)), e.Cell, e.Cells, short(e.Line, 50))
	switch e.Kind {
	case client.Preparing:
		p.begin(e.Text)
		if !p.terminal {
			fmt.Fprintln(p.w, e.Text)
		}
	case client.Starting:
		p.begin("starting the kernel")
	case client.CellStart:
		p.begin(cell)
	case client.CellOutput:
		p.text = e.Text
		p.draw()
	case client.CellSkip:
		p.line("%s  skipped", cell)
	case client.CellEnd:
		if e.Err != nil {
			p.line("%s  %s  failed", cell, seconds(e.Elapsed))
		} else {
			p.line("%s  %s", cell, seconds(e.Elapsed))
		}
	}
}

func (p *progress) begin(what string) {
	p.now, p.text, p.since = what, "", time.Now()
	p.draw()
}

// line writes a line that stays.
func (p *progress) line(format string, args ...any) {
	p.erase()
	p.now = ""
	fmt.Fprintf(p.w, format+"\n", args...)
}

func (p *progress) draw() {
	if !p.terminal || p.now == "" {
		return
	}
	p.erase()
	line := p.now + "  " + seconds(time.Since(p.since))
	if p.text != "" {
		line += "  " + p.text
	}
	fmt.Fprint(p.w, short(line, 79)) // a line that wraps could not be erased
}

func (p *progress) erase() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// short cuts s to n characters and takes control characters out: the text
// comes from the notebook.
func short(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
