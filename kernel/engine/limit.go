package engine

import (
	"fmt"
	"unicode/utf8"
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
	if !l.over && o.Kind == Stream {
		l.begin(&o)
	}
	n := size(o)
	switch {
	case n == 0 && o.Kind == Stream:
		return
	case !l.over && o.Kind != Stream && l.passed+n <= l.max:
		l.passed += n
		l.out(o)
		return
	}
	l.over = true
	l.tail = append(l.tail, o)
	l.held += n
	for extra := l.held - l.room(); extra > 0; extra = l.held - l.room() {
		l.drop(extra)
	}
}

// begin delivers as much of a text as belongs to the beginning, and leaves the
// rest.
func (l *limiter) begin(o *Output) {
	head := *o
	head.Text = o.Text[:cut(o.Text, l.max/2-l.passed)]
	if head.Text == "" {
		return
	}
	o.Text = o.Text[len(head.Text):]
	l.passed += size(head)
	l.out(head)
}

// cut returns where to cut s so that no more than n bytes, and no parts of
// characters, come before.
func cut(s string, n int64) int {
	i := int(max(0, min(int64(len(s)), n)))
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// room is how much of the end is kept.
func (l *limiter) room() int64 { return max(l.max-l.passed, l.max/4) }

// drop leaves out so many bytes of what came first, or all of a display.
func (l *limiter) drop(n int64) {
	o := &l.tail[0]
	before := size(*o)
	if o.Kind == Stream && before > n {
		at := int(n)
		for at < len(o.Text) && !utf8.RuneStart(o.Text[at]) {
			at++
		}
		o.Text = o.Text[at:]
	} else {
		if o.Kind != Stream {
			l.outputs++
		}
		*o = Output{Kind: Stream} // let go of the data
		l.tail = l.tail[1:]
	}
	dropped := before - size(*o)
	l.held -= dropped
	l.bytes += dropped
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
