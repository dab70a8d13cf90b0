// Package bars shows on a terminal how far a sampler's chains are: one bar per
// chain with the time left, divergences and step size.
//
//	show := bars.New(os.Stderr)
//	fit, err := model.Fit(train, nuts.Options{Progress: show.Update})
//	show.Close()
//
// Where the output is not a terminal, a pipe or a file, it is silent. It is a
// package of its own so that programs without a terminal do not link it.
package bars

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"mixmodel/mmm/nuts"
)

// Bars shows the progress of one run of the sampler.
type Bars struct {
	mu     sync.Mutex
	all    *mpb.Progress
	began  time.Time
	chains []*mpb.Bar
	last   []nuts.Progress
}

// New returns Bars that write to w. Bars appear with the first Update.
func New(w io.Writer) *Bars {
	return &Bars{all: mpb.New(mpb.WithOutput(w), mpb.WithWidth(60))}
}

// newForced is New that treats w as a terminal, for tests.
func newForced(w io.Writer) *Bars {
	return &Bars{all: mpb.New(mpb.WithOutput(w), mpb.WithWidth(60), mpb.WithAutoRefresh())}
}

// Update shows the state of the chains; it is meant for
// [nuts.Options.Progress].
func (b *Bars) Update(chains []nuts.Progress) {
	b.mu.Lock()
	if b.chains == nil {
		b.begin(chains)
	}
	copy(b.last, chains)
	b.mu.Unlock() // a bar that is drawn asks describe, which waits for the lock
	for m, c := range chains {
		b.chains[m].SetCurrent(int64(c.Done))
	}
}

func (b *Bars) begin(chains []nuts.Progress) {
	b.began = time.Now()
	b.last = make([]nuts.Progress, len(chains))
	for m, c := range chains {
		b.chains = append(b.chains, b.all.AddBar(int64(c.Total),
			mpb.PrependDecorators(decor.Name(fmt.Sprintf("chain %d ", m+1)), decor.Percentage(decor.WC{W: 5})),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return b.describe(m) }))))
	}
}

// describe is what stands behind the bar of chain m.
func (b *Bars) describe(m int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return text(b.last[m], time.Since(b.began))
}

func text(p nuts.Progress, elapsed time.Duration) string {
	left := "done"
	if p.Done < p.Total {
		left = "..."
		if p.Done > 0 {
			left = "ETA " + (elapsed * time.Duration(p.Total-p.Done) / time.Duration(p.Done)).Round(time.Second/10).String()
		}
	}
	return fmt.Sprintf(" %d of %d  %s  %d divergent  step %.3g", p.Done, p.Total, left, p.Divergences, p.StepSize)
}

// Close ends the bars, also those of chains that were stopped.
func (b *Bars) Close() {
	b.mu.Lock()
	chains := b.chains
	b.mu.Unlock()
	for _, c := range chains {
		if !c.Completed() {
			c.Abort(false)
		}
	}
	b.all.Wait()
}
