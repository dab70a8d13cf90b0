package engine

import (
	"fmt"
	"testing"
	"time"
)

// plotCell is a cell that draws a picture, and that no cache has seen.
func plotCell(i int, seed int64) Cell {
	return Cell{fmt.Sprintf("plot-%d", i), fmt.Sprintf(`%%%%
p := plot.New()
p.Title.Text = "run %d, picture %d"
xys := make(plotter.XYs, 20)
for i := range xys {
	xys[i].X, xys[i].Y = float64(i), float64(i*i%%7)
}
line := must(plotter.NewLine(xys))
p.Add(line)
w := must(p.WriterTo(4*vg.Centimeter, 3*vg.Centimeter, "svg"))
var sb strings.Builder
must(w.WriteTo(&sb))
display.HTML(sb.String())`, seed, i)}
}

// notebook40 is a notebook of 40 code cells, of which 20 draw.
func notebook40() []Cell {
	cells := []Cell{{"imports", `import (
	"mixmodel/kernel/display"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/gonum/stat"
)
func must[T any](x T, err error) T {
	if err != nil { panic(err) }
	return x
}`}}
	seed := time.Now().UnixNano()
	for i := range 20 {
		cells = append(cells, plotCell(i, seed))
		switch {
		case i%4 == 3:
			cells = append(cells, Cell{fmt.Sprintf("stat-%d", i), fmt.Sprintf("%%%%\nfmt.Println(%d, stat.Mean([]float64{1, 2, %d}, nil))", seed, i)})
		case i < 19:
			cells = append(cells, Cell{fmt.Sprintf("decl-%d", i), fmt.Sprintf("func f%d(x float64) float64 { return x + %d }\nvar v%d = %d", i, i, i, seed)})
		}
	}
	return append(cells, Cell{"last", "%%\nfmt.Println(\"done\")"})[:40]
}

// BenchmarkCheck checks a notebook of 40 cells, 20 of which draw, that nothing
// was compiled of before. Want: at most 1 s.
//
//	go test ./kernel/engine -run xxx -bench Check -benchtime 5x
func BenchmarkCheck(b *testing.B) {
	s := open(b, Options{})
	warm(b, s)
	for b.Loop() {
		ds, err := s.Check(b.Context(), notebook40())
		if err != nil || len(ds) > 0 {
			b.Fatal(ds, err)
		}
	}
}

// BenchmarkExecute runs the same notebook, checked and compiled ahead as a
// headless run does, and reports what a cell costs beyond its program's own
// run. Want: at most 0.15 s batched and 0.30 s single.
//
//	go test ./kernel/engine -run xxx -bench Execute -benchtime 3x
func BenchmarkExecute(b *testing.B) {
	for _, batched := range []bool{true, false} {
		b.Run(fmt.Sprintf("batched=%v", batched), func(b *testing.B) {
			s := open(b, Options{})
			warm(b, s)
			cells, total := 0, time.Duration(0)
			for b.Loop() {
				nb := notebook40()
				if err := s.Execute(b.Context(), Cell{"reset", "%reset"}, func(Output) {}); err != nil { // a notebook begins with nothing
					b.Fatal(err)
				}
				start := time.Now()
				if batched {
					if ds, err := s.Check(b.Context(), nb); err != nil || len(ds) > 0 {
						b.Fatal(ds, err)
					}
					s.Prepare(nb)
				}
				for _, c := range nb {
					if err := s.Execute(b.Context(), c, func(Output) {}); err != nil {
						b.Fatal(err)
					}
				}
				total += time.Since(start) - time.Duration(s.ran.Swap(0))
				cells += len(nb)
			}
			b.ReportMetric(total.Seconds()/float64(cells), "s/cell")
		})
	}
}

// warm compiles the packages that the notebook imports.
func warm(b *testing.B, s *Session) {
	b.Helper()
	if ds, err := s.Check(b.Context(), notebook40()); err != nil || len(ds) > 0 {
		b.Fatal(ds, err)
	}
}
