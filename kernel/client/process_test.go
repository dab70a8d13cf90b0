//go:build unix

package client

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// offsets in traces depend on the machine's instructions.
var offsets = regexp.MustCompile(`\+0x[0-9a-f]+`)

// killGoNB kills the GoNB that runs in the folder.
func killGoNB(temp string) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, l := range lines {
		data, _ := os.ReadFile(l)
		name, args, _ := bytes.Cut(data, []byte{0})
		if strings.HasSuffix(string(name), "bin/gonb") && bytes.Contains(args, []byte(temp)) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(l)))
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// runnerEnv, if set, makes the test binary run an endless notebook.
const runnerEnv = "MIXMODEL_TEST_ENDLESS"

func TestMain(m *testing.M) {
	if os.Getenv(runnerEnv) != "" {
		runEndless()
	}
	os.Exit(m.Run())
}

func TestTheDeathOfTheRunnerLeavesNothing(t *testing.T) {
	needGoNB(t)
	temp := ownTemp(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), runnerEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "running\n" {
		t.Fatalf("the runner said %q, %v, want running", line, err)
	}
	waitForCell(temp)
	if n := len(processesUsing(temp)); n < 3 && exists("/proc/self") {
		t.Errorf("%d processes while the cell runs, want 3: leader, GoNB and the cell's program", n)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	deadline := time.Now().Add(5 * time.Second)
	for time.Now().Before(deadline) {
		left, _ := os.ReadDir(temp)
		if len(left) == 0 && len(processesUsing(temp)) == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	// ownTemp reports what is left
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
