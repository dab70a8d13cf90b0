package server

import (
	"context"
	"strings"
)

// arrive takes a message of the shell socket. Comms are handled at once: a
// running cell may wait for one. The others wait for their turn.
func (k *kernel) arrive(r request) {
	switch r.Header.MsgType {
	case "comm_open", "comm_msg", "comm_close":
		k.status(r, "busy")
		k.arriveComm(r)
		k.status(r, "idle")
	default:
		k.shell.push(r)
	}
}

// serveShell answers the shell socket's requests, one after another, until a
// shutdown request or until the queue is closed.
func (k *kernel) serveShell(ctx context.Context, stop context.CancelFunc) {
	for {
		r, ok := k.shell.pop()
		if !ok {
			return
		}
		k.status(r, "busy")
		shutdown := k.answerShell(ctx, r)
		k.status(r, "idle")
		if shutdown {
			stop()
			return
		}
	}
}

func (k *kernel) answerShell(ctx context.Context, r request) (shutdown bool) {
	switch r.Header.MsgType {
	case "execute_request":
		k.execute(ctx, r)
	case "complete_request":
		k.completeRequest(ctx, r)
	case "inspect_request":
		k.inspectRequest(ctx, r)
	case "is_complete_request":
		k.isCompleteRequest(r)
	case "history_request":
		k.historyRequest(r)
	case "interrupt_request": // old clients use the shell: nothing runs now
		k.reply(r, "interrupt_reply", content{"status": "ok"})
	case "shutdown_request":
		return k.shutdown(r)
	default:
		k.answerAnywhere(r)
	}
	return false
}

// answerAnywhere answers what may come on the shell and the control socket. A
// request that we do not know is answered too, so that nobody waits for ever.
func (k *kernel) answerAnywhere(r request) {
	switch t := r.Header.MsgType; {
	case t == "kernel_info_request":
		k.reply(r, "kernel_info_reply", kernelInfo())
	case t == "connect_request":
		k.reply(r, "connect_reply", k.ports)
	case t == "comm_info_request":
		k.commInfo(r)
	case strings.HasSuffix(t, "_request"):
		k.reply(r, strings.TrimSuffix(t, "request")+"reply",
			failure("UnknownRequest", "this kernel does not know "+t, nil))
	default:
		k.log.drop(unknownMessage(t))
	}
}

type unknownMessage string

func (u unknownMessage) Error() string { return "no handler for messages of type " + string(u) }

// refusal is the reply to a request whose content is wrong.
func refusal(err error) content { return failure("BadRequest", err.Error(), nil) }
