package display

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// How often a progress block is updated at most.
const progressInterval = 200 * time.Millisecond

// Progress is a block of output that shows how far several chains are and how
// long they will still take, updated in place. Its last state depends on what
// the chains did only, not on time, so that an executed notebook is the same in
// every run. It may be used by several goroutines at once.
type Progress struct {
	title string
	id    string

	mu     sync.Mutex
	chains []chain
	began  time.Time
	last   time.Time // of the last update shown
	done   bool
}

type chain struct {
	done, total, divergences int
	step                     float64 // 0: unknown
}

// NewProgress returns a Progress for the given number of chains and shows it.
// It panics if chains is not positive.
func NewProgress(title string, chains int) *Progress {
	if chains <= 0 {
		panic(fmt.Sprintf("display: NewProgress: chains is %d", chains))
	}
	p := &Progress{title: title, chains: make([]chain, chains), began: time.Now()}
	if gonbui.IsNotebook {
		p.id = "progress_" + gonbui.UniqueId()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.show()
	return p
}

// Update says that the chain, counted from 0, has done so many of a total of
// steps, with so many divergences among them. At most five updates per second
// are shown, and always the one with which the last chain is done. It panics
// if there is no such chain.
func (p *Progress) Update(chain, done, total, divergences int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	c := &p.chains[chain]
	c.done, c.total, c.divergences = done, total, divergences
	p.done = p.complete()
	if p.done || gonbui.IsNotebook && time.Since(p.last) >= progressInterval {
		p.show()
	}
}

// StepSize says with which step size the chain moves, to be shown from its next
// update on. It panics if there is no such chain.
func (p *Progress) StepSize(chain int, size float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chains[chain].step = size
}

// Close shows the last state of chains that were not completed.
func (p *Progress) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.done {
		p.done = true
		p.show()
	}
}

func (p *Progress) complete() bool {
	for _, c := range p.chains {
		if c.total == 0 || c.done < c.total {
			return false
		}
	}
	return true
}

func (p *Progress) show() {
	p.last = time.Now()
	send(bundle{
		data: map[string]string{mimeText: p.text(), mimeHTML: p.html()},
		id:   p.id,
	})
}

// left is what is expected to remain of a chain's time, in words that go behind
// another, or "" if there is nothing to say. The last state has none.
func (p *Progress) left(c chain) string {
	if p.done || c.done <= 0 || c.done >= c.total {
		return ""
	}
	seconds := time.Since(p.began).Seconds() * float64(c.total-c.done) / float64(c.done)
	return fmt.Sprintf("about %.0f s left", math.Ceil(seconds))
}

// text is one line: "sampling: 4 chains, 12000 of 20000 (60 %), 0 divergences,
// about 3 s left".
func (p *Progress) text() string {
	var all chain
	for _, c := range p.chains {
		all.done += c.done
		all.total += c.total
		all.divergences += c.divergences
	}
	s := fmt.Sprintf("%s: %s, %d of %d (%d %%), %s", p.title,
		plural(len(p.chains), "chain"), all.done, all.total, percent(all), plural(all.divergences, "divergence"))
	if left := p.left(all); left != "" {
		s += ", " + left
	}
	return s
}

func (p *Progress) html() string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "<table>\n<caption>%s</caption>\n", template.HTMLEscapeString(p.title))
	for i, c := range p.chains {
		fmt.Fprintf(&sb, "<tr><td>chain %d</td><td>%s</td><td>%d of %d</td><td>%s</td>", i+1, bar(c), c.done, c.total, plural(c.divergences, "divergence"))
		if c.step > 0 {
			fmt.Fprintf(&sb, "<td>step %.3g</td>", c.step)
		}
		if left := p.left(c); left != "" {
			fmt.Fprintf(&sb, "<td>%s</td>", left)
		}
		sb.WriteString("</tr>\n")
	}
	sb.WriteString("</table>\n")
	return sb.String()
}

// bar is drawn with characters: markup for bars is what renderers strip.
func bar(c chain) string {
	const width = 20
	full := percent(c) * width / 100
	return strings.Repeat("█", full) + strings.Repeat("░", width-full)
}

func percent(c chain) int {
	if c.total <= 0 {
		return 0
	}
	return min(100, 100*c.done/c.total)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
