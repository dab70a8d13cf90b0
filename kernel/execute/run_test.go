package execute

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/nbformat"
)

// actor is an engine whose cells are words it knows.
type actor struct {
	closed  bool
	skipped []string
	late    func()
}

func (a *actor) Start(context.Context, func(string)) (Engine, error) { return a, nil }

func (a *actor) Skip(_ context.Context, c Cell) error {
	a.skipped = append(a.skipped, c.ID)
	return nil
}

func (a *actor) Close() error {
	if a.late != nil {
		a.late()
	}
	a.closed = true
	return nil
}

func stream(name, text string) Output {
	return Output{Output: nbformat.Output{Type: nbformat.Stream, Name: name, Text: text}}
}

func display(id, text string, update bool) Output {
	data := nbformat.MIMEBundle{}
	data.SetText("text/plain", text)
	return Output{Output: nbformat.Output{Type: nbformat.DisplayData, Data: data}, DisplayID: id, Update: update}
}

func (a *actor) Execute(ctx context.Context, c Cell, show func(Output)) error {
	verb, rest, _ := strings.Cut(c.Source, " ")
	switch verb {
	case "print":
		show(stream("stdout", rest+"\n"))
	case "bar":
		show(display("bar", rest, false))
	case "update":
		show(display("bar", rest, true))
	case "late":
		a.late = func() { show(stream("stderr", rest)) }
	case "fail":
		return &Failure{Name: "panic", Value: rest, Line: 1}
	case "die":
		return fmt.Errorf("%w: %s", ErrKernelDied, rest)
	case "break":
		return errors.New(rest)
	case "tick":
		for ctx.Err() == nil {
			show(stream("stdout", "."))
			time.Sleep(5 * time.Millisecond)
		}
	case "wait":
		<-ctx.Done()
		show(stream("stdout", "last words"))
	}
	return ctx.Err()
}

// script makes a notebook of cells "id tags: source".
func script(lines ...string) *nbformat.Notebook {
	nb := &nbformat.Notebook{}
	for _, l := range lines {
		head, source, _ := strings.Cut(l, "> ")
		words := strings.Fields(head)
		c := &nbformat.Cell{ID: words[0], Type: nbformat.Code, Source: source, Metadata: nbformat.Metadata{}}
		c.Metadata.Set("tags", words[1:])
		nb.Cells = append(nb.Cells, c)
	}
	return nb
}

