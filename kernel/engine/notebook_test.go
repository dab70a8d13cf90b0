package engine

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"mixmodel/kernel/nbformat"
)

func codeCells(t testing.TB, file string) []Cell {
	t.Helper()
	nb, err := nbformat.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cells []Cell
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			cells = append(cells, Cell{c.ID, c.Source})
		}
	}
	return cells
}

var caseStudy = flag.Bool("casestudy", false, "run the case study")

func TestCaseStudy(t *testing.T) {
	if !*caseStudy {
		t.Skip("takes half a minute; ask for it with -casestudy")
	}
	file := "../../notebooks/case_study.ipynb"
	cells := codeCells(t, file)
	s := open(t, Options{Dir: filepath.Dir(file)})
	t0 := time.Now()
	ds, err := s.Check(t.Context(), cells)
	t.Log("check", time.Since(t0), ds, err)
	t0 = time.Now()
	for _, c := range cells {
		k, err := s.Key(t.Context(), c)
		if err != nil {
			t.Error(err)
		}
		_ = k
	}
	t.Log("keys", time.Since(t0))
	s.Prepare(cells)
	for _, c := range cells {
		t0 := time.Now()
		n := 0
		err := s.Execute(t.Context(), c, func(o Output) {
			n++
			if o.Kind == Stream || o.Kind == Error {
				t.Log(show(o))
			}
		})
		t.Log(c.ID, time.Since(t0), n, err)
		if err != nil {
			break
		}
	}
	t.Log("total", time.Since(t0))
}
