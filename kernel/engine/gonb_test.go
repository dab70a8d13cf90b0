package engine

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mixmodel/kernel/nbformat"
)

// differences are cells of GoNB's own notebooks whose outputs are others here,
// "notebook/cell number", with the reason.
var differences = map[string]string{
	"bash_script/3": "folders of the machine where it was recorded, and a Jupyter server",
	"goflags/7":     "places are those in the cell, not in a file that nobody sees",
	"goflags/10":    "places are those in the cell, not in a file that nobody sees",
}

// volatileText is what differs from run to run, and from machine to machine.
var volatileText = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`gonb_[0-9a-z]{8}\b|gonb_session`), "gonb_ID"},
	{regexp.MustCompile(`/tmp/mixmodel-cells-\d+/gonb`), "/tmp/gonb_ID"},
	{regexp.MustCompile(`pkg: .*`), "pkg"},
	{regexp.MustCompile(`("github.com/janpfeifer/gonb" to local directory) \S+`), "$1 DIR"},
	{regexp.MustCompile(`go 1\.\d+\.\d+`), "go VERSION"},
	{regexp.MustCompile(`warning: GOCOVERDIR not set, no coverage data emitted\n`), ""},
	{regexp.MustCompile(`_~\w+(~\d+)?`), "_~N"},
	{regexp.MustCompile(`/tmp/gonb_tests_gowork_\w+`), "TMP_PKG"},
	{regexp.MustCompile(`\d+(\.\d+)? ns/op`), "N ns/op"},
	{regexp.MustCompile(`(Benchmark\w+)-\d+\s+\d+\s+`), "$1 "},
	{regexp.MustCompile(`cpu: .*`), "cpu"},
	{regexp.MustCompile(`/tmp/gonb_nbtests_writefile_\d+/`), "TEST_DIR"},
	{regexp.MustCompile(`GOCOVERDIR=.*`), "GOCOVERDIR"},
}

var allOfGoNB = flag.Bool("gonb", false, "run all of GoNB's own notebooks, also those that measure coverage")

// TestGoNBsOwnNotebooksGiveTheirOutputs runs the notebooks that GoNB tests
// itself with, as far as they need no browser, and compares with the outputs
// that stand in them. All of them:
//
//	go test ./kernel/engine -run GoNBs -gonb
func TestGoNBsOwnNotebooksGiveTheirOutputs(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/janpfeifer/gonb").Output()
	if err != nil || strings.TrimSpace(string(out)) == "" {
		t.Skip("GoNB's source is not in the module cache")
	}
	examples := filepath.Join(strings.TrimSpace(string(out)), "examples", "tests")
	compared, seen := 0, map[string]bool{}
	names := []string{"vartuple", "script", "writefile", "bash_script", "capture", "errors"}
	if *allOfGoNB {
		names = append(names, "hello", "functions", "init", "goflags", "gonbui", "gotest", "gowork")
	}
	for _, name := range names {
		nb, err := nbformat.ReadFile(filepath.Join(examples, name+".ipynb"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		dir := t.TempDir() + "/"
		s := open(t, Options{Env: []string{"TEST_DIR=" + dir, "GONB_GIT_ROOT=" + filepath.Dir(filepath.Dir(examples)), "GONB_JUPYTER_ROOT="}})
		n := 0
		for _, c := range nb.Cells {
			if c.Type != nbformat.Code {
				continue
			}
			n++
			var list []Output
			failure := s.Execute(t.Context(), Cell{fmt.Sprint(n), c.Source}, func(o Output) { list = append(list, o) })
			want, got := normal(recorded(c.Outputs)), strings.ReplaceAll(normal(list), dir, "TEST_DIR")
			place := fmt.Sprintf("%s/%d", name, n)
			seen[place] = true
			compared++
			reason, known := differences[place]
			switch {
			case want != got && !known:
				t.Errorf("%s:\n%s\ngot\n%s\n%v\nwant\n%s", place, c.Source, got, failure, want)
			case want == got && known:
				t.Errorf("%s is equal, against the reason why it is not: %s", place, reason)
			}
		}
	}
	for place := range differences {
		if *allOfGoNB && !seen[place] {
			t.Errorf("no cell %s", place)
		}
	}
	if want := map[bool]int{false: 22, true: 73}[*allOfGoNB]; compared < want {
		t.Errorf("compared %d cells only", compared)
	}
	t.Logf("compared %d cells", compared)
}

// recorded makes outputs of those in a notebook.
func recorded(outs []nbformat.Output) []Output {
	var list []Output
	for _, o := range outs {
		switch o.Type {
		case nbformat.Stream:
			list = append(list, Output{Kind: Stream, Name: o.Name, Text: o.Text})
		case nbformat.Error:
			list = append(list, Output{Kind: Error, Value: o.EValue})
		default:
			list = append(list, Output{Kind: Display, Data: o.Data})
		}
	}
	return list
}

// normal is what outputs show: text joined by stream, displays in order, and
// whether there is an error. How GoNB words errors, and shows them besides in
// HTML, is its own way.
func normal(outs []Output) string {
	text := map[string]string{}
	var displays []string
	failed := false
	for _, o := range outs {
		switch o.Kind {
		case Stream:
			text[o.Name] += o.Text
		case Error:
			failed = true
		case Display:
			for _, mime := range slices.Sorted(maps.Keys(o.Data)) {
				if s := joined(o.Data[mime]); !strings.Contains(s, "gonb-err-location") {
					displays = append(displays, mime+": "+s)
				}
			}
		}
	}
	if failed {
		delete(text, "stderr")
	}
	all := fmt.Sprintf("stdout: %s\nstderr: %s\ndisplays: %q\nfailed: %v", text["stdout"], text["stderr"], displays, failed)
	for _, v := range volatileText {
		all = v.pattern.ReplaceAllString(all, v.by)
	}
	return all
}

// joined returns a text that a notebook may hold in lines.
func joined(raw json.RawMessage) string {
	var s string
	var lines []string
	if json.Unmarshal(raw, &s) != nil && json.Unmarshal(raw, &lines) == nil {
		s = strings.Join(lines, "")
	}
	return s
}
