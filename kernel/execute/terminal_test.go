package execute

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestTextFromNotebooksCannotControlTheTerminal(t *testing.T) {
	if got := clip("a\x1b[2Jb\r\n\u009bc", 10); got != "a [2Jb   c" {
		t.Errorf("got %q", got)
	}
	if got := clip("0123456789x", 10); got != "012345678…" {
		t.Errorf("got %q", got)
	}
}

func TestPipesGetOneLinePerFinishedCell(t *testing.T) {
	var out bytes.Buffer
	p := NewTerminal(&out)
	for _, e := range []Event{
		{Kind: Preparing, Text: "building GoNB"},
		{Kind: Starting},
		{Kind: CellStart, Cell: 1, Cells: 3, Line: "a()"},
		{Kind: CellOutput, Cell: 1, Cells: 3, Text: "half"},
		{Kind: CellEnd, Cell: 1, Cells: 3, Line: "a()", Elapsed: time.Second, Total: 2 * time.Second},
		{Kind: CellSkip, Cell: 2, Cells: 3, Line: "b()"},
		{Kind: CellStart, Cell: 3, Cells: 3, Line: "c()"},
		{Kind: CellEnd, Cell: 3, Cells: 3, Line: "c()", Err: ErrTimeout},
	} {
		p.Event(e)
	}
	p.Close()
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	if len(lines) != 4 || p.Ran() != 2 {
		t.Fatalf("%d lines, %d cells begun; want 4 and 2:\n%s", len(lines), p.Ran(), out.String())
	}
	for i, want := range []string{"building GoNB", "[1/3] a()", "[2/3] b()  skipped", "failed"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %q, want %q in it", i+1, lines[i], want)
		}
	}
}
