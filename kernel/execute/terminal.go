package execute

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// Terminal shows how a run goes: a line for every cell that ended, and on a
// terminal a last line that tells what happens now. Its method Event is meant
// for Options.Progress.
type Terminal struct {
	w        io.Writer
	terminal bool
	ran      int

	mu    sync.Mutex
	now   string // what happens now
	since time.Time
	stop  chan struct{}
	done  sync.WaitGroup
}

// NewTerminal returns a Terminal that writes to w, which may be a file or a
// pipe. Close it when the run is over.
func NewTerminal(w io.Writer) *Terminal {
	p := &Terminal{w: w, terminal: isTerminal(w), stop: make(chan struct{})}
	if p.terminal {
		p.done.Add(1)
		go p.tick()
	}
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

func (p *Terminal) tick() {
	defer p.done.Done()
	t := time.NewTicker(500 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.mu.Lock()
			p.draw("")
			p.mu.Unlock()
		case <-p.stop:
			return
		}
	}
}

// Close ends the last line.
func (p *Terminal) Close() {
	close(p.stop)
	p.done.Wait()
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// Ran counts the cells that were begun.
func (p *Terminal) Ran() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ran
}

// Event shows one event.
func (p *Terminal) Event(e Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cell := fmt.Sprintf("[%*d/%d] %s", len(fmt.Sprint(e.Cells)), e.Cell, e.Cells, clip(e.Line, 56))
	switch e.Kind {
	case Preparing:
		p.begin(e.Text)
		if !p.terminal {
			fmt.Fprintln(p.w, e.Text)
		}
	case Starting:
		p.begin("starting the kernel")
	case CellStart:
		p.ran++
		p.begin(cell)
	case CellOutput:
		p.draw(e.Text)
	case CellSkip:
		p.end(cell + "  skipped: " + e.Text)
	case CellFrozen:
		p.end(fmt.Sprintf("%-68s %6.1f s  of %.1f s  frozen", cell, e.Elapsed.Seconds(), e.Total.Seconds()))
	case Warning:
		p.end(cell + "  " + e.Text)
	case CellEnd:
		failed := ""
		if e.Err != nil {
			failed = "  failed"
		}
		p.end(fmt.Sprintf("%-68s %6.1f s  of %.1f s%s", cell, e.Elapsed.Seconds(), e.Total.Seconds(), failed))
	}
}

func (p *Terminal) begin(what string) {
	p.now, p.since = what, time.Now()
	p.draw("")
}

// end writes a line that stays.
func (p *Terminal) end(line string) {
	p.now = ""
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintln(p.w, line)
}

func (p *Terminal) draw(text string) {
	if !p.terminal || p.now == "" {
		return
	}
	line := fmt.Sprintf("%s  %.0f s  %s", p.now, time.Since(p.since).Seconds(), text)
	fmt.Fprintf(p.w, "\r\x1b[K%s", clip(line, 110))
}

// clip cuts s to n characters, without control characters: it comes from the
// notebook.
func clip(s string, n int) string {
	r := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s))
	if len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return string(r)
}
