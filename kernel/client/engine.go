package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/nbformat"
)

// GoNB returns what starts stock GoNB for a notebook in the folder dir, where
// its cells run; "" is the current one.
func GoNB(dir string) execute.Start {
	return func(ctx context.Context, notice func(string)) (execute.Engine, error) {
		bin, err := tools(ctx, func() { notice("building GoNB " + GoNBVersion + " (first use only)") })
		if err != nil {
			return nil, err
		}
		k, err := startKernel(ctx, bin, dir)
		if k == nil {
			return nil, err
		}
		k.clean = cleaner(k.workDir())
		return k, err
	}
}

// cleaner returns a function that takes the kernel's folder, whose name
// differs from run to run, out of error texts.
func cleaner(workDir string) func(string) string {
	if workDir == "" {
		return func(s string) string { return s }
	}
	name := workDir[strings.LastIndexByte(workDir, '/')+1:]
	return strings.NewReplacer(workDir+"/", "", workDir, "$GONB_TMP_DIR", name, "gonb").Replace
}

// Clean takes GoNB's folder out of the text.
func (k *kernel) Clean(text string) string {
	if k.clean == nil {
		return text
	}
	return k.clean(text)
}

// request is the execution of one cell.
type request struct {
	count       int // the execution count
	show        func(execute.Output)
	stderr      tailBuffer
	reply, idle bool
	status      content // of the reply
}

func (c *request) over() bool { return c.reply && c.idle }

// Execute runs one cell.
func (k *kernel) Execute(ctx context.Context, cell execute.Cell, show func(execute.Output)) error {
	id, err := k.send(shell, "execute_request", map[string]any{
		"code": cell.Source, "silent": false, "store_history": true,
		"user_expressions": struct{}{}, "allow_stdin": false, "stop_on_error": true,
	})
	if err != nil {
		return fmt.Errorf("%w: %w", execute.ErrKernelDied, err)
	}
	c := &request{count: cell.Count, show: show}
	k.requests[id] = c
	for !c.over() {
		select {
		case m := <-k.in:
			k.handle(m)
		case <-ctx.Done():
			k.interrupt(c)
			return ctx.Err()
		case <-k.exited:
			k.drain()
			return k.died()
		}
	}
	if c.status.Status == "error" {
		return k.failure(c)
	}
	return nil
}

// interrupt asks the cell's program to end and waits a moment for its last
// words. The kernel does not stop a compilation: what goes on is ended with
// the kernel.
func (k *kernel) interrupt(c *request) {
	if _, err := k.send(control, "interrupt_request", struct{}{}); err != nil {
		return
	}
	patience := time.After(time.Second)
	for !c.over() {
		select {
		case m := <-k.in:
			k.handle(m)
		case <-patience:
			return
		case <-k.exited:
			return
		}
	}
}

// Close ends the kernel and everything it started.
func (k *kernel) Close() error {
	k.shutdown()
	return k.close()
}

// handle takes one message of the kernel. Errors come with the reply.
func (k *kernel) handle(m received) {
	c := k.requests[m.Parent.MsgID]
	if c == nil {
		return // an answer to a request that was no cell
	}
	body, err := parseContent(m.Content)
	if err != nil {
		return
	}
	switch m.Header.MsgType {
	case "execute_reply":
		c.reply, c.status = true, body
	case "status":
		if body.ExecutionState == "idle" {
			c.idle = true
		}
	case "stream":
		if body.Name == "stderr" {
			c.stderr.add(body.Text)
		}
		c.show(execute.Output{Output: nbformat.Output{Type: nbformat.Stream, Name: body.Name, Text: body.Text}})
	case "display_data", "execute_result", "update_display_data":
		c.show(execute.Output{
			Output:    nbformat.Output{Type: nbformat.DisplayData, Data: body.Data, Metadata: body.Metadata},
			DisplayID: body.Transient.DisplayID,
			Update:    m.Header.MsgType == "update_display_data",
		})
	}
}

// tailBuffer is the end of a long text.
type tailBuffer struct{ text []byte }

func (b *tailBuffer) add(s string) {
	const most = 1 << 20
	b.text = append(b.text, s...)
	if extra := len(b.text) - most; extra > most {
		b.text = append(b.text[:0], b.text[extra:]...)
	}
}

func (b *tailBuffer) String() string { return string(b.text) }

// content is the union of what the messages that matter here hold.
type content struct {
	Status         string              `json:"status"`
	ExecutionState string              `json:"execution_state"`
	Name           string              `json:"name"`
	Text           string              `json:"text"`
	Data           nbformat.MIMEBundle `json:"data"`
	Metadata       nbformat.Metadata   `json:"metadata"`
	Transient      struct {
		DisplayID string `json:"display_id"`
	} `json:"transient"`
	EName     string   `json:"ename"`
	EValue    string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

func parseContent(raw json.RawMessage) (content, error) {
	var c content
	err := json.Unmarshal(raw, &c)
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		err = nil // one odd field does not spoil the others
	}
	return c, err
}
