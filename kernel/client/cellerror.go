package client

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"mixmodel/kernel/execute"
)

var (
	ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

	// GoNB names places in cells "Cell[3]: Line 5" in compiler errors and
	// "[[ Cell [3] Line 5 ]] main.go:17" in traces, 3 being the execution count.
	compilerPlace = regexp.MustCompile(`^Cell\[(\d+)\]: Line (\d+)`)
	tracePlace    = regexp.MustCompile(`\[\[ Cell \[(\d+)\] Line (\d+) \]\]\s*\S*`)

	fatal = regexp.MustCompile(`(?m)^(panic: |fatal error: |signal: ).*`)
)

// failure describes what the kernel reported for the cell.
func (k *kernel) failure(c *request) *execute.Failure {
	f := &execute.Failure{Name: c.status.EName, Value: c.status.EValue, Traceback: c.status.Traceback}
	var traceback []string
	for _, l := range f.Traceback {
		traceback = append(traceback, k.Clean(l))
	}
	if f.Text, f.Line = compilerText(traceback, c.count); f.Text != "" {
		return f
	}
	stderr := ansi.ReplaceAllString(k.Clean(c.stderr.String()), "")
	f.Text, f.Line = runText(stderr, k.Clean(f.Value), c.count)
	return f
}

// compilerText makes readable lines of GoNB's list of compiler errors, and
// returns the first of them that is about the cell itself.
func compilerText(traceback []string, count int) (text string, line int) {
	var lines []string
	for _, entry := range traceback {
		entry = ansi.ReplaceAllString(entry, "")
		place := compilerPlace.FindStringSubmatch(entry)
		if place == nil {
			continue
		}
		message := entry[strings.LastIndexByte(entry, '\n')+1:]
		n, _ := strconv.Atoi(place[2])
		if place[1] == strconv.Itoa(count) {
			lines = append(lines, fmt.Sprintf("line %d: %s", n, message))
			if line == 0 {
				line = n
			}
		} else {
			lines = append(lines, fmt.Sprintf("line %d of cell [%s]: %s", n, place[1], message))
		}
	}
	return strings.Join(lines, "\n"), line
}

// runText describes a program that failed: its panic with the trace, or the
// end of what it wrote to stderr.
func runText(stderr, value string, count int) (text string, line int) {
	for _, place := range tracePlace.FindAllStringSubmatch(stderr, -1) {
		if place[1] == strconv.Itoa(count) {
			line, _ = strconv.Atoi(place[2])
			break
		}
	}
	if at := fatal.FindStringIndex(stderr); at != nil {
		stderr = strings.TrimSuffix(strings.TrimSpace(stderr[at[0]:]), "\n"+value)
		return head(stderr, 30), line
	}
	text = value
	if said := strings.TrimSpace(stderr); said != "" && said != value {
		text += "\n" + tail(said, 20)
	}
	return text, line
}

// head returns the first n lines of s.
func head(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
