//go:build unix

package headless

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

var kills = flag.Int("kills", 4, "how often TestAKillAtAnyMomentLosesNothingThatWasFinished kills")

// runnerEnv, if set, makes the test binary run the notebook that it names, as
// the command does.
const runnerEnv = "MIXMODEL_TEST_RUN"

func TestMain(m *testing.M) {
	flag.Parse()
	if path := os.Getenv(runnerEnv); path != "" {
		os.Exit(runNotebook(path))
	}
	os.Exit(m.Run())
}

func runNotebook(path string) int {
	nb, err := nbformat.ReadFile(path)
	if err == nil {
		out := strings.TrimSuffix(path, ".ipynb") + ".out.ipynb"
		f := Flags{Engine: "own", Freeze: freeze.Auto, Events: "jsonl"}
		_, err = f.Run(context.Background(), path, nb, execute.Options{
			Save: func(nb *nbformat.Notebook) error { return nbformat.WriteFile(out, nb) },
		}, os.Stderr)
	}
	if err != nil {
		fmt.Fprintf(os.Stdout, "%s\n", execute.Describe(err))
	}
	return execute.ExitCode(err)
}

// victim is a run of a notebook, in a process of its own.
type victim struct {
	cmd      *exec.Cmd
	temp     string
	finished chan string // ids of cells that are said to be finished
	all      []string
	said     bytes.Buffer
}

func start(t *testing.T, path, cache string) *victim {
	t.Helper()
	v := &victim{cmd: exec.Command(os.Args[0]), finished: make(chan string, 100)}
	var err error
	if v.temp, err = os.MkdirTemp("", "k"); err != nil {
		t.Fatal(err)
	}
	v.cmd.Env = append(os.Environ(), runnerEnv+"="+path, "TMPDIR="+v.temp, "XDG_CACHE_HOME="+cache)
	v.cmd.Stdout = &v.said
	events, err := v.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go v.listen(events)
	return v
}

// listen takes note of the cells that are said to be finished.
func (v *victim) listen(events io.Reader) {
	defer close(v.finished)
	lines := bufio.NewScanner(events)
	for lines.Scan() {
		var e struct{ Event, ID string }
		if json.Unmarshal(lines.Bytes(), &e) == nil && e.Event == string(execute.CellEnd) {
			v.finished <- e.ID
		}
	}
}

// wait waits for the end of the run, and of its events.
func (v *victim) wait() int {
	for id := range v.finished {
		v.all = append(v.all, id)
	}
	err := v.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

// killProgram kills a cell's program if one runs: a process whose executable
// lies in the run's temporary folder.
func (v *victim) killProgram() bool {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, l := range links {
		if exe, err := os.Readlink(l); err == nil && strings.HasPrefix(exe, v.temp) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(l)))
			return syscall.Kill(pid, syscall.SIGKILL) == nil
		}
	}
	return false
}

// left says what is left of the run after a moment, "" if nothing.
func (v *victim) left() string {
	text := ""
	for range 100 {
		files, _ := os.ReadDir(v.temp)
		processes := processesUsing(v.temp)
		if len(files) == 0 && len(processes) == 0 {
			return ""
		}
		text = fmt.Sprintf("files %v, processes %q", files, processes)
		time.Sleep(100 * time.Millisecond)
	}
	return text
}

// processesUsing returns the command lines that name dir, less those of
// zombies.
func processesUsing(dir string) []string {
	var found []string
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, l := range lines {
		data, _ := os.ReadFile(l)
		if line := strings.ReplaceAll(string(data), "\x00", " "); strings.Contains(line, dir) {
			found = append(found, line)
		}
	}
	return found
}

// keepGoCaches keeps the go command's caches where they are while the user's
// cache is elsewhere.
func keepGoCaches(t *testing.T) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		t.Setenv(name, strings.TrimSpace(string(must(exec.Command("go", "env", name).Output()))))
	}
}

func slowNotebook(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	path := filepath.Join(root, "m", "notebooks", "n.ipynb")
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "m", "go.mod"), []byte("module m\n\ngo 1.25\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	nb := &nbformat.Notebook{}
	add := func(id, source string) {
		nb.Cells = append(nb.Cells, &nbformat.Cell{ID: id, Type: nbformat.Code, Source: source})
	}
	add("imports", "import (\n\t\"fmt\"\n\t\"time\"\n)")
	for i := range 6 {
		add(fmt.Sprint("c", i), fmt.Sprintf("%%%%\nfmt.Println(\"cell %d\")\ntime.Sleep(100*time.Millisecond)\nfmt.Println(\"done\")", i))
	}
	if err := nbformat.WriteFile(path, nb); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAKillAtAnyMomentLosesNothingThatWasFinished kills the process that runs a
// notebook, or a cell's program, at random moments. 200 times:
//
//	go test ./kernel/headless -run Kill -kills 200 -timeout 1h
func TestAKillAtAnyMomentLosesNothingThatWasFinished(t *testing.T) {
	if _, err := os.Stat("/proc/self/exe"); err != nil {
		t.Skip("no /proc: what is left of a run cannot be seen")
	}
	keepGoCaches(t)
	path := slowNotebook(t)
	out := strings.TrimSuffix(path, ".ipynb") + ".out.ipynb"
	cells, programs := 0, 0
	for n := range *kills {
		os.Remove(out)
		cache := filepath.Join(t.TempDir(), "cache")
		v := start(t, path, cache)
		time.Sleep(time.Duration(rand.IntN(2500)) * time.Millisecond)
		program := n%2 == 1
		if program {
			for range 100 {
				if v.killProgram() {
					programs++
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
		} else {
			_ = v.cmd.Process.Kill()
		}
		code := v.wait()
		if text := v.left(); text != "" {
			t.Errorf("kill %d: left behind: %s", n, text)
		}
		os.RemoveAll(v.temp)
		nb, err := nbformat.ReadFile(out)
		if err != nil && (len(v.all) > 0 || !errors.Is(err, os.ErrNotExist)) {
			t.Errorf("kill %d: %v", n, err)
			continue
		}
		if err != nil {
			continue // killed before the engine was there
		}
		cells += checkFinished(t, nb, v.all)
		if program && code != 0 && code != 1 {
			t.Errorf("kill %d of a program: status %d\n%s", n, code, v.said.String())
		}
		if partial, _ := filepath.Glob(out + "*.partial"); program && len(partial) > 0 {
			t.Errorf("kill %d of a program: %q are left", n, partial)
		}
		for _, p := range must(filepath.Glob(out + "*.partial")) {
			os.Remove(p) // of a killed save
		}
	}
	t.Logf("%d kills, %d of them of programs; %d cells were finished, none was lost", *kills, programs, cells)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// checkFinished reports cells that are said to be finished and are not in the
// notebook, and counts the others.
func checkFinished(t *testing.T, nb *nbformat.Notebook, ids []string) int {
	t.Helper()
	n := 0
	for _, c := range nb.Cells {
		for _, id := range ids {
			if id != c.ID || id == "imports" {
				continue
			}
			failed := len(c.Outputs) > 0 && c.Outputs[len(c.Outputs)-1].Type == nbformat.Error
			if len(c.Outputs) == 0 || !failed && !strings.HasSuffix(c.Outputs[0].Text, "done\n") {
				t.Errorf("cell %s was finished, and its outputs are %+v", id, c.Outputs)
			}
			n++
		}
	}
	return n
}

// readRoot reads a file in the root of this module.
func readRoot(name string) ([]byte, error) { return os.ReadFile(filepath.Join("..", "..", name)) }
