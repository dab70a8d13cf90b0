package bars

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mixmodel/mmm/nuts"
)

func chains(done int) []nuts.Progress {
	return []nuts.Progress{{Done: done, Total: 200, StepSize: 0.125}, {Done: done / 2, Total: 200, Divergences: 3, StepSize: 0.25}}
}

func TestTerminalsGetOneBarPerChain(t *testing.T) {
	var out bytes.Buffer
	b := newForced(&out)
	b.Update(chains(100))
	b.Update(chains(200))
	b.Close()
	for _, want := range []string{"chain 1", "chain 2", "200 of 200", "100 of 200", "3 divergent", "step 0.125"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown in %q", want, out.String())
		}
	}
}

func TestPipesAndFilesStaySilent(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var buffer bytes.Buffer
	for _, b := range []*Bars{New(f), New(&buffer)} {
		b.Update(chains(50))
		b.Close()
	}
	if info, err := f.Stat(); err != nil || info.Size() != 0 || buffer.Len() != 0 {
		t.Errorf("wrote %d bytes to a file and %q to a buffer, want nothing", info.Size(), buffer.String())
	}
}

func TestCloseWithoutUpdateReturns(t *testing.T) { New(&bytes.Buffer{}).Close() }

func TestTheTimeLeftFollowsFromTheTimeTaken(t *testing.T) {
	got := text(nuts.Progress{Done: 50, Total: 200, Divergences: 1, StepSize: 0.5}, 2*time.Second)
	if want := " 50 of 200  ETA 6s  1 divergent  step 0.5"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
