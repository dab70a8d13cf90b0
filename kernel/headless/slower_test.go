//go:build unix

package headless

import (
	"flag"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mixmodel/kernel/client"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

var pairs = flag.Int("stock", 0, "how often TestWeAreNeverSlowerThanStockGoNB runs each notebook on both engines")

// TestWeAreNeverSlowerThanStockGoNB runs notebooks on our engine, without
// frozen results, and on stock GoNB, by turns, and compares the medians of
// whole runs, from the start of the engine to its end. Both find fits and
// memos of a run before.
//
//	go test ./kernel/headless -run NeverSlower -stock 5 -timeout 1h -v
func TestWeAreNeverSlowerThanStockGoNB(t *testing.T) {
	if *pairs == 0 {
		t.Skip("takes some minutes; ask for it with -stock 5")
	}
	if _, ok := client.Built(t.Context()); !ok {
		t.Skip("stock GoNB is not built: run a notebook with --engine=gonb once")
	}
	for _, name := range []string{"quickstart", "go_notebooks", "case_study"} {
		path := filepath.Join("..", "..", "notebooks", name+".ipynb")
		nb := must(nbformat.ReadFile(path))
		took := map[string][]time.Duration{}
		for i := range *pairs + 1 { // the first warms the caches
			engines := []string{"own", "gonb"}
			if i%2 == 1 {
				slices.Reverse(engines)
			}
			for _, engine := range engines {
				d := timed(t, engine, path, nb.Clone())
				if i > 0 {
					took[engine] = append(took[engine], d)
				}
			}
		}
		own, stock := middle(took["own"]), middle(took["gonb"])
		t.Logf("%s: ours %.2f s %v, stock GoNB %.2f s %v: %.1f times as fast", name,
			own.Seconds(), took["own"], stock.Seconds(), took["gonb"], stock.Seconds()/own.Seconds())
		if own > stock {
			t.Errorf("%s: ours takes %v, stock GoNB %v; want ours to be faster", name, own, stock)
		}
	}
}

func timed(t *testing.T, engine, path string, nb *nbformat.Notebook) time.Duration {
	t.Helper()
	f := Flags{Engine: engine, Freeze: freeze.Off}
	began := time.Now()
	// go_notebooks has cells that fail on purpose.
	if _, err := f.Run(t.Context(), path, nb, execute.Options{AllowErrors: true}, io.Discard); err != nil && execute.ExitCode(err) != 1 {
		t.Fatalf("%s: %v", engine, err)
	}
	return time.Since(began).Round(time.Millisecond)
}

// middle is the median.
func middle(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return (d[(len(d)-1)/2] + d[len(d)/2]) / 2
}
