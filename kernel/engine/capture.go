package engine

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// capture is the file of a %capture. A nil one captures nothing.
type capture struct{ file *os.File }

func openCapture(st state, s *Session, args []string) (*capture, error) {
	f, _, err := s.create(st, "%capture", args)
	if err != nil {
		return nil, fmt.Errorf("%%capture: %w", err)
	}
	return &capture{f}, nil
}

// tee returns a function that hands outputs on and copies their text: streams,
// and the strings of displays.
func (c *capture) tee(out func(Output)) func(Output) {
	if c == nil {
		return out
	}
	return func(o Output) {
		_, _ = io.WriteString(c.file, o.Text)
		for _, mime := range slices.Sorted(maps.Keys(o.Data)) {
			var text string
			if isText(mime) && json.Unmarshal(o.Data[mime], &text) == nil {
				_, _ = io.WriteString(c.file, text)
			}
		}
		out(o)
	}
}

func (c *capture) close() {
	if c != nil {
		c.file.Close()
	}
}