// outline is what a notebook's cells show.
func outline(nb *nbformat.Notebook) string {
	var lines []string
	for _, c := range nb.Cells {
		line := fmt.Sprintf("%s[%d]", c.ID, c.ExecutionCount)
		for _, o := range c.Outputs {
			text, _ := o.Data.Text("text/plain")
			line += fmt.Sprintf(" %s:%q", o.Type, o.Name+o.Text+text+o.EName+o.EValue)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestEachCellsOutputIsInItsPlace(t *testing.T) {
	nb := script("a> print one", "b skip-execution> print two", "c> bar 10 %", "d> update 100 %", "e raises-exception> fail on purpose", "f> late words")
	a := &actor{}
	if err := Run(t.Context(), nb, a.Start, Options{}); err != nil {
		t.Fatal(err)
	}
	want := `a[1] stream:"stdoutone\n"
b[0]
c[2] display_data:"100 %"
d[3]
e[4] error:"panicon purpose"
f[5] stream:"stderrwords"`
	if d := cmp.Diff(want, outline(nb)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if !a.closed {
		t.Error("the engine was not closed")
	}
}

func TestARunThatEndsEarlyKeepsWhatWasFinished(t *testing.T) {
	for _, test := range []struct {
		cell    string
		options Options
		want    string
		reason  error
		code    int
	}{
		{"b> fail early", Options{}, `b[2] error:"panicearly"`, nil, 1},
		{"b> die by accident", Options{}, `b[2] error:"KernelDiedthe kernel died: by accident"`, ErrKernelDied, 5},
		{"b> break disk full", Options{}, `b[2] error:"Errordisk full"`, nil, 1},
		{"b> wait", Options{CellTimeout: 20 * time.Millisecond}, `b[2] stream:"stdoutlast words" error:"Timeoutthe cell ran longer than 20ms"`, ErrTimeout, 3},
		{"b timeout:20ms> wait", Options{CellTimeout: -1}, `b[2] stream:"stdoutlast words" error:"Timeoutthe cell ran longer than 20ms"`, ErrTimeout, 3},
		{"b> wait", Options{RunTimeout: 20 * time.Millisecond}, `b[2] stream:"stdoutlast words" error:"Timeoutthe run took longer than 20ms"`, ErrTimeout, 3},
		{"b> wait", Options{StallTimeout: 20 * time.Millisecond}, `b[2] stream:"stdoutlast words" error:"Timeoutthe cell was silent for 20ms"`, ErrTimeout, 3},
	} {
		nb := script("a> print one", test.cell, "c> print three")
		saved := ""
		test.options.Save = func(nb *nbformat.Notebook) error { saved = outline(nb); return nil }
		err := Run(t.Context(), nb, (&actor{}).Start, test.options)
		want := "a[1] stream:\"stdoutone\\n\"\n" + test.want + "\nc[0]"
		if d := cmp.Diff(want, saved); d != "" {
			t.Errorf("%s: saved (-want +got):\n%s", test.cell, d)
		}
		var cell *CellError
		if !errors.As(err, &cell) || cell.ID != "b" || ExitCode(err) != test.code || test.reason != nil && !errors.Is(err, test.reason) {
			t.Errorf("%s: got %v with status %d, want an error of b that is %v, status %d", test.cell, err, ExitCode(err), test.reason, test.code)
		}
	}
}

func TestACellThatSaysSomethingDoesNotStall(t *testing.T) {
	nb := script("a timeout:200ms> tick")
	err := Run(t.Context(), nb, (&actor{}).Start, Options{StallTimeout: 100 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "longer than 200ms") {
		t.Errorf("got %v, want the cell's own timeout", err)
	}
}

func TestTheNotebooksMetadataMaySayTheTimeout(t *testing.T) {
	nb := script("a> wait")
	nb.Metadata = nbformat.Metadata{"execution": json.RawMessage(`{"timeout": 0.02}`)}
	if err := Run(t.Context(), nb, (&actor{}).Start, Options{}); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v, want a timeout", err)
	}
}

func TestACellIsSavedWhileItRuns(t *testing.T) {
	nb := script("a timeout:2300ms> tick")
	var saved []string
	_ = Run(t.Context(), nb, (&actor{}).Start, Options{Save: func(nb *nbformat.Notebook) error {
		saved = append(saved, outline(nb))
		return nil
	}})
	if len(saved) < 3 || !strings.Contains(saved[1], "stdout..") || strings.Contains(saved[1], "error") {
		t.Errorf("saved %d times, the second time %.40s; want the cell's first words without an error", len(saved), saved)
	}
}

func TestSelectedCellsAloneAreRun(t *testing.T) {
	nb := script("a> print one", "b plots> print two", "c> print three", "d plots> print four")
	nb.Cells[0].Outputs = []nbformat.Output{{Type: nbformat.Stream, Name: "stdout", Text: "of old"}}
	nb.Cells[0].ExecutionCount = 7
	a := &actor{}
	if err := Run(t.Context(), nb, a.Start, Options{Select: []string{"plots"}}); err != nil {
		t.Fatal(err)
	}
	want := "a[7] stream:\"stdoutof old\"\nb[1] stream:\"stdouttwo\\n\"\nc[0]\nd[2] stream:\"stdoutfour\\n\""
	if d := cmp.Diff(want, outline(nb)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"a", "c"}, a.skipped); d != "" {
		t.Errorf("taken note of (-want +got):\n%s", d)
	}
	err := Run(t.Context(), nb, a.Start, Options{Select: []string{"a", "none"}})
	if !errors.Is(err, ErrUsage) || !strings.HasSuffix(err.Error(), "tag none") {
		t.Errorf("got %v, want an error about none", err)
	}
}

func TestEventsAreLinesOfJSON(t *testing.T) {
	var out bytes.Buffer
	nb := script("a> print one", "b> bar 10 %", "c> fail early")
	_ = Run(t.Context(), nb, (&actor{}).Start, Options{Progress: JSONLines(&out)})
	var got []string
	for line := range strings.Lines(out.String()) {
		var e struct {
			Event, ID, Type, Text, Error string
			Total                        float64
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s%s", e.Event, e.ID, e.Type, strings.TrimSpace(e.Text), e.Error)))
	}
	want := []string{
		"starting", "cell-start a", "cell-output a stream one", "cell-end a",
		"cell-start b", "cell-output b display_data 10 %", "cell-end b",
		"cell-start c", `cell-end c  cell 3 of 3 (id "c", line 1): early`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAMistakenTimeoutTagIsRefusedBeforeAnythingRuns(t *testing.T) {
	a := &actor{}
	err := Run(t.Context(), script("a> print one", "b timeout:soon> print two"), a.Start, Options{})
	if ExitCode(err) != 2 || !strings.Contains(err.Error(), `cell "b": the tag "timeout:soon" has no duration`) || a.closed {
		t.Errorf("got %v", err)
	}
}
