package display

import (
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// How long GoNB may take to say that it has what was sent. It takes less than
// a millisecond; if it is gone, waiting for ever would hide that.
const syncTimeout = 30 * time.Second

// Where text goes outside a notebook; tests look there.
var stdout, stderr io.Writer = os.Stdout, os.Stderr

// One display at a time: its synchronisation would otherwise vouch for others.
var sending sync.Mutex

// send shows b in the notebook, or prints its text where there is none.
func send(b bundle) {
	sending.Lock()
	defer sending.Unlock()
	if !gonbui.IsNotebook {
		printText(b)
		return
	}
	settle()
	gonbui.SendData(b.protocol())
	if err := synced(); err != nil {
		fmt.Fprintf(stderr, "display: %v\n", err)
		printText(b)
	}
}

// printText prints the text of b; updates of a display are of no interest in
// a log, and only the first and the last are printed, see Progress.
func printText(b bundle) {
	fmt.Fprintln(stdout, strings.TrimRight(b.data[mimeText], "\n"))
}

// synced waits until GoNB has taken everything that was sent.
func synced() error {
	if err := gonbui.Error(); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() {
		gonbui.Sync() // for ever, if GoNB is gone
		close(done)
	}()
	select {
	case <-done:
		return gonbui.Error()
	case <-time.After(syncTimeout):
		return fmt.Errorf("GoNB did not answer within %v", syncTimeout)
	}
}

func (b bundle) protocol() *protocol.DisplayData {
	d := &protocol.DisplayData{
		Data:      make(map[protocol.MIMEType]any, len(b.data)),
		DisplayID: b.id,
	}
	for mime, s := range b.data {
		d.Data[protocol.MIMEType(mime)] = content(mime, s)
	}
	if len(b.metadata) > 0 {
		d.Metadata = make(map[string]any, len(b.metadata))
		for mime, m := range b.metadata {
			d.Metadata[mime] = m // gonbui has map[string]string registered
		}
	}
	return d
}

// content is JSON as what it stands for, so that it becomes an object in the
// notebook and not a string, and everything else as it is.
func content(mime, s string) any {
	var v any
	if strings.HasSuffix(mime, "+json") && json.Unmarshal([]byte(s), &v) == nil {
		return v
	}
	return s
}

// GoNB has these types registered; without that they could not be sent.
func init() {
	gob.Register(map[string]any{})
	gob.Register([]any{})
}
