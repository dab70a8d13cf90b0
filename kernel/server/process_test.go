package server

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serveVariable makes the test's executable a kernel: its value is the
// connection file, or "-f" if that follows on the command line.
const serveVariable = "KERNEL_TEST_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) == "" {
		os.Exit(m.Run())
	}
	os.Unsetenv(serveVariable) // cells may run tests too
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := Run(ctx, os.Args[len(os.Args)-1], Options{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// python returns a Python that has the module, or skips the test.
func python(t *testing.T, module string) string {
	t.Helper()
	for _, name := range []string{os.Getenv("PYTHON"), "python3", "python"} {
		if name != "" && exec.Command(name, "-c", "import "+module).Run() == nil {
			return name
		}
	}
	t.Skipf("no Python on the PATH (or in $PYTHON) has %s: python3 -m venv v && v/bin/pip install jupyter_kernel_test ipykernel nbconvert, then PYTHON=v/bin/python", module)
	return ""
}

// testKernel is the kernelspec that tests install.
const testKernel = "mixmodel-test"

// installTestKernel makes this executable a kernelspec, in a folder that the
// returned environment tells Jupyter of.
func installTestKernel(t *testing.T, name string) (env []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	spec, err := json.Marshal(map[string]any{
		"argv": []string{self, "-f", "{connection_file}"}, "display_name": "test", "language": "go",
		"interrupt_mode": "message", "env": map[string]string{serveVariable: "-f", "TMPDIR": t.TempDir()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := writeSpec(filepath.Join(data, "kernels", name), map[string][]byte{"kernel.json": spec}); err != nil {
		t.Fatal(err)
	}
	return append(os.Environ(), "JUPYTER_PATH="+data, "JUPYTER_RUNTIME_DIR="+t.TempDir(), "KERNEL_NAME="+name)
}

// Numbers: 10 tests that count and no failure, in some 6 s.
func TestJupyterKernelTestFindsNoFailure(t *testing.T) {
	python := python(t, "jupyter_kernel_test")
	script, err := filepath.Abs("testdata/conformance.py")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, script)
	cmd.Env = installTestKernel(t, testKernel)
	cmd.Dir = filepath.Join("..", "..", "notebooks")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	passed := regexp.MustCompile(`(?m)^test_\w+ .*\.\.\. ok$`).FindAllString(string(out), -1)
	if t.Logf("%s", out); len(passed) < 13 {
		t.Errorf("%d tests passed, want 13:\n%s", len(passed), strings.Join(passed, "\n"))
	}
}

// startProcess runs a kernel in a process of its own, which finds its temporary
// files in the returned folder, and connects to it.
func startProcess(t *testing.T, env ...string) (*client, *exec.Cmd, string) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not on the PATH")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	conn, temp := freeConnection(t), t.TempDir()
	cmd := exec.Command(self, writeConnection(t, conn))
	cmd.Env = append(os.Environ(), append(env, serveVariable+"=1", "TMPDIR="+temp)...)
	cmd.Stderr = os.Stderr
	cmd.Dir = filepath.Join("..", "..", "notebooks")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // has ended, if the test passed
		_ = cmd.Wait()
		// What guards a killed kernel's folder removes it, which takes a moment.
		for range 1000 {
			if len(leftovers(t, temp)) == 0 {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Errorf("left behind: %q", leftovers(t, temp))
	})
	return connect(t, conn, "client"), cmd, temp
}

// leftovers returns the files and, on Linux, the processes that a kernel with
// this folder for temporary files has left.
func leftovers(t *testing.T, temp string) []string {
	t.Helper()
	var left []string
	entries, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left = append(left, "file "+e.Name())
	}
	processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, p := range processes {
		if line, err := os.ReadFile(p); err == nil && strings.Contains(string(line), temp) {
			left = append(left, "process "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return left
}

func TestNothingIsLeftHoweverTheKernelEnds(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals are what Unix has")
	}
	for _, test := range []struct {
		name string
		end  func(c *client, kernel, parent *os.Process)
	}{
		{"asked to", func(c *client, _, _ *os.Process) {
			c.send("control", "shutdown_request", map[string]any{"restart": false})
		}},
		{"terminated", func(_ *client, kernel, _ *os.Process) { _ = kernel.Signal(syscall.SIGTERM) }},
		{"killed", func(_ *client, kernel, _ *os.Process) { _ = kernel.Kill() }},
		{"its client killed", func(_ *client, _, parent *os.Process) {
			_ = parent.Kill()
			_, _ = parent.Wait()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			parent := exec.Command("sleep", "100")
			if err := parent.Start(); err != nil {
				t.Skip(err)
			}
			defer parent.Wait()
			defer parent.Process.Kill()
			c, cmd, temp := startProcess(t, fmt.Sprint("JPY_PARENT_PID=", parent.Process.Pid))
			c.send("shell", "execute_request", cellOf("!sleep 100 &\n%%\nfmt.Println(\"here\")\ntime.Sleep(time.Hour)"))
			for c.next("iopub").Header.MsgType != "stream" {
			}
			test.end(c, cmd.Process, parent.Process)
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			select {
			case <-ended:
			case <-time.After(patience):
				t.Fatalf("the kernel has not ended after %v", patience)
			}
			var left []string
			for range 500 { // after a kill the groups' leaders still clean up
				if left = leftovers(t, temp); len(left) == 0 {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
			t.Errorf("left: %q", left)
		})
	}
}

func TestAnInterruptEndsTheCellNotTheKernel(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals are what Unix has")
	}
	c, cmd, _ := startProcess(t)
	for _, way := range []string{"message", "signal"} {
		id := c.send("shell", "execute_request", cellOf("%%\nfmt.Println(\"here\")\ntime.Sleep(time.Hour)"))
		for c.next("iopub").Header.MsgType != "stream" {
		}
		start := time.Now()
		if way == "message" {
			c.send("control", "interrupt_request", map[string]any{})
		} else if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if got := c.reply("shell", id); got["ename"] != "Interrupted" {
			t.Errorf("%s: got %v", way, got)
		}
		if d := time.Since(start); d > 4*time.Second { // a program that does not listen is killed after 5 s
			t.Errorf("%s: took %v", way, d)
		}
	}
	id := c.send("shell", "execute_request", cellOf("%%\nfmt.Println(\"alive\")"))
	if got := c.reply("shell", id); got["status"] != "ok" {
		t.Errorf("afterwards: got %v", got)
	}
}

func TestTheEngineServesNotebooks(t *testing.T) {
	c, _, _ := startProcess(t)
	run := func(code string) (map[string]any, []string) {
		id := c.send("shell", "execute_request", cellOf(code))
		return c.reply("shell", id), c.heard(id)
	}
	run("import \"mixmodel/kernel/display\"\n\n// Twice doubles.\nfunc Twice(x int) int { return 2 * x }")
	_, heard := run("%%\nfmt.Println(\"a\")\ndisplay.Markdown(\"*b*\")\nfmt.Println(Twice(21))")
	if want := []string{"execute_input", "stdout: a\n", "display_data: *b*", "stdout: 42\n"}; !slices.Equal(heard, want) {
		t.Errorf("got %q, want %q", heard, want)
	}
	reply, heard := run("var x = 1\n%%\nif x > 0 {\n\tpanic(\"on purpose\")\n}")
	if reply["status"] != "error" || !strings.Contains(fmt.Sprint(reply["traceback"]), "cell cell-3, line 4") || len(heard) != 2 {
		t.Errorf("a panic: %v %q", reply, heard)
	}
	reply, _ = run("%%\nTwice(\"x\")")
	if !strings.Contains(reply["evalue"].(string), "cell-4:2:7: ") {
		t.Errorf("a compile error: %v", reply)
	}
	id := c.send("shell", "complete_request", map[string]any{"code": "%%\ndisplay.Mark", "cursor_pos": 15})
	if got := c.reply("shell", id); fmt.Sprint(got["matches"]) != "[Markdown]" {
		t.Errorf("completion: %v", got)
	}
	id = c.send("shell", "inspect_request", map[string]any{"code": "%%\nTwice(1)", "cursor_pos": 5})
	if got := c.reply("shell", id); !strings.Contains(fmt.Sprint(got["data"]), "Twice doubles.") {
		t.Errorf("inspection: %v", got)
	}
	best := time.Hour
	for range 10 {
		start := time.Now()
		id = c.send("shell", "complete_request", map[string]any{"code": "%%\nfmt.Print", "cursor_pos": 12})
		c.reply("shell", id)
		best = min(best, time.Since(start))
	}
	if best > 300*time.Millisecond {
		t.Errorf("a completion takes %v at best, want at most 300 ms", best)
	}
	id = c.send("shell", "execute_request", cellOf("%with_inputs\n!read x; echo \"got $x\""))
	c.next("stdin")
	c.send("stdin", "input_reply", map[string]any{"value": "Ada"})
	c.reply("shell", id)
	if heard := c.heard(id); !strings.Contains(strings.Join(heard, ""), "got Ada") {
		t.Errorf("input: %q", heard)
	}
}
