package headless

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"time"

	"mixmodel/kernel/client"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

// Flags say how a notebook is run. Their tags are those of package kong.
type Flags struct {
	Param     map[string]string `short:"p" mapsep:"none" placeholder:"NAME=VALUE" help:"Set a variable of the cell tagged \"parameters\". A string that is the path of an existing file is made relative to the notebook's folder, where cells run. May be repeated."`
	ParamFile string            `short:"f" name:"params" placeholder:"FILE" help:"Set the variables that a JSON file names; -p counts more."`
	Engine    string            `default:"own" enum:"own,gonb" help:"What runs the cells: own, or gonb, which is stock GoNB (${enum})."`
	Freeze    freeze.Mode       `default:"auto" enum:"auto,off,read-only,verify" help:"Take results of cells from earlier runs if nothing they depend on has changed (${enum}). verify runs every cell and compares."`
	Timeout   *time.Duration    `placeholder:"DURATION" help:"How long one cell may take; 0 is without end. Default: what the notebook's metadata say in execution.timeout, else 10m."`
	Budget    time.Duration     `placeholder:"DURATION" help:"How long all cells may take together."`
	Stall     time.Duration     `placeholder:"DURATION" help:"How long a cell may show nothing."`
	Events    string            `enum:"text,jsonl" default:"text" help:"How the run is told: text, or a line of JSON for each event (${enum})."`
}

// Check says which flags exclude each other.
func (f *Flags) Check() error {
	var faults []error
	if f.Timeout != nil && *f.Timeout < 0 {
		faults = append(faults, fmt.Errorf("--timeout is %v (want 0 or more)", *f.Timeout))
	}
	for name, d := range map[string]time.Duration{"--budget": f.Budget, "--stall": f.Stall} {
		if d < 0 {
			faults = append(faults, fmt.Errorf("%s is %v (want more than 0)", name, d))
		}
	}
	if f.Engine == "gonb" && f.Freeze == freeze.Verify {
		faults = append(faults, errors.New("--freeze=verify needs our own engine: with stock GoNB nothing is kept"))
	}
	return errors.Join(faults...)
}

// Run executes the notebook, which is that of the file at path, as
// [execute.Run] does with the options o, in which the flags fill in what they
// say. What happens is told on stderr. ran is how many cells were begun.
func (f *Flags) Run(ctx context.Context, path string, nb *nbformat.Notebook, o execute.Options, stderr io.Writer) (ran int, err error) {
	start, err := f.fill(&o, path)
	if err != nil {
		return 0, err
	}
	tell, done := f.progress(stderr)
	also := o.Progress
	o.Progress = func(e execute.Event) {
		if e.Kind == execute.CellStart {
			ran++
		}
		if also != nil {
			also(e)
		}
		tell(e)
	}
	err = execute.Run(ctx, nb, start, o)
	done()
	return ran, err
}

// Plan tells which cells Run would run, as [execute.Plan] does.
func (f *Flags) Plan(ctx context.Context, path string, nb *nbformat.Notebook, o execute.Options) ([]execute.Step, error) {
	start, err := f.fill(&o, path)
	if err != nil {
		return nil, err
	}
	return execute.Plan(ctx, nb, start, o)
}

// fill puts into o what the flags say, and returns what starts the engine.
func (f *Flags) fill(o *execute.Options, path string) (start execute.Start, err error) {
	if o.Params, err = f.parameters(); err != nil {
		return nil, err
	}
	o.Dir = filepath.Dir(path)
	o.CellTimeout = f.timeout()
	o.RunTimeout, o.StallTimeout = f.Budget, f.Stall
	o.Freeze = f.Freeze
	if f.Engine == "gonb" {
		return client.GoNB(o.Dir), nil
	}
	return Own(o.Dir, f.Freeze != freeze.Off), nil
}

// progress returns what tells events on stderr, and what ends that.
func (f *Flags) progress(stderr io.Writer) (tell func(execute.Event), done func()) {
	if f.Events == "jsonl" {
		return execute.JSONLines(stderr), func() {}
	}
	show := execute.NewTerminal(stderr)
	return show.Event, show.Close
}

// timeout is that of execute.Options, where 0 is the default.
func (f *Flags) timeout() time.Duration {
	switch {
	case f.Timeout == nil:
		return 0
	case *f.Timeout == 0:
		return -1
	}
	return *f.Timeout
}

// parameters joins those of the file with those of the flags.
func (f *Flags) parameters() (map[string]string, error) {
	if f.ParamFile == "" {
		return f.Param, nil
	}
	raw, err := os.ReadFile(f.ParamFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", execute.ErrParams, err)
	}
	var values map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", execute.ErrParams, f.ParamFile, err)
	}
	params := make(map[string]string)
	for name, v := range values {
		text, err := parameter(v)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %s is %w", execute.ErrParams, f.ParamFile, name, err)
		}
		params[name] = text
	}
	maps.Copy(params, f.Param)
	return params, nil
}

// parameter writes a value of JSON as -p has it.
func parameter(v any) (string, error) {
	switch v := v.(type) {
	case string, json.Number, bool:
		return fmt.Sprint(v), nil
	case []any:
		raw, err := json.Marshal(v)
		return string(raw), err
	case nil:
		return "", errors.New("null (want a string, a number, true, false, or a list of these)")
	}
	return "", errors.New("an object (want a string, a number, true, false, or a list of these)")
}
