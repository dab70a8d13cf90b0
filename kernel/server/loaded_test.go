package server

import (
	"flag"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"testing"
)

// The number:
//
//	go test ./kernel/server -run Loaded -loaded 200
var loaded = flag.Int("loaded", 1, "how often a cell is run while more loops than there are cores are busy")

func TestALoadedMachineLosesAndReordersNothing(t *testing.T) {
	c, _, _ := startProcess(t)
	for range 2*runtime.NumCPU() + 2 {
		busy := exec.Command("sh", "-c", "while :; do :; done")
		if err := busy.Start(); err != nil {
			t.Skip(err)
		}
		defer busy.Wait()
		defer busy.Process.Kill()
	}
	const n = 100
	code := fmt.Sprintf("import \"mixmodel/kernel/display\"\n%%%%\nfor i := range %d {\n\tfmt.Println(i, \"→\")\n\tdisplay.Markdown(fmt.Sprint(i))\n}", n)
	want := []string{"execute_input"}
	for i := range n {
		want = append(want, fmt.Sprintf("stdout: %d →\n", i), fmt.Sprint("display_data: ", i))
	}
	for run := range *loaded {
		id := c.send("shell", "execute_request", cellOf(code))
		if got := c.heard(id); !slices.Equal(got, want) {
			t.Errorf("run %d: %d outputs before idle, want %d in order: %.300q", run, len(got), len(want), got)
		}
		c.reply("shell", id)
		for len(c.iopub) > 0 { // late ones
			if m := c.next("iopub"); m.Parent.MsgID == id {
				t.Errorf("run %d: %s after idle", run, m.Header.MsgType)
			}
		}
	}
}
