//go:build unix

package headless

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"mixmodel/kernel/client"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/lint"
	"mixmodel/kernel/nbformat"
)

var (
	stress      = flag.Int("stress", 0, "how often TestUnderLoad... runs its notebook on our engine, under load")
	stressStock = flag.Int("stressstock", 0, "how often on stock GoNB, for the record")
)

const stressDisplays = 500

// stressCell is a program that prints and displays; after is what it does after
// each display.
func stressCell(after string) string {
	return fmt.Sprintf(`%%%%
for i := range %d {
	fmt.Printf("before %%d →\n", i)
	if i%%7 == 0 {
		fmt.Fprintf(os.Stderr, "warning %%d ≠\n", i)
	}
	if i%%50 == 0 {
		fmt.Println(strings.Repeat("→", 40_001))
	}
	gonbui.DisplayHTML(fmt.Sprintf("<b>%%d</b>", i))
	%s
}
fmt.Println("end")`, stressDisplays, after)
}

// stressNotebook writes a module with a notebook into dir. Its last cell leaves
// late outputs of the others a moment to arrive.
func stressNotebook(t *testing.T, dir string) (path string, nb *nbformat.Notebook) {
	t.Helper()
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := os.WriteFile(filepath.Join(dir, name), must(readRoot(name)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(dir, "notebooks", "n.ipynb")
	if err := os.Mkdir(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	nb = &nbformat.Notebook{}
	for _, c := range [][2]string{
		{"setup", lint.Setup},
		{"imports", "import (\n\t\"fmt\"\n\t\"os\"\n\t\"strings\"\n\t\"time\"\n\n\t\"github.com/janpfeifer/gonb/gonbui\"\n)"},
		{"waiting", stressCell("gonbui.Sync()")},
		{"not-waiting", stressCell("")},
		{"last", "%%\ntime.Sleep(300 * time.Millisecond)"},
	} {
		nb.Cells = append(nb.Cells, &nbformat.Cell{ID: c[0], Type: nbformat.Code, Source: c[1]})
	}
	return path, nb
}

// TestUnderLoadNothingIsLostLateReorderedOrBroken runs a notebook while three
// times as many loops are busy as there are processors: every output arrives,
// whole, in order and before its cell ends. Where each display is waited for,
// the written notebooks are the same to the byte; where not, what a stream says
// and the order of displays are. Four runs go at a time. The number:
//
//	go test ./kernel/headless -run UnderLoad -stress 200 -timeout 1h -v
//
// Stock GoNB is run for the record only:
//
//	go test ./kernel/headless -run UnderLoad -stressstock 40 -timeout 1h -v
func TestUnderLoadNothingIsLostLateReorderedOrBroken(t *testing.T) {
	if *stressStock == 0 || *stress > 0 {
		total := stressRuns(t, "own", max(*stress, 1))
		t.Logf("our engine: %s", total)
		if total.sum != (faults{}) || total.failed > 0 || len(total.waiting) != 1 || len(total.other) != 1 {
			t.Errorf("want no fault, and one result")
		}
	}
	if *stressStock > 0 {
		if _, ok := client.Built(t.Context()); !ok {
			t.Skip("stock GoNB is not built: run a notebook with --engine=gonb once")
		}
		t.Logf("stock GoNB: %s", stressRuns(t, "gonb", *stressStock))
	}
}

// stressRuns runs the notebook n times on the engine, under load if that is
// more than once.
func stressRuns(t *testing.T, engine string, n int) *tally {
	t.Helper()
	if n > 1 {
		defer load(t, 3*runtime.NumCPU())()
	}
	path, original := stressNotebook(t, t.TempDir())
	total := &tally{waiting: map[[32]byte]int{}, other: map[[32]byte]int{}}
	began := time.Now()
	var workers sync.WaitGroup
	todo := make(chan int)
	for range min(n, 4) {
		workers.Go(func() {
			for i := range todo {
				one := stressRun(t.Context(), engine, path, original.Clone())
				total.add(one)
				if one.faults != (faults{}) || one.err != nil {
					t.Logf("run %d: %v %v", i, one.faults, one.err)
				}
			}
		})
	}
	for i := range n {
		todo <- i
	}
	close(todo)
	workers.Wait()
	total.took = time.Since(began)
	return total
}

// faults counts what went wrong with outputs: displays and lines.
type faults struct{ lost, late, reordered, broken int }

func (f faults) String() string {
	return fmt.Sprintf("%d lost, %d late, %d reordered, %d broken", f.lost, f.late, f.reordered, f.broken)
}

// outcome is one run of the notebook.
type outcome struct {
	faults
	err            error
	waiting, other [32]byte // of what the cells show
}

func stressRun(ctx context.Context, engine, path string, nb *nbformat.Notebook) outcome {
	f := Flags{Engine: engine, Freeze: freeze.Off}
	o := execute.Options{}
	start, err := f.fill(&o, path)
	if err != nil {
		return outcome{err: err}
	}
	var late atomic.Int64
	err = execute.Run(ctx, nb, func(ctx context.Context, notice func(string)) (execute.Engine, error) {
		e, err := start(ctx, notice)
		return &lateCounter{e, &late}, err
	}, o)
	one := outcome{faults: faults{late: int(late.Load())}, err: err}
	for _, c := range nb.Cells[2:4] {
		one.faults.add(audit(c))
	}
	one.waiting = cellHash(nb.Cells[2])
	one.other = sha256.Sum256([]byte(strings.Join(streams(nb.Cells[3]), "\x00")))
	return one
}

// lateCounter counts what an engine shows of a cell after its end.
type lateCounter struct {
	execute.Engine
	n *atomic.Int64
}

func (l *lateCounter) Execute(ctx context.Context, c execute.Cell, show func(execute.Output)) error {
	var over atomic.Bool
	defer over.Store(true)
	return l.Engine.Execute(ctx, c, func(o execute.Output) {
		if over.Load() {
			l.n.Add(1)
		}
		show(o)
	})
}

func (l *lateCounter) Prepare(cells []execute.Cell) {
	if p, ok := l.Engine.(execute.Preparer); ok {
		p.Prepare(cells)
	}
}

// streams returns the texts of stdout and stderr, and that of all displays.
func streams(c *nbformat.Cell) []string {
	var out, err, shown strings.Builder
	for _, o := range c.Outputs {
		switch {
		case o.Type == nbformat.Stream && o.Name == "stdout":
			out.WriteString(o.Text)
		case o.Type == nbformat.Stream:
			err.WriteString(o.Text)
		case o.Type == nbformat.DisplayData:
			text, _ := o.Data.Text("text/html")
			fmt.Fprintln(&shown, text)
		}
	}
	return []string{out.String(), err.String(), shown.String()}
}

// cellHash is that of a notebook with this cell, as it is written.
func cellHash(c *nbformat.Cell) [32]byte {
	var buf bytes.Buffer
	if err := nbformat.Write(&buf, &nbformat.Notebook{Cells: []*nbformat.Cell{c}}); err != nil {
		return [32]byte{}
	}
	return sha256.Sum256(buf.Bytes())
}

// numbered are the numbers of lines and displays.
var numbered = regexp.MustCompile(`(?m)^(before|warning|<b>)\s*(\d+)`)

// audit counts the faults of a cell's outputs. Reordered is a line or display
// after a later one of its kind, and a display before the line before it.
func audit(c *nbformat.Cell) faults {
	var f faults
	last := map[string]int{"before": -1, "warning": -1, "<b>": -1}
	seen := map[string]int{}
	for _, o := range c.Outputs {
		text := o.Text
		if o.Type == nbformat.DisplayData {
			text, _ = o.Data.Text("text/html")
		}
		f.broken += strings.Count(text, string(utf8.RuneError))
		for _, m := range numbered.FindAllStringSubmatch(text, -1) {
			kind, i := m[1], must(strconv.Atoi(m[2]))
			seen[kind]++
			if i < last[kind] || kind == "<b>" && i > last["before"] {
				f.reordered++
			}
			last[kind] = max(i, last[kind])
		}
	}
	f.lost = 2*stressDisplays + (stressDisplays+6)/7 - seen["before"] - seen["warning"] - seen["<b>"]
	if f == (faults{}) && !slices.Equal(streams(c), wanted()) {
		f.lost++ // something between
	}
	return f
}

// wanted is what streams should return.
func wanted() []string {
	var out, err, shown strings.Builder
	for i := range stressDisplays {
		fmt.Fprintf(&out, "before %d →\n", i)
		if i%7 == 0 {
			fmt.Fprintf(&err, "warning %d ≠\n", i)
		}
		if i%50 == 0 {
			fmt.Fprintln(&out, strings.Repeat("→", 40_001))
		}
		fmt.Fprintf(&shown, "<b>%d</b>\n", i)
	}
	return []string{out.String() + "end\n", err.String(), shown.String()}
}

func (f *faults) add(g faults) {
	f.lost += g.lost
	f.late += g.late
	f.reordered += g.reordered
	f.broken += g.broken
}

// tally sums up many runs.
type tally struct {
	mu             sync.Mutex
	runs, failed   int
	with, sum      faults // runs with such a fault, and how many there were
	waiting, other map[[32]byte]int
	took           time.Duration
}

func (t *tally) add(one outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs++
	if one.err != nil {
		t.failed++
	}
	t.sum.add(one.faults)
	t.with.add(faults{min(one.lost, 1), min(one.late, 1), min(one.reordered, 1), min(one.broken, 1)})
	t.waiting[one.waiting]++
	t.other[one.other]++
}

func (t *tally) String() string {
	return fmt.Sprintf("%d runs of 2 cells with %d displays each in %.0f s: %d failed; outputs %v; runs with outputs %v; different notebooks: %d where displays are waited for; different texts: %d where not",
		t.runs, stressDisplays, t.took.Seconds(), t.failed, t.sum, t.with, len(t.waiting), len(t.other))
}

// load keeps n processes busy until the returned function is called.
func load(t *testing.T, n int) (stop func()) {
	t.Helper()
	var busy []*exec.Cmd
	stop = func() {
		for _, c := range busy {
			_ = c.Process.Kill()
			_ = c.Wait()
		}
	}
	for range n {
		c := exec.Command("/bin/sh", "-c", "while :; do :; done")
		if err := c.Start(); err != nil {
			stop()
			t.Skip("no load: ", err)
		}
		busy = append(busy, c)
	}
	return stop
}
