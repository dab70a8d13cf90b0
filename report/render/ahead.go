package render

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/safe"
)

// spot is where a fragment stands: a cell, and its output or -1 for its own
// text, both from 0.
type spot struct{ cell, output int }

// cleaned gives the fragment of a spot, which it makes at the first call.
type cleaned = func() (safe.Fragment, error)

// ahead prepares the fragments of a notebook. To clean them is most of what
// reading a notebook costs, and none needs another: while the document is read
// from the front, ahead cleans from the back, until they meet or stop is
// called.
func (d *document) ahead(nb *nbformat.Notebook) (stop func()) {
	d.fragments = map[spot]cleaned{}
	var order []cleaned
	add := func(at spot, clean cleaned) {
		clean = sync.OnceValues(clean)
		d.fragments[at] = clean
		order = append(order, clean)
	}
	for i, c := range nb.Cells {
		switch {
		case c.Type == nbformat.Markdown && strings.TrimSpace(c.Source) != "":
			add(spot{i, -1}, func() (safe.Fragment, error) { return d.proseHTML(c.Source, i+1, attachmentsOf(c)) })
		case c.Type == nbformat.Code:
			for j, o := range c.Outputs {
				if _, ok := o.Data["text/html"]; ok {
					add(spot{i, j}, func() (safe.Fragment, error) {
						text, _ := o.Data.Text("text/html")
						return d.clean(text, nil)
					})
				}
			}
		}
	}
	var stopped atomic.Bool
	go func() {
		for _, clean := range slices.Backward(order) {
			if stopped.Load() {
				return
			}
			_, _ = clean() // errors are for who asks
		}
	}()
	return func() { stopped.Store(true) }
}
