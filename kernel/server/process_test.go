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

// installTestKernel makes this executable a kernelspec named mixmodel-test, in
// a folder that the returned environment tells Jupyter of.
func installTestKernel(t *testing.T) (env []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	spec, err := json.Marshal(map[string]any{
		"argv": []string{self, "-f", "{connection_file}"}, "display_name": "test", "language": "go",
		"interrupt_mode": "message", "env": map[string]string{serveVariable: "-f"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := writeSpec(filepath.Join(data, "kernels", "mixmodel-test"), map[string][]byte{"kernel.json": spec}); err != nil {
		t.Fatal(err)
	}
	return append(os.Environ(), "JUPYTER_PATH="+data, "JUPYTER_RUNTIME_DIR="+t.TempDir(), "KERNEL_NAME=mixmodel-test", "TMPDIR="+t.TempDir())
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
	cmd.Env = installTestKernel(t)
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
