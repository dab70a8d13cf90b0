package engine

import (
	"fmt"
)

// limiter lets so many bytes through. Of more, the beginning is delivered as
// it comes, and the end once it is known to be the end.
type limiter struct {
	max int64
	out func(Output)

	passed  int64 // bytes delivered
	over    bool  // only the end is of interest now
	tail    []Output
	held    int64 // bytes in tail
	bytes   int64 // left out
	outputs int   // displays left out
}

func size(o Output) int64 {
	n := len(o.Text)
	for _, raw := range o.Data {
		n += len(raw)
	}
	return int64(n)
}

func (l *limiter) put(o Output) {
	if o.Kind == silent {
		return
	}
	n := size(o)
	room := l.max / 2
	if o.Kind != Stream {
		room = l.max
	}
	if !l.over && l.passed+n <= room {
		l.passed += n
		l.out(o)
		return
	}
	l.over = true
	l.tail = append(l.tail, o)
	l.held += n
	for l.held > max(l.max-l.passed, l.max/4) {
		l.drop()
	}
}

func (l *limiter) drop() {
	o := l.tail[0]
	l.tail[0] = Output{}
	l.tail = l.tail[1:]
	l.held -= size(o)
	l.bytes += size(o)
	if o.Kind != Stream {
		l.outputs++
	}
}

// end delivers the end.
func (l *limiter) end() {
	if l.bytes > 0 {
		note := fmt.Sprintf("\n[... %d bytes left out ...]\n", l.bytes)
		if l.outputs > 0 {
			note = fmt.Sprintf("\n[... %d bytes left out, with %d displays ...]\n", l.bytes, l.outputs)
		}
		l.out(Output{Kind: Stream, Name: "stderr", Text: note})
	}
	for _, o := range l.tail {
		l.out(o)
	}
	l.tail = nil
}
