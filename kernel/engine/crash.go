package engine

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mixmodel/kernel/cell"
)

// crash keeps what Go's runtime writes to standard error when a program dies:
// it belongs into the error, not among the outputs. Text that only begins like
// it is shown after all, before the next display or at the end.
type crash struct {
	on   bool            // whether it is a Go program that writes
	line string          // the beginning of a line that may become a last word
	mid  bool            // a line is being shown
	held strings.Builder // from the last words on, if dead
	dead bool
}

// Most of a crash that is kept.
const maxCrash = 1 << 20

// Last words begin a line.
var lastWords = []string{"panic: ", "fatal error: ", "unexpected fault address ", "runtime: ", "SIGQUIT: ", "SIGABRT: ", "SIGSEGV: "}

func isDying(line string) bool {
	return slices.ContainsFunc(lastWords, func(w string) bool { return strings.HasPrefix(line, w) })
}

func mayBeDying(line string) bool {
	return slices.ContainsFunc(lastWords, func(w string) bool { return strings.HasPrefix(w, line) })
}

// filter returns what of the text is to be shown now.
func (c *crash) filter(text string) string {
	if !c.on {
		return text
	}
	var show strings.Builder
	for piece := range strings.Lines(text) {
		switch {
		case c.dead:
			c.hold(piece)
		case c.mid:
			show.WriteString(piece)
			c.mid = !strings.HasSuffix(piece, "\n")
		default:
			c.begin(&show, piece)
		}
	}
	return show.String()
}

func (c *crash) begin(show *strings.Builder, piece string) {
	c.line += piece
	switch {
	case isDying(c.line):
		c.dead = true
		c.hold(c.line)
	case mayBeDying(c.line):
		return
	default:
		show.WriteString(c.line)
		c.mid = !strings.HasSuffix(c.line, "\n")
	}
	c.line = ""
}

func (c *crash) hold(s string) {
	c.held.WriteString(s[:min(len(s), maxCrash-c.held.Len())])
}

// release returns what is held, to be shown.
func (c *crash) release() string {
	text := c.held.String() + c.line
	c.held.Reset()
	c.line, c.dead = "", false
	if text != "" {
		c.mid = !strings.HasSuffix(text, "\n")
	}
	return text
}

// end returns what is to be shown at the end: what is held, unless the
// program did die of it.
func (c *crash) end() string {
	if c.dead && strings.Contains(c.held.String(), "\ngoroutine ") {
		return ""
	}
	return c.release()
}

// text is what the program died of, "" if it did not.
func (c *crash) text() string { return c.held.String() }

var (
	goroutineHead = regexp.MustCompile(`^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[([^\],]*)[^\]]*\]:$`)
	address       = regexp.MustCompile(`\b0x[0-9a-f]{5,}\b`)
	signalPlace   = regexp.MustCompile(` ?\b(code|addr|pc)=0x[0-9a-f]+`)
	offset        = regexp.MustCompile(` \+0x[0-9a-f]+(?: fp=\S+ sp=\S+ pc=\S+)?$`)
	aboutRuntime  = regexp.MustCompile(`(?m)^(?:runtime: .*|runtime stack:[\s\S]*)\n?`)
	inGoroutine   = regexp.MustCompile(` in goroutine \d+$`)
)

// describe makes an error of a program's last words. Addresses, numbers of
// goroutines and arguments, which change from run to run, are left out, and
// places in cells are called by the cells' names.
func describe(id, text string) *RunError {
	e := &RunError{CellID: id, Name: "FatalError"}
	head, traces := split(text)
	if strings.HasPrefix(head, "panic: ") {
		e.Name = "Panic"
	}
	head = strings.TrimSpace(aboutRuntime.ReplaceAllString(head, ""))
	e.Value = address.ReplaceAllString(signalPlace.ReplaceAllString(head, ""), "0x?")
	e.Value = strings.TrimPrefix(strings.TrimPrefix(e.Value, "panic: "), "fatal error: ")
	e.Traceback = strings.Split(e.Value, "\n")
	for i, t := range order(traces) {
		if i > 0 && !strings.Contains(t, "\tcell ") {
			continue // a goroutine that was nowhere near
		}
		e.Traceback = append(e.Traceback, "")
		e.Traceback = append(e.Traceback, strings.Split(t, "\n")...)
	}
	e.Line = lineOf(id, e.Traceback)
	return e
}

// lineOf returns the first line of the cell that a trace passes through.
func lineOf(id string, trace []string) int {
	for _, l := range trace {
		if n, ok := strings.CutPrefix(l, "\tcell "+id+", line "); ok {
			line, _ := strconv.Atoi(n)
			return line
		}
	}
	return 0
}

// split separates the words from the traces of goroutines, made clean.
func split(text string) (head string, traces []string) {
	var words, trace []string
	flush := func() {
		if len(trace) > 0 {
			traces = append(traces, strings.Join(shorten(trace), "\n"))
		}
		trace = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch m := goroutineHead.FindStringSubmatch(line); {
		case m != nil:
			flush()
			trace = []string{"goroutine [" + m[1] + "]:"}
		case len(trace) == 0 && len(traces) == 0:
			words = append(words, line)
		case line == "" || strings.HasPrefix(line, "exit status "):
			flush()
		case len(trace) > 0:
			trace = append(trace, frame(line))
		}
	}
	flush()
	return strings.TrimSpace(strings.Join(words, "\n")), traces
}

// shorten leaves out frames, of two lines each, that repeat those before them,
// and those of the start of a program.
func shorten(trace []string) []string {
	const same = 3
	short, repeats := trace[:1:1], 0
	for i := 1; i+1 < len(trace); i += 2 {
		if strings.HasPrefix(trace[i], "runtime.main(") || strings.HasPrefix(trace[i], "runtime.goexit(") || strings.HasPrefix(trace[i+1], "\tcell _, ") {
			continue
		}
		if i > 2 && trace[i] == trace[i-2] && trace[i+1] == trace[i-1] {
			repeats++
		} else {
			repeats = 0
		}
		switch {
		case repeats < same:
			short = append(short, trace[i], trace[i+1])
		case repeats == same:
			short = append(short, "...")
		}
	}
	return short
}

// frame cleans one line of a trace.
func frame(line string) string {
	if file, ok := strings.CutPrefix(line, "\t"); ok {
		file = offset.ReplaceAllString(file, "")
		file = cell.Places(file, cellPlace)
		return "\t" + file
	}
	line = inGoroutine.ReplaceAllString(line, "")
	if at := strings.LastIndexByte(line, '('); at > 0 && strings.HasSuffix(line, ")") && at+2 < len(line) {
		line = line[:at] + "(...)"
	}
	return address.ReplaceAllString(joinedMain.ReplaceAllString(line, "main.main"), "0x?")
}

// joinedMain is what a cell's main is called in a program of several cells.
var joinedMain = regexp.MustCompile(`\bmain\.gonb_main_\d+\b`)

// cellPlace is how a place in a cell is named to the reader.
func cellPlace(id string, line, _ int) string {
	return fmt.Sprintf("cell %s, line %d", id, line)
}

// order puts the goroutine that died first and the others in an order that
// does not depend on chance.
func order(traces []string) []string {
	if len(traces) > 1 {
		slices.SortFunc(traces[1:], cmp.Compare[string])
	}
	return traces
}
