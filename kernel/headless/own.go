package headless

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"mixmodel/kernel/engine"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
	"mixmodel/kernel/trace"
)

// Own returns what starts our own engine for a notebook in the folder dir.
// watch says that its programs are built to tell what they read, which keeping
// their results takes.
func Own(dir string, watch bool) execute.Start {
	return func(ctx context.Context, _ func(string)) (execute.Engine, error) {
		o := engine.Options{Dir: dir}
		if watch {
			o.Watcher = engine.Watcher{
				Source: freeze.WatchSource, LinkFlags: freeze.LinkFlag,
				Files: map[string]string{freeze.WatchVariable: watchFile, trace.Variable: traceFile},
			}
		}
		s, err := engine.Open(ctx, o)
		if err != nil {
			return nil, err
		}
		return &session{s}, nil
	}
}

// What programs write to, in the session's folder.
const (
	watchFile = "watched"
	traceFile = "traced"
)

// session is our own engine as the executor sees it.
type session struct{ *engine.Session }

func (s *session) Execute(ctx context.Context, c execute.Cell, show func(execute.Output)) error {
	err := s.Session.Execute(ctx, theirs(c), func(o engine.Output) {
		switch o.Kind {
		case engine.Stream:
			show(execute.Output{Output: nbformat.Output{Type: nbformat.Stream, Name: o.Name, Text: o.Text}})
		case engine.Display:
			show(execute.Output{
				Output:    nbformat.Output{Type: nbformat.DisplayData, Data: o.Data, Metadata: o.Metadata},
				DisplayID: o.DisplayID, Update: o.Update,
			})
		}
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return failure(c.ID, err)
}

func (s *session) Prepare(cells []execute.Cell) {
	list := make([]engine.Cell, len(cells))
	for i, c := range cells {
		list[i] = theirs(c)
	}
	s.Session.Prepare(list)
}

func (s *session) Skip(_ context.Context, c execute.Cell) error {
	return failure(c.ID, s.Session.Skip(theirs(c)))
}

func (s *session) Key(ctx context.Context, c execute.Cell) (key, why string, err error) {
	k, err := s.Session.Key(ctx, theirs(c))
	return hex.EncodeToString(k.Digest[:]), k.Why, failure(c.ID, err)
}

func (s *session) Watch() (watched, traced, scratch string) {
	dir := s.Folder()
	return filepath.Join(dir, watchFile), filepath.Join(dir, traceFile), dir
}

func theirs(c execute.Cell) engine.Cell { return engine.Cell{ID: c.ID, Source: c.Source} }

// failure makes of the engine's error about a cell the executor's.
func failure(id string, err error) error {
	var compile *engine.CompileError
	var run *engine.RunError
	switch {
	case errors.As(err, &compile):
		f := faultOf(err)
		f.Line, f.Text = describe(id, compile.Diagnostics)
		return f
	case errors.As(err, &run):
		f := faultOf(err)
		f.Line = run.Line
		text := run.Value
		if run.Name == "Panic" {
			text = "panic: " + text
		}
		f.Text = strings.Join(append([]string{text}, without(f.Traceback, run.Value)...), "\n")
		return f
	}
	return err
}

func faultOf(err error) *execute.Failure {
	o := engine.ErrorOutput(err)
	return &execute.Failure{Name: o.Name, Value: o.Value, Traceback: o.Traceback}
}

// without leaves out the first line if it is the one named.
func without(lines []string, first string) []string {
	if len(lines) > 0 && strings.Contains(lines[0], first) {
		return lines[1:]
	}
	return lines
}

// describe makes lines of faults, and returns the first line of the cell that
// has one.
func describe(id string, faults []engine.Diagnostic) (line int, text string) {
	var lines []string
	for _, d := range faults {
		switch {
		case d.Line == 0:
			lines = append(lines, d.Message)
		case d.CellID == id || d.CellID == "":
			if line == 0 {
				line = d.Line
			}
			lines = append(lines, fmt.Sprintf("line %d: %s", d.Line, d.Message))
		default:
			lines = append(lines, fmt.Sprintf("line %d of cell %q: %s", d.Line, d.CellID, d.Message))
		}
	}
	return line, strings.Join(lines, "\n")
}
