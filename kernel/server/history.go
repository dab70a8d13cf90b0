package server

import (
	"path"
	"strings"
	"unicode/utf8"
)

// history is what was executed since the kernel started, as session 1. Nothing
// is kept on disk.
type history []historyEntry

type historyEntry struct {
	number int
	source string
	output string // what the cell printed, its beginning
}

const historySession = 1

// maxHistoryOutput is how much of a cell's text the history keeps, in bytes.
const maxHistoryOutput = 4 << 10

type historyRequest struct {
	Output         bool   `json:"output"`
	HistAccessType string `json:"hist_access_type"` // range, tail or search
	Session        int    `json:"session"`          // range: 0 and negative count from the current one
	Start          int    `json:"start"`
	Stop           *int   `json:"stop"`
	N              *int   `json:"n"`
	Pattern        string `json:"pattern"`
	Unique         bool   `json:"unique"`
}

// find returns the entries that a request asks for, oldest first.
func (h history) find(q historyRequest) history {
	var found history
	switch q.HistAccessType {
	case "tail":
		found = h
	case "range":
		if q.Session == 0 || q.Session == historySession {
			found = h.numbered(q.Start, q.Stop)
		}
		return found
	case "search":
		found = h.matching(q.Pattern)
		if q.Unique {
			found = found.unique()
		}
	}
	if q.N != nil {
		found = found[max(0, len(found)-max(0, *q.N)):]
	}
	return found
}

func (h history) numbered(start int, stop *int) history {
	var found history
	for _, e := range h {
		if e.number >= start && (stop == nil || e.number < *stop) {
			found = append(found, e)
		}
	}
	return found
}

// matching returns the entries that match a glob pattern, of which * and ? also
// match line ends and slashes.
func (h history) matching(pattern string) history {
	if pattern == "" {
		pattern = "*"
	}
	plain := strings.NewReplacer("/", "\x01") // path.Match stops at slashes
	var found history
	for _, e := range h {
		if ok, err := path.Match(plain.Replace(pattern), plain.Replace(e.source)); ok && err == nil {
			found = append(found, e)
		}
	}
	return found
}

// unique keeps the last of equal entries.
func (h history) unique() history {
	last := make(map[string]int)
	for i, e := range h {
		last[e.source] = i
	}
	var found history
	for i, e := range h {
		if last[e.source] == i {
			found = append(found, e)
		}
	}
	return found
}

// json returns the entries as the protocol has them: session, number, and
// source or [source, output].
func (h history) json(output bool) [][3]any {
	list := make([][3]any, len(h))
	for i, e := range h {
		list[i] = [3]any{historySession, e.number, e.source}
		if output {
			var text any
			if e.output != "" {
				text = e.output
			}
			list[i][2] = [2]any{e.source, text}
		}
	}
	return list
}

// note adds to the text of the last entry.
func (h history) note(text string) {
	if len(h) == 0 {
		return
	}
	e := &h[len(h)-1]
	room := maxHistoryOutput - len(e.output)
	if len(text) > room {
		for room > 0 && !utf8.RuneStart(text[room]) {
			room--
		}
		text = text[:max(room, 0)]
	}
	e.output += text
}

func (k *kernel) historyRequest(r request) {
	var q historyRequest
	if err := decode(r, &q); err != nil {
		k.reply(r, "history_reply", refusal(err))
		return
	}
	k.reply(r, "history_reply", content{"status": "ok", "history": k.history.find(q).json(q.Output)})
}
