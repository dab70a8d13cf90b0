//go:build unix

package engine

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be the process that dies.
func TestMain(m *testing.M) {
	if os.Getenv("ENGINE_TEST_VICTIM") != "" {
		victim()
	}
	os.Exit(m.Run())
}

// victim runs a cell that never ends, with a child, and something in the
// background, and tells when all is up.
func victim() {
	s, err := Open(context.Background(), Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	cells := []Cell{
		{"shell", "!sleep 4713 >/dev/null 2>&1 &"},
		{"program", "%%\ncmd := exec.Command(\"sleep\", \"4714\")\ncmd.Start()\nfmt.Println(\"up\")\ncmd.Wait()"},
	}
	s.Prepare([]Cell{{"ahead", "%%\nfmt.Println(plotted)"}})
	fmt.Println("folder", s.work.dir)
	for _, c := range cells {
		_ = s.Execute(context.Background(), c, func(o Output) { fmt.Print(o.Text) })
	}
}

func TestNothingIsLeftOfASessionThatIsKilled(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("looks into /proc")
	}
	for _, when := range []string{"folder ", "up"} { // as it compiles, as it runs
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "ENGINE_TEST_VICTIM=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		folder, reached := "", false
		for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
			if f, ok := strings.CutPrefix(lines.Text(), "folder "); ok {
				folder = f
			}
			reached = strings.HasPrefix(lines.Text(), when)
		}
		if when == "folder " {
			time.Sleep(100 * time.Millisecond)
		}
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil || !reached {
			t.Fatalf("killed at %q: %v", when, err)
		}
		_ = cmd.Wait()
		gone := eventually(func() bool {
			_, err := os.Stat(folder)
			return os.IsNotExist(err) && using(folder) == ""
		})
		if !gone {
			_, err := os.Stat(folder)
			t.Errorf("killed at %q: the folder is left: %v; processes: %s", when, err == nil, using(folder))
		}
		for _, p := range []string{"sleep 4713", "sleep 4714"} {
			if left := processes(t, p); left != "" {
				t.Errorf("killed at %q: left behind: %s", when, left)
			}
		}
	}
}

// using returns the command lines of processes that name the folder.
func using(folder string) string {
	dirs, _ := os.ReadDir("/proc")
	var found []string
	for _, d := range dirs {
		raw, _ := os.ReadFile("/proc/" + d.Name() + "/cmdline")
		if line := strings.ReplaceAll(string(raw), "\x00", " "); strings.Contains(line, folder) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "; ")
}

func TestOpenSweepsFoldersOfDeadSessions(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	live := open(t, Options{})
	dead, err := newScratch()
	if err != nil {
		t.Fatal(err)
	}
	dead.group.signal(syscall.SIGKILL) // nobody is left to remove the folder
	_ = dead.group.leader.Wait()
	dead.lock.Close()
	open(t, Options{})
	if _, err := os.Stat(dead.dir); !os.IsNotExist(err) {
		t.Errorf("the dead session's folder is left: %v", err)
	}
	if got, err := execute(t, live, "a", "%%\nfmt.Println(1)"); got != "stdout: \"1\\n\"\n" || err != nil {
		t.Errorf("the live session: got %s, %v", got, err)
	}
}
