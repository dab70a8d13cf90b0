//go:build unix

package freeze

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// watchedProgram does what its arguments say: pairs of a verb and a name.
const watchedProgram = `package main

import (
	"net"
	"os"
	"os/exec"
)

var atStart, _ = os.ReadFile(os.Args[len(os.Args)-1])

func main() {
	for i := 1; i+1 < len(os.Args); i += 2 {
		name := os.Args[i+1]
		switch os.Args[i] {
		case "read":
			os.ReadFile(name)
		case "stat":
			os.Stat(name)
		case "list":
			os.ReadDir(name)
		case "write":
			os.WriteFile(name, []byte("new"), 0o666)
		case "append":
			f, _ := os.OpenFile(name, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
			f.WriteString("more")
			f.Close()
		case "aside":
			os.WriteFile(name+".tmp", []byte("new"), 0o666)
			os.Rename(name+".tmp", name)
		case "remove":
			os.Stat(name)
			os.Remove(name)
		case "env":
			os.Getenv(name)
		case "run":
			exec.Command(name).Run()
		case "lookup":
			net.LookupHost(name)
		case "cd":
			os.Chdir(name)
		}
	}
}
`

// buildWatched builds the program once for all tests.
func buildWatched(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module watched\n\ngo 1.25\n")
	write(t, filepath.Join(dir, "a_watch.go"), WatchSource)
	write(t, filepath.Join(dir, "main.go"), watchedProgram)
	exe := filepath.Join(dir, "watched")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w "+LinkFlag, "-o", exe, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return exe
}

// TestWhatAProgramReadsAndLeavesIsSeen pins the hook that the watch uses: it is
// no promise of the Go project's.
func TestWhatAProgramReadsAndLeavesIsSeen(t *testing.T) {
	exe := buildWatched(t)
	sum := func(s string) string { return digestOf([]byte(s)) }
	const data = "1,2\n"
	for _, test := range []struct {
		args   []string
		inputs []Input
		files  []File
		unkept string
	}{
		{args: []string{"read", "data.csv"}, inputs: []Input{{FileInput, "data.csv", sum(data)}}},
		{args: []string{"stat", "data.csv"}, inputs: []Input{{FileInput, "data.csv", sum(data)}}},
		{args: []string{"cd", "..", "read", "notebooks/data.csv"}, inputs: []Input{{FileInput, "data.csv", sum(data)}, {FileInput, "notebooks/data.csv", ""}}},
		{args: []string{"read", "none"}, inputs: []Input{{FileInput, "none", ""}}},
		{args: []string{"stat", ".."}, inputs: []Input{{ListInput, "..", ""}}},
		{args: []string{"env", "FREEZE_TEST"}, inputs: []Input{{EnvInput, "FREEZE_TEST", sum("x")}, {FileInput, "FREEZE_TEST", ""}}},
		{args: []string{"write", "out"}, inputs: []Input{{FileInput, "out", ""}}, files: []File{{Path: "out", SHA256: sum("new")}}},
		{args: []string{"append", "out"}, inputs: []Input{{FileInput, "out", ""}}, files: []File{{Path: "out", SHA256: sum("more")}}},
		{args: []string{"append", "data.csv"}, unkept: "it changes DIR/data.csv, whose earlier contents are unknown"},
		{args: []string{"aside", "out", "stat", "x"}, inputs: []Input{{FileInput, "out", ""}, {FileInput, "out.tmp", ""}, {FileInput, "x", ""}}, files: []File{{Path: "out", SHA256: sum("new")}}},
		{args: []string{"remove", "data.csv"}, unkept: "it removes DIR/data.csv"},
		{args: []string{"list", "/dev"}, unkept: "it reads /dev"},
		{args: []string{"read", "/proc/self/stat"}, unkept: "it reads /proc/self/stat"},
		{args: []string{"run", "true"}, unkept: "it runs or reads the program TRUE"},
		{args: []string{"lookup", "none.invalid"}, unkept: "it looks up names on the network"},
	} {
		t.Run(test.args[0]+" "+test.args[1], func(t *testing.T) {
			_, p := module(t)
			log := t.TempDir()
			watched, traced := filepath.Join(log, "watch"), filepath.Join(log, "trace")
			t.Setenv("FREEZE_TEST", "x")
			time.Sleep(20 * time.Millisecond) // so that a change shows in the file's time
			cmd := exec.Command(exe, test.args...)
			cmd.Dir = p.Dir
			cmd.Env = append(os.Environ(), WatchVariable+"="+watched)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			o, err := p.Observe(watched, traced, "")
			if err != nil {
				t.Fatal(err)
			}
			if test.unkept != "" {
				want := expand(test.unkept, p)
				if o.Unkept != want {
					t.Errorf("it %s kept: %q, want %q", map[bool]string{true: "may be", false: "is not"}[o.Unkept == ""], o.Unkept, want)
				}
				return
			}
			for i, in := range test.inputs {
				if in.Kind == ListInput {
					test.inputs[i].Digest, _ = listDigest(p.path(in.Name))
				}
			}
			if d := cmp.Diff(&Observation{Inputs: test.inputs, Files: test.files}, o); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func expand(s string, p *Place) string {
	program, _ := exec.LookPath("true")
	return strings.NewReplacer("DIR", p.Dir, "TRUE", program).Replace(s)
}
