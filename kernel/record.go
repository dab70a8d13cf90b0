package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"mixmodel/kernel/execute"
)

// record is what is worth to know of a run and would make two notebooks of equal
// runs differ: it is written beside the executed one.
type record struct {
	Notebook string       `json:"notebook"`
	Engine   string       `json:"engine"`
	Go       string       `json:"go"` // that this program was built with
	System   string       `json:"system"`
	Host     string       `json:"host,omitempty"`
	Began    time.Time    `json:"began"`
	Seconds  float64      `json:"seconds"`
	Status   int          `json:"status"`
	Error    string       `json:"error,omitempty"`
	Cells    []cellRecord `json:"cells"`
}

type cellRecord struct {
	ID      string  `json:"id"`
	Count   int     `json:"cell"` // number among the code cells
	What    string  `json:"what"` // "ran", "frozen", "skipped" or "failed"
	Seconds float64 `json:"seconds"`
}

func newRecord(notebook, engine string) *record {
	host, _ := os.Hostname()
	return &record{
		Notebook: filepath.Base(notebook), Engine: engine, Go: runtime.Version(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Host: host, Began: time.Now().UTC(),
	}
}

// note takes note of an event.
func (r *record) note(e execute.Event) {
	what := ""
	switch {
	case e.Kind == execute.CellEnd && e.Err != nil:
		what = "failed"
	case e.Kind == execute.CellEnd:
		what = "ran"
	case e.Kind == execute.CellFrozen:
		what = "frozen"
	case e.Kind == execute.CellSkip:
		what = "skipped"
	default:
		return
	}
	r.Cells = append(r.Cells, cellRecord{e.ID, e.Cell, what, e.Elapsed.Seconds()})
}

// write writes the record of a run that ended with err beside the notebook out.
func (r *record) write(out string, err error) error {
	r.Seconds, r.Status = time.Since(r.Began).Seconds(), execute.ExitCode(err)
	if err != nil {
		r.Error = err.Error()
	}
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(out, ".ipynb")+".run.json", append(raw, '\n'), 0o666)
}
