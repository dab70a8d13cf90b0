package server

import "context"

// serveControl answers the control socket, whatever the shell is busy with. It
// returns at a shutdown request or when the queue is closed.
func (k *kernel) serveControl(stop context.CancelFunc) {
	for {
		r, ok := k.control.pop()
		if !ok {
			return
		}
		k.status(r, "busy")
		shutdown := k.answerControl(r)
		k.status(r, "idle")
		if shutdown {
			stop()
			return
		}
	}
}

func (k *kernel) answerControl(r request) (shutdown bool) {
	switch r.Header.MsgType {
	case "interrupt_request":
		k.running.interrupt()
		k.reply(r, "interrupt_reply", content{"status": "ok"})
	case "shutdown_request":
		return k.shutdown(r)
	default:
		k.answerAnywhere(r)
	}
	return false
}

// shutdown answers a shutdown request and tells the other clients of it.
func (k *kernel) shutdown(r request) bool {
	var c struct {
		Restart bool `json:"restart"`
	}
	if err := decode(r, &c); err != nil {
		k.log.drop(err) // the wish to end is clear enough
	}
	bye := content{"status": "ok", "restart": c.Restart}
	k.reply(r, "shutdown_reply", bye)
	k.publish(r, "shutdown_reply", bye)
	return true
}
