package server

import (
	"context"
	"path/filepath"
	"time"

	"mixmodel/kernel/complete"
)

// editorTimeout bounds the first answer about a package that must be compiled.
const editorTimeout = 10 * time.Second

type editorRequest struct {
	Code      string `json:"code"`
	CursorPos *int   `json:"cursor_pos"` // nil: at the end
}

func (q editorRequest) cursor() int {
	if q.CursorPos == nil {
		return len(q.Code) // or more, which is the end too
	}
	return *q.CursorPos
}

// remembered returns what earlier cells declare, as Go.
func (k *kernel) remembered(ctx context.Context) string {
	s, err := k.engine.wait(ctx)
	if err != nil {
		return ""
	}
	return s.Program().Text()
}

// learn looks at what a cell has imported, in the background, so that the next
// completion need not wait.
func (k *kernel) learn(s session) {
	text := s.Program().Text()
	if text == k.learnt {
		return
	}
	k.learnt = text
	k.background.Go(func() { _ = k.editor.Refresh(k.life, text) }) // it will be asked again
}

func (k *kernel) completeRequest(ctx context.Context, r request) {
	var q editorRequest
	if err := decode(r, &q); err != nil {
		k.reply(r, "complete_reply", refusal(err))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, editorTimeout)
	defer cancel()
	c := k.editor.Complete(ctx, k.remembered(ctx), q.Code, q.cursor())
	matches, rich := make([]string, len(c.Matches)), make([]content, len(c.Matches))
	for i, m := range c.Matches {
		matches[i] = m.Text
		rich[i] = content{"start": c.Start, "end": c.End, "text": m.Text, "type": m.Kind, "signature": m.Type}
	}
	k.reply(r, "complete_reply", content{
		"status": "ok", "matches": matches, "cursor_start": c.Start, "cursor_end": c.End,
		"metadata": content{"_jupyter_types_experimental": rich}, // JupyterLab shows kinds and types
	})
}

func (k *kernel) inspectRequest(ctx context.Context, r request) {
	var q editorRequest
	if err := decode(r, &q); err != nil {
		k.reply(r, "inspect_reply", refusal(err))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, editorTimeout)
	defer cancel()
	d, found := k.editor.Inspect(ctx, k.remembered(ctx), q.Code, q.cursor())
	data := content{}
	if found {
		data = content{"text/plain": d.Plain(), "text/markdown": d.Markdown()}
	}
	k.reply(r, "inspect_reply", content{"status": "ok", "found": found, "data": data, "metadata": content{}})
}

func (k *kernel) isCompleteRequest(r request) {
	var q editorRequest
	if err := decode(r, &q); err != nil {
		k.reply(r, "is_complete_reply", content{"status": "unknown"})
		return
	}
	status, indent := complete.IsComplete(q.Code)
	c := content{"status": status}
	if status == complete.Incomplete {
		c["indent"] = indent
	}
	k.reply(r, "is_complete_reply", c)
}

// editorOptions compiles as the engine does, so that what the build cache holds
// serves both.
func (k *kernel) editorOptions(o Options) complete.Options {
	env := append([]string{"GOFLAGS=", "GOWORK=off", "GO111MODULE="}, o.Engine.Env...)
	return complete.Options{Dir: o.Dir, Env: env, Flags: []string{"-trimpath", "-buildvcs=false"}, TempDir: k.tempDir}
}

// tempDir is a folder that goes with the session, "" before there is one.
func (k *kernel) tempDir() string {
	if !k.engine.ready() {
		return ""
	}
	if s, ok := k.engine.session.(interface{ Folder() string }); ok {
		return filepath.Join(s.Folder(), "tmp")
	}
	return ""
}
