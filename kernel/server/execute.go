package server

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"mixmodel/kernel/engine"
)

type executeRequest struct {
	Code            string                     `json:"code"`
	Silent          bool                       `json:"silent"`
	StoreHistory    *bool                      `json:"store_history"` // nil: unless silent
	UserExpressions map[string]json.RawMessage `json:"user_expressions"`
	AllowStdin      bool                       `json:"allow_stdin"`
	StopOnError     bool                       `json:"stop_on_error"`
}

func (k *kernel) execute(ctx context.Context, r request) {
	q := executeRequest{StopOnError: true}
	if err := decode(r, &q); err != nil {
		k.reply(r, "execute_reply", k.counted(refusal(err)))
		return
	}
	stored := !q.Silent && (q.StoreHistory == nil || *q.StoreHistory)
	if stored {
		k.count++
		k.history = append(k.history, historyEntry{number: k.count, source: q.Code})
	}
	if !q.Silent {
		k.publish(r, "execute_input", content{"code": q.Code, "execution_count": k.count})
	}
	text, err := k.run(ctx, r, q)
	if stored {
		k.history.note(text)
	}
	if err == nil {
		k.reply(r, "execute_reply", k.counted(content{
			"status": "ok", "payload": []any{}, "user_expressions": unsupported(q.UserExpressions),
		}))
		return
	}
	var waiting []request
	if q.StopOnError { // those that come after the reply know of the failure
		waiting = k.shell.take("execute_request")
	}
	o := engine.ErrorOutput(err)
	k.reply(r, "execute_reply", k.counted(failure(o.Name, o.Value, o.Traceback)))
	k.abort(waiting)
}

// run runs a cell and returns the beginning of what it printed.
func (k *kernel) run(ctx context.Context, r request, q executeRequest) (string, error) {
	if strings.TrimSpace(q.Code) == "" {
		return "", nil
	}
	ctx, end := k.running.begin(ctx, r, q.AllowStdin)
	defer end()
	out := &outputs{kernel: k, request: r, ctx: ctx, silent: q.Silent}
	err := k.runWith(ctx, engine.Cell{ID: k.cellID(r), Source: q.Code}, out.show)
	err = why(ctx, err)
	out.end(err)
	return out.begin, err
}

func (k *kernel) runWith(ctx context.Context, c engine.Cell, show func(engine.Output)) error {
	s, err := k.engine.wait(ctx)
	if err != nil {
		return err
	}
	defer k.learn(s)
	return s.Execute(ctx, c, show)
}

// cellID is the cell's id in the notebook if the client tells it, as JupyterLab
// does, so that errors name cells as headless runs do. Otherwise it is its number.
func (k *kernel) cellID(r request) string {
	var m struct {
		CellID string `json:"cellId"`
	}
	if err := json.Unmarshal(r.Metadata, &m); err == nil && validID(m.CellID) {
		return m.CellID
	}
	return fmt.Sprintf("cell-%d", k.count)
}

// validID says whether an id is one by the notebook format.
func validID(id string) bool {
	return 0 < len(id) && len(id) <= 64 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

func (k *kernel) counted(c content) content {
	c["execution_count"] = k.count
	return c
}

// abort answers the executions that were asked for before one failed.
func (k *kernel) abort(requests []request) {
	for _, r := range requests {
		k.status(r, "busy")
		c := failure("Aborted", "an earlier cell failed", nil)
		c["status"] = "aborted"
		k.reply(r, "execute_reply", k.counted(c))
		k.status(r, "idle")
	}
}

// unsupported answers the expressions that a client wants to be evaluated after
// a cell: Go has no such thing.
func unsupported(expressions map[string]json.RawMessage) content {
	c := content{}
	for name := range expressions {
		c[name] = failure("Unsupported", "expressions are not evaluated: a cell is a whole Go program", nil)
	}
	return c
}
