package server

import (
	_ "embed" // the page's script
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"mixmodel/kernel/engine"
)

// comms link the running cell's program with the page that shows its widgets.
//
// The page's end is a script that the kernel displays when a cell first speaks
// to the page: it opens a socket to the Jupyter server and a comm with the target
// gonb_comm. What the cell says until then waits. A page that was there before
// opens its comm anew, so that one that was reloaded is not spoken to in vain.
type comms struct {
	kernelID string // by which the Jupyter server knows the kernel; "" if unknown

	mu      sync.Mutex
	page    string // the page's comm; "" until it opens one
	asked   string // the request for which the script was displayed
	waiting []content
}

// commTarget is what the page's script opens.
const commTarget = "gonb_comm"

// maxWaiting is how many messages wait for a page. A client without a browser
// never opens a comm.
const maxWaiting = 1000

//go:embed page.js
var pageScript string

// connectionName is how Jupyter servers name connection files.
var connectionName = regexp.MustCompile(`^kernel-([0-9a-fA-F-]{36})\.json$`)

func kernelID(connectionFile string) string {
	if m := connectionName.FindStringSubmatch(filepath.Base(connectionFile)); m != nil {
		return m[1]
	}
	return ""
}

type commMessage struct {
	CommID     string `json:"comm_id"`
	TargetName string `json:"target_name"`
	Data       struct {
		Address string `json:"address"`
		Value   any    `json:"value"`
	} `json:"data"`
}

// arriveComm takes a message of a page.
func (k *kernel) arriveComm(r request) {
	var m commMessage
	if err := decode(r, &m); err != nil {
		k.log.drop(err)
		return
	}
	c := &k.comms
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case r.Header.MsgType == "comm_open" && m.TargetName == commTarget:
		c.open(k, r, m.CommID)
	case r.Header.MsgType == "comm_open": // of what nobody serves
		k.publish(r, "comm_close", content{"comm_id": m.CommID, "data": content{}})
	case m.CommID != c.page || c.page == "":
	case r.Header.MsgType == "comm_close":
		c.page = ""
	case k.engine.ready():
		if v, ok := commValue(m.Data.Value); ok {
			k.engine.session.Deliver(m.Data.Address, v)
		}
	}
}

// open takes a page's comm as the one to speak to. The mutex is held.
func (c *comms) open(k *kernel, r request, id string) {
	c.page = id
	for _, data := range c.waiting {
		k.publish(r, "comm_msg", content{"comm_id": id, "data": data})
	}
	c.waiting = nil
	if c.asked != "" { // the script has done its work
		k.publish(r, "update_display_data", scriptDisplay(c.asked, ""))
	}
}

// fromCell takes what a cell's program says to the page.
func (c *comms) fromCell(k *kernel, r request, m *engine.CommMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked != r.Header.MsgID && c.kernelID != "" {
		c.asked, c.page, c.waiting = r.Header.MsgID, "", nil
		script := "<script>" + strings.Replace(pageScript, "KERNEL_ID", c.kernelID, 1) + "</script>"
		k.publish(r, "display_data", scriptDisplay(c.asked, script))
	}
	data := content{"address": m.Address, "value": m.Value}
	switch {
	case m.Subscribe, m.Unsubscribe, strings.HasPrefix(m.Address, "#"):
		return // the engine's affair, and gonbui's own
	case m.Request:
		data = content{"address": m.Address, "read_request": true}
	}
	if c.page != "" {
		k.publish(r, "comm_msg", content{"comm_id": c.page, "data": data})
	} else if len(c.waiting) < maxWaiting {
		c.waiting = append(c.waiting, data)
	}
}

func scriptDisplay(id, html string) content {
	return content{
		"data":      content{"text/html": html},
		"metadata":  content{},
		"transient": content{"display_id": "gonb_comm_" + id},
	}
}

// commValue returns a value of JSON as one of the types that gonbui takes.
func commValue(v any) (any, bool) {
	switch v := v.(type) {
	case float64, string:
		return v, true
	case bool: // gonbui has none: the numbers 0 and 1
		if v {
			return 1.0, true
		}
		return 0.0, true
	case []any:
		if list, ok := allOf[float64](v); ok {
			return list, true
		}
		return boxed(allOf[string](v))
	case map[string]any:
		if m, ok := mapOf[float64](v); ok {
			return m, true
		}
		return boxed(mapOf[string](v))
	}
	return nil, false
}

func boxed[T any](v T, ok bool) (any, bool) { return v, ok }

func allOf[T any](list []any) ([]T, bool) {
	out := make([]T, len(list))
	for i, x := range list {
		var ok bool
		if out[i], ok = x.(T); !ok {
			return nil, false
		}
	}
	return out, true
}

func mapOf[T any](m map[string]any) (map[string]T, bool) {
	out := make(map[string]T, len(m))
	for key, x := range m {
		v, ok := x.(T)
		if !ok {
			return nil, false
		}
		out[key] = v
	}
	return out, true
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
	list := map[string]content{}
	if k.comms.page != "" && (q.TargetName == "" || q.TargetName == commTarget) {
		list[k.comms.page] = content{"target_name": commTarget}
	}
	k.reply(r, "comm_info_reply", content{"status": "ok", "comms": list})
}
