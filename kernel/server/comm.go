package server

import (
	"encoding/json"
	"sync"

	"mixmodel/kernel/engine"
)

// comms are the open channels between a cell's program and a page.
type comms struct {
	mu   sync.Mutex
	open map[string]string // target by id
}

type commMessage struct {
	CommID     string          `json:"comm_id"`
	TargetName string          `json:"target_name"`
	Data       json.RawMessage `json:"data"`
}

func (c *comms) handle(k *kernel, r request) {
	var m commMessage
	if err := decode(r, &m); err != nil {
		k.log.drop(err)
		return
	}
	switch r.Header.MsgType {
	case "comm_open": // of a target that nobody serves: the protocol wants it closed
		k.publish(r, "comm_close", content{"comm_id": m.CommID, "data": content{}})
	}
}

func (k *kernel) commInfo(r request) {
	var q struct {
		TargetName string `json:"target_name"`
	}
	if err := decode(r, &q); err != nil {
		k.reply(r, "comm_info_reply", refusal(err))
		return
	}
	k.comms.mu.Lock()
	defer k.comms.mu.Unlock()
	list := content{}
	for id, target := range k.comms.open {
		if q.TargetName == "" || q.TargetName == target {
			list[id] = content{"target_name": target}
		}
	}
	k.reply(r, "comm_info_reply", content{"status": "ok", "comms": list})
}

// fromCell takes what a cell's program sends to the page.
func (c *comms) fromCell(k *kernel, r request, m *engine.CommMessage) {}
